import type { CelNode } from './parse.ts';
import type { Guards } from '../root-name.ts';

/** Variables that are known to exist once the expression gave true or false: `x` after `has(vars.x)`. */
export function celGuards(node: CelNode): Guards {
  switch (node.op) {
    case '!_': {
      const { whenTrue, whenFalse } = celGuards(node.args);
      return { whenTrue: whenFalse, whenFalse: whenTrue };
    }
    case '&&':
      return { whenTrue: node.args.flatMap((side) => celGuards(side).whenTrue), whenFalse: [] };
    case '||':
      return { whenTrue: [], whenFalse: node.args.flatMap((side) => celGuards(side).whenFalse) };
    case 'in': {
      const [left, right] = node.args;
      const name = left.op === 'value' && typeof left.args === 'string' ? left.args : null;
      const isVariable = name !== null && right.op === 'id' && right.args === 'vars';
      return { whenTrue: isVariable ? [name] : [], whenFalse: [] };
    }
    case 'call': {
      const [name, [asked]] = node.args;
      const isQuestion = (name === 'has' || name === 'defined') && asked !== undefined;
      const variable = isQuestion ? variableOf(asked, name) : null;
      return { whenTrue: variable === null ? [] : [variable], whenFalse: [] };
    }
    default:
      return { whenTrue: [], whenFalse: [] };
  }
}

// `vars.x` and what hangs on it; in `defined(x)` the variable itself, too.
function variableOf(node: CelNode, question: string): string | null {
  if (node.op === 'id') return question === 'defined' ? node.args : null;
  if (node.op !== '.' && node.op !== '[]') return null;
  const [owner, name] = node.args;
  const isVars = owner.op === 'id' && owner.args === 'vars';
  return isVars && typeof name === 'string' ? name : variableOf(owner, question);
}

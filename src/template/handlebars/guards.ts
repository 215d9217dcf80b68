import { guardsOfCel } from './compile-cel.ts';
import { scopeRootOf } from './path-target.ts';
import type { Compiler, Where } from './compiler.ts';
import type { Guards } from '../root-name.ts';
import type { Expression } from './ast.ts';

const none: Guards = { whenTrue: [], whenFalse: [] };

/** What the subject of an `{{#if}}` tells about variables that may not exist. */
export function guardsOf(c: Compiler, where: Where, subject: Expression): Guards {
  if (subject.type !== 'SubExpression' || subject.path.type !== 'PathExpression') return none;
  const [first, second] = subject.params;
  if (first === undefined) return none;
  switch (subject.path.original) {
    case 'default':
      return first.type === 'PathExpression' && isFalsy(second)
        ? { whenTrue: [scopeRootOf(where, first)], whenFalse: [] }
        : none;
    case 'defined':
      return first.type === 'PathExpression' ? { whenTrue: [scopeRootOf(where, first)], whenFalse: [] } : none;
    case 'not': {
      const { whenTrue, whenFalse } = guardsOf(c, where, first);
      return { whenTrue: whenFalse, whenFalse: whenTrue };
    }
    case 'cel':
      return first.type === 'StringLiteral' ? guardsOfCel(c, first) : none;
    default:
      return none;
  }
}

/** The same place in the template with some variables known to exist. */
export function withGuards(where: Where, names: readonly string[]): Where {
  return names.length === 0 ? where : { ...where, guards: new Set([...where.guards, ...names]) };
}

function isFalsy(literal: Expression | undefined): boolean {
  if (literal === undefined) return false;
  return literal.type === 'NullLiteral' || ('value' in literal && !literal.value);
}

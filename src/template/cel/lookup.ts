import type { Data } from '../../base/node.ts';
import { checkLookup, runLookup } from '../lookups/run-lookup.ts';
import { noneNamed } from '../helpers/helper.ts';
import { callError } from '../operations/call-error.ts';
import { CallProblem } from '../operations/call-problem.ts';
import { type DataMap, isMap } from '../operations/values.ts';
import { type CelCompiler, type CelPlace, type CelValue, errorAt, rejectCel, spanOfNode } from './compiler.ts';
import type { CelNode } from './parse.ts';

type CallNode = CelNode & { readonly op: 'call' };

/** `lookup("file", path)` and its like; named arguments stand in a map behind the others. */
export function compileCelLookup(c: CelCompiler, place: CelPlace, node: CallNode): CelValue {
  const [, [first, ...others]] = node.args;
  if (first?.op !== 'value' || typeof first.args !== 'string') {
    const hint = 'Write `lookup("file", "PATH")`; a value under a key is `map[key]`, a variable by name `vars[name]`.';
    return rejectCel(c, node, '`lookup` wants the name of a lookup.', hint);
  }
  const kind = first.args;
  const last = others.at(-1);
  const options = others.length > 1 && last?.op === 'map' ? last : null;
  const params = options === null ? others : others.slice(0, -1);
  const problem = checkLookup(kind, params.length, []);
  if (problem !== null) return rejectCel(c, first, problem.message, problem.hint);
  const before = c.roots.length;
  const [variable] = params;
  if (kind === 'vars' && variable?.op === 'value' && typeof variable.args === 'string') {
    const name = variable.args;
    const optional = options !== null || place.guards.has(name);
    c.roots.push({ name, path: [name], span: spanOfNode(c, variable), optional });
  }
  const args = params.map((param) => c.compile(c, place, param));
  const named = options === null ? (): Data => noneNamed : c.compile(c, place, options);
  // A variable of a macro or of the template around is made of what stands before it.
  const isAlone = place.slots.size === 0;
  const names = [...c.roots.slice(isAlone ? before : 0).map(({ name }) => name), ...c.outerNames];
  const span = (i: number | string | null) => spanOfNode(c, (typeof i === 'number' ? params[i] : options) ?? node);
  const called = { name: `lookup "${kind}"`, count: params.length, isMethod: false, span };
  return (frame) => {
    const values = args.map((arg) => arg(frame));
    const given = optionsOf(named(frame));
    const wrong = checkLookup(kind, params.length, Object.keys(given));
    if (wrong !== null) throw errorAt(c, options ?? node, wrong.message, wrong.hint);
    try {
      return runLookup(frame.scope, { kind, args: values, named: given, names });
    } catch (error) {
      throw error instanceof CallProblem ? callError(error, called) : error;
    }
  };
}

function optionsOf(data: Data): DataMap {
  return isMap(data) ? data : noneNamed;
}

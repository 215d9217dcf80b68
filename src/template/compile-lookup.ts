import { EvaluationError } from '../base/errors.ts';
import type { Data } from '../base/node.ts';
import { callError } from './call-error.ts';
import { wrongArgument } from './call-problem.ts';
import { scopeRootOf } from './path-target.ts';
import { type Compiler, type MaybeValue, type Value, type Where, written } from './compiler.ts';
import type { Call, Expression } from './handlebars-ast.ts';
import { childOf, isList, isMap } from './values.ts';

type CompileArgument = (c: Compiler, where: Where, expression: Expression) => Value;

/** Compiles `lookup MAP KEY`; a key that is not there is an error. */
export function compileLookup(c: Compiler, maybe: MaybeValue, { params, loc }: Call): Value {
  const shown = params.map((param) => written(c, param.loc));
  return (frame) => {
    const value = maybe(frame);
    if (value !== undefined) return value;
    const message = `\`lookup ${shown.join(' ')}\` is undefined: \`${shown[0]}\` has no such key or item.`;
    const hint = 'Where it may be missing write `default (lookup MAP KEY) FALLBACK`.';
    throw new EvaluationError(message, { at: c.span(loc), hint });
  };
}

/** Compiles `lookup MAP KEY`, and `lookup vars NAME`: there need not be one map of all variables. */
export function compileMaybeLookup(c: Compiler, where: Where, call: Call, compile: CompileArgument): MaybeValue {
  const [owner, key] = call.params;
  if (owner === undefined || key === undefined) return () => null;
  const index = compile(c, where, key);
  const isVars = owner.type === 'PathExpression' && owner.parts.length === 1 && scopeRootOf(where, owner) === 'vars';
  if (isVars) {
    if (key.type === 'StringLiteral') {
      c.roots.push({
        name: key.value,
        path: [key.value],
        span: c.span(key.loc),
        optional: where.guards.has(key.value),
      });
    }
    return (frame) => frame.scope.lookup(keyOf(c, call, [null, index(frame)]));
  }
  const from = compile(c, where, owner);
  return (frame) => {
    const value = from(frame);
    const args = [value, index(frame)];
    if (isList(value) || isMap(value)) return childOf(value, keyOf(c, call, args));
    throw lookupError(c, call, args, { index: 0, wanted: 'a list or a map' });
  };
}

function keyOf(c: Compiler, call: Call, args: readonly Data[]): string {
  const [, key] = args;
  if (typeof key === 'string' || typeof key === 'number') return String(key);
  throw lookupError(c, call, args, { index: 1, wanted: 'a key or an index' });
}

interface Wanted {
  readonly index: number;
  readonly wanted: string;
}

function lookupError(
  c: Compiler,
  { params, loc }: Call,
  args: readonly Data[],
  { index, wanted }: Wanted,
): EvaluationError {
  return callError(wrongArgument(args, index, wanted), {
    name: 'lookup',
    count: 2,
    isMethod: false,
    span: (i) => c.span(params[i ?? -1]?.loc ?? loc),
  });
}

import { EvaluationError } from '../../base/errors.ts';
import type { Data } from '../../base/node.ts';
import { callError } from '../operations/call-error.ts';
import { wrongArgument } from '../operations/call-problem.ts';
import { scopeRootOf } from './path-target.ts';
import { callLoc, type Compiler, type MaybeValue, type Value, type Where, written } from './compiler.ts';
import type { Call, Expression } from './ast.ts';
import { childOf, isList, isMap } from '../operations/values.ts';

interface Options {
  /** Compiles an argument. */
  readonly compile: (c: Compiler, where: Where, expression: Expression) => Value;
  /** Nothing is wrong when there is no such variable. */
  readonly isOptional: boolean;
}

/** Compiles `lookup MAP KEY`; a key that is not there is an error. */
export function compileLookup(c: Compiler, maybe: MaybeValue, call: Call): Value {
  const shown = call.params.map((param) => written(c, param.loc));
  return (frame) => {
    const value = maybe(frame);
    if (value !== undefined) return value;
    const message = `\`lookup ${shown.join(' ')}\` is undefined: \`${shown[0]}\` has no such key or item.`;
    const hint = 'Where it may be missing write `default (lookup MAP KEY) FALLBACK`.';
    throw new EvaluationError(message, { at: c.span(callLoc(call)), hint });
  };
}

/** Compiles `lookup MAP KEY`, and `lookup vars NAME`: there need not be one map of all variables. */
export function compileMaybeLookup(c: Compiler, where: Where, call: Call, options: Options): MaybeValue {
  const { compile, isOptional } = options;
  const [owner, key] = call.params;
  if (owner === undefined || key === undefined) return () => null;
  const isVars = owner.type === 'PathExpression' && owner.parts.length === 1 && scopeRootOf(where, owner) === 'vars';
  if (isVars) {
    if (key.type === 'StringLiteral') {
      const { value, loc } = key;
      const optional = isOptional || where.guards.has(value);
      c.roots.push({ name: value, path: [value], span: c.span(loc), optional });
    }
    const name = compile(c, where, key);
    return (frame) => frame.scope.lookup(keyOf(c, call, [null, name(frame)]));
  }
  const from = compile(c, where, owner);
  const index = compile(c, where, key);
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

function lookupError(c: Compiler, call: Call, args: readonly Data[], { index, wanted }: Wanted): EvaluationError {
  return callError(wrongArgument(args, index, wanted), {
    name: 'lookup',
    count: 2,
    isMethod: false,
    span: (i) => c.span(call.params[typeof i === 'number' ? i : -1]?.loc ?? callLoc(call)),
  });
}

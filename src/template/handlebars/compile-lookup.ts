import { didYouMean } from '../../base/did-you-mean.ts';
import type { EvaluationError } from '../../base/errors.ts';
import type { Data } from '../../base/node.ts';
import { callError } from '../operations/call-error.ts';
import { wrongArgument } from '../operations/call-problem.ts';
import { scopeRootOf } from './path-target.ts';
import { callLoc, type Compiler, type MaybeValue, type Value, type Where, written } from './compiler.ts';
import { missingName, missingPart } from '../missing.ts';
import type { Frame } from './frame.ts';
import type { Call, Expression } from './ast.ts';
import { childOf, isList, isMap } from '../operations/values.ts';

interface Options {
  /** Compiles an argument. */
  readonly compile: (c: Compiler, where: Where, expression: Expression) => Value;
  /** Nothing is wrong when there is no such variable. */
  readonly isOptional: boolean;
}

/** Compiles `lookup MAP KEY`; a key that is not there is an error. */
export function compileLookup(c: Compiler, where: Where, call: Call, compile: Options['compile']): Value {
  const { find, ask } = compileParts(c, where, call, { compile, isOptional: false });
  const shown = call.params.map((param) => written(c, param.loc));
  return (frame) => {
    const value = find(frame);
    if (value !== undefined) return value;
    throw missingKey(c, call, shown, { ...ask(frame), frame });
  };
}

/** Compiles `lookup MAP KEY`, and `lookup vars NAME`, where the key need not be there. */
export function compileMaybeLookup(c: Compiler, where: Where, call: Call, compile: Options['compile']): MaybeValue {
  return compileParts(c, where, call, { compile, isOptional: true }).find;
}

interface Parts {
  readonly find: MaybeValue;
  /** What is looked into, `null` for all variables, and for what. */
  readonly ask: (frame: Frame) => { readonly owner: Data; readonly key: string };
}

// There need not be one map of all variables.
function compileParts(c: Compiler, where: Where, call: Call, { compile, isOptional }: Options): Parts {
  const [owner, key] = call.params;
  if (owner === undefined || key === undefined) return { find: () => null, ask: () => ({ owner: null, key: '' }) };
  const isVars = owner.type === 'PathExpression' && owner.parts.length === 1 && scopeRootOf(where, owner) === 'vars';
  if (isVars && key.type === 'StringLiteral') {
    const { value, loc } = key;
    c.roots.push({ name: value, path: [value], span: c.span(loc), optional: isOptional || where.guards.has(value) });
  }
  const from = isVars ? (): Data => null : compile(c, where, owner);
  const index = compile(c, where, key);
  const ask: Parts['ask'] = (frame) => {
    const data = from(frame);
    return { owner: data, key: keyOf(c, call, [data, index(frame)]) };
  };
  if (isVars) return { ask, find: (frame) => frame.scope.lookup(ask(frame).key) };
  const find: MaybeValue = (frame) => {
    const data = from(frame);
    const args = [data, index(frame)];
    if (isList(data) || isMap(data)) return childOf(data, keyOf(c, call, args));
    throw lookupError(c, call, args, { index: 0, wanted: 'a list or a map' });
  };
  return { ask, find };
}

interface Missing {
  readonly owner: Data;
  readonly key: string;
  readonly frame: Frame;
}

function missingKey(
  c: Compiler,
  call: Call,
  shown: readonly string[],
  { owner, key, frame }: Missing,
): EvaluationError {
  const at = c.span(callLoc(call));
  if (owner === null) return missingName(key, frame.scope, at);
  const fallback = 'Where it may be missing write `default (lookup MAP KEY) FALLBACK`.';
  const hint = (isMap(owner) ? didYouMean(key, Object.keys(owner)) : null) ?? fallback;
  return missingPart({
    path: `lookup ${shown.join(' ')}`,
    owner: `\`${shown[0]}\``,
    value: owner,
    part: key,
    at,
    hint,
  });
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

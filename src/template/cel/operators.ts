import type { Data } from '../../base/node.ts';
import { add, divide, exact, multiply, remainder, subtract } from '../operations/arithmetic.ts';
import { CallProblem } from '../operations/call-problem.ts';
import { type CelCompiler, type CelPlace, type CelValue, errorAt, named, rejectCel } from './compiler.ts';
import type { CelNode } from './parse.ts';
import { isVars, variableName } from './select.ts';
import { checkLength } from '../operations/texts.ts';
import { compare, isEqual, isItem } from '../operations/comparison.ts';
import { describe, isList, isMap } from '../operations/values.ts';

/** `!a` and `-a`. */
export function compileUnary(c: CelCompiler, place: CelPlace, node: CelNode & { readonly op: '!_' | '-_' }): CelValue {
  const value = c.compile(c, place, node.args);
  const wanted = node.op === '!_' ? 'boolean' : 'number';
  return (frame) => {
    const data = value(frame);
    if (typeof data === 'boolean' && wanted === 'boolean') return !data;
    if (typeof data === 'number' && wanted === 'number') return data === 0 ? 0 : -data;
    throw errorAt(c, node, `\`${node.op[0]}\` wants a ${wanted}, not ${describe(data)}.`);
  };
}

/** `a == b`, `a + b`, `a in b` and their like. */
export function compileBinary(c: CelCompiler, place: CelPlace, node: CelNode): CelValue {
  if (!isBinary(node)) return rejectCel(c, node, 'This is not supported.');
  const [left, right] = node.args;
  if (node.op === 'in' && isVars(c, place, right)) return compileInVars(c, place, left, node);
  const a = c.compile(c, place, left);
  const b = c.compile(c, place, right);
  const operation = operationOf(node);
  return named(c, node, node.op, (frame) => operation(a(frame), b(frame)));
}

type Operation = (a: Data, b: Data) => Data;

const operations: Readonly<Record<string, Operation>> = {
  '==': isEqual,
  '!=': (a, b) => !isEqual(a, b),
  '<': (a, b) => compare([a, b]) < 0,
  '<=': (a, b) => compare([a, b]) <= 0,
  '>': (a, b) => compare([a, b]) > 0,
  '>=': (a, b) => compare([a, b]) >= 0,
  in: isIn,
  '+': plus,
  '-': (a, b) => numeric(a, b, subtract),
  '*': (a, b) => numeric(a, b, multiply),
  '/': (a, b) => numeric(a, b, divide),
  '%': (a, b) => numeric(a, b, remainder),
};

type BinaryNode = CelNode & { readonly args: readonly [CelNode, CelNode] };

function isBinary(node: CelNode): node is BinaryNode {
  return Object.hasOwn(operations, node.op);
}

function operationOf(node: BinaryNode): Operation {
  // Data knows no difference between 7 and 7.0, but an expression does: `x / 2.0` is not rounded.
  if (node.op === '/' && isDouble(node)) return (a, b) => numeric(a, b, divideExactly);
  return operations[node.op] ?? (() => null);
}

function isDouble(node: CelNode): boolean {
  if (node.op === 'value') return typeof node.args === 'number';
  if (node.op === 'call') return node.args[0] === 'double';
  if (node.op === '-_') return isDouble(node.args);
  const isArithmetic = node.op === '+' || node.op === '-' || node.op === '*' || node.op === '/';
  return isArithmetic && node.args.some(isDouble);
}

function divideExactly(a: number, b: number): number {
  if (b === 0) throw new CallProblem('division by zero');
  return exact(a / b);
}

function numeric(a: Data, b: Data, operation: (a: number, b: number) => number): number {
  if (typeof a === 'number' && typeof b === 'number') return operation(a, b);
  throw new CallProblem(`it takes numbers, not ${describe(a)} and ${describe(b)}`);
}

function plus(a: Data, b: Data): Data {
  if (typeof a === 'number' && typeof b === 'number') return add(a, b);
  if (typeof a === 'string' && typeof b === 'string') {
    checkLength(a.length + b.length);
    return a + b;
  }
  if (isList(a) && isList(b)) return [...a, ...b];
  const hint = typeof a === 'string' || typeof b === 'string' ? 'Make it a string: `string(x)`.' : null;
  throw new CallProblem(`${describe(a)} and ${describe(b)} can not be added`, null, hint);
}

function isIn(value: Data, owner: Data): boolean {
  if (isList(owner)) return isItem(value, owner);
  if (isMap(owner) && typeof value === 'string') return Object.hasOwn(owner, value);
  if (isMap(owner)) throw new CallProblem(`keys are strings, not ${describe(value)}`);
  const hint = typeof owner === 'string' ? 'Write `text.contains(part)`.' : null;
  throw new CallProblem(`it looks into a list or a map, not ${describe(owner)}`, null, hint);
}

function compileInVars(c: CelCompiler, place: CelPlace, left: CelNode, node: CelNode): CelValue {
  if (left.op === 'value' && typeof left.args === 'string') {
    const name = left.args;
    c.roots.push({ name, path: [name], span: c.text.span(node.start, node.end), optional: true });
  }
  const value = c.compile(c, place, left);
  return (frame) => frame.scope.lookup(variableName(c, left, value(frame))) !== undefined;
}

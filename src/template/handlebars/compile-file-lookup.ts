import { callError } from '../operations/call-error.ts';
import { CallProblem } from '../operations/call-problem.ts';
import { checkLookup, runLookup } from '../lookups/run-lookup.ts';
import type { Call, Expression, StringLiteral } from './ast.ts';
import { compileNamed } from './compile-named.ts';
import { callLoc, type Compiler, reject, type Value, type Where } from './compiler.ts';

type CompileArgument = (c: Compiler, where: Where, expression: Expression) => Value;

/** Compiles `lookup "file" PATH` and its like: a text that is written down is no map, but the name of a lookup. */
export function compileFileLookup(
  c: Compiler,
  where: Where,
  call: Call,
  { literal, compile }: { readonly literal: StringLiteral; readonly compile: CompileArgument },
): Value {
  const kind = literal.value;
  const [, ...params] = call.params;
  const given = call.hash?.pairs.map(({ key }) => key) ?? [];
  const problem = checkLookup(kind, params.length, given);
  if (problem !== null) return reject(c, c.span(literal.loc), problem.message, problem.hint);
  const before = c.roots.length;
  if (kind === 'vars') noteVariable(c, where, call);
  const args = params.map((param) => compile(c, where, param));
  const named = compileNamed(c, where, call, compile);
  // Inside of a block, `this` and its like are made of what the block is about.
  const names = c.roots.slice(where.block === null ? before : 0).map(({ name }) => name);
  const called = {
    name: `lookup "${kind}"`,
    count: params.length,
    isMethod: false,
    span: (argument: number | string | null) => {
      const pair = call.hash?.pairs.find(({ key }) => key === argument);
      const param = typeof argument === 'number' ? params[argument] : undefined;
      return c.span((pair ?? param)?.loc ?? callLoc(call));
    },
  };
  return (frame) => {
    const values = args.map((arg) => arg(frame));
    try {
      return runLookup(frame.scope, { kind, args: values, named: named(frame), names });
    } catch (error) {
      throw error instanceof CallProblem ? callError(error, called) : error;
    }
  };
}

function noteVariable(c: Compiler, { guards }: Where, { params, hash }: Call): void {
  const [, variable] = params;
  if (variable?.type !== 'StringLiteral') return;
  const { value, loc } = variable;
  c.roots.push({ name: value, path: [value], span: c.span(loc), optional: hash !== undefined || guards.has(value) });
}

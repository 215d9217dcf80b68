import { didYouMean } from '../../base/did-you-mean.ts';
import type { Span } from '../../base/source.ts';
import { callError, countWords } from '../operations/call-error.ts';
import { CallProblem, refuseOmitted } from '../operations/call-problem.ts';
import { compileCel } from './compile-cel.ts';
import { compileFileLookup } from './compile-file-lookup.ts';
import { compileLookup, compileMaybeLookup } from './compile-lookup.ts';
import { compileMaybePath, compilePath } from './compile-path.ts';
import { callLoc, type Compiler, type MaybeValue, reject, type Value, type Where, written } from './compiler.ts';
import type { Call, Expression, Literal, Path, SubExpression } from './ast.ts';
import type { Helper } from '../helpers/helper.ts';
import { noneNamed } from '../helpers/helper.ts';
import { helpers } from '../helpers/helpers.ts';
import { isTruthy } from '../operations/values.ts';
import { guardsOf, withGuards } from './guards.ts';
import { checkNamed, compileNamed } from './compile-named.ts';
import { EvaluationError } from '../../base/errors.ts';
import { jinjaInCall } from '../foreign/in-blocks.ts';
import { isScoped } from './path-target.ts';

/** Compiles what stands in `{{ … }}`: a path, a literal, or a call of a helper. */
export function compileExpression(c: Compiler, where: Where, call: Call): Value {
  const jinja = jinjaInCall(
    call,
    written(c, call.path.loc),
    written(c, { start: call.path.loc.start, end: callLoc(call).end }),
  );
  if (jinja !== null) return reject(c, c.span(jinja.loc), jinja.message, jinja.hint);
  if (call.params.length === 0 && call.hash === undefined) return compileArgument(c, where, call.path);
  return compileCall(c, where, call);
}

/** Compiles an argument. */
export function compileArgument(c: Compiler, where: Where, expression: Expression): Value {
  switch (expression.type) {
    case 'PathExpression':
      return compilePath(c, where, expression);
    case 'SubExpression':
      return compileSubExpression(c, where, expression);
    default:
      return compileLiteral(c, expression);
  }
}

function compileLiteral(c: Compiler, literal: Literal): Value {
  if (literal.type === 'UndefinedLiteral') return reject(c, c.span(literal.loc), '`undefined` is not a value.');
  const value = 'value' in literal ? literal.value : null;
  return () => value;
}

function compileSubExpression(c: Compiler, where: Where, call: SubExpression): Value {
  if (call.params.length > 0 || call.hash !== undefined) return compileExpression(c, where, call);
  const inner = written(c, call.path.loc);
  return reject(
    c,
    c.span(call.loc),
    `\`(${inner})\` calls \`${inner}\` without arguments.`,
    `A value needs no parentheses: write \`${inner}\`.`,
  );
}

function compileCall(c: Compiler, where: Where, call: Call): Value {
  const found = helperOf(c, call);
  if (found === null) return () => null;
  const { name, helper } = found;
  const compileApart = apart[name];
  if (compileApart !== undefined) return compileApart(c, where, call);
  const [first] = call.params;
  if (name === 'lookup' && first?.type === 'StringLiteral') {
    return compileFileLookup(c, where, call, { literal: first, compile: compileArgument });
  }
  if (name === 'lookup') return compileLookup(c, where, call, compileArgument);
  const args = call.params.map((param) => compileArgument(c, where, param));
  const named = call.hash === undefined ? () => noneNamed : compileNamed(c, where, call, compileArgument);
  const called = { name, count: args.length, isMethod: false, span: spanOf(c, call) };
  const { run } = helper;
  return (frame) => {
    const values = args.map((arg) => arg(frame));
    try {
      refuseOmitted(values);
      return run(values, named(frame));
    } catch (error) {
      throw error instanceof CallProblem ? callError(error, called) : error;
    }
  };
}

/** The helper a call means, its argument count checked; `null` when that was wrong. */
function helperOf(c: Compiler, call: Call): { name: string; helper: Helper } | null {
  const { path, params } = call;
  const name = helperName(path);
  const helper = name === null ? undefined : helpers.get(name);
  if (name === null || helper === undefined) {
    const shown = written(c, path.loc);
    const hint = didYouMean(shown, helpers.keys()) ?? 'A value with something behind it is a call of a helper.';
    reject(c, c.span(path.loc), `There is no helper \`${shown}\`.`, hint);
    return null;
  }
  if (name === 'lookup' && params[0]?.type === 'StringLiteral') return { name, helper };
  if (!checkNamed(c, call, name, helper)) return null;
  if (params.length >= helper.min && params.length <= helper.max) return { name, helper };
  const wanted = countWords(helper);
  reject(
    c,
    c.span(callLoc(call)),
    `\`${name}\` wants ${wanted}, not ${params.length}.`,
    `Write \`{{${name} ${helper.usage}}}\`.`,
  );
  return null;
}

function helperName(path: Path | Literal): string | null {
  if (path.type !== 'PathExpression' || path.data || isScoped(path) || path.parts.length !== 1) return null;
  return path.parts[0] ?? null;
}

/** The place of an argument, by its index or name, or of the call. */
function spanOf(c: Compiler, call: Call): (argument: number | string | null) => Span {
  return (argument) => {
    const pair = call.hash?.pairs.find(({ key }) => key === argument);
    const param = typeof argument === 'number' ? call.params[argument] : undefined;
    return c.span((pair ?? param)?.loc ?? callLoc(call));
  };
}

/** Helpers whose arguments may be undefined, are code, or are looked at only when they are needed. */
const apart: Readonly<Record<string, (c: Compiler, where: Where, call: Call) => Value>> = Object.assign(
  Object.create(null) as object,
  {
    cel: compileCel,
    default: compileDefault,
    defined: compileDefined,
    mandatory: compileMandatory,
    ternary: compileTernary,
  },
);

function compileDefault(c: Compiler, where: Where, { params }: Call): Value {
  const [wanted, otherwise, whenEmpty] = params;
  if (wanted === undefined || otherwise === undefined) return () => null;
  const maybe = compileMaybe(c, where, wanted);
  const fallback = compileArgument(c, where, otherwise);
  const alsoEmpty = whenEmpty === undefined ? () => false : compileArgument(c, where, whenEmpty);
  return (frame) => {
    const value = maybe(frame);
    return value === undefined || (alsoEmpty(frame) === true && !isTruthy(value)) ? fallback(frame) : value;
  };
}

function compileDefined(c: Compiler, where: Where, { params }: Call): Value {
  const [wanted] = params;
  if (wanted === undefined) return () => null;
  const maybe = compileMaybe(c, where, wanted);
  return (frame) => maybe(frame) !== undefined;
}

function compileMandatory(c: Compiler, where: Where, call: Call): Value {
  const [wanted, message] = call.params;
  if (wanted === undefined) return () => null;
  const maybe = compileMaybe(c, where, wanted);
  const why = message === undefined ? () => null : compileArgument(c, where, message);
  const shown = written(c, wanted.loc);
  return (frame) => {
    const value = maybe(frame);
    if (value !== undefined) return value;
    const said = why(frame);
    const hint = typeof said === 'string' ? said : `Set \`${shown}\`.`;
    throw new EvaluationError(`\`${shown}\` is mandatory, and undefined.`, { at: c.span(wanted.loc), hint });
  };
}

function compileTernary(c: Compiler, where: Where, { params }: Call): Value {
  const [condition, yes, no] = params;
  if (condition === undefined || yes === undefined || no === undefined) return () => null;
  const guards = guardsOf(c, where, condition);
  const asked = compileArgument(c, where, condition);
  const whenYes = compileArgument(c, withGuards(where, guards.whenTrue), yes);
  const whenNo = compileArgument(c, withGuards(where, guards.whenFalse), no);
  return (frame) => (isTruthy(asked(frame)) ? whenYes(frame) : whenNo(frame));
}

function compileMaybe(c: Compiler, where: Where, expression: Expression): MaybeValue {
  if (expression.type === 'PathExpression') return compileMaybePath(c, where, expression);
  const isLookup = expression.type === 'SubExpression' && helperName(expression.path) === 'lookup';
  if (isLookup && expression.params[0]?.type !== 'StringLiteral') {
    return helperOf(c, expression) === null ? () => null : compileMaybeLookup(c, where, expression, compileArgument);
  }
  return compileArgument(c, where, expression);
}

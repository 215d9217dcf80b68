import { EvaluationError } from '../../base/errors.ts';
import type { Data } from '../../base/node.ts';
import { compileArgument } from './compile-expression.ts';
import { type Compiler, type ContextBlock, reject, type Render, type Value, type Where, written } from './compiler.ts';
import type { Frame } from './frame.ts';
import { guardsOf, withGuards } from './guards.ts';
import type { Block, Expression, Program } from './ast.ts';
import { helpers } from '../helpers/helpers.ts';
import { jinjaInBlock } from '../foreign/in-blocks.ts';
import { describe, isList, isMap, isTruthy } from '../operations/values.ts';

type CompileBranch<Result> = (c: Compiler, where: Where, program: Program | undefined) => (frame: Frame) => Result;
type CompileProgram = CompileBranch<string>;

const nothing: Render = () => '';

/** Compiles `{{#if}}`, `{{#unless}}`, `{{#each}}`, `{{#with}}` and raw blocks. */
export function compileBlock(c: Compiler, where: Where, block: Block, body: CompileProgram): Render {
  const name = written(c, block.path.loc);
  if (isRaw(c, block)) return compileRaw(c, block, name);
  if (name !== 'if' && name !== 'unless' && name !== 'each' && name !== 'with') return unknownBlock(c, block, name);
  const subject = subjectOf(c, block, name);
  if (subject === null) return nothing;
  if (name === 'if' || name === 'unless') return compileIf(c, where, block, { name, subject, body });
  return compileEach(c, where, block, { name, subject, body });
}

/** Compiles `{{#if}}` or `{{#unless}}` whose branches give any value; `null` for every other block. */
export function compileChoice(c: Compiler, where: Where, block: Block, body: CompileBranch<Data>): Value | null {
  const name = written(c, block.path.loc);
  if ((name !== 'if' && name !== 'unless') || isRaw(c, block)) return null;
  const subject = subjectOf(c, block, name);
  return subject === null ? nothing : compileIf(c, where, block, { name, subject, body });
}

function subjectOf(c: Compiler, block: Block, name: string): Expression | null {
  const first = block.params[0]?.loc ?? block.path.loc;
  const last = block.params.at(-1)?.loc ?? block.path.loc;
  const jinja = jinjaInBlock(block, name, written(c, { start: first.start, end: last.end }));
  if (jinja !== null) {
    reject(c, c.span(jinja.loc), jinja.message, jinja.hint);
    return null;
  }
  const [subject, second] = block.params;
  if (block.hash !== undefined) {
    reject(c, c.span(block.hash.loc), `\`{{#${name}}}\` has no named arguments.`);
  } else if (subject === undefined) {
    reject(c, c.span(block.path.loc), `\`{{#${name}}}\` wants a value.`, `Write \`{{#${name} VALUE}}\`.`);
  } else if (second === undefined) {
    return subject;
  } else {
    const hint = 'A call of a helper needs parentheses: `{{#if (eq a b)}}`.';
    reject(c, c.span(second.loc), `\`{{#${name}}}\` wants one value.`, hint);
  }
  return null;
}

interface Parts<Name, Result = string> {
  readonly name: Name;
  readonly subject: Expression;
  readonly body: CompileBranch<Result>;
}

function compileIf<Result>(
  c: Compiler,
  where: Where,
  block: Block,
  { name, subject, body }: Parts<'if' | 'unless', Result>,
): (frame: Frame) => Result {
  if (block.program?.blockParams !== undefined) {
    reject(c, c.span(block.path.loc), `\`{{#${name}}}\` has no block parameters.`);
  }
  const guards = guardsOf(c, where, subject);
  const isIf = name === 'if';
  const value = compileArgument(c, where, subject);
  const program = body(c, withGuards(where, isIf ? guards.whenTrue : guards.whenFalse), block.program);
  const inverse = body(c, withGuards(where, isIf ? guards.whenFalse : guards.whenTrue), block.inverse);
  return (frame) => (isTruthy(value(frame)) === isIf ? program(frame) : inverse(frame));
}

function compileEach(c: Compiler, where: Where, block: Block, { name, subject, body }: Parts<'each' | 'with'>): Render {
  const value = compileArgument(c, where, subject);
  const inner: ContextBlock = {
    kind: name,
    outer: where.block,
    params: block.program?.blockParams ?? [],
    over: written(c, subject.loc),
  };
  const program = body(c, { ...where, block: inner }, block.program);
  const inverse = body(c, where, block.inverse);
  return name === 'with' ? withRender(value, program, inverse) : eachRender(c, value, { subject, program, inverse });
}

function withRender(value: Value, program: Render, inverse: Render): Render {
  return (frame) => {
    const data = value(frame);
    if (!isTruthy(data) && data !== 0) return inverse(frame);
    return program({ ...frame, outer: frame, value: data, params: [data], position: null });
  };
}

interface EachParts {
  readonly subject: Expression;
  readonly program: Render;
  readonly inverse: Render;
}

function eachRender(c: Compiler, value: Value, { subject, program, inverse }: EachParts): Render {
  return (frame) => {
    const data = value(frame);
    if (isList(data)) return data.length === 0 ? inverse(frame) : overList(frame, data, program);
    if (isMap(data)) return overMap(frame, data, program, inverse);
    if (data === null) return inverse(frame);
    throw new EvaluationError(
      `\`{{#each}}\` wants a list or a map; \`${written(c, subject.loc)}\` is ${describe(data)}.`,
      {
        at: c.span(subject.loc),
      },
    );
  };
}

function overList(outer: Frame, items: readonly Data[], program: Render): string {
  let text = '';
  const end = items.length - 1;
  for (const [index, value] of items.entries()) {
    const position = { index, key: index, first: index === 0, last: index === end };
    text += program({ ...outer, outer, value, params: [value, index], position });
  }
  return text;
}

function overMap(outer: Frame, map: { readonly [key: string]: Data }, program: Render, inverse: Render): string {
  const keys = Object.keys(map);
  if (keys.length === 0) return inverse(outer);
  let text = '';
  const end = keys.length - 1;
  for (const [index, key] of keys.entries()) {
    const value = map[key] ?? null;
    const position = { index, key, first: index === 0, last: index === end };
    text += program({ ...outer, outer, value, params: [value, key], position });
  }
  return text;
}

// `{{{{name}}}}` and `{{#name}}` are the same to the library's tree.
function isRaw(c: Compiler, { loc }: Block): boolean {
  return c.text.text.startsWith('{{{{', c.offset(loc.start));
}

function compileRaw(c: Compiler, block: Block, name: string): Render {
  if (name === 'raw' && block.params.length === 0 && block.hash === undefined) {
    const text = block.program?.body.map((part) => (part.type === 'ContentStatement' ? part.value : '')).join('') ?? '';
    return () => text;
  }
  reject(c, c.span(block.path.loc), 'A raw block is `{{{{raw}}}} … {{{{/raw}}}}`.');
  return nothing;
}

function unknownBlock(c: Compiler, block: Block, name: string): Render {
  const at = c.span(block.path.loc);
  if (helpers.has(name) && name !== 'default') {
    reject(c, at, `\`${name}\` is not a block.`, `Write \`{{#if (${name} …)}}\`.`);
  } else if (block.program === undefined) {
    reject(c, at, `\`{{^${name}}}\` is not supported.`, `Write \`{{#unless ${name}}}\`.`);
  } else {
    const hint = `Write \`{{#if ${name}}}\`, \`{{#each ${name}}}\` or \`{{#with ${name}}}\`.`;
    reject(c, at, `There is no block \`{{#${name}}}\`.`, hint);
  }
  return nothing;
}

import { EvaluationError } from '../../base/errors.ts';
import type { Data } from '../../base/node.ts';
import type { Span } from '../../base/source.ts';
import { compileBlock, compileChoice } from './compile-block.ts';
import { compileExpression } from './compile-expression.ts';
import { callLoc, type Compiler, reject, type Render, type Value, type Where, written } from './compiler.ts';
import { attempt } from './frame.ts';
import type { Content, Loc, Mustache, Program, Statement } from './ast.ts';
import { omitted } from '../omit.ts';
import { jinjaInText } from '../foreign/in-blocks.ts';
import { describe } from '../operations/values.ts';

/** Compiles a template or the body of a block. */
export function compileProgram(c: Compiler, where: Where, program: Program | undefined): Render {
  const parts = (program?.body ?? []).map((statement) => compilePart(c, where, statement));
  const [only] = parts;
  if (parts.length === 0) return () => '';
  if (parts.length === 1 && only !== undefined) return typeof only === 'string' ? () => only : only;
  return (frame) => {
    let text = '';
    for (const part of parts) text += typeof part === 'string' ? part : part(frame);
    return text;
  };
}

// What is wrong with one part keeps nobody who tries the template from the others.
function compilePart(c: Compiler, where: Where, statement: Statement): Render | string {
  const part = compileStatement(c, where, statement);
  if (typeof part === 'string') return part;
  const instead = { otherwise: '', part: c.span(statement.loc) };
  return (frame) => attempt(frame, part, instead);
}

/** A template that is nothing but one statement, with the space that is left around it. */
export interface Lone {
  readonly statement: Statement;
  readonly before: string;
  readonly after: string;
}

/** The one statement of a template that is no space, or `null` when there is more to it. */
export function loneStatement({ body }: Program): Lone | null {
  const [statement, ...more] = body.filter((one) => !isBlank(one));
  if (statement === undefined || more.length > 0) return null;
  const at = body.indexOf(statement);
  return { statement, before: textOf(body.slice(0, at)), after: textOf(body.slice(at + 1)) };
}

/** Compiles a template whose text may be `omit` instead: where one expression stands alone, also in a lone `{{#if}}`. */
export function compileOmittable(c: Compiler, where: Where, program: Program | undefined): Value {
  const lone = program === undefined ? null : loneStatement(program);
  if (lone === null) return compileProgram(c, where, program);
  const { statement, before, after } = lone;
  const around = (data: Data): Data => (typeof data === 'string' ? before + data + after : data);
  if (statement.type === 'MustacheStatement') {
    const value = compileExpression(c, where, statement);
    return (frame) => {
      const data = value(frame);
      return data === omitted ? data : around(printed(c, data, statement));
    };
  }
  const choice = statement.type === 'BlockStatement' ? compileChoice(c, where, statement, compileOmittable) : null;
  return choice === null ? compileProgram(c, where, program) : (frame) => around(choice(frame));
}

function textOf(statements: readonly Statement[]): string {
  return statements.map((statement) => (statement.type === 'ContentStatement' ? statement.value : '')).join('');
}

function isBlank(statement: Statement): boolean {
  return statement.type === 'ContentStatement' && statement.original.trim() === '';
}

function compileStatement(c: Compiler, where: Where, statement: Statement): Render | string {
  switch (statement.type) {
    case 'ContentStatement':
      return compileContent(c, statement);
    case 'CommentStatement':
      return '';
    case 'MustacheStatement':
      return compileMustache(c, where, statement);
    case 'BlockStatement':
      return compileBlock(c, where, statement, compileProgram);
    default:
      return compileUnsupported(c, statement);
  }
}

function compileContent(c: Compiler, content: Content): string {
  let from = c.offset(content.loc.start);
  for (const { mark, message, hint, isFollowing } of jinjaInText(content.original)) {
    const start = c.text.text.indexOf(mark, from);
    from = start + mark.length;
    // Where a statement was told already, its end is only a consequence.
    if (!isFollowing || c.problems.length === 0) reject(c, c.text.span(start, from), message, hint);
  }
  return content.value;
}

function compileMustache(c: Compiler, where: Where, mustache: Mustache): Render {
  const value = compileExpression(c, where, mustache);
  return (frame) => printed(c, value(frame), mustache);
}

function printed(c: Compiler, data: Data, mustache: Mustache): string {
  if (typeof data === 'string') return data;
  if (typeof data === 'boolean' || (typeof data === 'number' && Number.isFinite(data))) return String(data);
  throw unprintable(c, data, mustache);
}

function unprintable(c: Compiler, data: Data, mustache: Mustache): EvaluationError {
  if (data === omitted) return partOfText(c.span(callLoc(mustache)));
  const name = mustache.params.length === 0 ? written(c, mustache.path.loc) : null;
  const what = name === null ? 'This' : `\`${name}\``;
  const shown = name ?? '…';
  const hint =
    data === null
      ? `Ask first: \`{{#if ${shown}}}\`.`
      : `Write \`{{toJson ${shown}}}\`, \`{{toYaml ${shown}}}\` or, for a list, \`{{join ${shown} ", "}}\`.`;
  return new EvaluationError(`${what} is ${describe(data)}, which does not print as text.`, {
    at: c.span(callLoc(mustache)),
    hint,
  });
}

function partOfText(at: Span): EvaluationError {
  const hint = 'What is left out is a whole value: `"{{ default x omit }}"`.';
  return new EvaluationError('`omit` can not be part of a longer text.', { at, hint });
}

function compileUnsupported(c: Compiler, { type, loc }: Extract<Statement, { loc: Loc }>): string {
  const what = type.startsWith('Partial') ? 'Partials (`{{> name}}`)' : 'Decorators and inline blocks (`{{* name}}`)';
  reject(c, c.span(loc), `${what} are not supported.`, 'Put the text in the template itself, or in a variable.');
  return '';
}

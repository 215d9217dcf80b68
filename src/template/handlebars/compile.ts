import { EvaluationError } from '../../base/errors.ts';
import type { Data } from '../../base/node.ts';
import { compileBlock } from './compile-block.ts';
import { compileExpression } from './compile-expression.ts';
import { callLoc, type Compiler, reject, type Render, type Where, written } from './compiler.ts';
import type { Content, Loc, Mustache, Program, Statement } from './ast.ts';
import { jinjaInText } from '../foreign/jinja.ts';
import { describe } from '../operations/values.ts';

/** Compiles a template or the body of a block. */
export function compileProgram(c: Compiler, where: Where, program: Program | undefined): Render {
  const parts = (program?.body ?? []).map((statement) => compileStatement(c, where, statement));
  const [only] = parts;
  if (parts.length === 0) return () => '';
  if (parts.length === 1 && only !== undefined) return typeof only === 'string' ? () => only : only;
  return (frame) => {
    let text = '';
    for (const part of parts) text += typeof part === 'string' ? part : part(frame);
    return text;
  };
}

/** A template that is nothing but one `{{ expression }}`, with the space that is left around it. */
export interface LoneExpression {
  readonly expression: Mustache;
  readonly before: string;
  readonly after: string;
}

/** The one expression of a template, or `null` when there is more to it. */
export function loneExpression({ body }: Program): LoneExpression | null {
  const expressions = body.filter((statement) => !isBlank(statement));
  const [expression] = expressions;
  if (expressions.length !== 1 || expression?.type !== 'MustacheStatement') return null;
  const at = body.indexOf(expression);
  return { expression, before: textOf(body.slice(0, at)), after: textOf(body.slice(at + 1)) };
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
  const jinja = jinjaInText(content.original);
  if (jinja !== null) {
    const start = c.text.text.indexOf(jinja.mark, c.offset(content.loc.start));
    reject(c, c.text.span(start, start + jinja.mark.length), jinja.message, jinja.hint);
  }
  return content.value;
}

function compileMustache(c: Compiler, where: Where, mustache: Mustache): Render {
  const value = compileExpression(c, where, mustache);
  return (frame) => {
    const data = value(frame);
    if (typeof data === 'string') return data;
    if (typeof data === 'boolean' || (typeof data === 'number' && Number.isFinite(data))) return String(data);
    throw unprintable(c, data, mustache);
  };
}

function unprintable(c: Compiler, data: Data, mustache: Mustache): EvaluationError {
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

function compileUnsupported(c: Compiler, { type, loc }: Extract<Statement, { loc: Loc }>): string {
  const what = type.startsWith('Partial') ? 'Partials (`{{> name}}`)' : 'Decorators and inline blocks (`{{* name}}`)';
  reject(c, c.span(loc), `${what} are not supported.`, 'Put the text in the template itself, or in a variable.');
  return '';
}

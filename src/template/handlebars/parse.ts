import { parse, parser } from 'handlebars/dist/cjs/handlebars/compiler/base.js';
import { type Compiler, reject } from './compiler.ts';
import type { Program } from './ast.ts';
import type { TextProblem } from '../foreign/foreign.ts';
import { jinjaInText } from '../foreign/in-blocks.ts';
import { foreignInTemplate } from '../foreign/in-template.ts';

/** Parses a template; what is wrong is noted, and `undefined` returned. */
export function parseTemplate(c: Compiler): Program | undefined {
  const deep = tooDeepAt(c.text.text);
  if (deep !== null) {
    reject(c, c.text.span(deep, deep + 2), 'This is nested too deeply.', `At most ${maxDepth} levels are read.`);
    return undefined;
  }
  try {
    return parse(c.text.text);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const first = explain(c, error);
    for (const { start, end, message, hint } of [first, ...foreignBeside(c.text.text, first)]) {
      reject(c, c.text.span(start, end), message, hint);
    }
    return undefined;
  }
}

// Far above any template, far below what ends the process: each level is a call in a call.
const maxDepth = 100;

/** Where blocks, `else` with a block behind it, or parentheses are nested deeper than anything sensible; else `null`. */
function tooDeepAt(text: string): number | null {
  // In a raw block anything may stand.
  if (text.includes('{{{{')) return null;
  const outer: number[] = [];
  let depth = 0;
  for (const { 0: tag, index } of text.matchAll(/\{\{[^{}]*/g)) {
    if (/^\{\{~?\s*\//.test(tag)) depth = outer.pop() ?? 0;
    else if (/^\{\{~?\s*(?:#|\^\s*[^\s~])/.test(tag)) outer.push(depth++);
    else if (/^\{\{~?\s*else\s+\w/.test(tag)) depth++;
    if (depth > maxDepth || parentheses(tag) > maxDepth) return index;
  }
  return null;
}

function parentheses(tag: string): number {
  let open = 0;
  let deepest = 0;
  for (const [mark] of tag.matchAll(/[()]/g)) {
    open += mark === '(' ? 1 : -1;
    deepest = Math.max(deepest, open);
  }
  return deepest;
}

// The parser stops at the first thing that is wrong: what else is of another language is looked for tag by tag.
function foreignBeside(text: string, first: TextProblem): TextProblem[] {
  // In a raw block anything may stand.
  if (text.includes('{{{{')) return [];
  const found = statementsAt(text);
  for (const { index, 0: tag } of text.matchAll(/\{\{(?![!/{])[^{}]*\}\}/g)) {
    const isFirst = first.start < index + tag.length && first.end > index;
    const problem = isFirst || parses(tag) ? null : foreignInTemplate(text, index + 2);
    if (problem !== null) found.push(problem);
  }
  return found;
}

function statementsAt(text: string): TextProblem[] {
  const found: TextProblem[] = [];
  let from = 0;
  for (const { mark, message, hint, isFollowing } of jinjaInText(text)) {
    const start = text.indexOf(mark, from);
    from = start + mark.length;
    if (!isFollowing) found.push({ start, end: from, message, hint });
  }
  return found;
}

function parses(tag: string): boolean {
  const name = /^\{\{~?\s*[#^]\s*(\w+)/.exec(tag)?.[1];
  const isElse = /^\{\{~?\s*(?:else\b|\^)/.test(tag);
  const whole = isElse ? `{{#if x}}${tag}{{/if}}` : name === undefined ? tag : `${tag}{{/${name}}}`;
  try {
    parse(whole);
    return true;
  } catch {
    return false;
  }
}

function explain(c: Compiler, error: Error & { lineNumber?: number; column?: number }): TextProblem {
  const { text } = c.text;
  if (error.lineNumber !== undefined && error.column !== undefined) {
    return explainException(error.message, c.offset({ line: error.lineNumber, column: error.column }));
  }
  // The library tells the place of a syntax error only in a cut-down picture; its lexer still knows it.
  const { first_line, first_column, last_line, last_column } = parser.lexer.yylloc;
  const at = c.offset({ line: first_line, column: first_column });
  const start = Math.min(at, text.length);
  const end = Math.max(start + 1, c.offset({ line: last_line, column: last_column }));
  return (
    unclosedMustache(text, start) ??
    unclosedBlock(text, start) ??
    threeBraces(text, start) ??
    foreignInTemplate(text, start) ??
    strayTag(text, start) ?? {
      start,
      end,
      message: `\`${text.slice(start, end)}\` can not stand here in a template.`,
      hint: null,
    }
  );
}

function explainException(full: string, start: number): TextProblem {
  const message = full.replace(/ - \d+:\d+$/, '');
  const mismatch = /^(\S+) doesn't match (\S+)$/.exec(message);
  if (mismatch === null) return { start, end: start + 1, message: `${message}.`, hint: null };
  const [, opened = '', closed = ''] = mismatch;
  return {
    start,
    end: start + opened.length,
    message: `\`{{#${opened}}}\` is closed by \`{{/${closed}}}\`.`,
    hint: `A block ends with its own name: \`{{/${opened}}}\`.`,
  };
}

// Nothing is left to read: some block was opened and never closed.
function unclosedBlock(text: string, at: number): TextProblem | null {
  if (at < text.trimEnd().length) return null;
  const open: { name: string; start: number; end: number }[] = [];
  for (const match of text.matchAll(/\{\{~?([#^/])\s*([^\s}~|(]+)/g)) {
    const [whole, mark, name = ''] = match;
    if (mark === '/') open.pop();
    else open.push({ name, start: match.index, end: match.index + whole.length });
  }
  const last = open.at(-1);
  if (last === undefined) return null;
  const { name, start, end } = last;
  return { start, end, message: `\`{{#${name}}}\` is never closed.`, hint: `Write \`{{/${name}}}\` where it ends.` };
}

function unclosedMustache(text: string, at: number): TextProblem | null {
  // Where braces open inside of braces, it is the outer ones that were forgotten.
  const isNested = at > 0 && text.startsWith('{{', at);
  const start = text.lastIndexOf('{{', isNested ? at - 1 : at);
  const close = text.indexOf('}}', Math.max(start, 0));
  if (start === -1 || (close !== -1 && !(isNested && close > at))) return null;
  const hint = 'Write `}}` where it ends, or `\\{{` for braces that are text.';
  return { start, end: start + 2, message: '`{{` is never closed.', hint };
}

// In files full of braces, `{{/if}}}` means a brace behind a tag; to Handlebars three braces are one mark.
function threeBraces(text: string, at: number): TextProblem | null {
  const start = text.lastIndexOf('{{', at);
  const isThree = start > 0 && text[start - 1] === '{';
  const closes = text.startsWith('}}}', at) ? 3 : 2;
  if (!text.startsWith('}}', at) || (closes === 3) === isThree) return null;
  const hint = 'Put a space or a new line between `{{ }}` and a brace that is text.';
  if (closes === 3) return { start: at, end: at + 3, message: '`}}}` does not end what `{{` began.', hint };
  return { start: start - 1, end: start + 2, message: '`{{{` is not ended by `}}`.', hint };
}

function strayTag(text: string, at: number): TextProblem | null {
  const tag = /^\{\{\{?~?\s*(\/\s*[^\s}~]+|else|\^)?\s*~?\}?\}\}/.exec(text.slice(at, at + 200));
  const emptyAt = /\{\{\{?~?\s*$/.exec(text.slice(0, at));
  if (tag === null && emptyAt !== null && text.startsWith('}}', at)) {
    return { start: emptyAt.index, end: at + 2, message: '`{{ }}` is empty.', hint: 'Braces that are text: `\\{{`.' };
  }
  if (tag?.[1] === undefined) return null;
  const [whole] = tag;
  const message = `\`${whole}\` belongs to no open block.`;
  return { start: at, end: at + whole.length, message, hint: null };
}

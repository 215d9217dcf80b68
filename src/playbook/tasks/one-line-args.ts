import { pythonEscapes } from '../../base/python-escapes.ts';
import { type Entry, type ScalarNode, scalarNode, spanInScalar } from '../../base/node.ts';
import type { Schema } from '../../base/schema.ts';

/** One word of a line of args: `key=value`, or a word without key. Offsets are those in the line, ends exclusive. */
interface Word {
  readonly key: string | null;
  readonly start: number;
  readonly end: number;
  /** The value without the quotes around it; of a word without key, all of it. */
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** The words of a line, or where a quote or brace is never closed. */
export type LineWords = { readonly words: readonly Word[] } | { readonly openAt: number };

/** Splits `src=a dest="b c" mode={{ d }}` at spaces outside of quotes and braces, as Ansible does. */
export function splitLine(text: string): LineWords {
  const words: Word[] = [];
  for (let at = 0; at < text.length;) {
    if (/\s/.test(text[at] ?? '')) {
      at++;
      continue;
    }
    const end = endOfWord(text, at);
    if (end === null) return { openAt: at };
    words.push(wordOf(text, at, end));
    at = end;
  }
  return { words };
}

/** The entry that a word with a key stands for; its place is exact. */
export function entryOfWord(line: ScalarNode, word: Word, schema: Schema | undefined): Entry {
  const key = word.key ?? '';
  const text = String(line.value);
  const value = partOf(line, word.valueStart, word.valueEnd, unescaped(text.slice(word.valueStart, word.valueEnd)));
  return { key, keySpan: spanInScalar(line, word.start, word.start + key.length), value: typed(value, schema) };
}

/** A stretch of a line as a scalar of its own. */
export function partOf(line: ScalarNode, start: number, end: number, text?: string): ScalarNode {
  const value = text ?? String(line.value).slice(start, end);
  return { ...scalarNode(value, spanInScalar(line, start, end)), verbatim: line.verbatim };
}

function endOfWord(text: string, start: number): number | null {
  let quote: string | null = null;
  let depth = 0;
  let at = start;
  for (; at < text.length; at++) {
    const here = text[at] ?? '';
    const pair = text.slice(at, at + 2);
    if (here === '\\' && depth === 0) at++;
    else if (quote === null && (pair === '{{' || pair === '}}')) {
      depth = Math.max(0, depth + (pair === '{{' ? 1 : -1));
      at++;
    } else if (depth > 0) continue;
    else if (quote !== null) quote = here === quote ? null : quote;
    else if (here === '"' || here === "'") quote = here;
    else if (/\s/.test(here)) break;
  }
  return quote === null && depth === 0 ? Math.min(at, text.length) : null;
}

function wordOf(text: string, start: number, end: number): Word {
  const key = /^([A-Za-z_][A-Za-z0-9_-]*)=/.exec(text.slice(start, end))?.[1] ?? null;
  const from = key === null ? start : start + key.length + 1;
  const mark = text[from];
  const isQuoted = (mark === '"' || mark === "'") && end - from >= 2 && text[end - 1] === mark;
  const inner = isQuoted && key !== null ? 1 : 0;
  return { key, start, end, valueStart: from + inner, valueEnd: end - inner };
}

// A backslash before anything else is itself, as in a regular expression.
function unescaped(text: string): string {
  return text.replace(/\\(?:(["'\\abfnrtv])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/g, (_, one, byte, unit) =>
    one === undefined
      ? String.fromCharCode(Number.parseInt((byte ?? unit) as string, 16))
      : (pythonEscapes[one as string] ?? (one as string)),
  );
}

/** Text where the schema wants no text is a number, a boolean or null, as it would be to YAML. */
function typed(node: ScalarNode, schema: Schema | undefined): ScalarNode | Entry['value'] {
  const text = String(node.value);
  const types = schema?.type === undefined ? [] : [schema.type].flat();
  if (types.length === 0 || types.includes('string') || text.includes('{{')) return node;
  if ((types.includes('integer') || types.includes('number')) && /^-?\d+(\.\d+)?$/.test(text))
    return { ...node, value: Number(text) };
  if (types.includes('array')) return listOf(node, text);
  return node;
}

// `name=a,b`: a list, where nothing but a list will do.
function listOf(node: ScalarNode, text: string): Entry['value'] {
  const items = [...text.matchAll(/[^,]+/g)].map(({ 0: item, index }) => {
    const start = index + (item.length - item.trimStart().length);
    return partOf(node, start, start + item.trim().length);
  });
  return { kind: 'list', span: node.span, items };
}

import { isIPv6 } from 'node:net';
import { type Source, type Span, spanOf } from '../base/source.ts';

/** A text of the user's that names hosts, and where it stands. */
export interface PatternText {
  readonly text: string;
  readonly span: Span;
}

/** One part of a pattern. */
export interface Pattern {
  readonly mode: 'add' | 'keep' | 'drop';
  /** Without `&` and `!`, subscript and the brackets of an IPv6 address. */
  readonly name: string;
  readonly subscript: Subscript | null;
  readonly at: Span;
}

/** `[2]`, `[-1]`, `[0:2]` or `[1:]`; both ends are inclusive. */
export interface Subscript {
  readonly first: number;
  /** `null`: to the end. */
  readonly last: number | null;
  readonly isRange: boolean;
}

/** Splits `web:db`, `web,db`, `web:&staging:!web3` into its parts. An IPv6 address is one part. */
export function parsePattern({ text, span }: PatternText): Pattern[] {
  const source = sourceOf(text, span);
  return pieces(text).map(({ piece, start }) => {
    const at = spanOf(source.source, source.start + start, source.start + start + piece.length);
    return parsePiece(piece, source.isExact ? at : span);
  });
}

interface Base {
  readonly source: Source;
  readonly start: number;
  readonly isExact: boolean;
}

// The text of a quoted YAML scalar starts behind its quote; one with escapes has only a place as a whole.
function sourceOf(text: string, { source, start, end }: Span): Base {
  const lead = source.text.slice(start, end).indexOf(text);
  return { source, start: start + Math.max(lead, 0), isExact: lead !== -1 };
}

interface Piece {
  readonly piece: string;
  readonly start: number;
}

function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let start = 0;
  for (const part of text.split(',')) {
    found.push(...colonPieces(part).map(({ piece, start: inner }) => ({ piece, start: start + inner })));
    start += part.length + 1;
  }
  return found;
}

function colonPieces(text: string): Piece[] {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  const start = text.indexOf(trimmed);
  if (isIPv6(withoutMode(trimmed))) return [{ piece: trimmed, start }];
  const found: Piece[] = [];
  // The colons of `[0:2]` and of a regex's `(?:` do not separate.
  for (const match of text.matchAll(/(?:\(\?:|[^\s:[\]]|\[[^\]]*\]|\[|\])+/g))
    found.push({ piece: match[0], start: match.index });
  return found;
}

function parsePiece(piece: string, at: Span): Pattern {
  const mode = piece.startsWith('&') ? 'keep' : piece.startsWith('!') ? 'drop' : 'add';
  const name = withoutMode(piece);
  const inner = /^\[(.*)\]$/.exec(name)?.[1] ?? '';
  if (isIPv6(inner)) return { mode, name: inner, subscript: null, at };
  const found = name.startsWith('~') ? null : /^(.+)\[(?:(-?\d+)|(\d*):(\d*))\]$/.exec(name);
  if (found === null) return { mode, name, subscript: null, at };
  const [, base = '', index, first = '', last = ''] = found;
  const subscript =
    index === undefined
      ? { first: Number(first), last: last === '' ? null : Number(last), isRange: true }
      : { first: Number(index), last: Number(index), isRange: false };
  return { mode, name: base, subscript, at };
}

function withoutMode(piece: string): string {
  return /^[&!]/.test(piece) ? piece.slice(1) : piece;
}

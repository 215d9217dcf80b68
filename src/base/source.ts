/** A text with a name: a file of the user, a command-line argument, or a string that came with neither. */
export interface Source {
  /** As the user would write it: relative to the working directory where that is shorter. */
  readonly name: string;
  readonly text: string;
  /** How a line of it may be shown; `null`: not at all. */
  readonly shown?: (line: string) => string | null;
}

/** A stretch of a source, as offsets in UTF-16 units. `end` is exclusive. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** Line and column of an offset, both from 1. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

const lineStarts = new WeakMap<Source, readonly number[]>();

/** Makes a span; without `end` it covers one character. */
export function spanOf(source: Source, start: number, end = start + 1): Span {
  return { source, start, end };
}

/** Where an offset is, counted as editors do. */
export function lineColumn(source: Source, offset: number): LineColumn {
  const starts = startsOf(source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

/** The offset of a line and column, both from 1: the way back from what parsers report. */
export function offsetOf(source: Source, { line, column }: LineColumn): number {
  const start = startsOf(source)[line - 1] ?? source.text.length;
  return Math.min(start + column - 1, source.text.length);
}

/** The text of one line, from 1, without its end. */
export function lineText(source: Source, line: number): string {
  const starts = startsOf(source);
  return source.text.slice(starts[line - 1] ?? 0, starts[line] ?? source.text.length).replace(/\r?\n$/, '');
}

/** `file:line:col` of a span's start. */
export function formatSpan(span: Span): string {
  const { line, column } = lineColumn(span.source, span.start);
  return `${span.source.name}:${line}:${column}`;
}

function startsOf(source: Source): readonly number[] {
  const known = lineStarts.get(source);
  if (known !== undefined) return known;
  const starts = [0];
  for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1)) starts.push(at + 1);
  lineStarts.set(source, starts);
  return starts;
}

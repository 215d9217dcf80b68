import { expandTemplate } from './python-regexp.ts';

/** What `lineinfile` wants of a text. */
export type LineEdit = PresentLine | AbsentLine;

/** What marks the line that is meant: a pattern, a part of it, or `null`: only the line itself. */
export type LineMark = RegExp | string | null;

/** The line is to be there once more or in place of another. */
export interface PresentLine {
  readonly kind: 'present';
  /** Without line end. */
  readonly line: string;
  readonly mark: LineMark;
  /** Where it goes when nothing is marked. */
  readonly place: LinePlace;
  /** The line holds `\1` and the like, for groups of the pattern; without a match nothing is added. */
  readonly backrefs: boolean;
  /** The first of several marked lines or places, not the last. */
  readonly firstMatch: boolean;
}

/** All lines that are marked, or are this line, go. */
export interface AbsentLine {
  readonly kind: 'absent';
  readonly line: string | null;
  readonly mark: LineMark;
}

/** A place among lines; a pattern that is found nowhere means the end. */
export type LinePlace =
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'after' | 'before'; readonly pattern: RegExp };

/**
 * A text after an edit, which is the same text when it is right already.
 *
 * The rules are those of Ansible's `lineinfile`: a marked line is replaced; else one that is the wanted line stays; else
 * the line is added at its place.
 */
export function editLines(text: string, edit: LineEdit): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return (edit.kind === 'present' ? withLine(lines, edit) : withoutLine(lines, edit)).join('');
}

function withoutLine(lines: readonly string[], { line, mark }: AbsentLine): readonly string[] {
  return lines.filter((each) => (mark === null ? bare(each) !== line : !isMarked(each, mark)));
}

function withLine(lines: readonly string[], edit: PresentLine): readonly string[] {
  const { mark, firstMatch, backrefs } = edit;
  const isHit = (each: string): boolean => mark !== null && isMarked(each, mark);
  const marked = firstMatch ? lines.findIndex(isHit) : lines.findLastIndex(isHit);
  if (marked !== -1) return lines.with(marked, `${lineFor(edit, lines[marked] ?? '')}\n`);
  const { same, place } = search(lines, edit);
  if (same !== -1) return lines.with(same, `${edit.line}\n`);
  if (backrefs) return lines;
  return insert(lines, edit, place);
}

function lineFor({ line, mark, backrefs }: PresentLine, found: string): string {
  const match = backrefs && mark instanceof RegExp ? mark.exec(found.replace(/\n$/, '')) : null;
  return match === null ? line : expandTemplate(line, match);
}

interface Found {
  /** The line that is the wanted one already, or -1. */
  readonly same: number;
  /** The line that the place's pattern is about, or -1. */
  readonly place: number;
}

// With `firstMatch` nothing behind the place is looked at, as in Ansible.
function search(lines: readonly string[], { line, place, firstMatch }: PresentLine): Found {
  let same = -1;
  let found = -1;
  for (const [i, each] of lines.entries()) {
    if (bare(each) === line) same = i;
    else if ('pattern' in place && isMarked(each, place.pattern)) {
      found = i;
      if (firstMatch) break;
    }
  }
  return { same, place: found };
}

function insert(lines: readonly string[], { line, place }: PresentLine, at: number): readonly string[] {
  if (place.kind === 'start') return [`${line}\n`, ...lines];
  if (place.kind === 'end' || at === -1) return [...ended(lines), `${line}\n`];
  const index = place.kind === 'after' ? at + 1 : at;
  if (place.kind === 'after' && bare(lines[index] ?? '\n') === line && index < lines.length) return lines;
  return (index === lines.length ? ended(lines) : lines).toSpliced(index, 0, `${line}\n`);
}

// Only the last line can lack its end.
function ended(lines: readonly string[]): readonly string[] {
  const last = lines.at(-1);
  return last === undefined || /[\n\r]$/.test(last) ? lines : [...lines.slice(0, -1), `${last}\n`];
}

function isMarked(line: string, mark: RegExp | string): boolean {
  const text = line.replace(/\n$/, '');
  return typeof mark === 'string' ? text.includes(mark) : mark.test(text);
}

function bare(line: string): string {
  return line.replace(/[\r\n]+$/, '');
}

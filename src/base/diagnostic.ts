import { displayWidth } from './display-width.ts';
import { formatSpan, lineColumn, lineText, type Source, type Span } from './source.ts';

/** One thing that is wrong with the user's input, and where. */
export interface Diagnostic {
  /** `null`: it has no place, as with a file that does not exist. */
  readonly at: Span | null;
  /** What is wrong, with the value in backquotes; ends with a full stop. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string | null;
}

/** Makes a diagnostic. */
export function diagnostic(at: Span | null, message: string, hint: string | null = null): Diagnostic {
  return { at, message, hint };
}

// Wider than a terminal helps nobody: a long line is shown around the place that matters.
const excerptWidth = 100;

/**
 * A diagnostic as text: `file:line:col: message`, the line with a caret under the place, the hint.
 *
 * Values in it may come from anywhere, so control characters are shown escaped.
 */
export function formatDiagnostic({ at, message, hint }: Diagnostic): string {
  const lines = at === null ? [visible(message)] : [`${visible(formatSpan(at))}: ${visible(message)}`, ...excerpt(at)];
  if (hint !== null) lines.push(`  hint: ${visible(hint)}`);
  return lines.join('\n');
}

/** Sorts by file and place and drops what is said twice. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const unique = new Map(diagnostics.map((d) => [formatDiagnostic(d), d]));
  return [...unique.values()].sort(
    (a, b) => compare(a.at?.source.name ?? '', b.at?.source.name ?? '') || (a.at?.start ?? 0) - (b.at?.start ?? 0),
  );
}

/** Text that cannot steer a terminal: control characters as `\x1b` and the like; newlines stay. */
export function visible(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (c) => {
    const code = c.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

function excerpt({ source, start, end }: Span): string[] {
  const { line, column } = lineColumn(source, start);
  const written = lineText(source, line);
  const full = shownOf(source, written);
  if (full === null || full === '') return [];
  // A secret may be shown shorter or longer than it is.
  const at = (shownOf(source, written.slice(0, column - 1)) ?? '').length;
  const size = (shownOf(source, written.slice(column - 1, column - 1 + end - start)) ?? '').length;
  const from = Math.max(0, Math.min(at - excerptWidth / 2, full.length - excerptWidth));
  const shown = full.slice(from, from + excerptWidth).replaceAll('\t', ' ');
  const caretAt = at - from;
  // An escaped character is wider than itself.
  const before = displayWidth(visible(shown.slice(0, caretAt)));
  const marked = displayWidth(visible(shown.slice(caretAt, caretAt + size)));
  const gutter = String(line).padStart(5);
  return [`${gutter} | ${visible(shown)}`, `      | ${' '.repeat(before)}${'^'.repeat(Math.max(1, marked))}`];
}

function shownOf({ shown }: Source, text: string): string | null {
  return shown === undefined ? text : shown(text);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

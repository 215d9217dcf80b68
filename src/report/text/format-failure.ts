import { visible } from '../../base/diagnostic.ts';
import type { Failure } from '../../engine/events.ts';
import type { Style } from './style.ts';
import { indent, linesOf, oneLine } from './text.ts';

// The end of an output tells why it ended; `-v` shows all that is there.
const outputLines = 20;

/** What stands under a failure's message: the command and what it said, the place, what to do next. */
export function formatFailure(failure: Failure, at: string, style: Style): string[] {
  const [, ...restOfMessage] = linesOf(failure.message);
  return [
    ...restOfMessage,
    ...(failure.command === null ? [] : labelled('command', linesOf(failure.command))),
    ...(failure.status === null ? [] : [`status: ${failure.status}`]),
    ...outputs(failure, style),
    ...place(failure, at),
    ...hintLines(failure, style),
  ];
}

/** The first line of a failure's message. */
export function failureHead({ message }: Failure): string {
  return linesOf(message)[0] ?? '';
}

// The excerpt may have it already.
function hintLines({ hint, excerpt }: Failure, { colours }: Style): string[] {
  if (hint === null || excerpt?.includes(hint) === true) return [];
  return [`${colours.bold('hint:')} ${oneLine(hint)}`];
}

// Some programs complain on stdout: without a word on stderr it is the place to look.
function outputs({ stderr, stdout }: Failure, style: Style): string[] {
  const hasStderr = stderr !== null && stderr.trim() !== '';
  const hasStdout = stdout !== null && stdout.trim() !== '';
  return [
    ...(hasStderr ? labelled('stderr', lastLines(stderr, style)) : []),
    ...(hasStdout && (!hasStderr || style.verbosity > 0) ? labelled('stdout', lastLines(stdout, style)) : []),
  ];
}

function lastLines(text: string, { verbosity, colours }: Style): string[] {
  const lines = linesOf(text);
  const hidden = verbosity > 0 ? 0 : lines.length - outputLines;
  return hidden <= 0 ? lines : [colours.dim(`(${hidden} lines before; -v shows them)`), ...lines.slice(-outputLines)];
}

function labelled(label: string, lines: readonly string[]): string[] {
  const [only] = lines;
  return lines.length === 1 ? [`${label}: ${only}`] : [`${label}:`, ...indent(lines, 2)];
}

// The excerpt of a diagnostic begins with its message, which the reader has just read.
function place({ excerpt, message }: Failure, at: string): string[] {
  if (excerpt === null) return at === '' ? [] : [`at ${oneLine(at)}`];
  const [head = '', ...rest] = linesOf(visible(excerpt).replace(`: ${visible(message)}`, ''));
  return [`at ${head}`, ...rest];
}

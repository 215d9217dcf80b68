import type { Details } from '../../engine/events.ts';
import type { Style } from './style.ts';
import { indent, linesOf, oneLine } from './text.ts';

/** The args that a module had, from `-vv` on. */
export function formatArgs(details: Details | undefined, { verbosity }: Style): string[] {
  const args = details?.args ?? null;
  return args === null || verbosity < 2 ? [] : [`args: ${oneLine(args)}`];
}

/** What a command said, from `-v` on. */
export function formatCommandOutput(details: Details | undefined, { verbosity }: Style): string[] {
  if (details === undefined || verbosity === 0) return [];
  const { status, stdout, stderr } = details;
  return [
    ...(status === null ? [] : [`status: ${status}`]),
    ...labelled('stdout', stdout),
    ...labelled('stderr', stderr),
  ];
}

/** Whether they tell what a program said, so that it need not be told once more. */
export function tellsOutput(details: Details | undefined, { verbosity, messages }: Style): boolean {
  return verbosity > 0 && !messages && details !== undefined && details.status !== null;
}

function labelled(label: string, text: string | null): string[] {
  if (text === null || text.trim() === '') return [];
  const lines = linesOf(text);
  return lines.length === 1 ? [`${label}: ${lines[0]}`] : [`${label}:`, ...indent(lines, 2)];
}

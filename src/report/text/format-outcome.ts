import type { ItemOutcome, TaskOutcome, TaskRef } from '../../engine/events.ts';
import { formatDiff } from './diff.ts';
import { statusWord } from './format-counts.ts';
import { formatArgs, formatCommandOutput, tellsOutput } from './format-details.ts';
import { failureHead, formatFailure } from './format-failure.ts';
import { inStatusColour, type Style } from './style.ts';
import { indent, linesOf, oneLine } from './text.ts';

/** What is to be said of a task on a host, beside its status. Hosts of which the same is said share it. */
export interface Block {
  /** Stands behind the name of the host. */
  readonly head: string | null;
  readonly lines: readonly string[];
  readonly isFailure: boolean;
}

/** What is to be said of an outcome; `null` when the status says it all. */
export function formatOutcome(task: TaskRef, outcome: TaskOutcome, style: Style): Block | null {
  const said = tellsOutput(outcome.details, style) ? [] : messageLines(task, outcome, style);
  const sentence = headOf(outcome, style);
  const [onlyLine] = said;
  const joined = sentence === null && said.length === 1;
  const lines = [
    ...(joined ? [] : said),
    ...formatArgs(outcome.details, style),
    ...failureLines(task, outcome, style),
    // The changes of a loop are told item by item.
    ...(outcome.items.length > 0 ? itemsOf(task, outcome.items, style) : changeLines(outcome, style)),
    ...formatCommandOutput(outcome.details, style),
  ];
  const head = joined ? (onlyLine ?? null) : sentence;
  return head === null && lines.length === 0 ? null : { head, lines, isFailure: outcome.failure !== null };
}

function headOf({ status, failure, ignored, rescued, waitsFor }: TaskOutcome, { colours }: Style): string | null {
  if (failure !== null) {
    const word = status === 'unreachable' ? 'unreachable: ' : '';
    return colours.red(word + failureHead(failure)) + (ignored ? ' (ignored)' : '') + (rescued ? ' (rescued)' : '');
  }
  if (status !== 'deferred') return null;
  return colours.magenta(waitsFor === null ? 'waits for an earlier change' : `waits for \`${oneLine(waitsFor)}\``);
}

function failureLines(task: TaskRef, { failure, items }: TaskOutcome, style: Style): string[] {
  // The items say themselves what went wrong.
  if (failure === null || items.some((item) => item.failure !== null)) return [];
  return formatFailure(failure, task.at, style);
}

function messageLines(
  task: TaskRef,
  { message, status }: Pick<TaskOutcome, 'message' | 'status'>,
  style: Style,
): string[] {
  const isAskedFor = task.module === 'debug' || style.messages;
  if (message === null || message.trim() === '') return [];
  if (style.verbosity === 0 && (!isAskedFor || status === 'skipped')) return [];
  const lines = linesOf(message);
  return status === 'skipped' ? [`skipped: ${lines.join(' ')}`] : lines;
}

function changeLines({ changes, failure }: Pick<TaskOutcome, 'changes' | 'failure'>, style: Style): string[] {
  // The command that failed is told with its failure.
  const telling =
    failure === null || failure.command === null ? changes : changes.filter(({ kind }) => kind !== 'run-command');
  return telling.flatMap(({ summary, diff }) => {
    if (style.diff && diff !== null && diff !== '') return formatDiff(diff, style.colours);
    return style.diff || style.verbosity > 0 ? linesOf(summary) : [];
  });
}

function itemsOf(task: TaskRef, items: readonly ItemOutcome[], style: Style): string[] {
  return items.flatMap((item) => {
    const said = tellsOutput(item.details, style) ? [] : messageLines(task, item, style);
    const isQuiet = item.status === 'ok' || item.status === 'skipped' || item.status === 'deferred';
    if (isQuiet && item.failure === null && style.verbosity === 0 && said.length === 0) return [];
    return [itemHead(item, style), ...indent([...said, ...itemDetails(task, item, style)], 2)];
  });
}

function itemHead({ label, status, failure }: ItemOutcome, { colours }: Style): string {
  const words = failure === null ? statusWord(status) : `${statusWord(status)}: ${failureHead(failure)}`;
  return `[${oneLine(label)}] ${inStatusColour(words, failure === null ? status : 'failed', colours)}`;
}

function itemDetails(task: TaskRef, item: ItemOutcome, style: Style): string[] {
  return [
    ...formatArgs(item.details, style),
    ...(item.failure === null ? [] : formatFailure(item.failure, task.at, style)),
    ...changeLines(item, style),
    ...formatCommandOutput(item.details, style),
  ];
}

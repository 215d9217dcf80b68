import type { Status } from '../engine/events.ts';
import { inStatusColour, type Style } from './style.ts';

/** How many hosts ended with which status. */
export type Counts = Readonly<Partial<Record<Status, number>>>;

// What needs a reader's eye comes first.
const order = ['failed', 'unreachable', 'changed', 'would-change', 'deferred', 'ok', 'skipped'] as const;

/** `changed 2  ok 3`; failures that were ignored are told: `failed 1 (ignored)`. */
export function formatCounts(counts: Counts, ignored: number, { colours }: Style): string {
  const words = order.flatMap((status) => {
    const amount = counts[status] ?? 0;
    if (amount === 0) return [];
    const note = status === 'failed' ? ignoredNote(ignored, amount) : '';
    return [inStatusColour(`${statusWord(status)} ${amount}`, status, colours) + note];
  });
  return words.join('  ');
}

/** A status as users read it. */
export function statusWord(status: Status): string {
  return status === 'would-change' ? 'would change' : status;
}

function ignoredNote(ignored: number, failed: number): string {
  if (ignored === 0) return '';
  return ignored >= failed ? ' (ignored)' : ` (${ignored} ignored)`;
}

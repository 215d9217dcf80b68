import type { Status } from '../../engine/events.ts';
import { inStatusColour, type Style } from './style.ts';

/** How many hosts ended with which status. */
export type Counts = Readonly<Partial<Record<Status, number>>>;

// What needs a reader's eye comes first.
const order = ['failed', 'unreachable', 'changed', 'would-change', 'deferred', 'ok', 'skipped'] as const;

/** How many of the failures do not count as such. */
export interface Forgiven {
  readonly ignored: number;
  readonly rescued: number;
}

const none: Forgiven = { ignored: 0, rescued: 0 };

/** `changed 2  ok 3`; failures that do not count are told: `failed 3 (1 ignored, 1 rescued)`. */
export function formatCounts(counts: Counts, { colours }: Style, forgiven: Forgiven = none): string {
  const words = order.flatMap((status) => {
    const amount = counts[status] ?? 0;
    if (amount === 0) return [];
    const note = status === 'failed' ? forgivenNote(forgiven, amount) : '';
    return [inStatusColour(`${statusWord(status)} ${amount}`, status, colours) + note];
  });
  return words.join('  ');
}

/** A status as users read it. */
export function statusWord(status: Status): string {
  return status === 'would-change' ? 'would change' : status;
}

function forgivenNote({ ignored, rescued }: Forgiven, failed: number): string {
  const words = Object.entries({ ignored, rescued }).flatMap(([word, amount]) => {
    if (amount === 0) return [];
    return [amount >= failed ? word : `${amount} ${word}`];
  });
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

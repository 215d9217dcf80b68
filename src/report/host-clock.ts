import type { RunEvent } from '../engine/events.ts';

/**
 * Tells how long a host was busy with a task. Tasks that travel together end together: the first of them is told the time
 * of all, the others none, so that the times of a host add up to what it really took.
 */
export class HostClock {
  readonly #now: () => Date;
  readonly #since = new Map<string, number>();

  constructor(now: () => Date = () => new Date()) {
    this.#now = now;
  }

  /** Milliseconds, of a task that has ended; `null` for any other event. */
  tookMs(event: RunEvent): number | null {
    if (event.kind !== 'task-started' && event.kind !== 'task-finished') return null;
    const now = this.#now().getTime();
    const since = this.#since.get(event.host) ?? now;
    this.#since.set(event.host, now);
    return event.kind === 'task-finished' ? now - since : null;
  }
}

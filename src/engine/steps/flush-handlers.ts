import type { Play, Task } from '../../playbook/playbook.ts';
import type { HostRun } from '../variables/host-run.ts';
import type { Placed } from './placed.ts';
import { behind } from './position.ts';

/** Whether a host owes a handler of the play. */
export function hasHandlersToRun({ notified }: HostRun, { handlers }: Play): boolean {
  return handlers.some(({ id }) => notified.has(id));
}

/**
 * What stands in the place of `flush_handlers`: the handlers that are owed, in the order of their definition, and then
 * the same again for what these have notified. Each handler runs once.
 */
export class Flush {
  readonly #done = new Map<string, ReadonlySet<number>>();

  open(placed: Placed, { notified }: HostRun, { handlers }: Play): Placed[] {
    const done = this.#done.get(keyOf(placed)) ?? new Set<number>();
    const owed = handlers.filter(({ id }) => notified.has(id) && !done.has(id));
    if (owed.length === 0) return [];
    const isFirst = !this.#done.has(keyOf(placed));
    const round = isFirst ? [...placed.position, 0] : placed.position;
    const inner = owed.map((step): Placed<Task> => ({
      step,
      position: [...round, handlers.indexOf(step)],
      sections: placed.sections,
      params: [],
      loop: null,
    }));
    const again: Placed = { ...placed, position: behind(round) };
    this.#done.set(keyOf(again), new Set([...done, ...owed.map(({ id }) => id)]));
    return [...inner, again];
  }
}

function keyOf({ position }: Placed): string {
  return position.join('.');
}

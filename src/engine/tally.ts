import type { Listener, Status, TaskRef } from './events.ts';
import { behind, comparePositions, type Position, start } from './steps/position.ts';
import { Reached } from './reached.ts';

interface Counted {
  readonly position: Position;
  readonly task: TaskRef;
  readonly counts: Partial<Record<Status, number>>;
}

/** Knows which tasks all hosts have finished, and tells it in the order of the playbook. */
export class Tally {
  readonly #listener: Listener;
  readonly #reached: Reached;
  /** By position, not told yet. */
  readonly #counted = new Map<string, Counted>();

  constructor(hosts: readonly string[], listener: Listener) {
    this.#listener = listener;
    this.#reached = new Reached(hosts, start);
  }

  add(position: Position, task: TaskRef, status: Status): void {
    // In different files that are included there may be several in the same place.
    const key = keyOf(position, task);
    const counts: Counted['counts'] = this.#counted.get(key)?.counts ?? {};
    counts[status] = (counts[status] ?? 0) + 1;
    this.#counted.set(key, { position, task, counts });
  }

  /** The host has finished everything before that position. */
  reach(host: string, position: Position): void {
    if (this.#reached.of(host) === null) return;
    this.#reached.set(host, position);
    this.#tell();
  }

  /** The host comes to no further task. */
  leave(host: string): void {
    this.#reached.delete(host);
    this.#tell();
  }

  #tell(): void {
    if (this.#counted.size === 0) return;
    const done = [...this.#counted.values()]
      .filter(({ position }) => this.#reached.before(behind(position)) === 0)
      .sort((a, b) => comparePositions(a.position, b.position));
    for (const { position, task, counts } of done) {
      this.#counted.delete(keyOf(position, task));
      this.#listener({ kind: 'task-completed', task, counts });
    }
  }
}

function keyOf(position: Position, { id }: TaskRef): string {
  return `${position.join('.')} ${id}`;
}

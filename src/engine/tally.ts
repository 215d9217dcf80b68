import type { Task } from '../playbook/playbook.ts';
import type { Listener, Status } from './events.ts';
import { refOf } from './task-ref.ts';

/** Knows which tasks all hosts have finished, and tells it in the order of the list. */
export class Tally {
  readonly #tasks: readonly Task[];
  readonly #listener: Listener;
  readonly #active: Set<string>;
  readonly #done = new Map<Task, Set<string>>();
  readonly #counts = new Map<Task, Partial<Record<Status, number>>>();
  #next = 0;

  constructor(tasks: readonly Task[], hosts: readonly string[], listener: Listener) {
    this.#tasks = tasks;
    this.#listener = listener;
    this.#active = new Set(hosts);
  }

  add(task: Task, host: string, status: Status): void {
    const counts = this.#counts.get(task) ?? {};
    counts[status] = (counts[status] ?? 0) + 1;
    this.#counts.set(task, counts);
    const done = this.#done.get(task) ?? new Set();
    this.#done.set(task, done.add(host));
    this.#advance();
  }

  /** The host comes to no further task. */
  leave(host: string): void {
    this.#active.delete(host);
    this.#advance();
  }

  #advance(): void {
    for (let task = this.#tasks[this.#next]; task !== undefined; task = this.#tasks[++this.#next]) {
      const done = this.#done.get(task);
      if ([...this.#active].some((host) => !(done?.has(host) ?? false))) return;
      const counts = this.#counts.get(task);
      if (counts !== undefined) this.#listener({ kind: 'task-completed', task: refOf(task), counts });
    }
  }
}

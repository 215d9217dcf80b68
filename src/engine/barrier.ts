/**
 * Ansible's order between hosts, kept where it can be observed.
 *
 * Hosts go through the same list of tasks at their own pace. Before a task with an effect outside the host's own files
 * changes anything, all hosts have finished everything before it; and no host changes anything that stands behind such
 * a task before all have finished it. Probing, and what is already right, waits for nobody.
 */
export class Barrier {
  /** Positions of tasks that may have such an effect, ascending. */
  readonly #effects: readonly number[];
  readonly #finished = new Map<string, number>();
  #waiting: { readonly host: string; readonly needed: number; readonly go: () => void }[] = [];

  constructor(hosts: readonly string[], effects: readonly number[]) {
    this.#effects = effects;
    for (const host of hosts) this.#finished.set(host, 0);
  }

  /** How many tasks all hosts must have finished before a change at that position may be made. */
  neededFor(position: number): number {
    if (this.#effects.includes(position)) return position;
    const last = this.#effects.findLast((effect) => effect < position);
    return last === undefined ? 0 : last + 1;
  }

  /** True when all other hosts have finished that many tasks. */
  isOpen(host: string, needed: number): boolean {
    return [...this.#finished].every(([name, finished]) => name === host || finished >= needed);
  }

  /** Resolves once all other hosts have finished that many tasks. */
  async pass(host: string, needed: number): Promise<void> {
    if (this.isOpen(host, needed)) return;
    await new Promise<void>((go) => this.#waiting.push({ host, needed, go }));
  }

  /** A host has finished the tasks before that position. */
  finished(host: string, position: number): void {
    if ((this.#finished.get(host) ?? Infinity) >= position) return;
    this.#finished.set(host, position);
    this.#wake();
  }

  /** A host takes part no longer: it is done, or it failed. */
  leave(host: string): void {
    this.#finished.delete(host);
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = waiting.filter(({ host, needed }) => !this.isOpen(host, needed));
    for (const waiter of waiting) if (!this.#waiting.includes(waiter)) waiter.go();
  }
}

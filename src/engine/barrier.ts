import { comparePositions, type Position, start } from './steps/position.ts';

/**
 * How far the hosts of a batch have come, and who waits for it.
 *
 * Hosts go through the same steps at their own pace. Ansible's order between them is kept where it can be observed:
 * who needs others to have finished something waits here. Probing, and what is already right, waits for nobody.
 */
export class Barrier {
  readonly #reached = new Map<string, Position>();
  #waiting: { readonly isOver: () => boolean; readonly go: () => void }[] = [];

  constructor(hosts: readonly string[]) {
    for (const host of hosts) this.#reached.set(host, start);
  }

  /** The hosts that still have that step before them or are at it, in the order of the batch. */
  hostsBefore(position: Position): string[] {
    return [...this.#reached].filter(([, at]) => comparePositions(at, position) <= 0).map(([host]) => host);
  }

  /** True when all other hosts have finished what is before that position. */
  isOpen(host: string, needed: Position): boolean {
    return [...this.#reached].every(([name, at]) => name === host || comparePositions(at, needed) >= 0);
  }

  /** Resolves once all other hosts have finished what is before that position. */
  async pass(host: string, needed: Position): Promise<void> {
    await this.until(() => this.isOpen(host, needed));
  }

  /** Resolves once that is so; it is asked again whenever a host has come further. */
  async until(isOver: () => boolean): Promise<void> {
    if (isOver()) return;
    await new Promise<void>((go) => this.#waiting.push({ isOver, go }));
  }

  /** A host has finished everything before that position. */
  reach(host: string, position: Position): void {
    const known = this.#reached.get(host);
    if (known === undefined || comparePositions(known, position) >= 0) return;
    this.#reached.set(host, position);
    this.wake();
  }

  /** A host takes part no longer: it is done, or it failed. */
  leave(host: string): void {
    this.#reached.delete(host);
    this.wake();
  }

  /** Lets everybody look again at what they wait for. */
  wake(): void {
    const over = this.#waiting.filter(({ isOver }) => isOver());
    this.#waiting = this.#waiting.filter((waiter) => !over.includes(waiter));
    for (const { go } of over) go();
  }
}

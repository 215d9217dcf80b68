import { comparePositions, type Position, start } from './steps/position.ts';
import { Reached } from './reached.ts';

/** Hosts that wait for all others to have finished what is before a position. */
interface Gate {
  readonly needed: Position;
  readonly waiting: { readonly host: string; readonly go: () => void }[];
}

/**
 * How far the hosts of a batch have come, and who waits for it.
 *
 * Hosts go through the same steps at their own pace. Ansible's order between them is kept where it can be observed:
 * who needs others to have finished something waits here. Probing, and what is already right, waits for nobody.
 */
export class Barrier {
  readonly #hosts: readonly string[];
  readonly #reached: Reached;
  readonly #gates = new Map<string, Gate>();
  #waiting: { readonly isOver: () => boolean; readonly go: () => void }[] = [];
  /** By position: how many hosts of the batch, from the first on, are behind it or have left. */
  readonly #gone = new Map<string, number>();

  constructor(hosts: readonly string[]) {
    this.#hosts = hosts;
    this.#reached = new Reached(hosts, start);
  }

  /** The first host of the batch that still has that step before it or is at it; `null`: there is none. */
  firstBefore(position: Position): string | null {
    const key = position.join('.');
    let index = this.#gone.get(key) ?? 0;
    for (let host = this.#hosts[index]; host !== undefined && this.#isBehind(host, position);)
      host = this.#hosts[++index];
    this.#gone.set(key, index);
    return this.#hosts[index] ?? null;
  }

  /** True when all other hosts have finished what is before that position. */
  isOpen(host: string, needed: Position): boolean {
    const before = this.#reached.before(needed);
    return before === 0 || (before === 1 && this.#isBefore(host, needed));
  }

  /** Resolves once all other hosts have finished what is before that position. */
  async pass(host: string, needed: Position): Promise<void> {
    if (this.isOpen(host, needed)) return;
    const key = needed.join('.');
    const gate = this.#gates.get(key) ?? { needed, waiting: [] };
    this.#gates.set(key, gate);
    await new Promise<void>((go) => gate.waiting.push({ host, go }));
  }

  /** Resolves once that is so; it is asked again whenever a host has come further. */
  async until(isOver: () => boolean): Promise<void> {
    if (isOver()) return;
    await new Promise<void>((go) => this.#waiting.push({ isOver, go }));
  }

  /** A host has finished everything before that position. */
  reach(host: string, position: Position): void {
    const known = this.#reached.of(host);
    if (known === null || comparePositions(known, position) >= 0) return;
    this.#reached.set(host, position);
    this.#open();
    this.wake();
  }

  /** A host takes part no longer: it is done, or it failed. */
  leave(host: string): void {
    this.#reached.delete(host);
    this.#open();
    this.wake();
  }

  /** Lets everybody look again at what they wait for. */
  wake(): void {
    if (this.#waiting.length === 0) return;
    const over = new Set(this.#waiting.filter(({ isOver }) => isOver()));
    this.#waiting = this.#waiting.filter((waiter) => !over.has(waiter));
    for (const { go } of over) go();
  }

  #open(): void {
    for (const [key, { needed, waiting }] of this.#gates) {
      const before = this.#reached.before(needed);
      if (before > 1) continue;
      const passing = waiting.filter(({ host }) => before === 0 || this.#isBefore(host, needed));
      if (passing.length === 0) continue;
      if (passing.length === waiting.length) this.#gates.delete(key);
      else this.#gates.set(key, { needed, waiting: waiting.filter((one) => !passing.includes(one)) });
      for (const { go } of passing) go();
    }
  }

  #isBefore(host: string, position: Position): boolean {
    const at = this.#reached.of(host);
    return at !== null && comparePositions(at, position) < 0;
  }

  #isBehind(host: string, position: Position): boolean {
    const at = this.#reached.of(host);
    return at === null || comparePositions(at, position) > 0;
  }
}

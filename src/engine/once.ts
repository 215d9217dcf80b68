import type { Barrier } from './barrier.ts';
import type { Once } from './course.ts';
import type { Finished } from './steps/finish.ts';
import type { HostRun } from './variables/host-run.ts';
import type { Placed } from './steps/placed.ts';
import type { Position } from './steps/position.ts';

/**
 * Lets the first host of a batch that comes to a step do it for all. The others wait for what came of it; when that
 * host fails before it gets there, the next one does it.
 */
export class FirstOfBatch implements Once {
  readonly #barrier: Barrier;
  readonly #isOver: (position: Position) => boolean;
  readonly #done = new Map<string, Finished | null>();

  constructor(barrier: Barrier, isOver: (position: Position) => boolean) {
    this.#barrier = barrier;
    this.#isOver = isOver;
  }

  async take(placed: Placed, { host }: HostRun): Promise<'lead' | Finished | null> {
    const { position } = placed;
    const key = keyOf(placed);
    const leads = (): boolean => this.#barrier.firstBefore(position) === host.name;
    await this.#barrier.until(() => this.#done.has(key) || leads() || this.#isOver(position));
    return this.#done.has(key) ? (this.#done.get(key) ?? null) : 'lead';
  }

  done(placed: Placed, finished: Finished | null): void {
    this.#done.set(keyOf(placed), finished);
    this.#barrier.wake();
  }
}

// Hosts that include different files come to different steps in the same place.
function keyOf({ position, step }: Placed): string {
  return `${position.join('.')} ${step.id}`;
}

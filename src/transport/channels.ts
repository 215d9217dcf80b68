import type { Channel } from './shell/channel.ts';
import { within } from './shell/within.ts';

const closeGraceMs = 1_000;

/** The channels of one link that are open, to end them with it. */
export class OpenChannels {
  readonly #open = new Set<Channel>();

  /** Keeps it until it has ended. */
  add(channel: Channel): Channel {
    this.#open.add(channel);
    void channel.ended.then(() => this.#open.delete(channel));
    return channel;
  }

  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  /** Tells all that there is nothing more to come; after a second they are let go of. */
  async close(): Promise<void> {
    const ends = [...this.#open].map(({ ended }) => ended);
    for (const { stdin } of this.#open) stdin.end();
    await within(closeGraceMs, Promise.all(ends));
    for (const channel of this.#open) channel.destroy();
    this.#open.clear();
  }

  /** Lets go of all at once, and waits until they have ended. */
  async drop(): Promise<void> {
    const ends = [...this.#open].map(({ ended }) => ended);
    for (const channel of this.#open) channel.destroy();
    await within(closeGraceMs, Promise.all(ends));
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { Readable } from 'node:stream';

/** Lets so many bytes a second through, over all streams together. */
export class Throttle {
  readonly #bytesPerSecond: number;
  /** When what was let through so far is paid for, in ms. */
  #paidAt = 0;

  constructor(bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** The same bytes, no faster than that. */
  slow(source: Readable): Readable {
    return Readable.from(this.#pieces(source), { objectMode: false });
  }

  async *#pieces(source: Readable): AsyncGenerator<Buffer> {
    // Small pieces, so that streams take turns.
    const most = Math.max(1, Math.min(64 * 1024, Math.ceil(this.#bytesPerSecond / 20)));
    for await (const chunk of source as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length; at += most) {
        const piece = chunk.subarray(at, at + most);
        await this.#pay(piece.length);
        yield piece;
      }
    }
  }

  async #pay(bytes: number): Promise<void> {
    const now = performance.now();
    const startsAt = Math.max(now, this.#paidAt);
    this.#paidAt = startsAt + (bytes / this.#bytesPerSecond) * 1000;
    if (startsAt > now) await sleep(startsAt - now);
  }
}

import type { SpareTime } from './spare-time.ts';

/** How a piece of a content travels: as it is, or packed. */
export type Way = 'raw' | 'packed';

/** So much of what is sent has to be seen before a way is judged: windows open in jumps of up to 2 MiB. */
const trialBytes = 4 * 1024 * 1024;

// One core packs about 70 MB/s for all hosts, and every host has to unpack: beyond this nothing is to be won.
const fastBytesPerMs = 25_000;

/** Each host's processor has to unpack: it must be worth it. */
const worthwhile = 1.15;

/** The other way is tried again after so much of the content: others may be done, and the line be free. */
const believedBytes = 128 * 1024 * 1024;

/** A piece that has gone. */
export interface Gone {
  readonly way: Way;
  /** Of the content. */
  readonly contentBytes: number;
  /** As it went, which is less where it is packed. */
  readonly sentBytes: number;
  /** Since the piece before it, with the time to read and pack it. */
  readonly elapsedMs: number;
  /** Of that, how long nobody took it. */
  readonly waitedMs: number;
}

/**
 * How fast a content comes forward on its way to a host, and which way is the faster one.
 *
 * Lines, processors and disks are shared with other hosts, so nothing is computed: both ways are tried, and what brought
 * more of the content there in the same time is right.
 */
export class Pace {
  #seen: Record<Way, Seen> = { raw: nothingSeen, packed: nothingSeen };
  readonly #spare: Pick<SpareTime, 'hasSome'>;
  #buffersAreFull = false;
  #sinceTrial = 0;

  /** @param spare where processors have no time left, the line is not the limit, and packing is not tried */
  constructor(spare: Pick<SpareTime, 'hasSome'>) {
    this.#spare = spare;
  }

  /** Another stream begins, with buffers of its own. */
  begin(): void {
    this.#buffersAreFull = false;
  }

  /** Hears of each piece. What vanishes in buffers, however slow the line, tells nothing. */
  took({ way, contentBytes, sentBytes, elapsedMs, waitedMs }: Gone): void {
    if (!this.#buffersAreFull) {
      this.#buffersAreFull = waitedMs >= 2;
      return;
    }
    this.#seen[way] = added(this.#seen[way], { contentBytes, sentBytes, ms: elapsedMs });
    this.#sinceTrial += contentBytes;
    if (this.#sinceTrial > believedBytes) this.#tryOtherAgain(way);
  }

  /** The way for what comes next; `null`: not known yet. */
  get better(): Way | null {
    const { raw, packed } = this.#seen;
    if (raw.sentBytes < trialBytes) return packed.sentBytes < trialBytes ? null : 'raw';
    if (rateOf(raw) > fastBytesPerMs) return 'raw';
    if (packed.sentBytes === 0 && !this.#spare.hasSome) return 'raw';
    if (packed.sentBytes < trialBytes) return 'packed';
    return rateOf(packed) > rateOf(raw) * worthwhile ? 'packed' : 'raw';
  }

  #tryOtherAgain(way: Way): void {
    this.#sinceTrial = 0;
    this.#seen = { ...this.#seen, [way === 'raw' ? 'packed' : 'raw']: nothingSeen };
  }
}

interface Seen {
  readonly contentBytes: number;
  readonly sentBytes: number;
  readonly ms: number;
}

const nothingSeen: Seen = { contentBytes: 0, sentBytes: 0, ms: 0 };

/** Of what lies far back less and less counts. */
function added(before: Seen, more: Seen): Seen {
  const weight = before.sentBytes > 2 * trialBytes ? 0.5 : 1;
  return {
    contentBytes: before.contentBytes * weight + more.contentBytes,
    sentBytes: before.sentBytes * weight + more.sentBytes,
    ms: before.ms * weight + more.ms,
  };
}

function rateOf({ contentBytes, ms }: Seen): number {
  return contentBytes / Math.max(ms, 0.001);
}

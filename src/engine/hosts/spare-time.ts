import { cpus } from 'node:os';

/** Below that share of idle time whoever computes more keeps others waiting. */
const spareShare = 0.15;

const sampledEveryMs = 250;

/** Whether this machine's processors have time to spare, looked at a few times in a second. */
export class SpareTime {
  readonly #read: () => Times;
  readonly #now: () => number;
  /** `null`: nobody has asked yet, as in a run that sends nothing large. */
  #last: Times | null = null;
  #lastAt = -Infinity;
  #hasSome = true;

  constructor(read = processorTimes, now = (): number => performance.now()) {
    this.#read = read;
    this.#now = now;
  }

  get hasSome(): boolean {
    if (this.#now() - this.#lastAt >= sampledEveryMs) this.#sample();
    return this.#hasSome;
  }

  #sample(): void {
    const times = this.#read();
    const since = this.#last ?? times;
    const all = times.all - since.all;
    // Counted in hundredths of a second: none may have gone by.
    if (all > 0) this.#hasSome = (times.idle - since.idle) / all > spareShare;
    this.#last = times;
    this.#lastAt = this.#now();
  }
}

/** Of all processors together since they were started; any unit. */
export interface Times {
  readonly idle: number;
  readonly all: number;
}

function processorTimes(): Times {
  let [idle, all] = [0, 0];
  for (const { times } of cpus()) {
    idle += times.idle;
    all += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { idle, all };
}

import { cpus } from 'node:os';

/** Below that share of idle time whoever computes more keeps others waiting. */
const spareShare = 0.15;

const sampledEveryMs = 250;

/** Whether this machine's processors have time to spare, looked at a few times in a second. */
export class SpareTime {
  readonly #read: () => Times;
  readonly #now: () => number;
  #last: Times;
  #lastAt: number;
  #hasSome = true;

  constructor(read = processorTimes, now = (): number => performance.now()) {
    this.#read = read;
    this.#now = now;
    this.#last = read();
    this.#lastAt = now();
  }

  get hasSome(): boolean {
    if (this.#now() - this.#lastAt >= sampledEveryMs) this.#sample();
    return this.#hasSome;
  }

  #sample(): void {
    const times = this.#read();
    const all = times.all - this.#last.all;
    // Counted in hundredths of a second: none may have gone by.
    if (all > 0) this.#hasSome = (times.idle - this.#last.idle) / all > spareShare;
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

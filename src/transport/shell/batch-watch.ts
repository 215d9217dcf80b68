import { ConnectError } from '../../base/errors.ts';
import type { Fragment } from '../session.ts';
import type { Framing } from './batch.ts';
import { Replies } from './replies.ts';

// A killed fragment is gone in milliseconds; one that waits for a dead disk never goes.
const killGraceMs = 10_000;

/** Gathers the replies of one batch, and ends fragments that take too long or say too much. */
export class BatchWatch {
  /** @throws Error when the shell is lost, a ConnectError when the host is; what was answered until then is in `replies`. */
  readonly finished: Promise<void>;
  readonly replies: Replies;
  readonly #batch: readonly Fragment[];
  readonly #kill: (pid: number) => Promise<void>;
  #resolve: () => void = () => {};
  #reject: (error: Error) => void = () => {};
  #timer: NodeJS.Timeout | undefined;
  #pid: number | null = null;

  /** `kill` gets the process id of a fragment, and may be called when that has just ended. */
  constructor(batch: readonly Fragment[], framing: Framing, kill: (pid: number) => Promise<void>) {
    this.#batch = batch;
    this.#kill = kill;
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.replies = new Replies(batch.length, framing, {
      started: (fragment, pid) => this.#started(fragment, pid),
      ended: () => this.stop(),
      exceeded: (fragment) => this.#end(fragment, 'too much output'),
      complete: () => this.#resolve(),
      garbled: (reason) => this.fail(new Error(`its answers cannot be read: ${reason}`)),
    });
  }

  /** Ends the wait: there will be no more answers. */
  fail(error: Error): void {
    this.#reject(error);
  }

  /** Lets go of the timer. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #started(fragment: number, pid: number | null): void {
    this.#pid = pid;
    const limit = this.#batch[fragment]?.timeoutMs ?? null;
    if (limit === null) return;
    this.#timer = setTimeout(() => {
      this.replies.setTimedOut(fragment);
      this.#end(fragment, `its time limit of ${limit} ms`);
    }, limit);
  }

  #end(fragment: number, why: string): void {
    const giveUp = (reason: string): void => {
      if (this.replies.current === fragment)
        this.fail(new ConnectError(`it could not be ended after ${why}: ${reason}`));
    };
    // Stderr may tell late, when the next one runs already.
    if (this.replies.current !== fragment) return;
    if (this.#pid === null) return giveUp('the host has no /proc');
    this.stop();
    this.#timer = setTimeout(() => giveUp(`it still runs ${killGraceMs} ms after it was killed`), killGraceMs);
    this.#kill(this.#pid).catch((error: unknown) => giveUp(error instanceof Error ? error.message : String(error)));
  }
}

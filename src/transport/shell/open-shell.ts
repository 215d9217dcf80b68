import { randomBytes } from 'node:crypto';
import type { Reply } from '../../base/reply.ts';
import { type Counts, type Fragment, ShellLostError } from '../session.ts';
import { BatchWatch } from './batch-watch.ts';
import { encodeBatch, noHeadStatus } from './batch.ts';
import { type Channel, describeEnd, type Ended } from './channel.ts';
import type { Greeted } from './greet.ts';
import { within } from './within.ts';

/** What an open shell needs from around it. */
export interface OpenShellParts {
  /** `root on web1`, for messages. */
  readonly place: string;
  readonly counts: Counts;
  /** Kills a fragment, given by the shell's process id and its own, through another channel. */
  readonly kill: (shellPid: number, fragmentPid: number) => Promise<void>;
}

const closeGraceMs = 1_000;

/** A shell on a host that takes batches, one after the other. */
export class OpenShell {
  readonly #channel: Channel;
  readonly #pid: number;
  readonly #parts: OpenShellParts;
  readonly #nonce = randomBytes(16).toString('hex');
  #next = 0;
  #watch: BatchWatch | null = null;
  #ended: Ended | null = null;
  #noisy = false;

  constructor({ channel, pid }: Greeted, parts: OpenShellParts) {
    this.#channel = channel;
    this.#pid = pid;
    this.#parts = parts;
    channel.stdout.on('data', (chunk: Buffer) => this.#receive('stdout', chunk)).resume();
    channel.stderr.on('data', (chunk: Buffer) => this.#receive('stderr', chunk)).resume();
    // A shell that dies while it is written to; how it ended is told by the channel.
    channel.stdin.on('error', () => {});
    void channel.ended.then((ended) => {
      this.#ended = ended;
      this.#watch?.fail(whyEnded(ended));
    });
  }

  /** `false`: it died, or a process that an earlier fragment left behind talks into it. Take a new one. */
  get isUsable(): boolean {
    return this.#ended === null && !this.#noisy;
  }

  /**
   * Runs a batch. The caller waits for one before it gives the next.
   *
   * @throws ShellLostError
   */
  async run(batch: readonly Fragment[]): Promise<(Reply | null)[]> {
    if (batch.length === 0) return [];
    const framing = { nonce: this.#nonce, first: this.#next };
    const bytes = encodeBatch(batch, framing);
    this.#next += batch.length;
    const watch = new BatchWatch(batch, framing, (pid) => this.#parts.kill(this.#pid, pid));
    this.#watch = watch;
    try {
      if (this.#ended !== null) throw whyEnded(this.#ended);
      this.#parts.counts.bytesSent += bytes.length;
      this.#channel.stdin.write(bytes);
      await watch.finished;
    } catch (error) {
      this.#ended ??= { status: null, signal: null, lost: null };
      this.#channel.destroy();
      throw this.#lost(watch.replies.known(), batch.length, error);
    } finally {
      watch.stop();
      this.#watch = null;
    }
    this.#parts.counts.roundTrips += 1;
    return watch.replies.known();
  }

  /** Ends the shell; after a second it is let go of. */
  async close(): Promise<void> {
    this.#channel.stdin.end();
    await within(closeGraceMs, this.#channel.ended);
    this.#channel.destroy();
  }

  #receive(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    this.#parts.counts.bytesReceived += chunk.length;
    if (this.#watch === null) this.#noisy = true;
    else this.#watch.replies[stream].feed(chunk);
  }

  #lost(replies: readonly (Reply | null)[], size: number, cause: unknown): ShellLostError {
    const fragment = Math.min(replies.length, size - 1);
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `The shell of ${this.#parts.place} was lost in fragment ${fragment + 1} of ${size}: ${why}`;
    return new ShellLostError(message, { fragment, replies, cause });
  }
}

// A shell that died by itself is no lost connection: another one can be opened.
function whyEnded(ended: Ended): Error {
  if (ended.lost !== null) return ended.lost;
  const why = ended.status === noHeadStatus ? 'its `head` does not know `-c`' : describeEnd(ended);
  return new Error(`the shell ended (${why}).`);
}

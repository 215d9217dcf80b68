import type { Reply } from '../../base/reply.ts';
import { outputLimit } from '../session.ts';
import { type Framing } from './batch.ts';
import { FrameReader, type Mark } from './frames.ts';
import { KeptBytes } from './kept-bytes.ts';

/** What the replies of a batch report while they come in. Numbers are indices in the batch. */
export interface RepliesListener {
  started(fragment: number, pid: number | null): void;
  ended(fragment: number): void;
  /** Told once per fragment; what it says from now on is dropped. */
  exceeded(fragment: number): void;
  /** All replies are there. */
  complete(): void;
  /** The streams make no sense any more. */
  garbled(reason: string): void;
}

interface Answer {
  readonly stdout: KeptBytes;
  readonly stderr: KeptBytes;
  /** `null`: passed over. */
  status: number | null;
}

/** Gathers the replies of one batch from the two streams of the open shell. */
export class Replies {
  readonly stdout: FrameReader;
  readonly stderr: FrameReader;
  readonly #answers: Answer[];
  readonly #first: number;
  readonly #listener: RepliesListener;
  /** How many fragments each stream has told the end of. */
  readonly #done = { stdout: 0, stderr: 0 };
  #running = false;
  readonly #timedOut = new Set<number>();
  readonly #truncated = new Set<number>();

  constructor(size: number, framing: Framing, listener: RepliesListener) {
    this.#answers = Array.from({ length: size }, newAnswer);
    this.#first = framing.first;
    this.#listener = listener;
    this.stdout = this.#reader('stdout', framing.nonce);
    this.stderr = this.#reader('stderr', framing.nonce);
  }

  /** The fragment whose end has not been told on stdout. */
  get current(): number {
    return this.#done.stdout;
  }

  /** The fragment that ends next was killed for its time. */
  setTimedOut(fragment: number): void {
    this.#timedOut.add(fragment);
  }

  /** What is known now: one reply for each fragment that both streams told the end of. */
  known(): (Reply | null)[] {
    return this.#answers.slice(0, Math.min(this.#done.stdout, this.#done.stderr)).map((_, i) => this.#reply(i));
  }

  #reader(stream: 'stdout' | 'stderr', nonce: string): FrameReader {
    return new FrameReader(nonce, {
      data: (chunk) => this.#keep(stream, chunk),
      mark: (mark) => this.#mark(stream, mark),
      garbled: (text) => this.#listener.garbled(`${stream} has a broken mark ${JSON.stringify(text.slice(0, 40))}`),
    });
  }

  #keep(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    // Before a fragment's start is told, stdout can only be what an earlier one left running.
    if (stream === 'stdout' && !this.#running) return;
    const fragment = this.#done[stream];
    const kept = this.#answers[fragment]?.[stream];
    if (kept === undefined || this.#truncated.has(fragment)) return;
    if (kept.push(chunk)) return;
    this.#truncated.add(fragment);
    this.#listener.exceeded(fragment);
  }

  #mark(stream: 'stdout' | 'stderr', mark: Mark): void {
    if (mark.kind === 'rest') return this.#endRest(stream, mark);
    const fragment = this.#done[stream];
    const answer = this.#answers[fragment];
    if (mark.index !== this.#first + fragment || answer === undefined) {
      return this.#listener.garbled(`${stream} answers ${mark.index}, not ${this.#first + fragment}`);
    }
    if (mark.kind === 'start') {
      this.#running = true;
      return this.#listener.started(fragment, mark.pid);
    }
    if (stream === 'stdout') {
      this.#running = false;
      if (mark.kind === 'end') answer.status = mark.status ?? 255;
      this.#listener.ended(fragment);
    }
    this.#done[stream] = fragment + 1;
    if (this.#done.stdout === this.#answers.length && this.#done.stderr === this.#answers.length) {
      this.#listener.complete();
    }
  }

  // Killed with the one that was too long, or said too much.
  #endRest(stream: 'stdout' | 'stderr', { index, status }: Extract<Mark, { kind: 'rest' }>): void {
    const killed = this.#done[stream];
    for (let at = killed; at <= index - this.#first; at++) {
      if (this.#timedOut.has(killed)) this.#timedOut.add(at);
      this.#mark(stream, { kind: 'end', index: this.#first + at, status });
    }
  }

  #reply(fragment: number): Reply | null {
    const answer = this.#answers[fragment];
    if (answer?.status === undefined || answer.status === null) return null;
    const truncated = this.#truncated.has(fragment);
    // It may have ended by itself just before it was killed. A success counts, but not with half its output.
    const timedOut = this.#timedOut.has(fragment) && answer.status !== 0;
    const status = truncated && answer.status === 0 ? fileSizeExceeded : answer.status;
    const note = `\nkmesh: more than ${outputLimit} bytes of output; the command was killed\n`;
    const stderr = truncated ? Buffer.concat([answer.stderr.bytes, Buffer.from(note)]) : answer.stderr.bytes;
    return { status, stdout: answer.stdout.bytes, stderr, timedOut, truncated };
  }
}

function newAnswer(): Answer {
  return { stdout: new KeptBytes(outputLimit), stderr: new KeptBytes(outputLimit), status: null };
}

// 128 + SIGXFSZ.
const fileSizeExceeded = 153;

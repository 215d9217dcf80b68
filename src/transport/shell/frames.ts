/** Where a fragment begins, ends, or was passed over, as told in the middle of its output. */
export type Mark =
  | { readonly kind: 'start'; readonly index: number; readonly pid: number | null }
  | { readonly kind: 'end'; readonly index: number; readonly status: number | null }
  | { readonly kind: 'passed-over'; readonly index: number }
  /** All up to this one have ended; those that did not say so themselves, with that status. */
  | { readonly kind: 'rest'; readonly index: number; readonly status: number };

/** Who hears what a frame reader finds, in the order of the stream. */
export interface FrameSink {
  data(chunk: Buffer): void;
  mark(mark: Mark): void;
  /** A nonce without a mark behind it: the stream can no longer be trusted. */
  garbled(text: string): void;
}

const markPattern = /^(?:S(\d+),([^;]*)|E(\d+)(?:,(\d+))?|P(\d+)|R(\d+),(\d+));/;
const longestMark = 128;

/**
 * Takes one output stream of the open shell apart. The nonce is random, so it stands where the shell put it and
 * nowhere else; everything between two marks is the fragment's own, byte for byte.
 */
export class FrameReader {
  readonly #nonce: Buffer;
  readonly #sink: FrameSink;
  #rest: Buffer = Buffer.alloc(0);

  constructor(nonce: string, sink: FrameSink) {
    this.#nonce = Buffer.from(nonce, 'latin1');
    this.#sink = sink;
  }

  /** Takes the next bytes of the stream, however they were cut. */
  feed(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const at = bytes.indexOf(this.#nonce);
      if (at === -1) break;
      this.#pass(bytes.subarray(0, at));
      const text = bytes.toString('latin1', at + this.#nonce.length, at + this.#nonce.length + longestMark);
      const found = markPattern.exec(text);
      if (found === null) return this.#wait(bytes.subarray(at), text);
      this.#sink.mark(toMark(found));
      bytes = bytes.subarray(at + this.#nonce.length + found[0].length);
    }
    // The nonce may have been cut in two: its possible beginning waits for the rest.
    const kept = this.#possibleNonce(bytes);
    this.#pass(bytes.subarray(0, bytes.length - kept));
    this.#rest = bytes.subarray(bytes.length - kept);
  }

  #wait(bytes: Buffer, text: string): void {
    if (text.length >= longestMark || text.includes(';')) this.#sink.garbled(text);
    this.#rest = bytes;
  }

  #pass(bytes: Buffer): void {
    if (bytes.length > 0) this.#sink.data(bytes);
  }

  #possibleNonce(bytes: Buffer): number {
    for (let length = Math.min(this.#nonce.length - 1, bytes.length); length > 0; length--) {
      if (bytes.subarray(bytes.length - length).equals(this.#nonce.subarray(0, length))) return length;
    }
    return 0;
  }
}

function toMark([, started, path, ended, status, passedOver, rest, restStatus]: RegExpExecArray): Mark {
  if (started !== undefined) {
    const pid = /(\d+)$/.exec(path ?? '')?.[1];
    return { kind: 'start', index: Number(started), pid: pid === undefined ? null : Number(pid) };
  }
  if (ended !== undefined) {
    return { kind: 'end', index: Number(ended), status: status === undefined ? null : Number(status) };
  }
  if (rest !== undefined) return { kind: 'rest', index: Number(rest), status: Number(restStatus) };
  return { kind: 'passed-over', index: Number(passedOver) };
}

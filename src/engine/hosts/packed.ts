import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { must } from '../../base/errors.ts';
import type { Content } from '../../changes/change.ts';
import type { Gone, Pace } from './pace.ts';

// Measured on programs: level 1 gives 42 % at 95 MB/s, level 4 40 % at 72 MB/s, level 6 39 % at 44 MB/s.
const level = 4;

/** Packed by itself, once for all hosts. */
const pieceBytes = 1024 * 1024;

/** Packed at once, also where it may not pay: of more it is seen first how fast it goes. */
const soonPacked = 4 * pieceBytes;

/** Sent as it is before that is judged anew, in blocks. */
const rawBytes = 4 * pieceBytes;
const blockBytes = 256 * 1024;

/** Packed pieces that are kept for other hosts; what comes too late is packed again. */
const keptBytes = 64 * 1024 * 1024;

const sampleBytes = 64 * 1024;
const samples = 4;
/** It pays when a sample shrinks to less than this. */
const worthwhile = 0.8;

const compress = promisify(gzip);

/** A large content that shrinks, on its way to any number of hosts. */
export class Packed {
  readonly #content: Content;
  readonly #pieces = new Map<number, Promise<Buffer>>();
  #kept = 0;

  private constructor(content: Content) {
    this.#content = content;
  }

  /** `null`: it does not shrink, or can not be read. */
  static async of(content: Content): Promise<Packed | null> {
    try {
      const sample = await sampleOf(content);
      const packed = await compress(sample, { level });
      return packed.length < sample.length * worthwhile ? new Packed(content) : null;
    } catch {
      return null;
    }
  }

  /** The content behind an offset, as `upload` takes it in segments: packed where it comes forward faster like that. */
  read(pace: Pace, offset = 0): Readable {
    pace.begin();
    return Readable.from(this.#segments(pace, offset), { objectMode: false });
  }

  async *#segments(pace: Pace, offset: number): AsyncGenerator<Buffer> {
    const { size } = this.#content;
    const source = await openSource(this.#content);
    try {
      for (let at = offset; at < size;) {
        // Pieces begin where they do for other hosts, too.
        const gap = (pieceBytes - (at % pieceBytes)) % pieceBytes;
        const way = gap > 0 ? 'raw' : (pace.better ?? (size > soonPacked ? 'raw' : 'packed'));
        const until = Math.min(size, at + (gap || (way === 'raw' ? rawBytes : pieceBytes)));
        const segments = way === 'raw' ? rawSegments(source, at, until) : this.#packedSegment(at);
        yield* watched(segments, pace, { way, contentBytes: until - at });
        at = until;
      }
      yield Buffer.from('end\n');
    } finally {
      await source.close();
    }
  }

  /** A piece; the next one is begun in advance. */
  async *#packedSegment(at: number): AsyncGenerator<Buffer> {
    const piece = this.#start(at);
    if (at + pieceBytes < this.#content.size) this.#start(at + pieceBytes).catch(() => {});
    const bytes = await piece;
    yield Buffer.concat([Buffer.from(`gz ${bytes.length} 1\n`), bytes]);
  }

  #start(at: number): Promise<Buffer> {
    const known = this.#pieces.get(at);
    if (known !== undefined) return known;
    const made = this.#pack(at);
    this.#pieces.set(at, made);
    return made;
  }

  async #pack(at: number): Promise<Buffer> {
    const source = await openSource(this.#content);
    try {
      const packed = await compress(await source.read(at, Math.min(pieceBytes, this.#content.size - at)), { level });
      this.#kept += packed.length;
      if (this.#kept > keptBytes) this.#forgetFirst();
      return packed;
    } finally {
      await source.close();
    }
  }

  #forgetFirst(): void {
    const [first] = this.#pieces;
    if (first === undefined) return;
    const [at, piece] = first;
    this.#pieces.delete(at);
    piece.then(
      (packed) => (this.#kept -= packed.length),
      () => {},
    );
  }
}

/** Passes segments on, and tells how long they took; a packed one is a whole piece. */
async function* watched(
  segments: AsyncIterable<Buffer>,
  pace: Pace,
  { way, contentBytes }: Pick<Gone, 'way' | 'contentBytes'>,
): AsyncGenerator<Buffer> {
  let since = performance.now();
  for await (const bytes of segments) {
    const yieldedAt = performance.now();
    yield bytes;
    const now = performance.now();
    pace.took({
      way,
      contentBytes: way === 'raw' ? bytes.length : contentBytes,
      sentBytes: bytes.length,
      elapsedMs: now - since,
      waitedMs: now - yieldedAt,
    });
    since = now;
  }
}

async function* rawSegments(source: Source, from: number, until: number): AsyncGenerator<Buffer> {
  const blocks = Math.floor((until - from) / blockBytes);
  const rest = (until - from) % blockBytes;
  if (blocks > 0) yield Buffer.from(`raw ${blockBytes} ${blocks}\n`);
  for (let at = from; at < until - rest; at += blockBytes) yield await source.read(at, blockBytes);
  if (rest > 0) yield Buffer.from(`raw ${rest} 1\n`);
  if (rest > 0) yield await source.read(until - rest, rest);
}

/** Pieces from all over: the beginning may be of another sort than the rest. */
async function sampleOf(content: Content): Promise<Buffer> {
  const source = await openSource(content);
  try {
    const length = Math.min(sampleBytes, Math.floor(content.size / samples));
    const pieces: Buffer[] = [];
    for (let i = 0; i < samples; i++) {
      pieces.push(await source.read(Math.floor(((content.size - length) * i) / (samples - 1)), length));
    }
    return Buffer.concat(pieces);
  } finally {
    await source.close();
  }
}

interface Source {
  /** @throws Error when there is less */
  read(at: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

async function openSource({ bytes, file }: Content): Promise<Source> {
  if (bytes !== null) return { read: async (at, length) => bytes.subarray(at, at + length), close: async () => {} };
  const handle = await open(must(file, 'file of a large content'));
  return { read: (at, length) => readAll(handle, at, length), close: () => handle.close() };
}

async function readAll(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, at + filled);
    if (bytesRead === 0) throw new Error('it has become shorter');
    filled += bytesRead;
  }
  return buffer;
}

import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { ApplyError, must } from '../../base/errors.ts';
import type { Content } from '../../changes/change.ts';
import type { Resumable, Session, UploadContent } from '../../transport/session.ts';
import { Pace } from './pace.ts';
import { Packed } from './packed.ts';
import { SpareTime } from './spare-time.ts';
import { Throttle } from './throttle.ts';

/** A content, where it goes, and where what came of it is kept when it is cut off. */
export interface SentContent {
  readonly path: string;
  readonly part: string;
  readonly content: Content;
}

/** Sends a content to a path of one host. @throws ApplyError, ConnectError */
export type Send = (session: Session, what: SentContent) => Promise<void>;

/** From this size on an upload goes on where it was cut off. To ask how far it came takes a round trip. */
const resumedBytes = 1024 * 1024;

/** The large contents of a run on their way to the hosts: each packed once for all, all under one limit. */
export class Transfers {
  readonly #throttle: Throttle | null;
  readonly #spare = new SpareTime();
  readonly #packed = new Map<string, Promise<Packed | null>>();

  /** @param limitBytesPerSecond over all hosts together; `null`: none */
  constructor(limitBytesPerSecond: number | null) {
    this.#throttle = limitBytesPerSecond === null ? null : new Throttle(limitBytesPerSecond);
  }

  /** The way to one host. Within this machine nothing is packed, nor limited. */
  toHost({ isLocal }: { readonly isLocal: boolean }): Send {
    if (isLocal) return (session, { path, content }) => session.upload(path, content.bytes ?? fileFrom(content, 0));
    const pace = new Pace(this.#spare);
    let canUnpack = true;
    return async (session, what) => {
      const packed = canUnpack ? await this.#pack(what.content) : null;
      if (packed !== null && (await this.#sendPacked(session, what, { packed, pace }))) return;
      canUnpack &&= packed === null;
      const from = (offset: number): UploadContent => this.#plain(what.content, offset);
      await session.upload(what.path, resumable(what, false, from));
    };
  }

  // False: it failed on the host, which may lack `gzip` or a `dd` that reads whole blocks. Why it fails otherwise, the
  // plain way tells again.
  async #sendPacked(session: Session, what: SentContent, { packed, pace }: Packing): Promise<boolean> {
    const from = (offset: number): UploadContent =>
      Object.assign(() => this.#slow(packed.read(pace, offset)), { unpackedBytes: what.content.size });
    try {
      await session.upload(what.path, resumable(what, true, from));
      return true;
    } catch (error) {
      if (error instanceof ApplyError) return false;
      throw error;
    }
  }

  #plain(content: Content, offset: number): UploadContent {
    const bytes = content.bytes?.subarray(offset) ?? null;
    if (bytes === null) return () => this.#slow(fileFrom(content, offset)());
    return this.#throttle === null ? bytes : () => this.#slow(Readable.from([bytes], { objectMode: false }));
  }

  #pack(content: Content): Promise<Packed | null> {
    const known = this.#packed.get(content.sha256) ?? Packed.of(content);
    this.#packed.set(content.sha256, known);
    return known;
  }

  #slow(source: Readable): Readable {
    return this.#throttle === null ? source : this.#throttle.slow(source);
  }
}

interface Packing {
  readonly packed: Packed;
  readonly pace: Pace;
}

function resumable(
  { part, content: { size, sha256 } }: SentContent,
  isPacked: boolean,
  from: (offset: number) => UploadContent,
): UploadContent | Resumable {
  return size < resumedBytes ? from(0) : { part, size, sha256, isPacked, from };
}

function fileFrom({ file }: Content, start: number): () => Readable {
  const path = must(file, 'file of a large content');
  return () => createReadStream(path, { highWaterMark: 256 * 1024, start });
}

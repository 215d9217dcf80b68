import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { ApplyError, must } from '../../base/errors.ts';
import type { Content } from '../../changes/change.ts';
import type { Session } from '../../transport/session.ts';
import { LinkSpeed } from './link-speed.ts';
import { Packed } from './packed.ts';
import { Throttle } from './throttle.ts';

/** Sends a content to a path of one host. @throws ApplyError, ConnectError */
export type Send = (session: Session, path: string, content: Content) => Promise<void>;

/** The large contents of a run on their way to the hosts: each packed once for all, all under one limit. */
export class Transfers {
  readonly #throttle: Throttle | null;
  readonly #packed = new Map<string, Promise<Packed | null>>();

  /** @param limitBytesPerSecond over all hosts together; `null`: none */
  constructor(limitBytesPerSecond: number | null) {
    this.#throttle = limitBytesPerSecond === null ? null : new Throttle(limitBytesPerSecond);
  }

  /** The way to one host. Within this machine nothing is packed, nor limited. */
  toHost({ isLocal }: { readonly isLocal: boolean }): Send {
    if (isLocal) return (session, path, content) => session.upload(path, content.bytes ?? fileSource(content));
    const link = new LinkSpeed();
    let canUnpack = true;
    return async (session, path, content) => {
      const packed = canUnpack ? await this.#pack(content) : null;
      const wasSent = packed !== null && (await this.#sendPacked(session, path, { packed, link, size: content.size }));
      if (wasSent) return;
      canUnpack &&= packed === null;
      await session.upload(path, this.#plain(content));
    };
  }

  // False: it failed on the host, which may lack `gzip` or a `dd` that reads whole blocks. Why it fails otherwise, the
  // plain way tells again.
  async #sendPacked(session: Session, path: string, { packed, link, size }: Sending): Promise<boolean> {
    const source = Object.assign(() => this.#slow(packed.read(link)), { unpackedBytes: size });
    try {
      await session.upload(path, source);
      return true;
    } catch (error) {
      if (error instanceof ApplyError) return false;
      throw error;
    }
  }

  #plain(content: Content): Buffer | (() => Readable) {
    const { bytes } = content;
    if (bytes === null) return () => this.#slow(fileSource(content)());
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

interface Sending {
  readonly packed: Packed;
  readonly link: LinkSpeed;
  readonly size: number;
}

function fileSource({ file }: Content): () => Readable {
  const path = must(file, 'file of a large content');
  return () => createReadStream(path, { highWaterMark: 256 * 1024 });
}

import { type BigIntStats, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { HashMemory } from '../../probes/hash-memory.ts';
import { hashFile } from './hash-file.ts';

// As on hosts: what was changed just now may be changed again without looking different.
const settledNs = 2_000_000_000n;

/** Hashes of the controller's own files, remembered from run to run by what `stat` says of them. */
export class LocalHashes {
  readonly #memory: HashMemory;
  readonly #machine = machineName();

  constructor(memory: HashMemory) {
    this.#memory = memory;
  }

  /** The sha256 of a file that looks like that, lower-case hex. A file that looks as it did is not read. */
  async hash(path: string, found: BigIntStats): Promise<string> {
    const stamp = stampOf(found);
    const known = this.#memory.machine === this.#machine ? this.#memory.recall(path) : null;
    if (known?.stamp === stamp) return known.sha256;
    const now = BigInt(Date.now()) * 1_000_000n;
    const sha256 = await hashFile(path);
    const last = found.ctimeNs > found.mtimeNs ? found.ctimeNs : found.mtimeNs;
    if (last + settledNs <= now) this.#memory.learn(this.#machine, path, { stamp, sha256 });
    return sha256;
  }
}

// The state directory may be shared by several machines, which may know other files by the same path.
function machineName(): string {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim() || hostname();
  } catch {
    return hostname();
  }
}

/** As `stampFormat` has it. */
function stampOf({ size, dev, ino, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${size} ${dev} ${ino} ${seconds(mtimeNs)} ${seconds(ctimeNs)}`;
}

function seconds(ns: bigint): string {
  return `${ns / 1_000_000_000n}.${String(ns % 1_000_000_000n).padStart(9, '0')}`;
}

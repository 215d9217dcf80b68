import { createHash, randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDir } from '../../base/make-dir.ts';
import type { HashMemory, KnownHash } from '../../probes/hash-memory.ts';
import type { Target } from '../../transport/session.ts';

/**
 * Hashes of large files of the hosts, kept from run to run as git's index keeps those of its files. Whatever is wrong
 * with it, the hosts hash again; that is never an error.
 */
export class StatCache {
  readonly #dir: string;
  readonly #hosts = new Map<string, HostHashes>();

  /** @param stateDir private to the user; it need not be there */
  constructor(stateDir: string) {
    this.#dir = join(stateDir, 'stat-cache');
  }

  /** What is remembered of a host. The same name at another address, or as another user, is another host. */
  of({ name, address, port, user, connection }: Target): HashMemory {
    return this.#memoryOf(JSON.stringify([name, address, port, user, connection]));
  }

  /** What is remembered of the controller's own files. */
  ofController(): HashMemory {
    return this.#memoryOf(JSON.stringify(['controller']));
  }

  /** Writes down what is new. */
  save(): void {
    for (const host of this.#hosts.values()) host.save();
  }

  #memoryOf(host: string): HashMemory {
    const known = this.#hosts.get(host) ?? new HostHashes(this.#dir, host);
    this.#hosts.set(host, known);
    return known;
  }
}

const version = 1;
const maxFiles = 2_000;
const maxBytes = 4 * 1024 * 1024;

interface Loaded {
  machine: string | null;
  /** By path, what was looked at last at the end. */
  readonly files: Map<string, KnownHash>;
}

/** The memory of one host, a file of its own. */
class HostHashes implements HashMemory {
  readonly #dir: string;
  readonly #path: string;
  readonly #host: string;
  #loaded: Loaded | null = null;
  #isNew = false;

  constructor(dir: string, host: string) {
    this.#dir = dir;
    this.#host = host;
    this.#path = join(dir, `${sha256(host).slice(0, 32)}.json`);
  }

  get machine(): string | null {
    return this.#known().machine;
  }

  recall(path: string): KnownHash | null {
    return this.#known().files.get(path) ?? null;
  }

  learn(machine: string, path: string, { stamp, sha256: hash }: KnownHash): void {
    const known = this.#known();
    if (known.machine !== machine) {
      known.files.clear();
      known.machine = machine;
    }
    const before = known.files.get(path);
    if (before?.stamp !== stamp || before.sha256 !== hash) this.#isNew = true;
    known.files.delete(path);
    if (isEntry([path, stamp, hash])) known.files.set(path, { stamp, sha256: hash });
  }

  save(): void {
    if (!this.#isNew || this.#loaded === null) return;
    this.#isNew = false;
    const { machine, files } = this.#loaded;
    const entries = [...files].slice(-maxFiles).map(([path, { stamp, sha256: hash }]) => [path, stamp, hash]);
    const body = JSON.stringify({ version, host: this.#host, machine, files: entries });
    replaceFile(this.#dir, this.#path, `${sha256(body)}\n${body}\n`);
  }

  #known(): Loaded {
    this.#loaded ??= load(this.#path, this.#host);
    return this.#loaded;
  }
}

function load(path: string, host: string): Loaded {
  const nothing = { machine: null, files: new Map<string, KnownHash>() };
  const [sum = '', body = ''] = readOwn(path).split('\n');
  if (sum !== sha256(body)) return nothing;
  const data = JSON.parse(body) as Partial<Record<'version' | 'host' | 'machine' | 'files', unknown>>;
  const { machine, files } = data;
  if (data.version !== version || data.host !== host || typeof machine !== 'string') return nothing;
  if (!Array.isArray(files) || !files.every(isEntry)) return nothing;
  return { machine, files: new Map(files.map(([file, stamp, hash]) => [file, { stamp, sha256: hash }])) };
}

function isEntry(entry: unknown): entry is [string, string, string] {
  if (!Array.isArray(entry) || !entry.every((word): word is string => typeof word === 'string')) return false;
  const [path = '', stamp = '', hash = ''] = entry;
  return (
    /^\/[^\0\n]{1,4095}$/.test(path) && /^\d+ \d+ \d+ \d+\.\d{9} \d+\.\d{9}$/.test(stamp) && /^[0-9a-f]{64}$/.test(hash)
  );
}

/** A file of this user's own; empty when there is none, or somebody else's. */
function readOwn(path: string): string {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const found = fstatSync(file);
      const isOwn = process.geteuid === undefined || found.uid === process.geteuid();
      return found.isFile() && isOwn && found.size <= maxBytes ? readFileSync(file, 'utf8') : '';
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}

function replaceFile(dir: string, path: string, text: string): void {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  // A full or read-only disk: the next run hashes again.
  try {
    makeDir(dir);
    try {
      writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' });
      renameSync(temporary, path);
    } finally {
      rmSync(temporary, { force: true });
    }
  } catch {
    return;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

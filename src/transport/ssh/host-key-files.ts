import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, open, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConnectError } from '../../base/errors.ts';
import { formatKnownHost, judge, type KnownHost, parseKnownHosts } from './known-hosts.ts';

interface Parsed {
  readonly version: string;
  readonly lines: Promise<readonly KnownHost[]>;
}

const files = new Map<string, Parsed>();

/** The lines of several known_hosts files. Each is read once per process, unless it changed. A missing one is empty. */
export async function loadKnownHosts(paths: readonly string[]): Promise<KnownHost[]> {
  const lines = await Promise.all(paths.map(loadFile));
  return lines.flat();
}

// One after the other in this process; across processes one small append is whole (write(2), O_APPEND).
let lastAppend: Promise<unknown> = Promise.resolve();

/**
 * Writes a key down, unless a concurrent connection did.
 *
 * @throws ConnectError when it wrote another one, or when the file cannot be written: the user wanted the key kept.
 */
export async function appendKnownHost(path: string, name: string, key: Buffer, hashed: boolean): Promise<void> {
  const appended = lastAppend.then(() => append(path, name, key, hashed));
  lastAppend = appended.catch(() => {});
  await appended;
}

async function loadFile(path: string): Promise<readonly KnownHost[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) return [];
  const version = `${found.ino} ${found.size} ${found.mtimeMs}`;
  const known = files.get(path);
  if (known?.version === version) return await known.lines;
  const lines = readFile(path, 'utf8').then((text) => parseKnownHosts(text, path));
  files.set(path, { version, lines });
  return await lines.catch((cause: unknown) => {
    files.delete(path);
    throw new ConnectError(`\`${path}\` cannot be read.`, { cause });
  });
}

async function append(path: string, name: string, key: Buffer, hashed: boolean): Promise<void> {
  const line = formatKnownHost(name, key, hashed ? randomBytes(20) : null);
  const { kind } = judge(await loadFile(path), [name], key);
  if (kind === 'known') return;
  if (kind !== 'unknown') throw new ConnectError(`\`${name}\` showed different host keys at the same time.`);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const separator = (await endsInLine(path)) ? '' : '\n';
    await appendFile(path, separator + line, { mode: 0o600 });
  } catch (cause) {
    const hint = 'Make it writable, or name another one with `-o UserKnownHostsFile=...`.';
    throw new ConnectError(`The host key cannot be written to \`${path}\`.`, { hint, cause });
  }
}

async function endsInLine(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return true;
  try {
    const { size } = await file.stat();
    if (size === 0) return true;
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] === 0x0a;
  } finally {
    await file.close();
  }
}

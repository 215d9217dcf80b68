import { createCipheriv } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Binary } from './role.ts';

/** Where the benchmark keeps what it makes once. */
export function benchCache(): string {
  const { KMESH_BENCH_CACHE, XDG_CACHE_HOME } = process.env;
  return KMESH_BENCH_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kmesh-bench');
}

/** Has these files in that folder; a file of the right size is taken for the right one, as nobody else writes there. */
export function ensureBinaries(dir: string, wanted: readonly Pick<Binary, 'name' | 'bytes'>[]): void {
  mkdirSync(dir, { recursive: true });
  for (const [i, { name, bytes }] of wanted.entries()) {
    const path = join(dir, name);
    if (existsSync(path) && statSync(path).size === bytes) continue;
    writeFileSync(`${path}.new`, programLike(bytes, i + 1), { mode: 0o755 });
    renameSync(`${path}.new`, path);
  }
}

/**
 * Bytes that compress as a Go binary does, to about a third, and are the same each time.
 *
 * Like machine code they are mostly short pieces that come again and again, with operands that do not.
 */
function programLike(bytes: number, seed: number): Buffer {
  const pieces = randomBytes(pieceCount * pieceBytes, seed);
  const choices = randomBytes(Math.ceil(bytes / 8), seed + 100);
  const content = Buffer.alloc(bytes);
  let choice = 0;
  for (let at = 0; at < bytes;) {
    const a = choices[choice++ % choices.length] ?? 0;
    const b = choices[choice++ % choices.length] ?? 0;
    // the product favours small numbers: few pieces are common, most are rare
    const piece = Math.floor((a * b * pieceCount) / 65_536) * pieceBytes;
    const length = Math.min(6 + (a & 7), bytes - at);
    pieces.copy(content, at, piece, piece + length);
    at += length;
    if (at < bytes && b % 4 === 0) content[at++] = choices[choice++ % choices.length] ?? 0;
  }
  return content;
}

const pieceCount = 512;
const pieceBytes = 16;

function randomBytes(length: number, seed: number): Buffer {
  const key = Buffer.alloc(16, seed);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
}

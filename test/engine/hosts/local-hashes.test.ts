import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LocalHashes } from '../../../src/engine/hosts/local-hashes.ts';
import { StatCache } from '../../../src/engine/hosts/stat-cache.ts';
import type { HashMemory, KnownHash } from '../../../src/probes/hash-memory.ts';
import { tempDir } from '../../support/temp-dir.ts';

const test = suite('engine/local-hashes');

// No file has it: who answers with it has not read.
const made = 'ab'.repeat(32);
const system = '/bin/sh';

/** A memory that notes what it is told, and can be told lies. */
class Notes implements HashMemory {
  machine: string | null = null;
  readonly files = new Map<string, KnownHash>();

  recall(path: string): KnownHash | null {
    return this.files.get(path) ?? null;
  }

  learn(machine: string, path: string, known: KnownHash): void {
    this.machine = machine;
    this.files.set(path, known);
  }
}

function hash(path: string, memory: HashMemory): Promise<string> {
  return new LocalHashes(memory).hash(path, statSync(path, { bigint: true }));
}

function realHash(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

test('reads a file once, and not again while it looks the same', async () => {
  const notes = new Notes();
  assert.is(await hash(system, notes), realHash(system));
  const known = notes.files.get(system);
  assert.is(known?.sha256, realHash(system));
  notes.files.set(system, { stamp: known?.stamp ?? '', sha256: made });
  assert.is(await hash(system, notes), made);
});

test('reads it again on another machine', async () => {
  const notes = new Notes();
  await hash(system, notes);
  notes.files.set(system, { stamp: notes.files.get(system)?.stamp ?? '', sha256: made });
  notes.machine = 'another';
  assert.is(await hash(system, notes), realHash(system));
});

test('reads a changed file again, also one that got its old size and time back', async () => {
  const { dir, remove } = tempDir({ f: 'before' });
  const path = join(dir, 'f');
  const notes = new Notes();
  await hash(path, notes);
  assert.is(notes.files.size, 0, 'just written');
  await sleep(2_100);
  assert.is(await hash(path, notes), realHash(path));
  assert.is(notes.files.size, 1);
  const { atimeMs, mtimeMs } = statSync(path);
  writeFileSync(path, 'after!');
  utimesSync(path, atimeMs / 1000, mtimeMs / 1000);
  assert.is(await hash(path, notes), realHash(path));
  remove();
});

test('keeps what it knows in the state directory, and does without when that is damaged', async () => {
  const { dir, remove } = tempDir();
  const cache = new StatCache(dir);
  await hash(system, cache.ofController());
  cache.save();
  assert.is(new StatCache(dir).ofController().recall(system)?.sha256, realHash(system));
  const [file = ''] = readdirSync(join(dir, 'stat-cache'));
  writeFileSync(join(dir, 'stat-cache', file), 'what is this');
  assert.is(await hash(system, new StatCache(dir).ofController()), realHash(system));
  remove();
});

test.run();

import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fileState, fileStateWith, type FileQuestion } from '../../src/probes/file-state.ts';
import { type HashMemory, type KnownHash, stampFormat } from '../../src/probes/hash-memory.ts';
import { afterRenameScript, beforeHashScript, learnWritten } from '../../src/probes/written-hash.ts';
import { tempDir } from '../support/temp-dir.ts';
import { inDirectory, isRoot, nobody, replyOf, runText, shells } from './support.ts';

const test = suite('probes/written-hash');
const [shell = ['dash']] = shells;

function memory(): HashMemory & { readonly files: Map<string, KnownHash> } {
  const files = new Map<string, KnownHash>();
  const recall = (path: string): KnownHash | null => files.get(path) ?? null;
  return { machine: null, files, recall, learn: (_, path, known) => void files.set(path, known) };
}

interface Hands {
  /** Between the first look and the rename. */
  readonly before?: (temporary: string) => void;
  /** Between the rename and the second look. */
  readonly after?: (path: string) => void;
}

function write(path: string): void {
  writeFileSync(path, 'y'.repeat(100_000));
}

/** What is remembered of a file that is put in its place as a run does it. */
function put(dir: string, { before = () => {}, after = () => {} }: Hands = {}): KnownHash | null {
  const [temporary, path] = [join(dir, 'temporary'), join(dir, 'file')];
  writeFileSync(temporary, 'x'.repeat(100_000), { mode: 0o755 });
  const first = runText(beforeHashScript(temporary), { shell });
  const sha256 = hashOf(temporary);
  before(temporary);
  renameSync(temporary, path);
  after(path);
  const kept = memory();
  learnWritten({ path, sha256, before: first, after: runText(afterRenameScript(path), { shell }) }, kept);
  return kept.files.get(path) ?? null;
}

if (isRoot) {
  test('remembers what was written, so that it is not hashed again', () =>
    inDirectory((dir) => {
      const known = put(dir);
      assert.is(known?.sha256, hashOf(join(dir, 'file')));
      const kind = fileStateWith({ machine: null, recall: () => known, learn: () => {} });
      const { question } = fileState(join(dir, 'file'), { hash: true });
      const script = kind.script([question as FileQuestion], { diff: false }).replace('sha256sum', 'false');
      const [state] = kind.parse(runText(script, { shell }), [question as FileQuestion]);
      assert.is(state?.sha256, known?.sha256);
    }));

  test('does not remember what somebody wrote to in between', () =>
    inDirectory((dir) => {
      assert.is(put(dir, { before: write }), null);
      assert.is(put(dir, { after: write }), null);
      assert.is(put(dir, { after: (path) => utimesSync(path, 1, 1) }), null);
    }));

  test('does not remember what others than root may write to', () =>
    inDirectory((dir) => {
      assert.is(put(dir, { before: (path) => chownSync(path, nobody, 0) }), null);
      assert.is(put(dir, { before: (path) => chmodSync(path, 0o775) }), null);
      assert.is(put(dir, { before: (path) => chmodSync(path, 0o757) }), null);
      assert.is.not(put(dir, { before: (path) => chmodSync(path, 0o640) }), null);
    }));
}

/** Whether a file of this time of modification is remembered, hashed at 200.5 s. */
function isLearnt({ modified = '200.400000001', fileSystem = 'overlayfs', clock = '200.500000001' }): boolean {
  const kept = memory();
  const before = replyOf(`416d 0 0 5 7 ${clock} ${clock}\n81ed 0 9 5 8 ${modified} ${modified}\n${fileSystem}\n`);
  const after = replyOf(`${'0'.repeat(32)}\x0081ed 0 9 5 8 ${modified} 200.700000001\n`);
  learnWritten({ path: '/f', sha256: 'ab'.repeat(32), before, after }, kept);
  return kept.files.size > 0;
}

test('trusts the times of local file systems to a few ticks, of others to two seconds', () => {
  assert.ok(isLearnt({}));
  assert.not.ok(isLearnt({ modified: '200.450000002' }));
  for (const fileSystem of ['nfs', 'msdos', 'fuseblk', 'UNKNOWN (0x1)', '']) {
    assert.not.ok(isLearnt({ fileSystem }), fileSystem);
    assert.ok(isLearnt({ fileSystem, modified: '198.400000001' }), fileSystem);
  }
  assert.not.ok(isLearnt({ modified: '200.000000000' }), 'whole seconds');
  assert.not.ok(isLearnt({ clock: '' }), 'a stat of BusyBox');
});

/** Runs shell text beside what is done meanwhile. */
async function beside(script: string, work: () => void): Promise<void> {
  const child = spawn('sh', ['-c', script], { stdio: 'ignore' });
  work();
  child.kill();
  await once(child, 'exit');
  // What it started last may still be at it.
  await sleep(100);
}

// Nobody can set the time of change: a file that looks the same is the same, however it is written to.
test('believes no hash of a file that was written to while it was hashed, not with its old time either', async () => {
  const { dir, remove } = tempDir();
  const paths = Array.from({ length: 40 }, (_, i) => join(dir, `f${i}`));
  for (const path of paths) writeFileSync(path, 'x'.repeat(2_000_000));
  await sleep(2_100);
  const kept = memory();
  const kind = fileStateWith(kept);
  const questions = paths.map((path) => fileState(path, { hash: true }).question as FileQuestion);
  const ask = (): void => void kind.parse(runText(kind.script(questions, { diff: false }), { shell }), questions);
  const alter = `printf %s $((i += 1)) | dd of=$f conv=notrunc seek=9 bs=1`;
  await beside(`cd ${dir}; while :; do for f in f*; do touch -r $f ref; ${alter}; touch -r ref $f; done; done`, ask);
  const asBefore = [...kept.files].filter(([path, { stamp }]) => stamp === stampOf(path));
  for (const [path, { sha256 }] of asBefore) assert.is(sha256, hashOf(path), `${path} looks as it did, and is not`);
  assert.ok(kept.files.size > 0, 'nothing was remembered');
  assert.ok(asBefore.length < paths.length, 'nothing was altered');
  remove();
});

function stampOf(path: string): string {
  return execFileSync('stat', ['-c', stampFormat, path], { encoding: 'utf8' }).trim();
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

test.run();

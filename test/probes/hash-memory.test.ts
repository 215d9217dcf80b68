import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fileState, fileStateWith, type FileQuestion, type FileState } from '../../src/probes/file-state.ts';
import { type HashMemory, type KnownHash, learnFrom, stampFormat } from '../../src/probes/hash-memory.ts';
import type { Probe } from '../../src/probes/probe.ts';
import { inDirectory, nobody, isRoot, runText, type RunOptions, shells } from './support.ts';

const test = suite('probes/hash-memory');

/** No file has it: who answers with it has not hashed. */
const made = 'ab'.repeat(32);
const here = '0123456789abcdef0123456789abcdef';
const large = 'x'.repeat(70_000);

/** A memory that notes what it is told. */
function memoryOf(files: Record<string, KnownHash> = {}, machine: string | null = here) {
  const learnt: [string, string, KnownHash][] = [];
  const memory: HashMemory = {
    machine,
    recall: (path) => files[path] ?? null,
    learn: (...told) => void learnt.push(told),
  };
  return { memory, learnt };
}

/** The questions' answers with a memory; `machine` is where they are asked. */
function askWith(
  memory: HashMemory,
  probes: readonly Probe<FileState | null>[],
  { diff = false, machine = here, ...options }: RunOptions & { machine?: string } = {},
): (FileState | null)[] {
  const kind = fileStateWith(memory);
  const questions = probes.map(({ question }) => question as FileQuestion);
  const script = kind.script(questions, { diff });
  // The machine's own file says something else on each machine that runs this.
  const reply = runText(script.replace('read -r m </etc/machine-id', `m=${machine}`), options);
  return [...kind.parse(reply, questions)];
}

function stampOf(path: string): string {
  return execFileSync('stat', ['-L', '-c', stampFormat, path], { encoding: 'utf8' }).trim();
}

for (const shell of shells) {
  const name = shell.join(' ');
  // The `stat` of BusyBox can not tell whether a file is as it was.
  const recalls = !name.startsWith('busybox');

  test(`does not hash again what looks as it did (${name})`, () => {
    inDirectory((dir) => {
      const path = join(dir, "it's $x [a]*\\b");
      writeFileSync(path, large);
      symlinkSync(path, join(dir, 'link'));
      writeFileSync(join(dir, 'other'), large);
      const link = join(dir, 'link');
      const known = { stamp: stampOf(path), sha256: made };
      const { memory } = memoryOf({ [path]: known, [link]: known });
      const answers = askWith(
        memory,
        [
          fileState(path, { hash: true }),
          fileState(link, { hash: true, follow: true }),
          fileState(join(dir, 'other'), { hash: true }),
          fileState(path, { hash: true, content: { unless: made } }),
        ],
        { shell, diff: true },
      );
      const own = fileHash(join(dir, 'other'));
      const expected = recalls ? made : own;
      assert.equal(
        answers.map((state) => state?.sha256),
        [expected, expected, own, expected],
      );
      assert.is(answers[3]?.content === null, recalls);
    });
  });

  test(`hashes again what may have changed (${name})`, () => {
    inDirectory((dir) => {
      const paths = ['touched', 'replaced', 'longer', 'gone'].map((each) => join(dir, each));
      for (const path of paths) writeFileSync(path, large);
      const { memory } = memoryOf(
        Object.fromEntries(paths.map((path) => [path, { stamp: stampOf(path), sha256: made }])),
      );
      const [touched = '', replaced = '', longer = '', gone = ''] = paths;
      // The same size and the same time of modification: only its time of change tells.
      const { atimeMs, mtimeMs } = statSync(touched);
      execFileSync('sleep', ['0.02']);
      writeFileSync(touched, large.replaceAll('x', 'y'));
      utimesSync(touched, atimeMs / 1000, mtimeMs / 1000);
      writeFileSync(join(dir, 'new'), large.replaceAll('x', 'y'));
      renameSync(join(dir, 'new'), replaced);
      writeFileSync(longer, `${large}y`);
      renameSync(gone, join(dir, 'elsewhere'));
      const hashes = askWith(
        memory,
        paths.map((path) => fileState(path, { hash: true })),
        { shell },
      ).map((state) => state?.sha256);
      assert.equal(hashes, [fileHash(touched), fileHash(replaced), fileHash(longer), undefined]);
    });
  });

  test(`hashes again on another machine (${name})`, () => {
    inDirectory((dir) => {
      const path = join(dir, 'f');
      writeFileSync(path, large);
      const { memory } = memoryOf({ [path]: { stamp: stampOf(path), sha256: made } });
      const machine = here.replaceAll('0', 'f');
      const [state] = askWith(memory, [fileState(path, { hash: true })], { shell, machine });
      assert.is(state?.sha256, fileHash(path));
    });
  });

  test(`tells nobody the hash of a file that he can not read (${name})`, () => {
    if (!isRoot) return;
    inDirectory((dir) => {
      execFileSync('chmod', ['755', dir]);
      const path = join(dir, 'f');
      writeFileSync(path, large, { mode: 0o600 });
      const { memory } = memoryOf({ [path]: { stamp: stampOf(path), sha256: made } });
      assert.throws(
        () => askWith(memory, [fileState(path, { hash: true })], { shell, uid: nobody }),
        /can not be read/,
      );
    });
  });

  test(`learns of large files at rest, not of those just written (${name})`, () => {
    inDirectory((dir) => {
      writeFileSync(join(dir, 'fresh'), large);
      const old = statSync('/usr/bin/env').size > 65_536 ? '/usr/bin/env' : '/bin/bash';
      const { memory, learnt } = memoryOf({}, null);
      askWith(
        memory,
        [join(dir, 'fresh'), old, '/etc/passwd'].map((path) => fileState(path, { hash: true, follow: true })),
        { shell },
      );
      const expected = [[here, old, { stamp: stampOf(old), sha256: fileHash(old) }]];
      assert.equal(learnt, recalls ? expected : []);
    });
  });
}

/** What is learnt of one file; its times and size are these. */
function learntOf({
  mtime = '100.000000001',
  ctime = '100.000000001',
  size = 70_000,
  now = '200.500000000',
  machine = here,
  mode = '81a4',
}): number {
  const { memory, learnt } = memoryOf();
  const clock = now === '' ? '' : `416d 0 0 root root 9 0 5 77 ${now} ${now} /proc/self/.\n`;
  const stats = `${clock}${mode} 0 0 root root 1 ${size} 5 42 ${mtime} ${ctime} /f\n`;
  learnFrom({ machine, stats, hashes: new Map([['/f', made]]) }, memory);
  return learnt.length;
}

test('learns only what nobody can have changed unseen', () => {
  assert.is(learntOf({}), 1);
  assert.is(learntOf({ ctime: '198.500000000' }), 1);
  assert.is(learntOf({ ctime: '198.500000001' }), 0, 'changed less than two seconds ago');
  assert.is(learntOf({ mtime: '198.500000001' }), 0, 'written less than two seconds ago');
  assert.is(learntOf({ ctime: '900.000000000' }), 0, 'a clock that was set back');
  assert.is(learntOf({ size: 65_536 }), 0, 'small');
  assert.is(learntOf({ mtime: '100', ctime: '100' }), 0, 'whole seconds');
  assert.is(learntOf({ now: '' }), 0, 'no clock');
  assert.is(learntOf({ machine: '' }), 0, 'no machine');
  assert.is(learntOf({ machine: 'uninitialized' }), 0, 'no machine yet');
  assert.is(learntOf({ mode: 'a1ff' }), 0, 'a link');
});

function fileHash(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

test.run();

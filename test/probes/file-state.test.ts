import { spawnSync } from 'node:child_process';
import { chmodSync, linkSync, lutimesSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Reply } from '../../src/base/reply.ts';
import { fileState, fileStateKind } from '../../src/probes/file-state.ts';
import { answer, askAll, inDirectory, isRoot, nobody, probeError, shells } from './support.ts';

const test = suite('probes/file-state');

const odd = [
  'plain',
  'a b',
  "it's",
  'say "x"',
  'ünïcode-日本',
  'back\\slash',
  '$HOME',
  '-rf',
  '*',
  'both\'"',
  'a;b',
  '`id`',
  'x  y ',
  '%n',
];
const helloSha = '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03';
const emptySha = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

for (const shell of shells) {
  const name = shell.join(' ');

  test(`tells files with odd names from missing ones (${name})`, () => {
    inDirectory((dir) => {
      for (const each of odd) writeFileSync(join(dir, each), 'hello\n');
      const there = askAll(
        odd.map((each) => fileState(join(dir, each), { hash: true, content: 'always' })),
        { shell },
      );
      assert.equal(
        there.map((state) => state?.sha256),
        odd.map(() => helloSha),
      );
      assert.equal(
        there.map((state) => state?.content?.toString()),
        odd.map(() => 'hello\n'),
      );
      const missing = askAll(
        odd.map((each) => fileState(join(dir, 'none', each), { hash: true })),
        { shell },
      );
      assert.equal(
        missing,
        odd.map(() => null),
      );
    });
  });

  test(`answers many questions about present and missing paths in order (${name})`, () => {
    inDirectory((dir) => {
      writeFileSync(join(dir, 'b'), '');
      writeFileSync(join(dir, 'd'), '');
      const paths = ['a', 'b', 'c', 'd', 'e'].map((each) => join(dir, each));
      const plain = paths.map((path) => fileState(path, { hash: true }));
      const followed = paths.map((path) => fileState(path, { follow: true }));
      const types = askAll([...plain, ...followed], { shell }).map((state) => state?.type ?? null);
      const once = [null, 'file', null, 'file', null];
      assert.equal(types, [...once, ...once]);
    });
  });

  test(`tells type, mode, owner, size, time and number of names (${name})`, () => {
    inDirectory((dir) => {
      const path = join(dir, 'f');
      writeFileSync(path, 'hello\n');
      chmodSync(path, 0o4751);
      utimesSync(path, 1_700_000_000, 1_700_000_000);
      linkSync(path, join(dir, 'g'));
      const state = answer(fileState(path, { hash: true }), { shell });
      assert.is(state?.type, 'file');
      assert.is(state?.mode, '4751');
      assert.is(state?.size, 6);
      assert.is(state?.mtime, 1_700_000_000);
      assert.is(state?.links, 2);
      assert.is(state?.sha256, helloSha);
      assert.is(state?.content, null);
      if (isRoot) assert.equal([state?.owner, state?.uid, state?.group, state?.gid], ['root', 0, 'root', 0]);
    });
  });

  test(`tells times before 1970 (${name})`, () => {
    inDirectory((dir) => {
      writeFileSync(join(dir, 'f'), '');
      spawnSync('touch', ['-d', '1969-12-31T00:00:00Z', join(dir, 'f')]);
      assert.is(answer(fileState(join(dir, 'f')), { shell })?.mtime, -86_400);
    });
  });

  test(`looks at links or at what they point to (${name})`, () => {
    inDirectory((dir) => {
      writeFileSync(join(dir, 'target'), 'hello\n');
      symlinkSync('target', join(dir, 'link'));
      symlinkSync('line\nend ', join(dir, 'dangling'));
      symlinkSync('loop', join(dir, 'loop'));
      lutimesSync(join(dir, 'link'), 1, 1);
      const [link, followed, dangling, through] = askAll(
        [
          fileState(join(dir, 'link'), { hash: true }),
          fileState(join(dir, 'link'), { follow: true, hash: true, content: 'always' }),
          fileState(join(dir, 'dangling')),
          fileState(join(dir, 'dangling'), { follow: true, hash: true }),
        ],
        { shell },
      );
      assert.equal([link?.type, link?.target, link?.mtime], ['link', 'target', 1]);
      assert.equal([followed?.type, followed?.target, followed?.sha256], ['file', null, helloSha]);
      assert.equal([dangling?.type, dangling?.target], ['link', 'line\nend ']);
      assert.is(through, null);
      assert.throws(
        () => answer(fileState(join(dir, 'loop'), { follow: true }), { shell }),
        probeError(/symbolic links|loop/i),
      );
    });
  });

  test(`tells directories and other things without reading them (${name})`, () => {
    inDirectory((dir) => {
      mkdirSync(join(dir, 'd'));
      const [directory, device] = askAll(
        [
          fileState(join(dir, 'd'), { hash: true, content: 'always' }),
          fileState('/dev/zero', { hash: true, content: 'always' }),
        ],
        { shell },
      );
      assert.equal([directory?.type, directory?.sha256, directory?.content], ['directory', null, null]);
      assert.equal([device?.type, device?.sha256, device?.content], ['other', null, null]);
    });
  });

  test(`reads empty, binary and large content (${name})`, () => {
    inDirectory((dir) => {
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
      writeFileSync(join(dir, 'empty'), '');
      writeFileSync(join(dir, 'binary'), bytes);
      writeFileSync(join(dir, 'large'), Buffer.alloc(1024 * 1024 + 1));
      const [empty, binary, large] = askAll(
        ['empty', 'binary', 'large'].map((each) => fileState(join(dir, each), { hash: true, content: 'always' })),
        { shell },
      );
      assert.equal([empty?.sha256, empty?.content], [emptySha, Buffer.alloc(0)]);
      assert.equal(binary?.content, bytes);
      assert.equal([large?.size, large?.content], [1024 * 1024 + 1, null]);
    });
  });

  test(`sends content for a diff only when it differs (${name})`, () => {
    inDirectory((dir) => {
      writeFileSync(join(dir, 'f'), 'hello\n');
      const same = fileState(join(dir, 'f'), { hash: true, content: { unless: helloSha } });
      const other = fileState(join(dir, 'f'), { hash: true, content: { unless: emptySha } });
      assert.equal(
        askAll([same, other], { shell, diff: true }).map((s) => s?.content?.toString()),
        [undefined, 'hello\n'],
      );
      assert.equal(
        askAll([same, other], { shell }).map((s) => s?.content),
        [null, null],
      );
    });
  });

  test(`hashes more files than go into one command (${name})`, () => {
    inDirectory((dir) => {
      const paths = Array.from({ length: 250 }, (_, i) => join(dir, `file ${i}`));
      for (const path of paths) writeFileSync(path, 'hello\n');
      const states = askAll(
        paths.map((path) => fileState(path, { hash: true })),
        { shell },
      );
      assert.ok(states.every((state) => state?.sha256 === helloSha));
    });
  });

  test(`never calls absent what it may not look at (${name})`, () => {
    if (!isRoot) return;
    inDirectory((dir) => {
      chmodSync(dir, 0o755);
      mkdirSync(join(dir, 'closed'), { mode: 0o700 });
      writeFileSync(join(dir, 'closed', 'f'), '');
      writeFileSync(join(dir, 'secret'), '', { mode: 0o600 });
      const asNobody = { shell, uid: nobody };
      assert.throws(() => answer(fileState(join(dir, 'closed', 'f')), asNobody), probeError(/Permission denied/));
      assert.throws(
        () => answer(fileState(join(dir, 'secret'), { hash: true }), asNobody),
        probeError(/Permission denied/),
      );
      assert.is(answer(fileState(join(dir, 'secret')), asNobody)?.mode, '0600');
    });
  });
}

test('takes no answer for absent', () => {
  const probe = fileState('/etc/hosts');
  for (const stderr of ['', 'sh: stat: not found', 'Killed']) {
    const reply: Reply = {
      status: 0,
      stdout: Buffer.alloc(0),
      stderr: Buffer.from(stderr),
      timedOut: false,
      truncated: false,
    };
    assert.throws(() => fileStateKind.parse(reply, [probe.question as never]), probeError(/did not say what is at/));
  }
});

test('takes no half an answer for a whole one', () => {
  const first = fileState('/a');
  const second = fileState('/b');
  const stderr = Buffer.from("stat: cannot statx '/a': No such file or directory\n");
  const reply: Reply = { status: 0, stdout: Buffer.alloc(0), stderr, timedOut: false, truncated: false };
  assert.throws(
    () => fileStateKind.parse(reply, [first.question as never, second.question as never]),
    probeError(/did not say/),
  );
});

test('reads its path', () => {
  assert.equal(fileStateKind.reads({ path: '/etc/x', follow: false, hash: true, content: 'never' }), ['path:/etc/x']);
});

test.run();

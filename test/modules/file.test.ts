import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { file } from '../../src/modules/file.ts';
import { inDirectory, isRoot, nobody, planError, runText, shells } from '../probes/support.ts';
import { type Args, kindsOf, problemsOf, run, runTwice } from './support.ts';

const test = suite('modules/file');

const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8).padStart(4, '0');

for (const shell of shells) {
  const name = shell.join(' ');
  const twice = (args: Args) => runTwice(file, args, {}, { shell });

  test(`makes a directory and those above it, once (${name})`, () => {
    inDirectory((dir) => {
      const path = join(dir, "a'b", 'c d', 'ü');
      const [first, second] = twice({ path, state: 'directory', mode: '0750' });
      assert.equal(kindsOf(first), ['make-directory', 'make-directory', 'make-directory']);
      assert.equal(second, []);
      assert.equal([modeOf(path), modeOf(join(dir, "a'b"))], ['0750', '0750']);
    });
  });

  test(`takes a trailing slash and symbolic modes (${name})`, () => {
    inDirectory((dir) => {
      const [first, second] = twice({ path: `${dir}/d/`, state: 'directory', mode: 'u=rwX,g=rX,o=' });
      assert.equal([kindsOf(first), second], [['make-directory'], []]);
      assert.is(modeOf(join(dir, 'd')), '0750');
      const [changed, then] = twice({ path: `${dir}/d/`, state: 'directory', mode: 'g+ws' });
      assert.equal([kindsOf(changed), then], [['set-attributes'], []]);
      assert.is(modeOf(join(dir, 'd')), '2770');
      const [exact, nothing] = twice({ path: `${dir}/d`, state: 'directory', mode: '0755' });
      assert.equal([kindsOf(exact), nothing], [['set-attributes'], []]);
      assert.is(modeOf(join(dir, 'd')), '0755');
    });
  });

  test(`sets the attributes of everything in a directory (${name})`, () => {
    inDirectory((dir) => {
      mkdirSync(join(dir, 't', 'sub dir'), { recursive: true, mode: 0o700 });
      writeFileSync(join(dir, 't', 'f'), '', { mode: 0o600 });
      writeFileSync(join(dir, 't', 'sub dir', 'run'), '', { mode: 0o700 });
      symlinkSync('/etc/passwd', join(dir, 't', 'link'));
      const args = { path: join(dir, 't'), recurse: true, mode: 'u=rwX,go=rX' };
      const [first, second] = twice(args);
      assert.equal([kindsOf(first), second], [['set-attributes'], []]);
      const modes = ['t', 't/f', 't/sub dir', 't/sub dir/run'].map((each) => modeOf(join(dir, each)));
      assert.equal(modes, ['0755', '0644', '0755', '0755']);
      if (!isRoot) return;
      const [owned, then] = twice({ ...args, owner: String(nobody), group: String(nobody) });
      assert.equal([kindsOf(owned), then], [['set-attributes'], []]);
      assert.equal(lstatSync(join(dir, 't', 'link')).uid, nobody);
      assert.is(statSync('/etc/passwd').uid, 0);
    });
  });

  test(`makes, repoints and keeps links (${name})`, () => {
    inDirectory((dir) => {
      writeFileSync(join(dir, 'target'), '');
      const args = { path: join(dir, 'l'), src: 'target', state: 'link' };
      const [first, second] = twice(args);
      assert.equal([kindsOf(first), second], [['make-link'], []]);
      const [repointed, then] = twice({ ...args, src: '/no where', force: true });
      assert.equal([kindsOf(repointed), then], [['make-link'], []]);
      assert.is(readlinkSync(join(dir, 'l')), '/no where');
      assert.throws(() => run(file, { ...args, src: 'none' }, {}, { shell }), planError(/does not exist/));
      assert.throws(
        () => run(file, { ...args, path: join(dir, 'target'), src: 'l', force: false }, {}, { shell }),
        planError(/not a link/),
      );
    });
  });

  test(`gives links themselves an owner (${name})`, () => {
    if (!isRoot) return;
    inDirectory((dir) => {
      writeFileSync(join(dir, 'target'), '');
      const args = { path: join(dir, 'l'), src: 'target', state: 'link', owner: String(nobody), mode: '0600' };
      const [first, second] = twice(args);
      assert.equal([kindsOf(first), second], [['make-link', 'set-attributes'], []]);
      assert.equal([lstatSync(join(dir, 'l')).uid, statSync(join(dir, 'target')).uid], [nobody, 0]);
    });
  });

  test(`makes hard links (${name})`, () => {
    inDirectory((dir) => {
      writeFileSync(join(dir, 'f'), 'x');
      const args = { path: join(dir, 'h'), src: join(dir, 'f'), state: 'hard' };
      const [first, second] = twice(args);
      assert.equal([kindsOf(first), second], [['make-link'], []]);
      assert.is(statSync(join(dir, 'h')).nlink, 2);
    });
  });

  test(`touches: makes an empty file, and sets its time at each run unless told not to (${name})`, () => {
    inDirectory((dir) => {
      const path = join(dir, 'f');
      const [first, second] = twice({ path, state: 'touch', mode: '0600' });
      assert.equal([kindsOf(first), kindsOf(second)], [['write-file'], ['set-times']]);
      const kept = { path, state: 'touch', access_time: 'preserve', modification_time: 'preserve' };
      assert.equal(run(file, kept, {}, { shell }).changes, []);
      assert.equal([readFileSync(path, 'utf8'), modeOf(path)], ['', '0600']);
    });
  });

  test(`removes whatever is there, once (${name})`, () => {
    inDirectory((dir) => {
      mkdirSync(join(dir, 'd', 'sub'), { recursive: true });
      symlinkSync('d', join(dir, 'l'));
      writeFileSync(join(dir, "f'"), 'old\n');
      for (const each of ['l', 'd', "f'"]) {
        const [first, second] = twice({ path: join(dir, each), state: 'absent' });
        assert.equal([kindsOf(first), second], [['remove-path'], []]);
        assert.is(existsSync(join(dir, each)), false);
      }
    });
  });

  test(`means what a link points to (${name})`, () => {
    inDirectory((dir) => {
      writeFileSync(join(dir, 'f'), '', { mode: 0o600 });
      symlinkSync('f', join(dir, 'l'));
      const [first, second] = twice({ path: join(dir, 'l'), mode: '0644' });
      assert.equal([kindsOf(first), second, modeOf(join(dir, 'f'))], [['set-attributes'], [], '0644']);
    });
  });
}

test('keeps set-ID bits when the owner changes', () => {
  if (!isRoot) return;
  inDirectory((dir) => {
    const path = join(dir, 'f');
    writeFileSync(path, '');
    chownSync(path, 0, 0);
    runText(`chmod 4755 ${path}`);
    const [first, second] = runTwice(file, { path, owner: String(nobody) });
    assert.equal([kindsOf(first), second, modeOf(path)], [['set-attributes'], [], '4755']);
  });
});

test('refuses what is not what the state says', () => {
  inDirectory((dir) => {
    writeFileSync(join(dir, 'f'), '');
    mkdirSync(join(dir, 'd'));
    symlinkSync('nowhere', join(dir, 'dangling'));
    const refusals: readonly (readonly [Args, RegExp])[] = [
      [{ path: join(dir, 'none') }, /does not exist/],
      [{ path: join(dir, 'none'), mode: '0644', state: 'file' }, /does not exist/],
      [{ path: join(dir, 'd'), state: 'file' }, /is a directory/],
      [{ path: join(dir, 'f'), state: 'directory' }, /not a directory but a file/],
      [{ path: join(dir, 'f', 'x'), state: 'directory' }, /not a directory but a file/],
      [{ path: join(dir, 'dangling'), state: 'directory' }, /link to `nowhere`, which does not exist/],
      [{ path: join(dir, 'dangling'), state: 'touch' }, /link to `nowhere`, which does not exist/],
      [{ path: join(dir, 'none', 'f'), state: 'touch' }, /directory .* does not exist/],
      [{ path: join(dir, 'd'), state: 'link', src: 'f', force: true }, /is a directory/],
      [{ path: join(dir, 'h'), state: 'hard', src: join(dir, 'd') }, /is a directory/],
    ];
    for (const [args, message] of refusals)
      assert.throws(() => run(file, args), planError(message), JSON.stringify(args));
  });
});

test('finds args that do not go together', () => {
  const cases: readonly (readonly [Args, string[]])[] = [
    [{ path: '/x', state: 'link' }, ['`state: link` needs `src`.']],
    [{ path: '/x', state: 'directory', src: 'y' }, ['`src` is for `state: link` and `hard`.']],
    [{ path: '/x', src: 'y' }, ['`src` needs `state: link` or `hard`.']],
    [{ path: '/x', state: 'absent', recurse: true }, ['`recurse` is for `state: directory`.']],
    [{ path: '/x', state: 'touch', force: true }, ['`force` is for `state: link` and `hard`.']],
    [{ path: '/', state: 'absent' }, ['The root directory can not be removed.']],
    [{ path: '//..', state: 'absent' }, ['The root directory can not be removed.']],
    [{ path: '/etc/./..', state: 'absent' }, ['The root directory can not be removed.']],
    [{ path: '/etc/...', state: 'absent' }, []],
    [{ dest: '/x', state: 'link', src: 'y' }, []],
  ];
  for (const [args, problems] of cases) assert.equal(problemsOf(file, args), problems, JSON.stringify(args));
});

test.run();

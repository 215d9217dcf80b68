import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { copy } from '../../src/modules/copy.ts';
import { inDirectory, isRoot, nobody, planError, shells } from '../probes/support.ts';
import { type Args, kindsOf, oneFile, problemsOf, run, runTwice, treeOf } from './support.ts';

const test = suite('modules/copy');

const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8).padStart(4, '0');
const textOf = (...path: string[]): string => readFileSync(join(...path), 'utf8');

for (const shell of shells) {
  const name = shell.join(' ');

  test(`puts a file at a path, once (${name})`, () => {
    inDirectory((dir) => {
      const src = oneFile('my file', "it's\n");
      const [first, second] = runTwice(
        copy,
        { src: 'my file', dest: `${dir}/a "b"`, mode: '0640' },
        { src },
        { shell },
      );
      assert.equal([kindsOf(first), second], [['write-file'], []]);
      assert.equal([textOf(dir, 'a "b"'), modeOf(join(dir, 'a "b"'))], ["it's\n", '0640']);
    });
  });

  test(`puts a file into a directory that is there, or into one it makes (${name})`, () => {
    inDirectory((dir) => {
      const src = oneFile('f', 'x');
      mkdirSync(join(dir, 'there'));
      symlinkSync('there', join(dir, 'link'));
      const args = { src: 'files/f' };
      assert.equal(runTwice(copy, { ...args, dest: join(dir, 'there') }, { src }, { shell }).map(kindsOf), [
        ['write-file'],
        [],
      ]);
      assert.equal(runTwice(copy, { ...args, dest: join(dir, 'link') }, { src }, { shell }).map(kindsOf), [[], []]);
      assert.equal(
        runTwice(
          copy,
          { ...args, dest: join(dir, 'new', 'sub') + '/', directory_mode: '0700' },
          { src },
          { shell },
        ).map(kindsOf),
        [['make-directory', 'make-directory', 'write-file'], []],
      );
      assert.equal(
        [textOf(dir, 'there', 'f'), textOf(dir, 'new', 'sub', 'f'), modeOf(join(dir, 'new'))],
        ['x', 'x', '0700'],
      );
    });
  });

  test(`puts a whole directory, once, and mends what differs (${name})`, () => {
    inDirectory((dir) => {
      const src = treeOf({ d: null, 'd/a': 'A', 'd/sub dir': null, 'd/sub dir/b': 'B', 'd/empty': null });
      const args = { src: 'd', dest: join(dir, 'to', 'here'), mode: 'preserve' };
      const [first, second] = runTwice(copy, args, { src }, { shell });
      assert.equal(kindsOf(first), [
        'make-directory',
        'make-directory',
        'make-directory',
        'write-file',
        'make-directory',
        'write-file',
        'make-directory',
      ]);
      assert.equal(second, []);
      assert.equal([textOf(dir, 'to/here/d/a'), textOf(dir, 'to/here/d/sub dir/b')], ['A', 'B']);
      writeFileSync(join(dir, 'to/here/d/a'), 'other');
      writeFileSync(join(dir, 'to/here/d/foreign'), 'kept');
      assert.equal(runTwice(copy, args, { src }, { shell }).map(kindsOf), [['write-file'], []]);
      assert.equal(readdirSync(join(dir, 'to/here/d')), ['a', 'empty', 'foreign', 'sub dir']);
    });
  });

  test(`writes texts, and lists and mappings as JSON (${name})`, () => {
    inDirectory((dir) => {
      const dest = join(dir, 'f');
      const cases: readonly (readonly [Args[string], string])[] = [
        ['text\n', 'text\n'],
        [{ a: [1, null, 'ü'] }, '{"a":[1,null,"ü"]}'],
        ['', ''],
        [5, '5'],
      ];
      for (const [content, text] of cases) {
        assert.equal(runTwice(copy, { content, dest }, {}, { shell }).map(kindsOf), [['write-file'], []]);
        assert.is(textOf(dest), text);
      }
    });
  });

  test(`replaces a link, or follows it (${name})`, () => {
    inDirectory((dir) => {
      mkdirSync(join(dir, 'd'));
      writeFileSync(join(dir, 'd', 'target'), 'old');
      symlinkSync('d/target', join(dir, 'l'));
      const args = { content: 'new', dest: join(dir, 'l') };
      assert.equal(runTwice(copy, { ...args, follow: true }, {}, { shell }).map(kindsOf), [['write-file'], []]);
      assert.equal([lstatSync(join(dir, 'l')).isSymbolicLink(), textOf(dir, 'd', 'target')], [true, 'new']);
      assert.equal(runTwice(copy, { ...args, content: 'third' }, {}, { shell }).map(kindsOf), [['write-file'], []]);
      assert.equal([lstatSync(join(dir, 'l')).isFile(), textOf(dir, 'd', 'target')], [true, 'new']);
      symlinkSync('made', join(dir, 'dangling'));
      assert.equal(
        runTwice(copy, { content: 'x', dest: join(dir, 'dangling'), follow: true }, {}, { shell }).map(kindsOf),
        [['write-file'], []],
      );
      assert.equal([textOf(dir, 'made'), lstatSync(join(dir, 'dangling')).isSymbolicLink()], ['x', true]);
    });
  });

  test(`copies a file of the host (${name})`, () => {
    inDirectory((dir) => {
      writeFileSync(join(dir, 'from'), 'x', { mode: 0o750 });
      mkdirSync(join(dir, 'to'));
      const args = { src: join(dir, 'from'), remote_src: true, dest: join(dir, 'to'), mode: 'preserve' };
      assert.equal(runTwice(copy, args, {}, { shell }).map(kindsOf), [['copy-path'], []]);
      assert.equal([textOf(dir, 'to', 'from'), modeOf(join(dir, 'to', 'from'))], ['x', '0750']);
      assert.throws(() => run(copy, { ...args, src: join(dir, 'none') }, {}, { shell }), planError(/does not exist/));
      assert.throws(() => run(copy, { ...args, src: join(dir, 'to') }, {}, { shell }), planError(/is a directory/));
    });
  });

  test(`keeps the old file when the validation fails (${name})`, () => {
    inDirectory((dir) => {
      writeFileSync(join(dir, 'f'), 'old');
      const args = { content: 'new', dest: join(dir, 'f'), validate: 'grep -q old %s' };
      assert.throws(() => run(copy, args, {}, { shell }), /write-file/);
      assert.equal([textOf(dir, 'f'), readdirSync(dir)], ['old', ['f']]);
    });
  });

  test(`keeps a copy of what it replaces (${name})`, () => {
    inDirectory((dir) => {
      writeFileSync(join(dir, 'f'), 'old');
      run(copy, { content: 'new', dest: join(dir, 'f'), backup: true }, {}, { shell });
      // Named by the old content, so that the same content is never kept twice.
      assert.equal(readdirSync(dir), ['f', 'f.cba06b5736fa.bak']);
      assert.is(textOf(dir, 'f.cba06b5736fa.bak'), 'old');
    });
  });

  test(`keeps attributes that are not asked for, sets those that are (${name})`, () => {
    inDirectory((dir) => {
      const dest = join(dir, 'f');
      writeFileSync(dest, 'old', { mode: 0o600 });
      assert.equal(runTwice(copy, { content: 'new', dest }, {}, { shell }).map(kindsOf), [['write-file'], []]);
      assert.is(modeOf(dest), '0600');
      assert.equal(runTwice(copy, { content: 'new', dest, mode: 'a+r' }, {}, { shell }).map(kindsOf), [
        ['set-attributes'],
        [],
      ]);
      assert.is(modeOf(dest), '0644');
      if (!isRoot) return;
      const owned = { content: 'new', dest, owner: String(nobody), group: String(nobody) };
      assert.equal(runTwice(copy, owned, {}, { shell }).map(kindsOf), [['set-attributes'], []]);
      assert.equal(runTwice(copy, { content: 'newer', dest }, {}, { shell }).map(kindsOf), [['write-file'], []]);
      assert.equal([statSync(dest).uid, statSync(dest).gid], [nobody, nobody]);
    });
  });
}

test('shows the old content in its change, for a diff', () => {
  inDirectory((dir) => {
    writeFileSync(join(dir, 'f'), 'old');
    const [change] = run(copy, { content: 'new', dest: join(dir, 'f') }, {}, { diff: true }).changes;
    assert.is(change?.kind === 'write-file' && change.before?.content?.toString(), 'old');
  });
});

test('leaves a file that is there when told not to force', () => {
  inDirectory((dir) => {
    writeFileSync(join(dir, 'f'), 'old');
    assert.equal(run(copy, { content: 'new', dest: join(dir, 'f'), force: false }).changes, []);
    assert.equal(kindsOf(run(copy, { content: 'new', dest: join(dir, 'g'), force: false }).changes), ['write-file']);
  });
});

test('checks the sha256 of its source', () => {
  inDirectory((dir) => {
    const args = { src: 'f', dest: join(dir, 'f'), checksum: 'A'.repeat(64) };
    assert.throws(() => run(copy, args, { src: oneFile('f', 'x') }), planError(/has the sha256/));
  });
});

test('tells where the file went', () => {
  inDirectory((dir) => {
    const { result } = run(copy, { src: 'f', dest: dir }, { src: oneFile('f', 'x') });
    assert.equal(result.values, { dest: join(dir, 'f') });
  });
});

test('refuses what can not be', () => {
  inDirectory((dir) => {
    writeFileSync(join(dir, 'f'), '');
    mkdirSync(join(dir, 'd'));
    assert.throws(() => run(copy, { content: 'x', dest: join(dir, 'd') }), planError(/is a directory/));
    assert.throws(() => run(copy, { content: 'x', dest: '/dev/null' }), planError(/is a device, socket or pipe/));
    assert.throws(() => run(copy, { content: 'x', dest: join(dir, 'none', 'f') }), planError(/does not exist/));
    assert.throws(
      () => run(copy, { content: 'x', dest: join(dir, 'f', 'x') }),
      planError(/does not exist|not a directory/),
    );
    assert.throws(
      () => run(copy, { src: 'd', dest: join(dir, 'f') }, { src: treeOf({ d: null }) }),
      planError(/not a directory/),
    );
    assert.throws(
      () => run(copy, { src: 'f', dest: `${dir}/f/` }, { src: oneFile('f', '') }),
      planError(/not a directory/),
    );
  });
});

test('finds args that do not go together', () => {
  const cases: readonly (readonly [Args, string[]])[] = [
    [{ dest: '/x' }, ['One of `src` and `content` must be given.']],
    [{ dest: '/x', src: 'a', content: 'b' }, ['Only one of `src` and `content` can be given.']],
    [{ dest: '/x/', content: 'b' }, ['`content` needs the name of a file as `dest`.']],
    [{ dest: '/x', src: 'a', remote_src: true }, ['With `remote_src` the source is an absolute path of the host.']],
    [{ dest: '/x', content: '' }, []],
  ];
  for (const [args, problems] of cases) assert.equal(problemsOf(copy, args), problems, JSON.stringify(args));
});

test.run();

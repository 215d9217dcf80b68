import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { lineinfile } from '../../src/modules/lineinfile.ts';
import { inDirectory, planError, shells } from '../probes/support.ts';
import { type Args, kindsOf, problemsOf, run, runTwice } from './support.ts';

const test = suite('modules/lineinfile');

for (const shell of shells) {
  const name = shell.join(' ');

  test(`replaces, adds and removes lines, once (${name})`, () => {
    inDirectory((dir) => {
      const path = join(dir, "sysctl's conf");
      writeFileSync(path, '# net.ipv4.ip_forward=1\nkernel.panic = 5\n', { mode: 0o640 });
      const twice = (args: Args): string[][] => runTwice(lineinfile, { path, ...args }, {}, { shell }).map(kindsOf);
      const forward = { regexp: '^#?\\s*net\\.ipv4\\.ip_forward', line: 'net.ipv4.ip_forward=1' };
      assert.equal(twice(forward), [['write-file'], []]);
      assert.equal(twice({ line: '$HOME `id` \\n', insertafter: '^kernel' }), [['write-file'], []]);
      assert.equal(twice({ regexp: '^kernel', state: 'absent' }), [['write-file'], []]);
      assert.is(readFileSync(path, 'utf8'), 'net.ipv4.ip_forward=1\n$HOME `id` \\n\n');
      assert.is((statSync(path).mode & 0o777).toString(8), '640');
      assert.equal(twice({ ...forward, mode: '0600' }), [['set-attributes'], []]);
    });
  });

  test(`makes the file and its directories when told to (${name})`, () => {
    inDirectory((dir) => {
      const path = join(dir, 'a', 'b', 'f');
      const args = { path, line: 'x', create: true, mode: '0600' };
      assert.equal(runTwice(lineinfile, args, {}, { shell }).map(kindsOf), [
        ['make-directory', 'make-directory', 'write-file'],
        [],
      ]);
      assert.equal([readFileSync(path, 'utf8'), (statSync(path).mode & 0o777).toString(8)], ['x\n', '600']);
    });
  });

  test(`changes the file that a link leads to (${name})`, () => {
    inDirectory((dir) => {
      mkdirSync(join(dir, 'd'));
      writeFileSync(join(dir, 'd', 'f'), 'a\n');
      symlinkSync('d/f', join(dir, 'l'));
      assert.equal(runTwice(lineinfile, { path: join(dir, 'l'), line: 'b' }, {}, { shell }).map(kindsOf), [
        ['write-file'],
        [],
      ]);
      assert.equal(
        [lstatSync(join(dir, 'l')).isSymbolicLink(), readFileSync(join(dir, 'd', 'f'), 'utf8')],
        [true, 'a\nb\n'],
      );
    });
  });

  test(`leaves the file when the validation fails (${name})`, () => {
    inDirectory((dir) => {
      writeFileSync(join(dir, 'f'), 'a\n');
      const args = { path: join(dir, 'f'), line: 'b', validate: '! grep b %s' };
      assert.throws(() => run(lineinfile, args, {}, { shell }));
      assert.equal([readFileSync(join(dir, 'f'), 'utf8'), readdirSync(dir)], ['a\n', ['f']]);
    });
  });
}

test('takes the line end of a block scalar for no second line', () => {
  inDirectory((dir) => {
    writeFileSync(join(dir, 'f'), 'a\n');
    assert.equal(run(lineinfile, { path: join(dir, 'f'), line: 'a\n' }).changes, []);
  });
});

test('needs the file to be there, unless a line is to go', () => {
  inDirectory((dir) => {
    const path = join(dir, 'f');
    assert.throws(() => run(lineinfile, { path, line: 'x' }), planError(/does not exist/));
    assert.equal(run(lineinfile, { path, line: 'x', state: 'absent' }).changes, []);
    assert.equal(run(lineinfile, { path, line: '\\1', regexp: '(x)', backrefs: true, create: true }).changes, []);
    assert.is(existsSync(path), false);
  });
});

test('refuses what is no text file', () => {
  inDirectory((dir) => {
    writeFileSync(join(dir, 'binary'), Buffer.from([0xff, 0xfe]));
    writeFileSync(join(dir, 'large'), 'x'.repeat(1024 * 1024 + 1));
    writeFileSync(join(dir, 'long'), 'x'.repeat(20_000));
    symlinkSync('nowhere', join(dir, 'dangling'));
    const refusals: readonly (readonly [string, Args, RegExp])[] = [
      ['binary', {}, /not a text in UTF-8/],
      ['large', {}, /has 1048577 bytes/],
      ['long', { regexp: 'y' }, /line of more than/],
      ['dangling', {}, /link to `nowhere`/],
      ['', {}, /not a file but a directory/],
    ];
    for (const [each, args, message] of refusals)
      assert.throws(() => run(lineinfile, { path: join(dir, each), line: 'y', ...args }), planError(message), each);
    assert.equal(kindsOf(run(lineinfile, { path: join(dir, 'long'), line: 'y' }).changes), ['write-file']);
  });
});

test('finds args that do not go together', () => {
  const cases: readonly (readonly [Args, string])[] = [
    [{ line: 'x', regexp: 'a', search_string: 'b' }, 'Only one of `regexp` and `search_string` can be given.'],
    [{ line: 'x', insertafter: 'a', insertbefore: 'b' }, 'Only one of `insertafter` and `insertbefore` can be given.'],
    [{ line: 'x', regexp: '' }, 'An empty pattern matches every line.'],
    [{ regexp: 'a' }, '`line` is missing: `state: present` needs it.'],
    [{ state: 'absent' }, '`state: absent` needs `line`, `regexp` or `search_string`.'],
    [{ line: 'x', backrefs: true }, '`backrefs` needs `regexp`.'],
    [{ line: 'x\ny' }, '`line` holds more than one line, which would be added anew at each run.'],
    [{ line: 'x', regexp: '(' }, '`(` is not a regular expression: Unterminated group.'],
    [{ value: 'x', insertafter: '(?>a)' }, '`(?>` is not known in regular expressions here.'],
  ];
  for (const [args, problem] of cases) assert.equal(problemsOf(lineinfile, { dest: '/x', ...args }), [problem]);
  assert.equal(problemsOf(lineinfile, { destfile: '/x', regex: 'a', value: 'b' }), []);
});

test.run();

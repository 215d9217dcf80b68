import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { command } from '../../src/modules/command.ts';
import { shell as shellModule } from '../../src/modules/shell.ts';
import { splitWords, wordsProblem } from '../../src/base/shell-words.ts';
import { inDirectory, shells } from '../probes/support.ts';
import { type Args, plan, problemsOf, run } from './support.ts';

const test = suite('modules/command');

const splits: readonly (readonly [line: string, words: readonly string[] | string])[] = [
  ['a b  c', ['a', 'b', 'c']],
  [' a\tb\nc ', ['a', 'b', 'c']],
  [`a 'b c' "d e"`, ['a', 'b c', 'd e']],
  [`a'b'"c"d`, ['abcd']],
  [`'' ""`, ['', '']],
  [`a\\ b \\'`, ['a b', "'"]],
  [`"a\\"b\\\\c\\d$x"`, ['a"b\\c\\d$x']],
  [`'a\\b'`, ['a\\b']],
  ['ü ß', ['ü', 'ß']],
  ['', []],
  ['   ', []],
  [`a 'b`, "The quote in `'b` is never closed."],
  [`a "b\\"`, 'The quote in `"b\\"` is never closed.'],
  ['a \\', 'The command ends in a backslash that escapes nothing.'],
  ['a#b #c', ['a#b', '#c']],
];

for (const [line, expected] of splits) {
  test(`splits ${JSON.stringify(line)}`, () => {
    const { words, problem } = splitWords(line, { comments: false });
    assert.equal(problem === null ? words.map(({ text }) => text) : wordsProblem(line, problem), expected);
  });
}

test('plans to run the words, in a directory, with input', () => {
  const planned = plan(command, { cmd: `systemctl status 'a b'`, chdir: '/tmp', stdin: 'x' }, {});
  assert.equal(planned, [
    {
      kind: 'run-command',
      command: ['systemctl', 'status', 'a b'],
      directory: '/tmp',
      environment: {},
      stdin: 'x\n',
      touches: 'host',
      before: null,
      after: null,
      diagnose: null,
    },
  ]);
});

test('passes a list on as it is', () => {
  const [planned] = plan(command, { argv: ['echo', '$HOME', 5, 'a b'], stdin: 'x', stdin_add_newline: false }, {});
  assert.equal(planned?.kind === 'run-command' && [planned.command, planned.stdin], [
    ['echo', '$HOME', '5', 'a b'],
    'x',
  ]);
});

test('finds what needs a shell, and other slips', () => {
  const cases: readonly (readonly [Args, string[]])[] = [
    [{}, ['One of `cmd` and `argv` must be given.']],
    [{ cmd: 'a', argv: ['b'] }, ['Only one of `cmd` and `argv` can be given.']],
    [{ cmd: 'a | b' }, ['`|` needs a shell.']],
    [{ cmd: 'a && b' }, ['`&&` needs a shell.']],
    [{ cmd: 'a 2>/dev/null' }, ['`2>/dev/null` needs a shell.']],
    [{ cmd: 'a 2>&1' }, ['`2>&1` needs a shell.']],
    [{ cmd: 'a; b' }, ['`;` needs a shell.']],
    [{ cmd: 'a &' }, ['`&` needs a shell.']],
    [{ cmd: 'echo "$(id)"' }, ['`$(` needs a shell.']],
    [{ cmd: 'find /x -exec rm {} \\;' }, []],
    [{ cmd: "find /x -exec rm {} ';'" }, []],
    [{ cmd: 'curl "http://x/?a=1&b=2" http://y/?a=1&b=2' }, []],
    [{ cmd: 'a > /dev/null' }, ['`>` needs a shell.']],
    [{ cmd: 'a "x | y"' }, []],
    [{ cmd: 'echo $HOME' }, ['`$HOME` needs a shell.']],
    [{ cmd: "echo '$HOME' \\$HOME $1" }, []],
    [{ cmd: 'touch /x creates=/x' }, ['`creates=` is part of the command here.']],
    [{ cmd: "echo 'x" }, ["The quote in `'x` is never closed."]],
    [{ cmd: ' ' }, ['The command is empty.']],
    [{ cmd: 'dd if=/dev/zero of=/x' }, []],
  ];
  for (const [args, problems] of cases) assert.equal(problemsOf(command, args), problems, JSON.stringify(args));
  assert.equal(problemsOf(shellModule, { cmd: 'echo x > y chdir=/tmp' }), ['`chdir=` is part of the command here.']);
  assert.equal(problemsOf(shellModule, { cmd: 'a | b && echo $HOME' }), []);
});

for (const shell of shells) {
  const name = shell.join(' ');

  test(`runs a program and tells what it said (${name})`, () => {
    const { result } = run(command, { cmd: `printf '%s\\n' 'a b' c` }, {}, { shell });
    assert.equal(result.values, {
      cmd: ['printf', '%s\\n', 'a b', 'c'],
      rc: 0,
      stdout: 'a b\nc',
      stderr: '',
      stdout_lines: ['a b', 'c'],
      stderr_lines: [],
    });
  });

  test(`tells a failure, too (${name})`, () => {
    const { result } = run(
      shellModule,
      { cmd: 'echo out; echo err >&2; exit 7', strip_empty_ends: false },
      {},
      { shell },
    );
    assert.equal([result.values.rc, result.values.stdout, result.values.stderr_lines], [7, 'out\n', ['err']]);
  });

  test(`runs nothing where creates is there, or removes is not (${name})`, () => {
    inDirectory((dir) => {
      writeFileSync(join(dir, "it's a.done"), '');
      mkdirSync(join(dir, 'sub'));
      const changesOf = (args: Args): number => run(command, { cmd: 'true', ...args }, {}, { shell }).changes.length;
      const cases: readonly (readonly [Args, number])[] = [
        [{ creates: join(dir, "it's a.done") }, 0],
        [{ creates: join(dir, '*.done') }, 0],
        [{ creates: join(dir, '*.none') }, 1],
        [{ creates: join(dir, "it's a.don[aeiou]") }, 0],
        [{ creates: join(dir, 'none', 'x') }, 1],
        [{ creates: "it's a.done", chdir: dir }, 0],
        [{ creates: '*.done', chdir: dir }, 0],
        [{ removes: join(dir, 'sub') }, 1],
        [{ removes: join(dir, 'none') }, 0],
        [{ removes: join(dir, 'sub'), creates: join(dir, '*.done') }, 0],
      ];
      for (const [args, count] of cases) assert.is(changesOf(args), count, JSON.stringify(args));
      const { result } = run(shellModule, { cmd: 'exit 9', creates: join(dir, 'su?') }, {}, { shell });
      assert.is(result.message, `not run, since \`${dir}/sub\` exists`);
      assert.equal([result.values.rc, result.values.stdout], [0, '']);
    });
  });
}

test('uses the shell it is told to', () => {
  const { result } = run(shellModule, { cmd: '[[ a == a ]] && echo $BASH', executable: '/bin/bash' });
  assert.is(result.values.stdout, '/bin/bash');
});

test.run();

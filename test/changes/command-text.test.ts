import { existsSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runCommand, type RunCommand } from '../../src/changes/change.ts';
import { commandText } from '../../src/changes/command-text.ts';
import { runText, shells } from '../probes/support.ts';

const test = suite('changes/command-text');

const executables = ['/bin/sh', '/bin/bash', '/usr/bin/dash'].filter((path) => existsSync(path));
// More than is sent ahead of who reads it.
const longTail = `\n# ${'y'.repeat(70_000)}`;

function ran(text: string, options: { shell: readonly string[] } & Partial<RunCommand>): string {
  const { shell, ...more } = options;
  const change = runCommand({ command: { shell: '/bin/sh', text }, touches: 'host', ...more });
  const { status, stdout, stderr } = runText(commandText(change), { shell });
  return `${status}|${stdout.toString()}|${stderr.toString()}`;
}

for (const shell of shells) {
  for (const executable of executables) {
    const name = `${executable} below ${shell.join(' ')}`;
    const run = (text: string, more: Partial<RunCommand> = {}): string =>
      ran(text, { shell, command: { shell: executable, text }, ...more });

    test(`runs text as \`-c\` would, short or long (${name})`, () => {
      for (const tail of ['', longTail]) {
        assert.is(run(`echo "$0 $#"; echo err >&2; exit 7${tail}`), `7|${executable} 0\n|err\n`);
        assert.is(run(`cat; read -r x || echo eof${tail}`), '0|eof\n|');
        assert.is(run(`cat${tail}`, { stdin: 'input' }), '0|input|');
        assert.is(run(`cat; exit 3${tail}`, { stdin: 'input', diagnose: 'echo because' }), '3|input|because\n');
        assert.is(run(`exit 4${tail}`, { diagnose: 'echo because; exit 9' }), '4||because\n');
        assert.is(run(`kill -9 $$${tail}`).split('|')[0], '137');
        assert.is(run(`set -e; false; echo on${tail}`), '1||');
        assert.is(run(`trap 'echo left' EXIT\necho here${tail}`), '0|here\nleft\n|');
        assert.match(run(`if then${tail}`), /^2\|\|/);
      }
    });

    test(`takes text of 1 MB (${name})`, () => {
      assert.is(run(`: '${'y'.repeat(1_000_000)}'; echo whole`), '0|whole\n|');
    });

    test(`shows no text of a shell among the processes (${name})`, () => {
      const look = `cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr "\\0" "\\n" | grep "[h]ush${process.pid}"`;
      const secret = `hush${process.pid}`;
      for (const tail of ['', longTail]) {
        assert.is(run(`: ${secret}; ${look} || echo unseen${tail}`), '0|unseen\n|');
        assert.is(run(`: ${secret}; ${look} || echo unseen${tail}`, { stdin: secret }), '0|unseen\n|');
      }
      assert.match(run(`sh -c ': "$0"; ${look}' ${secret}`), secret, 'it does look');
    });

    test(`leaves nothing open for what the text starts, and reads every character (${name})`, () => {
      const open = 'ls /proc/self/fd';
      assert.is(run(open), ran('', { shell, command: open.split(' ') }));
      assert.is(run(open + longTail), run(open));
      const odd = `a\\b"c$d\`e\tg!h é ш Á 漢 \u0081\u0088\u{1f600} %s kmesh`;
      assert.is(run(`printf %s '${odd}'\nprintf '\nkmesh\n'\ncat <<kmesh\n$1x\nkmesh`), `0|${odd}\nkmesh\nx\n|`);
    });
  }

  test(`hands text to what is no POSIX shell as its argument (${shell.join(' ')})`, () => {
    const command = { shell: '/usr/bin/python3', text: 'import sys; print(sys.argv); sys.exit(5)' };
    if (existsSync(command.shell)) assert.is(ran('', { shell, command }), "5|['-c']\n|");
  });
}

test.run();

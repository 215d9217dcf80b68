import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseArgs } from '../../../src/cli/options/args.ts';

const test = suite('cli/usage-error');

const more = (command: string): string => `\`${command} --help\` tells more.`;
const behindDashes = 'The command stands behind `--`: `kmesh exec PATTERN -i hosts -- uptime`.';

const table: readonly (readonly [line: string, message: string, hint: string])[] = [
  ['run site.yml --chek', '`--chek` is not an option of `kmesh run`.', 'Did you mean `--check`?'],
  ['run site.yml --limi=x', '`--limi` is not an option of `kmesh run`.', 'Did you mean `--limit`?'],
  ['run site.yml --key-fil x', '`--key-fil` is not an option of `kmesh run`.', 'Did you mean `--key-file`?'],
  ['run site.yml -Q', '`-Q` is not an option of `kmesh run`.', more('kmesh run')],
  [
    'run s.yml --become-method su',
    '`--become-method` is not an option of `kmesh run`.',
    'kmesh becomes another user with sudo.',
  ],
  ['facts all --check', '`--check` is not an option of `kmesh facts`.', more('kmesh facts')],
  ['explain x -i hosts', '`kmesh explain` needs `--host`.', more('kmesh explain')],
  ['inventory --host a --graph', '`--host` and `--graph` exclude each other.', more('kmesh inventory')],
  ['inventory web', '`kmesh inventory` takes options alone, and there is another word.', more('kmesh inventory')],
  ['rnu site.yml', '`rnu` is not a command of kmesh.', 'Did you mean `run`?'],
  [
    'frobnicate',
    '`frobnicate` is not a command of kmesh.',
    'The commands are run, verify, role, exec, facts, status, inventory, explain, journal, vault.',
  ],
  [
    'site.yml -i hosts -e password=x',
    '`site.yml` is not a command of kmesh.',
    'Did you mean `kmesh run site.yml`? Options stand behind it.',
  ],
  [
    '-i hosts site.yml',
    '`-i` is not an option of `kmesh` itself.',
    'Did you mean `kmesh run site.yml`? Options stand behind it.',
  ],
  [
    '-i hosts run site.yml',
    '`-i` is not an option of `kmesh` itself.',
    'The command stands first, its options behind it: `kmesh run ...`.',
  ],
  ['run', '`kmesh run` needs a playbook.', more('kmesh run')],
  ['run a.yml b.yml', '`kmesh run` takes one playbook, there are more.', more('kmesh run')],
  ['role', '`kmesh role` needs a name.', more('kmesh role')],
  ['exec all', '`kmesh exec` needs a command.', behindDashes],
  ['exec all uptime -p', '`-p` is not an option of `kmesh exec`.', behindDashes],
  [
    'exec all -m ping',
    '`-m` is not an option of `kmesh exec`.',
    'Put the module into a playbook; `kmesh exec` runs a command.',
  ],
  ['run a.yml -i', '`--inventory` needs a value.', more('kmesh run')],
  ['run a.yml -i -C', '`--inventory -C`: that looks like the next option.', more('kmesh run')],
  ['run a.yml --limit=', '`--limit `: it is empty.', more('kmesh run')],
  ['run a.yml -l a -l b', '`--limit b`: it is there twice; join them as `a,b`.', more('kmesh run')],
  ['run a.yml -f 0', '`--forks 0`: it must be a whole number, at least 1.', more('kmesh run')],
  ['run a.yml -f 1e3', '`--forks 1e3`: it must be a whole number, at least 1.', more('kmesh run')],
  ['run a.yml -T -5', '`--timeout -5`: it must be a whole number, at least 1.', more('kmesh run')],
  [
    'run a.yml --host-key-checking maybe',
    '`--host-key-checking maybe`: it must be one of yes, accept-new, no.',
    more('kmesh run'),
  ],
  [
    'run a.yml -o jsno',
    '`--output jsno`: it must be one of auto, live, lines, json, junit. Did you mean `json`?',
    more('kmesh run'),
  ],
  ['run a.yml --\u001b[2J', '`--\\x1b[2J` is not an option of `kmesh run`.', more('kmesh run')],
];

for (const [line, message, hint] of table) {
  test(`tells what is wrong with ${JSON.stringify(line)}`, () => {
    assert.equal(parseArgs(line.split(' ')), { kind: 'usage-error', message: `${message}\n  hint: ${hint}` });
  });
}

test.run();

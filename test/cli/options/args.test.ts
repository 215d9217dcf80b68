import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseArgs } from '../../../src/cli/options/args.ts';
import type { Command, OptionName, Options } from '../../../src/cli/options/command.ts';

const test = suite('cli/args');

const defaults: Omit<Options, 'given'> = {
  askVaultPass: false,
  vaultPasswordFile: [],
  vaultId: [],
  inventory: [],
  limit: null,
  tags: [],
  skipTags: [],
  startAtTask: null,
  step: false,
  extraVars: [],
  check: false,
  diff: false,
  forks: 50,
  uploadLimit: null,
  statCache: true,
  user: null,
  become: false,
  becomeUser: null,
  askBecomePass: false,
  askPass: false,
  privateKey: null,
  listHosts: false,
  listTasks: false,
  listTags: false,
  syntaxCheck: false,
  verbosity: 0,
  output: [],
  profile: false,
  hostKeyChecking: 'yes',
  timeoutSeconds: 10,
  colour: 'auto',
};

function parse(line: string): Command {
  return parseArgs(line === '' ? [] : line.split(' '));
}

/** The parts of what `kmesh run site.yml` with these options is that are not as without them. */
function runWith(line: string): Partial<Options> {
  const command = parse(`run site.yml ${line}`);
  if (command.kind !== 'run') throw new Error(JSON.stringify(command));
  const { given, ...options } = command;
  const differing = Object.entries(options).filter(
    ([key, value]) => key in defaults && JSON.stringify(value) !== JSON.stringify(defaults[key as OptionName]),
  );
  assert.equal([...given].sort(), differing.map(([key]) => key).sort(), `given: ${line}`);
  return Object.fromEntries(differing);
}

test('runs a playbook with the defaults', () => {
  assert.equal(parse('run site.yml'), { kind: 'run', playbook: 'site.yml', ...defaults, given: new Set() });
});

const table: readonly (readonly [string, Partial<Options>])[] = [
  ['-i hosts', { inventory: ['hosts'] }],
  ['-i a --inventory=b,c', { inventory: ['a', 'b,c'] }],
  ['-J', { askVaultPass: true }],
  ['--vault-id dev@prompt --vault-id prod@file', { vaultId: ['dev@prompt', 'prod@file'] }],
  ['--vault-password-file a --vault-pass-file b', { vaultPasswordFile: ['a', 'b'] }],
  ['-l node*:!node3', { limit: 'node*:!node3' }],
  ['--limit !node3', { limit: '!node3' }],
  ['-t a,b --tags c', { tags: ['a', 'b', 'c'] }],
  ['--skip-tags a,,b', { skipTags: ['a', 'b'] }],
  ['-e a=1 -e @vars.yml --extra-vars {"b":2}', { extraVars: ['a=1', '@vars.yml', '{"b":2}'] }],
  ['-C', { check: true }],
  ['-CD', { check: true, diff: true }],
  ['--check --diff', { check: true, diff: true }],
  ['-f 5', { forks: 5 }],
  ['-f5', { forks: 5 }],
  ['--upload-limit 10M', { uploadLimit: 10 * 1024 * 1024 }],
  ['--upload-limit 1.5k', { uploadLimit: 1536 }],
  ['--no-stat-cache', { statCache: false }],
  ['-u admin', { user: 'admin' }],
  ['-bK', { become: true, askBecomePass: true }],
  ['--become --become-user bird --ask-become-pass', { become: true, becomeUser: 'bird', askBecomePass: true }],
  ['-k', { askPass: true }],
  ['--ask-pass', { askPass: true }],
  ['--private-key id', { privateKey: 'id' }],
  ['--key-file id', { privateKey: 'id' }],
  ['--list-hosts --list-tasks --list-tags', { listHosts: true, listTasks: true, listTags: true }],
  ['--syntax-check', { syntaxCheck: true }],
  ['-v', { verbosity: 1 }],
  ['-vvv', { verbosity: 3 }],
  ['-v --verbose', { verbosity: 2 }],
  ['-o json', { output: [{ kind: 'json', file: null }] }],
  ['--output lines', { output: [{ kind: 'lines', file: null }] }],
  ['-o junit=a=b.xml', { output: [{ kind: 'junit', file: 'a=b.xml' }] }],
  [
    '-o live -o json=run.json --output=junit=run.xml',
    {
      output: [
        { kind: 'live', file: null },
        { kind: 'json', file: 'run.json' },
        { kind: 'junit', file: 'run.xml' },
      ],
    },
  ],
  ['--profile', { profile: true }],
  ['-T 30', { timeoutSeconds: 30 }],
  ['--host-key-checking accept-new', { hostKeyChecking: 'accept-new' }],
  ['--color', { colour: 'always' }],
  ['--no-color', { colour: 'never' }],
  ['--color --no-color', { colour: 'never' }],
];

for (const [line, expected] of table) {
  test(`reads ${line}`, () => assert.equal(runWith(line), expected));
}

test('looks back at runs', () => {
  const plain = { ...defaults, given: new Set() };
  assert.equal(parse('journal'), { kind: 'journal', run: null, ...plain });
  assert.equal(parse('journal last -D'), {
    kind: 'journal',
    run: 'last',
    ...plain,
    diff: true,
    given: new Set(['diff']),
  });
});

for (const [line, why] of [
  ['-o junit', 'it needs a file: `junit=FILE`.'],
  ['-o lines=x', 'only json and junit can go to a file.'],
  ['-o json=', 'the name of the file is empty.'],
  ['-o json -o lines', 'only one report can go to stdout.'],
  ['-o json=x -o junit=x', 'another report goes to that file.'],
  ['-o jsn=x', 'it must be one of auto, live, lines, json, junit. Did you mean `json`?'],
] as const) {
  test(`refuses ${line}`, () => {
    const command = parse(`run site.yml ${line}`);
    assert.ok(command.kind === 'usage-error' && command.message.includes(why), JSON.stringify(command));
  });
}

test('knows that a default was given', () => {
  const command = parse('run site.yml -f 50');
  assert.equal(command.kind === 'run' && [...command.given], ['forks']);
});

test('takes options before the playbook', () => {
  const command = parse('run -C -i hosts site.yml');
  assert.ok(command.kind === 'run' && command.playbook === 'site.yml' && command.check);
});

test('runs a role, on all hosts or some', () => {
  const given = new Set(['inventory']);
  const inventory = ['hosts'];
  assert.equal(parse('role bird2 -i hosts'), {
    kind: 'role',
    name: 'bird2',
    pattern: 'all',
    ...defaults,
    inventory,
    given,
  });
  const some = parse('role bird2 -i hosts --hosts rr*');
  assert.equal(some, { kind: 'role', name: 'bird2', pattern: 'rr*', ...defaults, inventory, given });
});

test('runs a command as it stands behind the dashes', () => {
  const command = parse('exec all -C -- df -h --help -i');
  assert.equal(command, {
    kind: 'exec',
    pattern: 'all',
    command: ['df', '-h', '--help', '-i'],
    ...defaults,
    check: true,
    given: new Set(['check']),
  });
});

test('shows facts', () => {
  assert.equal(parse('facts node1'), { kind: 'facts', pattern: 'node1', ...defaults, given: new Set() });
});

test('asks for the version', () => {
  assert.equal(parse('--version'), { kind: 'version' });
  assert.equal(parse('-V'), { kind: 'version' });
});

test('gives help without a command, and for each command', () => {
  for (const line of ['', 'help', '-h', '--help']) {
    const help = parse(line);
    assert.match(help.kind === 'help' ? help.text : '', /^Usage: kmesh COMMAND/);
  }
  for (const name of ['run', 'role', 'exec', 'facts']) {
    for (const line of [`${name} --help`, `help ${name}`, `${name} -i hosts -h`]) {
      const help = parse(line);
      assert.match(help.kind === 'help' ? help.text : '', new RegExp(`^Usage: kmesh ${name} .*[^]*\nExamples:\n`));
    }
  }
});

test('gives help that fits a terminal', () => {
  for (const name of ['', 'run', 'role', 'exec', 'facts']) {
    const help = parse(`${name} --help`.trim());
    const lines = help.kind === 'help' ? help.text.split('\n') : [];
    assert.equal(
      lines.filter((line) => line.length > 100),
      [],
    );
  }
});

const noInventory = {
  kind: 'inventory',
  askVaultPass: false,
  vaultPasswordFile: [],
  vaultId: [],
  isYaml: false,
  isExport: false,
  playbookDir: null,
  inventory: [],
  limit: null,
  extraVars: [],
};

const inventories: readonly (readonly [string, object])[] = [
  ['', { shown: { kind: 'list' } }],
  ['--list -y --export', { shown: { kind: 'list' }, isYaml: true, isExport: true }],
  ['--host web1 -i a -i b', { shown: { kind: 'host', host: 'web1' }, inventory: ['a', 'b'] }],
  ['--graph', { shown: { kind: 'graph', group: 'all', withVars: false } }],
  ['--graph web --vars -l w1', { shown: { kind: 'graph', group: 'web', withVars: true }, limit: 'w1' }],
  ['--list --vault-id prod@file', { shown: { kind: 'list' }, vaultId: ['prod@file'] }],
  ['--playbook-dir p -e a=1', { shown: { kind: 'list' }, playbookDir: 'p', extraVars: ['a=1'] }],
];

for (const [line, wanted] of inventories) {
  test(`shows an inventory: "${line}"`, () => {
    assert.equal(parse(`inventory ${line}`.trim()), { ...noInventory, ...wanted });
  });
}

test('explains a variable, of a playbook or not', () => {
  const explained = { kind: 'explain', name: 'a.b', host: 'h1', facts: false, ...defaults };
  assert.equal(parse('explain a.b --host h1'), { ...explained, playbook: null, given: new Set() });
  const more = {
    ...explained,
    playbook: 'site.yml',
    facts: true,
    output: [{ kind: 'json', file: null }],
    user: 'me',
    given: new Set(['output', 'user']),
  };
  assert.equal(parse('explain a.b site.yml --host h1 --facts -o json -u me'), more);
});

test.run();

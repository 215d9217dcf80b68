import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import { type LoadedInventory, loadInventory } from '../../src/inventory/load.ts';
import { runPrograms } from '../../src/inventory/programs.ts';
import { tempDir } from '../support/temp-dir.ts';
import { line, nodeOf, varsOf } from './support.ts';

const test = suite('inventory/programs');

interface Ran extends LoadedInventory {
  readonly errors: readonly string[];
  readonly warned: readonly string[];
  readonly dir: string;
}

/** Loads sources, all of whose files with `#!` may be run, but for those that are called `plain`. */
async function loadPrograms(
  files: Readonly<Record<string, string>>,
  sources: readonly string[],
  timeoutMs?: number,
): Promise<Ran> {
  const { dir, remove } = tempDir(files);
  try {
    for (const name of Object.keys(files)) if (!name.includes('plain')) chmodSync(join(dir, name), 0o755);
    const programs = await runPrograms(sources, { cwd: dir, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
    const loaded = loadInventory(sources, { cwd: dir, programs });
    const lines = (found: readonly Diagnostic[]): string[] => found.map((d) => line(d).replaceAll(`${dir}/`, ''));
    return { ...loaded, errors: lines(loaded.diagnostics), warned: lines(loaded.warnings), dir };
  } finally {
    remove();
  }
}

/** A program that says this to `--list`. */
const says = (json: string): string => `#!/bin/sh\n[ "$1" = --list ] || exit 9\ncat <<'END'\n${json}\nEND\n`;

test('reads groups as lists and as objects, children and variables', async () => {
  const json = JSON.stringify({
    web: ['w1', 'w2'],
    db: { hosts: ['d1'], vars: { port: 5432 } },
    mesh: { children: ['web', 'db', 'later'], vars: { asn: 64512, tags: ['a', null, true], deep: { x: 1.5 } } },
    later: {},
    all: { vars: { everywhere: 'yes' } },
    _meta: { hostvars: { w1: { ansible_host: '192.0.2.1' }, d1: {} } },
  });
  const { inventory, errors, warned } = await loadPrograms({ cloud: says(json) }, ['cloud']);
  assert.equal(errors, []);
  assert.equal(warned, []);
  assert.equal([...inventory.hosts.keys()], ['w1', 'w2', 'd1']);
  assert.equal(inventory.groups.get('mesh')?.hosts, ['w1', 'w2', 'd1']);
  assert.equal(varsOf(inventory, 'w1'), {
    everywhere: 'yes',
    asn: 64512,
    tags: ['a', null, true],
    deep: { x: 1.5 },
    ansible_host: '192.0.2.1',
  });
  assert.equal(varsOf(inventory, 'd1'), {
    everywhere: 'yes',
    asn: 64512,
    tags: ['a', null, true],
    deep: { x: 1.5 },
    port: 5432,
  });
});

test('asks host by host where the list has no `_meta`', async () => {
  const program = `#!/bin/sh
case "$1 $2" in
"--list ") echo '{"web": ["w1", "w2"], "db": {"hosts": ["d1"]}}' ;;
"--host w1") echo '{"n": 1}' ;;
"--host w2") echo '{"n": 2}' ;;
esac
`;
  const { inventory, errors } = await loadPrograms({ cloud: program }, ['cloud']);
  assert.equal(errors, []);
  assert.equal(
    ['w1', 'w2', 'd1'].map((host) => varsOf(inventory, host)),
    [{ n: 1 }, { n: 2 }, {}],
  );
});

test('takes the short form of a host in a group of its own', async () => {
  const { inventory } = await loadPrograms(
    { cloud: says('{"w1": {"ansible_host": "192.0.2.1"}, "_meta": {"hostvars": {}}}') },
    ['cloud'],
  );
  assert.equal(inventory.groups.get('w1')?.hosts, ['w1']);
  assert.equal(varsOf(inventory, 'w1'), { ansible_host: '192.0.2.1' });
});

test('takes names of hosts as they are, without ranges', async () => {
  const { errors } = await loadPrograms({ cloud: says('{"web": ["w[1:3]", "-oProxyCommand=x", 5]}') }, ['cloud']);
  assert.equal(
    errors.map((error) => error.replace(/ \(.*/, '')),
    [
      'cloud --list:1:10: `w[1:3]` can not be the name of a host.',
      "cloud --list:1:20: `-oProxyCommand=x` stands where a host's name is wanted.",
      'cloud --list:1:40: The name of a host is a text.',
    ],
  );
});

test('runs where kmesh was started, with nothing on stdin and no shell in between', async () => {
  const program = '#!/bin/sh\ncat\nprintf \'{"here": ["%s"], "_meta": {"hostvars": {}}}\' "$(cat who)"\n';
  const { inventory } = await loadPrograms({ 'a b; c/cloud': program, 'plain/who': '', 'who-plain': '', who: 'w1' }, [
    'a b; c/cloud',
  ]);
  assert.equal([...inventory.hosts.keys()], ['w1']);
});

test('runs the programs of a folder, among its other inventories', async () => {
  const files = {
    'inv/1-plain.ini': 'w1 x=1 y=1\n',
    'inv/2': says('{"web": ["w1"], "_meta": {"hostvars": {"w1": {"x": 2}}}}'),
    'inv/notes.txt': '#!/bin/false\n',
  };
  const { inventory, errors, dir } = await loadPrograms(
    { ...files, 'inv/group_vars/plain.yml': '', 'inv/group_vars/web.yml': 'z: 3\n' },
    ['inv'],
  );
  assert.equal(errors, []);
  assert.equal(varsOf(inventory, 'w1'), { x: 2, y: 1, z: 3 });
  assert.is(inventory.hosts.get('w1')?.inventoryFile, join(dir, 'inv/1-plain.ini'));
});

test('reads what is executable and no program', async () => {
  const { inventory, errors } = await loadPrograms({ hosts: 'touch\n' }, ['hosts']);
  assert.equal(errors, []);
  assert.equal([...inventory.hosts.keys()], ['touch']);
});

test('takes texts that are marked as unsafe for no templates', async () => {
  const json =
    '{"web": ["w1"], "_meta": {"hostvars": {"w1": {"a": "{{ b }}", "b": {"__ansible_unsafe": "{{ c }}"}, "l": [{"__ansible_unsafe": "{{ d }}"}]}}}}';
  const { inventory } = await loadPrograms({ cloud: says(json) }, ['cloud']);
  const verbatim = (name: string) => {
    const node = nodeOf(inventory, 'w1', name);
    const one = node?.kind === 'list' ? node.items[0] : node;
    return one?.kind === 'scalar' ? [one.value, one.verbatim] : [];
  };
  assert.equal(['a', 'b', 'l'].map(verbatim), [
    ['{{ b }}', false],
    ['{{ c }}', true],
    ['{{ d }}', true],
  ]);
});

test('points into what the program said', async () => {
  const { inventory } = await loadPrograms(
    { cloud: says('{"web": ["w1"],\n "_meta": {"hostvars": {"w1": {"x": 1}}}}') },
    ['cloud'],
  );
  const span = nodeOf(inventory, 'w1', 'x')?.span;
  assert.match(String(span?.source.name), /cloud --list$/);
  assert.is(span?.source.text.slice(span.start, span.end), '1');
});

test('tells what a program says beside its list', async () => {
  const program = `#!/bin/sh\necho 'token expires soon' >&2\necho '{"web": ["w1"], "_meta": {"hostvars": {}}}'\n`;
  const { warned, inventory } = await loadPrograms({ cloud: program }, ['cloud']);
  assert.equal(warned, ['`cloud --list` did its work and said:\n    token expires soon']);
  assert.is(inventory.hosts.size, 1);
});

const lines = Array.from({ length: 30 }, (_, i) => `echo line ${i + 1} >&2`).join('\n');

const failures: readonly (readonly [what: string, program: string, error: string])[] = [
  ['fails', '#!/bin/sh\necho no token >&2\nexit 3\n', '`cloud --list` ended with status 3 and said:\n    no token'],
  ['fails without a word', '#!/bin/sh\nexit 1\n', '`cloud --list` ended with status 1.'],
  ['is killed', '#!/bin/sh\nkill -9 $$\n', '`cloud --list` was ended by SIGKILL.'],
  [
    'has no interpreter',
    '#!/no/such/python\n',
    '`cloud --list` can not be run: what stands behind its `#!` does not exist. (Is it installed? Lines that end as in Windows, `\\r\\n`, are another cause.)',
  ],
  ['says no JSON', says('{"web": [w1]}'), 'cloud --list:1:10: This is not JSON: a value is wanted; found `w1`.'],
  ['says nothing', '#!/bin/sh\n', 'cloud --list:1:1: This is not JSON: a value is wanted; the text ends here.'],
  [
    'says a list',
    says('["w1"]'),
    'cloud --list:1:1: What a program says to `--list` is an object. (It is `{"group": {"hosts": [...], "vars": {...}}, "_meta": {"hostvars": {...}}}`.)',
  ],
  [
    'names a group that is a text',
    says('{"web": "w1"}'),
    'cloud --list:1:9: The group `web` is neither a list nor an object. (A group is a list of hosts, or an object with `hosts`, `children` and `vars`.)',
  ],
  [
    'has hosts that are no list',
    says('{"web": {"hosts": {"w1": {}}}, "_meta": {"hostvars": {}}}'),
    'cloud --list:1:19: `hosts` is a list of names. (`"hosts": ["web1", "web2"]`)',
  ],
  [
    'has variables that are no object',
    says('{"web": {"vars": [1]}, "_meta": {"hostvars": {}}}'),
    'cloud --list:1:18: `vars` is an object. (`{"name": "value"}`)',
  ],
  [
    'has hostvars that are no object',
    says('{"web": ["w1"], "_meta": {"hostvars": {"w1": "x"}}}'),
    'cloud --list:1:46: What is said of the host `w1` is an object. (`{"name": "value"}`)',
  ],
  [
    'sets a name that no variable may have',
    says('{"web": ["w1"], "_meta": {"hostvars": {"w1": {"a-b": 1}}}}'),
    'cloud --list:1:47: `a-b` can not be the name of a variable. (Write `a_b`: letters, digits and `_`.)',
  ],
  [
    'has a value of a vault',
    says('{"all": {"vars": {"x": {"__ansible_vault": "$ANSIBLE_VAULT;1.1"}}}}'),
    'cloud --list:1:44: Values encrypted with ansible-vault are not supported. (Let the program decrypt it.)',
  ],
  [
    'fails for a host',
    `#!/bin/sh\n[ "$1" = --host ] && { echo "no $2" >&2; exit 4; }\necho '{"web": ["w1"]}'\n`,
    '`cloud --host w1` ended with status 4 and said:\n    no w1',
  ],
];

for (const [what, program, error] of failures) {
  test(`refuses a program that ${what}`, async () => {
    assert.equal((await loadPrograms({ cloud: program }, ['cloud'])).errors, [error]);
  });
}

test('shows the last lines of a long complaint', async () => {
  const { errors } = await loadPrograms({ cloud: `#!/bin/sh\n${lines}\nexit 1\n` }, ['cloud']);
  assert.match(String(errors[0]), /said:\n {4}line 21\n(?: {4}.*\n){8} {4}line 30$/);
});

test('ends a program that takes too long', async () => {
  const { errors } = await loadPrograms({ cloud: '#!/bin/sh\nsleep 5\n' }, ['cloud'], 100);
  assert.equal(errors, [
    '`cloud --list` took longer than 0.1 seconds. (It runs without input: a question that it asks is never answered.)',
  ]);
});

test('ends a program when the run is interrupted', async () => {
  const { dir, remove } = tempDir({ cloud: '#!/bin/sh\nsleep 30\n' });
  chmodSync(join(dir, 'cloud'), 0o755);
  const startedAt = Date.now();
  const programs = await runPrograms(['cloud'], { cwd: dir, stop: AbortSignal.timeout(100) });
  remove();
  assert.ok(Date.now() - startedAt < 20_000);
  assert.equal(
    [...programs.values()].flatMap(({ diagnostics }) =>
      diagnostics.map(({ message }) => message.replace(`${dir}/`, '')),
    ),
    ['`cloud --list` was interrupted.'],
  );
});

test('warns of variables of a host that no group has', async () => {
  const { warned } = await loadPrograms({ cloud: says('{"web": ["w1"], "_meta": {"hostvars": {"w2": {}}}}') }, [
    'cloud',
  ]);
  assert.equal(warned, ['cloud --list:1:40: No group has the host `w2`: it is passed over.']);
});

test.run();

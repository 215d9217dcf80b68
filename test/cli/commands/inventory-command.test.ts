import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseArgs } from '../../../src/cli/options/args.ts';
import { printInventory } from '../../../src/cli/commands/inventory-command.ts';
import { type Said, saidIn } from '../support.ts';

const test = suite('cli/inventory-command');

const hosts = '[web]\nw1 x=1\nw2\n[db]\nd1 y=2\n[mesh:children]\nweb\ndb\n[mesh:vars]\nasn=64512\n';

/** What `kmesh inventory` says in a folder with these files. */
function inventory(args: string, files: Readonly<Record<string, string>> = { hosts }): Promise<Said> {
  return saidIn(files, async (world) => {
    const command = parseArgs(['inventory', ...args.split(' ')]);
    if (command.kind !== 'inventory') throw new Error(JSON.stringify(command));
    return printInventory(command, world);
  });
}

test('shows all as JSON when nothing else is asked', async () => {
  const { code, out, err } = await inventory('-i hosts');
  assert.is(code, 0);
  assert.is(err, '');
  assert.equal(JSON.parse(out), {
    _meta: {
      hostvars: { w1: { x: 1, asn: 64512 }, w2: { asn: 64512 }, d1: { y: 2, asn: 64512 } },
    },
    all: { children: ['ungrouped', 'mesh'] },
    db: { hosts: ['d1'] },
    mesh: { children: ['web', 'db'] },
    web: { hosts: ['w1', 'w2'] },
  });
});

test('says that without `-i` only this machine is known', async () => {
  const { code, err } = await inventory('--list');
  assert.is(code, 0);
  assert.is(err, 'warning: No inventory is given: only `localhost` is known.\n  hint: Name one with `-i hosts`.\n');
});

test('leaves out hosts that the limit does not name, and groups that are empty then', async () => {
  const { out } = await inventory('-i hosts --limit web:!w2');
  assert.equal(JSON.parse(out), {
    _meta: { hostvars: { w1: { x: 1, asn: 64512 } } },
    all: { children: ['ungrouped', 'mesh'] },
    mesh: { children: ['web', 'db'] },
    web: { hosts: ['w1'] },
  });
  assert.is((await inventory('-i hosts --limit w1 --graph mesh')).out, '@mesh:\n  |--@web:\n  |  |--w1\n  |--@db:\n');
});

test('shows variables of one host, those of -e and of the playbook folder among them', async () => {
  const files = { hosts, 'play/group_vars/web.yml': 'y: 2\n' };
  const { out } = await inventory('-i hosts --host w1 -e z=3 --playbook-dir play', files);
  assert.is(out, '{\n    "asn": 64512,\n    "x": 1,\n    "y": 2,\n    "z": 3\n}\n');
});

test('prints no character that steers a terminal', async () => {
  const files = { hosts: 'h1\n', 'host_vars/h1.yml': 'a: "\\x9b31m\\e[0m"\n' };
  assert.is((await inventory('-i hosts --host h1', files)).out, '{\n    "a": "\\u009b31m\\u001b[0m"\n}\n');
  assert.match((await inventory('-i hosts --graph --vars', files)).out, '{a = \\x9b31m\\x1b[0m}');
  assert.is((await inventory('-i hosts --host h1 --yaml', files)).out, 'a: "\\u009b31m\\e[0m"\n');
});

test('marks texts that are no templates', async () => {
  const files = { 'h.yml': 'all:\n  hosts:\n    h1: {a: !unsafe "{{ b }}", c: 1e5}\n' };
  assert.equal(JSON.parse((await inventory('-i h.yml --host h1', files)).out), {
    a: { __ansible_unsafe: '{{ b }}' },
    c: 100000,
  });
  assert.is((await inventory('-i h.yml --host h1 --yaml', files)).out, 'a: !unsafe "{{ b }}"\nc: 100000.0\n');
});

test('tells all that is wrong, and shows nothing', async () => {
  const { code, out, err } = await inventory('-i hosts -i none --limit nobody', { hosts: 'h1 a-b=1\n' });
  assert.is(code, 1);
  assert.is(out, '');
  for (const part of ['hosts:1:4: `a-b`', '`none` can not be read', '--limit:1:1: No host or group is called `nobody`'])
    assert.ok(err.includes(part), err);
});

test('wants one host for --host, and a group for --graph', async () => {
  assert.match((await inventory('-i hosts --host web')).err, '--host:1:1: This names 2 hosts; `--host` shows one.');
  assert.match((await inventory('-i hosts --host w3')).err, 'Did you mean `w1`?');
  const { code, err } = await inventory('-i hosts --graph wep');
  assert.is(code, 1);
  assert.is(err, '--graph:1:1: No group is called `wep`.\n    1 | wep\n      | ^^^\n  hint: Did you mean `web`?\n');
});

test('shows this machine without an inventory', async () => {
  assert.is((await inventory('--host localhost')).out, '{\n    "ansible_connection": "local"\n}\n');
});

test.run();

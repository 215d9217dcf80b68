import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadInventory } from '../../src/inventory/load.ts';
import { line, load, varsOf, withFiles } from './support.ts';
import { Secret } from '../../src/base/secrets.ts';
import { encrypt } from '../../src/vault/keyring.ts';

const test = suite('inventory/load');

test('without sources there is only this machine', () => {
  const { inventory, errors } = load({}, []);
  assert.equal(errors, []);
  assert.is(inventory.hosts.size, 0);
  assert.equal([...inventory.groups.keys()], ['all', 'ungrouped']);
  for (const name of ['localhost', '127.0.0.1', '::1']) {
    assert.is(inventory.host(name)?.name, name);
    assert.equal(varsOf(inventory, name), { ansible_connection: 'local' });
  }
  assert.is(inventory.host('web1'), null);
  assert.equal(inventory.layersOf('web1'), []);
});

test('an implicit localhost sees the variables of all, a named one is like any other', () => {
  const implicit = load({ h: 'web\n[all:vars]\nx=1\n', 'host_vars/localhost.yml': 'y: 2' }, ['h']);
  assert.equal(varsOf(implicit.inventory, 'localhost'), { x: 1, ansible_connection: 'local', y: 2 });
  assert.equal(implicit.warned, []);
  const named = load({ h: 'localhost z=3\n' }, ['h']);
  assert.equal(varsOf(named.inventory, 'localhost'), { z: 3 });
});

test('reads a list of hosts', () => {
  const { inventory, errors } = load({}, ['10.0.0.1, web[1:2]:22 ,']);
  assert.equal(errors, []);
  assert.equal([...inventory.hosts.keys()], ['10.0.0.1', 'web1', 'web2']);
  assert.is(inventory.hosts.get('web1')?.inventoryFile, null);
  assert.is(inventory.hosts.get('web1')?.inventoryDir, null);
  assert.equal(varsOf(inventory, 'web2'), { ansible_port: 22 });
});

test('points into a list of hosts', () => {
  assert.equal(load({}, ['web1, we b']).errors, [
    '-i:1:7: `we b` can not be the name of a host. (A name has letters, digits and `. _ - @ % +`, and at most 253 of them.)',
  ]);
  assert.equal(load({}, [' , ']).errors, ['-i:1:1: This list names no host.']);
});

test('merges sources in order', () => {
  const files = {
    'a.ini': '[web]\nw1 x=1 y=1\n[all:vars]\nz=1\n',
    'b.yml': 'web:\n  hosts:\n    w2:\n    w1:\n      x: 2\nall:\n  vars: {z: 2}\n',
  };
  const { inventory, errors } = load(files, ['a.ini', 'b.yml']);
  assert.equal(errors, []);
  assert.equal(varsOf(inventory, 'w1'), { x: 2, y: 1, z: 2 });
  assert.equal(inventory.groups.get('web')?.hosts, ['w1', 'w2']);
});

test('a group may be defined in another source than the one that names it as a child', () => {
  const { inventory, errors } = load({ a: '[all:children]\nweb\n', b: '[web]\nw1\n' }, ['a', 'b']);
  assert.equal(errors, []);
  assert.equal(inventory.hosts.get('w1')?.groups, ['all', 'web']);
});

test('tells YAML from INI by the name, else by the text', () => {
  const yaml = 'web:\n  hosts:\n    w1:\n';
  const texts: Record<string, string> = {
    'a.yaml': yaml,
    b: `---\n${yaml}`,
    c: `# INI comments look alike\n\n${yaml}`,
    d: '{"web": {"hosts": {"w1": null}}}',
    'e.production': yaml,
    f: 'w1:22\n',
    g: '[web]\nw1 a="b: c"\n',
    h: "'web': {hosts: {w1: }}\n",
  };
  for (const [name, text] of Object.entries(texts)) {
    const { inventory, errors } = load({ [name]: text }, [name]);
    assert.equal(errors, [], name);
    assert.equal([...inventory.hosts.keys()], ['w1'], name);
  }
});

test('says where a host comes from', () => {
  withFiles({ 'site/hosts': 'web1\n' }, (dir) => {
    const { inventory } = loadInventory(['site/hosts'], { cwd: dir });
    assert.is(inventory.hosts.get('web1')?.inventoryFile, join(dir, 'site/hosts'));
    assert.is(inventory.hosts.get('web1')?.inventoryDir, join(dir, 'site'));
  });
});

test('reads a directory in alphabetical order, but for what is no inventory', () => {
  const files = {
    'inv/20-b': 'h x=b\nb1\n',
    'inv/10-a.ini': 'h x=a\n',
    'inv/30/c.yml': 'all: {hosts: {c1: }}\n',
    'inv/group_vars/all.yml': 'y: 1\n',
    'inv/host_vars/b1': 'z: 1\n',
    'inv/.hidden': 'no1\n',
    'inv/20-b~': 'no2\n',
    'inv/x.orig': 'no3\n',
    'inv/x.bak': 'no4\n',
    'inv/ansible.cfg': 'no5\n',
    'inv/site.retry': 'no6\n',
    'inv/x.pyc': 'no7\n',
    'inv/README.md': 'no8\n',
  };
  const { inventory, errors } = load(files, ['inv']);
  assert.equal(errors, []);
  assert.equal([...inventory.hosts.keys()], ['h', 'b1', 'c1']);
  assert.equal(varsOf(inventory, 'h'), { x: 'b', y: 1 });
  assert.equal(varsOf(inventory, 'b1'), { y: 1, z: 1 });
});

test('reads a pipe', () => {
  withFiles({}, (dir) => {
    const script = `
      import { loadInventory } from ${JSON.stringify(join(process.cwd(), 'src/inventory/load.ts'))};
      const { inventory } = loadInventory(['/dev/stdin'], { cwd: ${JSON.stringify(dir)} });
      process.stdout.write([...inventory.hosts.keys()].join());
    `;
    // The shell makes a real pipe; Node gives its children sockets.
    const command = `printf 'w1\\nw2\\n' | "$0" --import tsx --input-type=module -e "$1"`;
    assert.is(execFileSync('sh', ['-c', command, process.execPath, script], { encoding: 'utf8' }), 'w1,w2');
  });
});

const refusals: readonly (readonly [string, Record<string, string | Buffer>, string, string])[] = [
  [
    'a file that does not exist',
    {},
    'hosts',
    '`hosts` can not be read: it does not exist. (A list of hosts has a comma: `-i hosts,`.)',
  ],
  [
    'a slip of the keyboard',
    { 'hosts.yml': '' },
    'host.yml',
    '`host.yml` can not be read: it does not exist. (Did you mean `hosts.yml`?)',
  ],
  ['a path that leads nowhere', {}, 'a/b', '`a/b` can not be read: it does not exist.'],
  [
    'a directory without inventory',
    { 'd/group_vars/all.yml': '' },
    'd',
    'The directory `d` has no inventory in it. (An inventory is a file such as `hosts.yml` or `hosts.ini`.)',
  ],
  ['an empty file', { h: '' }, 'h', 'h:1:1: This inventory is empty.'],
  ['a file of comments', { h: '# a\n\n; b\n' }, 'h', 'h:1:1: This inventory is empty.'],
  ['a binary file', { h: Buffer.from([1, 0, 2]) }, 'h', '`h` is not a text file in UTF-8.'],
  ['a file in Latin-1', { h: Buffer.from('w\xe4b\n', 'latin1') }, 'h', '`h` is not a text file in UTF-8.'],
  [
    'a file of 10 MiB',
    { h: Buffer.alloc(10 * 1024 * 1024, 'a\n') },
    'h',
    '`h` is 10.0 MiB; at most 4 MiB of text is read. (Is this the file you meant?)',
  ],
  [
    'a program that may not be run',
    { 'h.py': '#!/usr/bin/env python3\n' },
    'h.py',
    'h.py:1:1: This is a program, and may not be run. (Make it executable: `chmod +x h.py`.)',
  ],
  [
    'TOML',
    { 'h.toml': '[web.hosts]\n' },
    'h.toml',
    'h.toml:1:1: Inventories in TOML are not supported. (Convert it once: `ansible-inventory -i FILE --list --yaml --output hosts.yml`.)',
  ],
  [
    'an encrypted file without a password',
    { h: encrypt(Buffer.from('a\n'), { id: 'prod', password: new Secret('x') }) },
    'h',
    'h:1:1: This is encrypted with Ansible Vault with the id `prod`, and no password is given. (Give it: `--ask-vault-pass`, `--vault-password-file FILE` or `--vault-id ID@FILE`.)',
  ],
];

for (const [what, files, source, message] of refusals) {
  test(`refuses ${what}`, () => {
    assert.equal(load(files, [source]).errors, [message]);
  });
}

test('refuses a device', () => {
  assert.equal(load({}, ['/dev/zero']).errors, ['`/dev/zero` is not a file.']);
});

test('refuses a link that leads to itself', () => {
  withFiles({}, (dir) => {
    symlinkSync('loop', join(dir, 'loop'));
    const { diagnostics } = loadInventory(['loop'], { cwd: dir });
    assert.equal(diagnostics.map(line), [`\`${join(dir, 'loop')}\` can not be read: too many symbolic links.`]);
  });
});

test('follows links of directories that lead in a circle only so far', () => {
  withFiles({ 'inv/hosts': 'web1\n', 'inv/group_vars/all/a.yml': 'x: 1\n' }, (dir) => {
    mkdirSync(join(dir, 'inv/more'));
    symlinkSync('..', join(dir, 'inv/more/again'));
    symlinkSync('..', join(dir, 'inv/group_vars/all/again'));
    const { inventory, diagnostics } = loadInventory(['inv'], { cwd: dir });
    assert.equal(diagnostics.map(line), []);
    assert.equal(varsOf(inventory, 'web1'), { x: 1 });
  });
});

test('one broken source does not hide the others', () => {
  const { inventory, errors } = load({ a: '', b: 'web1\n' }, ['a', 'b', 'c']);
  assert.equal(errors, [
    'a:1:1: This inventory is empty.',
    '`c` can not be read: it does not exist. (Did you mean `a`?)',
  ]);
  assert.equal([...inventory.hosts.keys()], ['web1']);
});

test('warns of a name that is a group and a host, unless they are the same', () => {
  const { errors, warned } = load({ h: '[web]\nw1\nweb\n[rr1]\nrr1\n' }, ['h']);
  assert.equal(errors, []);
  assert.equal(warned, [
    'h:1:2: `web` is a group and a host. (A pattern with this name would be ambiguous: rename one of them.)',
  ]);
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { formatSpan } from '../../src/base/source.ts';
import { load, varsOf } from './support.ts';

const test = suite('inventory/var-dirs');

// Each variable is set by every layer from the lowest up to the one it is named after.
const places: readonly (readonly [string, string])[] = [
  ['all', 'hosts'],
  ['parent', 'hosts'],
  ['child', 'hosts'],
  ['inv_all', 'inv/group_vars/all.yml'],
  ['pb_all', 'pb/group_vars/all.yml'],
  ['inv_parent', 'inv/group_vars/parent.yml'],
  ['inv_child', 'inv/group_vars/child.yml'],
  ['pb_parent', 'pb/group_vars/parent.yml'],
  ['pb_child', 'pb/group_vars/child.yml'],
  ['host', 'hosts'],
  ['inv_host', 'inv/host_vars/h.yml'],
  ['pb_host', 'pb/host_vars/h.yml'],
];

function lines(layer: string, separator: string): string {
  const above = places.slice(places.findIndex(([name]) => name === layer));
  return above.map(([name]) => `v_${name}${separator}${layer}`).join('\n');
}

test('stacks layers as Ansible does', () => {
  const files: Record<string, string> = {};
  for (const [layer, path] of places) if (path !== 'hosts') files[path] = lines(layer, ': ');
  files['inv/hosts'] = `
[child]
h ${lines('host', '=').replaceAll('\n', ' ')}
[parent:children]
child
[all:vars]
${lines('all', '=')}
[parent:vars]
${lines('parent', '=')}
[child:vars]
${lines('child', '=')}
`;
  const { inventory, errors, warned } = load(files, ['inv/hosts'], ['pb']);
  assert.equal(errors, []);
  assert.equal(warned, []);
  assert.equal(varsOf(inventory, 'h'), {
    v_all: 'all',
    v_parent: 'parent',
    v_child: 'child',
    v_inv_all: 'inv_all',
    v_pb_all: 'pb_all',
    v_inv_parent: 'inv_parent',
    v_inv_child: 'inv_child',
    v_pb_parent: 'pb_parent',
    v_pb_child: 'pb_child',
    v_host: 'host',
    v_inv_host: 'inv_host',
    v_pb_host: 'pb_host',
  });
  assert.equal(
    inventory.layersOf('h').map((layer) => layer.name),
    [
      'inventory vars of group all',
      'inventory vars of group parent',
      'inventory vars of group child',
      'group_vars of all',
      'group_vars of all',
      'group_vars of parent',
      'group_vars of child',
      'group_vars of parent',
      'group_vars of child',
      'inventory vars of host h',
      'host_vars of h',
      'host_vars of h',
    ],
  );
});

test('hosts of the same groups share their layers', () => {
  const { inventory } = load({ h: '[g]\na\nb\n', 'group_vars/g.yml': 'x: 1\n' }, ['h']);
  assert.is(inventory.layersOf('a')[0], inventory.layersOf('b')[0]);
  assert.is(inventory.layersOf('a'), inventory.layersOf('a'));
});

test('of sources in several directories the later one counts', () => {
  const files = {
    'a/hosts': '[g]\nh\n',
    'b/hosts': '[g]\nh\n',
    'a/group_vars/g.yml': 'x: a\n',
    'b/group_vars/g.yml': 'x: b\n',
    'b/group_vars/all.yml': 'x: all\n',
  };
  assert.equal(varsOf(load(files, ['a/hosts', 'b/hosts']).inventory, 'h'), { x: 'b' });
  assert.equal(varsOf(load(files, ['b/hosts', 'a/hosts']).inventory, 'h'), { x: 'a' });
});

test('a directory beside the inventory and the playbook is read once', () => {
  const { inventory, errors } = load({ h: 'a\n', 'group_vars/all.yml': 'x: 1\n' }, ['h'], ['.']);
  assert.equal(errors, []);
  assert.is(inventory.layersOf('a').length, 1);
});

test('a list of hosts has only the variables beside the playbook', () => {
  const files = { 'group_vars/all.yml': 'x: 1\n', 'pb/group_vars/all.yml': 'y: 2\n' };
  assert.equal(varsOf(load(files, ['a,'], ['pb']).inventory, 'a'), { y: 2 });
});

test('reads each way to name a file', () => {
  const files = {
    h: '[a]\nw1\n[b]\nw1\n[c]\nw1\n[d]\nw1\n[e]\nweb1.example.com\n',
    'group_vars/a': 'a: 1\n',
    'group_vars/b.yml': 'b: 1\n',
    'group_vars/c.yaml': 'c: 1\n',
    'group_vars/d.json': '{"d": 1}\n',
    'host_vars/web1.example.com': 'x: 1\n',
    'host_vars/w1.yml': 'w: 1\n',
  };
  const { inventory, errors, warned } = load(files, ['h']);
  assert.equal(errors, []);
  assert.equal(warned, []);
  assert.equal(varsOf(inventory, 'w1'), { a: 1, b: 1, c: 1, d: 1, w: 1 });
  assert.equal(varsOf(inventory, 'web1.example.com'), { x: 1 });
});

test('reads a directory of files in alphabetical order, those below it too', () => {
  const files = {
    h: 'w\n',
    'group_vars/all/10-a.yml': 'x: a\ny: a\nz: a\n',
    'group_vars/all/20-b/b': 'x: b\ny: b\n',
    'group_vars/all/30-c.yaml': 'x: c\n',
    'group_vars/all/README.md': 'not YAML: at all: no\n',
    'group_vars/all/.hidden.yml': 'x: no\n',
    'group_vars/all/40.yml~': 'x: no\n',
  };
  const { inventory, errors } = load(files, ['h']);
  assert.equal(errors, []);
  assert.equal(varsOf(inventory, 'w'), { x: 'c', y: 'b', z: 'a' });
  const spans = inventory.layersOf('w').map((layer) => [...layer.entries.values()].map((e) => formatSpan(e.keySpan)));
  assert.match(spans[1]?.[1] ?? '', /group_vars\/all\/20-b\/b:2:1$/);
});

test('an empty file sets nothing', () => {
  const { inventory, errors } = load({ h: 'w\n', 'group_vars/all.yml': '---\n', 'host_vars/w.yml': '# nothing\n' }, [
    'h',
  ]);
  assert.equal(errors, []);
  assert.equal(inventory.layersOf('w'), []);
});

const mistakes: readonly (readonly [string, string, string])[] = [
  ['a list', '- a: 1\n', 'group_vars/all.yml:1:1: A file of variables is a mapping. (Write `name: value` lines.)'],
  [
    'a bad name',
    'ok: 1\nmy-var: 2\n',
    'group_vars/all.yml:2:1: `my-var` can not be the name of a variable. (Write `my_var`: letters, digits and `_`.)',
  ],
  [
    'a reserved name',
    'facts: 1\n',
    'group_vars/all.yml:1:1: `facts` is a name that kmesh itself sets. (Choose another name for this variable.)',
  ],
  [
    'a name given twice',
    'x: 1\nx: 2\n',
    'group_vars/all.yml:2:1: Map keys must be unique. (The second one would win silently: keep one of them.)',
  ],
  [
    'an encrypted file that is cut off',
    '$ANSIBLE_VAULT;1.1;AES256\n',
    'group_vars/all.yml:1:1: The vault is not whole. (Copy it once more, with all of its lines.)',
  ],
];

for (const [what, text, message] of mistakes) {
  test(`refuses ${what}`, () => {
    assert.equal(load({ h: 'w\n', 'group_vars/all.yml': text }, ['h']).errors, [message]);
  });
}

test('refuses a file and a directory of one name, of which Ansible would read one', () => {
  const files = { h: 'w\n', 'group_vars/all.yml': 'x: 1\n', 'group_vars/all/main.yml': 'y: 1\n' };
  assert.equal(load(files, ['h']).errors, [
    '`group_vars/all.yml` and `group_vars/all` are the variables of one name. (Keep one of them, or make a directory with several files in it.)',
  ]);
});

test('warns of files that belong to nobody', () => {
  const files = {
    h: '[web]\nw1\n',
    'group_vars/wbe.yml': 'x: 1\n',
    'group_vars/database/main.yml': 'x: 1\n',
    'group_vars/README.md': 'x\n',
    'host_vars/w2.yml': 'x: 1\n',
    'host_vars/old-server.yml': 'x: 1\n',
  };
  const { errors, warned } = load(files, ['h']);
  assert.equal(errors, []);
  assert.equal(warned, [
    'group_vars/database:1:1: There is no group `database`, so nothing reads this. (Rename or remove it: no group has this name.)',
    'group_vars/wbe.yml:1:1: There is no group `wbe`, so nothing reads this. (Did you mean `web`?)',
    'host_vars/old-server.yml:1:1: There is no host `old-server`, so nothing reads this. (Rename or remove it: no host has this name.)',
    'host_vars/w2.yml:1:1: There is no host `w2`, so nothing reads this. (Did you mean `w1`?)',
  ]);
});

test('beside a playbook, which may serve other inventories, warns only of what looks like a slip', () => {
  const files = { h: '[web]\nw1\n', 'pb/group_vars/wbe.yml': 'x: 1\n', 'pb/group_vars/staging.yml': 'x: 1\n' };
  assert.equal(load(files, ['h'], ['pb']).warned, [
    'pb/group_vars/wbe.yml:1:1: There is no group `wbe`, so nothing reads this. (Did you mean `web`?)',
  ]);
});

test('warns of a priority where it has no effect', () => {
  assert.equal(load({ h: 'w\n', 'group_vars/all.yml': 'ansible_group_priority: 2\n' }, ['h']).warned, [
    'group_vars/all.yml:1:1: `ansible_group_priority` has no effect here. (Set it in the inventory itself, under the `vars` of the group.)',
  ]);
});

test('warns of a file where the directory should be', () => {
  assert.equal(load({ h: 'w\n', group_vars: 'x: 1\n' }, ['h']).warned, [
    '`group_vars` is not a directory, so nothing reads it.',
  ]);
});

test.run();

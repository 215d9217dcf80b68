import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { covered, load, loadYaml, nodeOf, varsOf } from './support.ts';

const test = suite('inventory/yaml-inventory');

test('reads hosts, groups, children and variables', () => {
  const { inventory, errors, warned } = loadYaml(`
all:
  hosts:
    bastion:
      ansible_host: 192.0.2.1
  children:
    rr:
      hosts:
        rr[1:2]:
          role: reflector
    nodes:
      hosts:
        node1:2222:
        node2: {asn: 64513}
      vars:
        peers: [a, b]
  vars:
    asn: 64512
`);
  assert.equal(errors, []);
  assert.equal(warned, []);
  assert.equal([...inventory.hosts.keys()], ['bastion', 'rr1', 'rr2', 'node1', 'node2']);
  assert.equal(varsOf(inventory, 'rr2'), { asn: 64512, role: 'reflector' });
  assert.equal(varsOf(inventory, 'node1'), { asn: 64512, peers: ['a', 'b'], ansible_port: 2222 });
  assert.equal(varsOf(inventory, 'node2'), { asn: 64513, peers: ['a', 'b'] });
  assert.equal(inventory.groups.get('ungrouped')?.hosts, ['bastion']);
});

test('takes any groups at the top level, and references to groups defined elsewhere', () => {
  const { inventory, errors, warned } = loadYaml(`
fabric:
  children:
    rr:
    nodes:
rr:
  hosts: rr1
nodes:
  hosts:
    node1:
`);
  assert.equal(errors, []);
  assert.equal(warned, []);
  assert.equal(inventory.groups.get('fabric')?.hosts, ['rr1', 'node1']);
  assert.equal(inventory.hosts.get('rr1')?.groups, ['all', 'fabric', 'rr']);
});

test('reads JSON', () => {
  const { inventory, errors } = load({ 'h.json': '{"web": {"hosts": {"w1": {"x": [1]}}}}' }, ['h.json']);
  assert.equal(errors, []);
  assert.equal(varsOf(inventory, 'w1'), { x: [1] });
});

test('knows the place of every value', () => {
  const { inventory } = loadYaml('web:\n  hosts:\n    w1:\n      text: "{{ a }}"\n');
  const node = nodeOf(inventory, 'w1', 'text');
  assert.is(node === undefined ? '' : covered(node.span), '"{{ a }}"');
  assert.is(inventory.hosts.get('w1')?.at?.start, 18);
});

test('keeps the priority of a group out of its variables', () => {
  const { inventory } = loadYaml('web:\n  hosts: {w1: }\n  vars: {ansible_group_priority: 10, x: 1}\n');
  assert.is(inventory.groups.get('web')?.priority, 10);
  assert.equal(varsOf(inventory, 'w1'), { x: 1 });
});

const mistakes: readonly (readonly [string, string, string])[] = [
  [
    'a list of groups',
    '- web\n',
    'hosts.yml:1:1: An inventory is a mapping of groups. (The top level names groups: `all:` with `hosts:`, `children:` and `vars:` below it.)',
  ],
  [
    'hosts without a group',
    'hosts:\n  web1:\n',
    'hosts.yml:1:1: `hosts` stands at the top level, where groups are wanted. (Indent it under `all:`.)',
  ],
  [
    'a plugin',
    'plugin: aws_ec2\n',
    'hosts.yml:1:1: Inventory plugins are not supported. (Convert it once: `ansible-inventory -i FILE --list --yaml --output hosts.yml`.)',
  ],
  [
    'the output of a script',
    '{"_meta": {"hostvars": {}}, "all": {"children": ["web"]}}',
    'hosts.yml:1:2: The output of an inventory script is not supported. (Convert it once: `ansible-inventory -i FILE --list --yaml --output hosts.yml`.)',
  ],
  [
    'a group that is a list',
    'web:\n  - web1\n',
    'hosts.yml:2:3: The group `web` is not a mapping. (Below a group stand `hosts:`, `children:` and `vars:`.)',
  ],
  [
    'a list of hosts',
    'web:\n  hosts:\n    - web1\n',
    'hosts.yml:3:5: `hosts:` is a mapping, not a list. (Write `web1:`, not `- web1`.)',
  ],
  [
    'a list of children',
    'all:\n  children: [web]\n',
    'hosts.yml:2:13: `children:` is a mapping, not a list. (Write `web:`, not `- web`.)',
  ],
  [
    'a list of variables',
    'all:\n  vars:\n    - x: 1\n',
    'hosts.yml:3:5: `vars:` is a mapping, not a list. (Write `name: value`, not `- name: value`.)',
  ],
  [
    'a value in place of the variables of a host',
    'all:\n  hosts:\n    web1: 10.0.0.1\n',
    'hosts.yml:3:11: `web1:` is a mapping, not a single value. (Write `name: value` on a line of its own.)',
  ],
  [
    'a slip of the keyboard',
    'web:\n  host:\n    web1:\n',
    'hosts.yml:2:3: `host` means nothing in a group. (Did you mean `hosts`?)',
  ],
  [
    'hosts right below a group',
    'web:\n  frontend-machine-1:\n',
    'hosts.yml:2:3: `frontend-machine-1` means nothing in a group. (Below a group stand only `hosts`, `children` and `vars`.)',
  ],
  [
    'a bad name of a variable',
    'all:\n  vars:\n    my-var: 1\n',
    'hosts.yml:3:5: `my-var` can not be the name of a variable. (Write `my_var`: letters, digits and `_`.)',
  ],
  [
    'a reserved name',
    'all:\n  hosts:\n    a:\n      hostvars: 1\n',
    'hosts.yml:4:7: `hostvars` is a name that kmesh itself sets. (Choose another name for this variable.)',
  ],
  [
    'a bad host',
    'all:\n  hosts:\n    a b:\n',
    'hosts.yml:3:5: `a b` can not be the name of a host. (A name has letters, digits and `. _ - @ % +`, and at most 253 of them.)',
  ],
  [
    'a key given twice',
    'all:\n  hosts:\n    a: {}\n    a: {}\n',
    'hosts.yml:4:5: Map keys must be unique. (The second one would win silently: keep one of them.)',
  ],
];

for (const [what, text, message] of mistakes) {
  test(`refuses ${what}`, () => {
    assert.equal(loadYaml(text).errors, [message]);
  });
}

test('warns of a child that is nowhere defined', () => {
  const { errors, warned } = loadYaml('web:\n  hosts:\n    w1:\nall:\n  children:\n    wbe:\n');
  assert.equal(errors, []);
  assert.equal(warned, ['hosts.yml:6:5: The group `wbe` has no hosts and no variables. (Did you mean `web`?)']);
});

test.run();

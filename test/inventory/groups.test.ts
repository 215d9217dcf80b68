import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadIni, loadYaml, varsOf } from './support.ts';

const test = suite('inventory/groups');

const fabric = `
u1
[all]
a1
[b]
b2
b1
x
[a]
a2
b1
x
[p:children]
b
a
[q:children]
p
[y]
b1
[z]
b1
[ungrouped]
b1
`;

// What ansible-inventory and ansible --list-hosts 2.14 make of the same file.
test('knows members, in the order in which Ansible runs them', () => {
  const { inventory, errors } = loadIni(fabric);
  assert.equal(errors, []);
  const members = (name: string): readonly string[] => inventory.groups.get(name)?.hosts ?? [];
  assert.equal(members('all'), ['a1', 'u1', 'b1', 'b2', 'x', 'a2']);
  assert.equal(members('q'), ['b2', 'b1', 'x', 'a2']);
  assert.equal(members('a'), ['a2', 'b1', 'x']);
  assert.equal(members('ungrouped'), ['u1', 'a1']);
});

test('sorts the groups of a host by depth and name', () => {
  const { inventory } = loadIni(fabric);
  assert.equal(inventory.hosts.get('b1')?.groups, ['all', 'q', 'y', 'z', 'p', 'a', 'b']);
  assert.equal(inventory.hosts.get('u1')?.groups, ['all', 'ungrouped']);
  assert.equal(inventory.hosts.get('a1')?.groups, ['all', 'ungrouped']);
  assert.is(inventory.groups.get('a')?.depth, 3);
  assert.equal(inventory.groups.get('a')?.parents, ['p']);
  assert.equal(inventory.groups.get('all')?.children, ['ungrouped', 'q', 'y', 'z']);
});

test('of two groups of one depth the higher priority counts, then the later name', () => {
  const { inventory } = loadIni('[y]\nh\n[z]\nh\n[y:vars]\na=y\n[z:vars]\na=z\n');
  assert.equal(varsOf(inventory, 'h'), { a: 'z' });
  const other = loadIni('[y]\nh\n[z]\nh\n[y:vars]\na=y\nansible_group_priority=10\n[z:vars]\na=z\n');
  assert.equal(varsOf(other.inventory, 'h'), { a: 'y' });
  assert.equal(other.inventory.hosts.get('h')?.groups, ['all', 'z', 'y']);
});

test('a child counts more than its parent, whatever they are called', () => {
  const { inventory } = loadIni('[a]\nh\n[z:children]\na\n[a:vars]\nx=child\n[z:vars]\nx=parent\n');
  assert.equal(varsOf(inventory, 'h'), { x: 'child' });
});

test('the longest way from all is what counts as depth', () => {
  const { inventory } = loadIni('[a]\nh\n[b]\nh\n[mid:children]\na\n[top:children]\nmid\na\nb\n');
  assert.is(inventory.groups.get('a')?.depth, 3);
  assert.is(inventory.groups.get('b')?.depth, 2);
});

test('hosts of the same groups share one list', () => {
  const { inventory } = loadIni('[a]\nh1\nh2\n');
  assert.is(inventory.hosts.get('h1')?.groups, inventory.hosts.get('h2')?.groups);
});

test('prints the cycle of groups that contain each other', () => {
  const { inventory, errors } = loadIni('[a:children]\nb\n[b:children]\nc\n[c:children]\na\n[c]\nh\n');
  assert.equal(errors, [
    'hosts.ini:6:1: These groups contain each other: `a` > `b` > `c` > `a`. (Take one of them out.)',
  ]);
  assert.equal(inventory.hosts.get('h')?.groups, ['all', 'a', 'b', 'c']);
});

test('refuses a group that contains itself', () => {
  assert.equal(loadIni('[a:children]\na\n').errors, [
    'hosts.ini:2:1: These groups contain each other: `a` > `a`. (Take one of them out.)',
  ]);
});

test('refuses all and ungrouped as children', () => {
  assert.equal(loadIni('[a:children]\nall\nungrouped\n').errors, [
    'hosts.ini:2:1: `all` can not be a child of `a`: it holds all groups.',
    'hosts.ini:3:1: `ungrouped` can not be a child of `a`: it holds the hosts that are in no other group.',
  ]);
});

test('ungrouped may stand below all, as ansible-inventory writes it', () => {
  const { inventory, errors, warned } = loadYaml('all:\n  children:\n    ungrouped:\n      hosts:\n        h:\n');
  assert.equal(errors, []);
  assert.equal(warned, []);
  assert.equal(inventory.hosts.get('h')?.groups, ['all', 'ungrouped']);
});

test.run();

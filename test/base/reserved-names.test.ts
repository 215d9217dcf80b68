import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { reservedNames } from '../../src/base/reserved-names.ts';

const test = suite('base/reserved-names');

test('holds what kmesh gives a value itself', () => {
  for (const name of ['facts', 'groups', 'hostvars', 'inventory_hostname', 'item', 'role_name', 'vars'])
    assert.ok(reservedNames.has(name), name);
});

test('leaves connection settings to the user', () => {
  for (const name of ['ansible_host', 'ansible_user', 'ansible_become']) assert.not.ok(reservedNames.has(name), name);
});

test.run();

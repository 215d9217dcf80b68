import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isUserName } from '../../src/base/user-name.ts';

const test = suite('base/user-name');

test('takes names of users, of directories too, and numbers', () => {
  for (const name of ['root', '_apt', 'a.b-c', 'host$', '#1000', '1000', 'DOMAIN\\user', 'user@example.com', 'jürgen'])
    assert.ok(isUserName(name), name);
});

test('refuses what can be none, or an option of sudo', () => {
  for (const name of ['', '-x', '-x; rm', 'a b', 'a;b', 'a/b', 'a:b', '$(x)', '#', '#-1', 'a\n', 'a'.repeat(257)])
    assert.not.ok(isUserName(name), name);
});

test.run();

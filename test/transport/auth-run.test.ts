import type { AnyAuthMethod } from 'ssh2';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Attempt } from '../../src/transport/ssh/auth.ts';
import { AuthRun } from '../../src/transport/ssh/auth-run.ts';

const test = suite('transport/ssh/auth-run');

function attempt(method: Attempt['method'], what: string): Attempt {
  const made: AnyAuthMethod = { type: 'none', username: what };
  return { method, what, make: async () => made };
}

const key = attempt('publickey', '~/.ssh/id_a');
const otherKey = attempt('publickey', '~/.ssh/id_b');
const password = attempt('password', 'password');
const keyboard = attempt('keyboard-interactive', 'keyboard');

/** What is tried when the host answers each attempt with the methods that are left. */
async function tried(run: AuthRun, answers: readonly (string[] | null)[]): Promise<string[]> {
  const names: string[] = [];
  for (const allowed of answers) {
    const method = await new Promise<unknown>((resolve) => {
      run.handler(allowed, false, resolve);
    });
    names.push(method === false ? 'end' : (method as AnyAuthMethod).username);
  }
  return names;
}

test('tries one after the other, and only what the host allows', async () => {
  const run = new AuthRun({ attempts: [key, otherKey, password, keyboard], notes: [] }, 'ops');
  assert.equal(await tried(run, [null, ['publickey', 'password'], ['password'], ['password']]), [
    '~/.ssh/id_a',
    '~/.ssh/id_b',
    'password',
    'end',
  ]);
  const { message } = run.failure('web1');
  assert.is(message, 'web1 refuses the password of `ops` and keys (~/.ssh/id_a, ~/.ssh/id_b). It allows password.');
});

test('goes on to the second factor when the first was enough of its kind', async () => {
  const run = new AuthRun({ attempts: [key, otherKey, password], notes: [] }, 'ops');
  assert.equal(await tried(run, [null, ['password']]), ['~/.ssh/id_a', 'password']);
});

test('never sends a refused password a second way', async () => {
  const run = new AuthRun({ attempts: [password, keyboard], notes: [] }, 'ops');
  assert.equal(await tried(run, [null, ['password', 'keyboard-interactive']]), ['password', 'end']);
});

test('answers the keyboard question where passwords are only taken so', async () => {
  const run = new AuthRun({ attempts: [password, keyboard], notes: [] }, 'ops');
  assert.equal(await tried(run, [null, ['keyboard-interactive']]), ['password', 'keyboard']);
});

test('asks what is allowed when there is nothing to try, and says so', async () => {
  const run = new AuthRun({ attempts: [], notes: ['`/k` cannot be used: chmod 600 it.'] }, 'ops');
  assert.equal(await tried(run, [null, ['publickey']]), ['ops', 'end']);
  const error = run.failure('web1');
  assert.is(error.message, 'There is nothing to log in to web1 with as `ops`. It allows publickey.');
  assert.is(error.hint, '`/k` cannot be used: chmod 600 it.');
});

test('says that keys alone were refused', async () => {
  const run = new AuthRun({ attempts: [key], notes: [] }, 'ops');
  await tried(run, [null, ['publickey']]);
  assert.is(run.failure('web1').message, 'web1 refuses each key for `ops` (~/.ssh/id_a). It allows publickey.');
});

test.run();

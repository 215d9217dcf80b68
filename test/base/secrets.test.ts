import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Secret } from '../../src/base/secrets.ts';

const test = suite('base/secrets');

const secret = new Secret('hunter2');

test('gives its value to who asks for it by name', () => {
  assert.is(secret.reveal(), 'hunter2');
});

test('hides from text', () => {
  assert.is(String(secret), '******');
  // oxlint-disable-next-line no-useless-concat -- adding is one of the ways to make text of it
  assert.is('a ' + secret, 'a ******');
});

test('hides from JSON', () => {
  assert.is(JSON.stringify({ password: secret }), '{"password":"******"}');
});

test('hides from inspection, as deep as it may be', () => {
  assert.not.match(inspect(secret, { showHidden: true, depth: 9 }), 'hunter2');
  assert.not.match(inspect({ a: [{ secret }] }, { showHidden: true, depth: 9, getters: true }), 'hunter2');
});

test('has no key and no property to read', () => {
  assert.equal(Object.keys(secret), []);
  assert.equal(Object.getOwnPropertyNames(secret), []);
  assert.equal(Object.assign({}, secret), {});
});

test('hides from an error that carries it', () => {
  const error = new Error('no', { cause: { secret } });
  assert.not.match(inspect(error, { depth: 9 }), 'hunter2');
});

test('hides from a structured clone', () => {
  assert.not.match(inspect(structuredClone({ secret }), { depth: 9 }), 'hunter2');
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { didYouMean, nearest } from '../../src/base/did-you-mean.ts';
import { cpuMsSince } from '../support/cpu-time.ts';

const test = suite('base/did-you-mean');

const known = ['notify', 'register', 'when', 'tags', 'become', 'name'];

test('finds the name that one letter is missing, wrong or too much of', () => {
  assert.is(nearest('notfy', known), 'notify');
  assert.is(nearest('notufy', known), 'notify');
  assert.is(nearest('nottify', known), 'notify');
});

test('counts two swapped letters as one slip', () => {
  assert.is(nearest('wehn', known), 'when');
  assert.is(nearest('tgas', known), 'tags');
});

test('looks past upper and lower case', () => {
  assert.is(nearest('Become', known), 'become');
  assert.is(nearest('WHEN', known), 'when');
});

test('takes the nearest of several', () => {
  assert.is(nearest('nam', ['names', 'name']), 'name');
});

test('guesses at nothing that is far away', () => {
  assert.is(nearest('kubernetes', known), null);
  assert.is(nearest('x', known), null);
  assert.is(nearest('', known), null);
});

test('allows one slip in a short name and a third of a long one', () => {
  assert.is(nearest('ab', ['cb']), 'cb');
  assert.is(nearest('ab', ['cd']), null);
  assert.is(nearest('regitser_vr', ['register_var']), 'register_var');
});

test('puts it into words', () => {
  assert.is(didYouMean('notfy', known), 'Did you mean `notify`?');
  assert.is(didYouMean('kubernetes', known), null);
});

test('stays quick with names of any length', () => {
  const start = process.cpuUsage();
  nearest('x'.repeat(100_000), known);
  assert.ok(cpuMsSince(start) < 1000);
});

test.run();

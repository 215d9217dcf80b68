import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Tally } from '../../src/engine/tally.ts';
import { playOf } from '../playbook/support.ts';

const test = suite('engine/tally');

const [one, two, three] = playOf(
  '- hosts: all\n  tasks: [{name: one, debug: }, {name: two, debug: }, {name: three, debug: }]\n',
).phases.flatMap(({ tasks }) => tasks) as [never, never, never];

/** A tally and what it tells, in short: `one ok 2`. */
function tallyOf(hosts: readonly string[]): { readonly tally: Tally; readonly told: string[] } {
  const told: string[] = [];
  const tally = new Tally([one, two, three], hosts, (event) => {
    if (event.kind !== 'task-completed') return;
    const counts = Object.entries(event.counts).map(([status, count]) => `${status} ${count}`);
    told.push([event.task.name, ...counts].join(' '));
  });
  return { tally, told };
}

test('tells a task once all hosts have done it', () => {
  const { tally, told } = tallyOf(['a', 'b']);
  tally.add(one, 'a', 'ok');
  assert.equal(told, []);
  tally.add(one, 'b', 'changed');
  assert.equal(told, ['one ok 1 changed 1']);
});

test('counts what is alike', () => {
  const { tally, told } = tallyOf(['a', 'b', 'c']);
  for (const host of ['a', 'b']) tally.add(one, host, 'changed');
  tally.add(one, 'c', 'skipped');
  assert.equal(told, ['one changed 2 skipped 1']);
});

test('keeps the order of the tasks, whoever is ahead', () => {
  const { tally, told } = tallyOf(['a', 'b']);
  for (const task of [one, two, three]) tally.add(task, 'a', 'ok');
  tally.add(one, 'b', 'ok');
  assert.equal(told, ['one ok 2']);
  tally.add(two, 'b', 'ok');
  tally.add(three, 'b', 'ok');
  assert.equal(told, ['one ok 2', 'two ok 2', 'three ok 2']);
});

test('waits no longer for a host that has left', () => {
  const { tally, told } = tallyOf(['a', 'b']);
  tally.add(one, 'a', 'ok');
  tally.add(two, 'a', 'ok');
  tally.add(one, 'b', 'failed');
  tally.leave('b');
  assert.equal(told, ['one ok 1 failed 1', 'two ok 1']);
});

test('tells nothing of a task that no host has done', () => {
  const { tally, told } = tallyOf(['a', 'b']);
  tally.add(one, 'a', 'failed');
  tally.leave('a');
  tally.leave('b');
  assert.equal(told, ['one failed 1']);
});

test('passes over a task that was nothing to any host', () => {
  const { tally, told } = tallyOf(['a']);
  tally.add(one, 'a', 'ok');
  tally.add(three, 'a', 'ok');
  tally.leave('a');
  assert.equal(told, ['one ok 1', 'three ok 1']);
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Status, TaskRef } from '../../src/engine/events.ts';
import { behind, type Position } from '../../src/engine/steps/position.ts';
import { Tally } from '../../src/engine/tally.ts';

const test = suite('engine/tally');

/** A task as the tally hears of it. */
function ref(name: string): TaskRef {
  return { id: 1, name, role: null, module: 'debug', at: 'site.yml:1:1', phase: 'tasks' };
}

/** A host does a task and goes on. */
function add(tally: Tally, position: Position, host: string, status: Status): void {
  tally.add(position, ref(position.join('.')), status);
  tally.reach(host, behind(position));
}

/** A tally and what it tells, in short: `one ok 2`. */
function tallyOf(hosts: readonly string[]): { readonly tally: Tally; readonly told: string[] } {
  const told: string[] = [];
  const tally = new Tally(hosts, (event) => {
    if (event.kind !== 'task-completed') return;
    const counts = Object.entries(event.counts).map(([status, count]) => `${status} ${count}`);
    told.push([event.task.name, ...counts].join(' '));
  });
  return { tally, told };
}

test('tells a task once all hosts have done it', () => {
  const { tally, told } = tallyOf(['a', 'b']);
  add(tally, [1], 'a', 'ok');
  assert.equal(told, []);
  add(tally, [1], 'b', 'changed');
  assert.equal(told, ['1 ok 1 changed 1']);
});

test('counts what is alike', () => {
  const { tally, told } = tallyOf(['a', 'b', 'c']);
  for (const host of ['a', 'b']) add(tally, [1], host, 'changed');
  add(tally, [1], 'c', 'skipped');
  assert.equal(told, ['1 changed 2 skipped 1']);
});

test('keeps the order of the tasks, whoever is ahead', () => {
  const { tally, told } = tallyOf(['a', 'b']);
  for (const position of [[1], [2], [3]]) add(tally, position, 'a', 'ok');
  add(tally, [1], 'b', 'ok');
  assert.equal(told, ['1 ok 2']);
  add(tally, [2], 'b', 'ok');
  add(tally, [3], 'b', 'ok');
  assert.equal(told, ['1 ok 2', '2 ok 2', '3 ok 2']);
});

test('waits no longer for a host that has left', () => {
  const { tally, told } = tallyOf(['a', 'b']);
  add(tally, [1], 'a', 'ok');
  add(tally, [2], 'a', 'ok');
  add(tally, [1], 'b', 'failed');
  tally.leave('b');
  assert.equal(told, ['1 ok 1 failed 1', '2 ok 1']);
});

test('tells nothing of a task that no host has done', () => {
  const { tally, told } = tallyOf(['a', 'b']);
  add(tally, [1], 'a', 'failed');
  tally.leave('a');
  tally.leave('b');
  assert.equal(told, ['1 failed 1']);
});

test('passes over a task that was nothing to any host', () => {
  const { tally, told } = tallyOf(['a']);
  add(tally, [1], 'a', 'ok');
  add(tally, [3], 'a', 'ok');
  tally.leave('a');
  assert.equal(told, ['1 ok 1', '3 ok 1']);
});

test('tells what is inside a step before what is behind it', () => {
  const { tally, told } = tallyOf(['a', 'b']);
  for (const position of [[3, 0, 0], [3, 1, 0], [4]]) add(tally, position, 'a', 'ok');
  add(tally, [3, 0, 0], 'b', 'ok');
  add(tally, [4], 'b', 'ok');
  assert.equal(told, ['3.0.0 ok 2', '3.1.0 ok 1', '4 ok 2']);
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { batchesOf } from '../../src/engine/batches.ts';
import type { Batch } from '../../src/playbook/playbook.ts';

const test = suite('engine/batches');

const hosts = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
const count = (size: number): Batch => ({ kind: 'count', count: size });
const percent = (share: number): Batch => ({ kind: 'percent', percent: share });

/** How many hosts each batch has. */
function sizes(serial: readonly Batch[], of: readonly string[] = hosts): number[] {
  return batchesOf({ serial }, of).map((batch) => batch.length);
}

test('takes all hosts at once without serial', () => {
  assert.equal(batchesOf({ serial: [] }, ['a', 'b']), [['a', 'b']]);
});

test('keeps the order of hosts', () => {
  assert.equal(batchesOf({ serial: [count(2)] }, ['a', 'b', 'c']), [['a', 'b'], ['c']]);
});

test('takes the last size for all batches behind it', () => {
  assert.equal(sizes([count(1), count(3)]), [1, 3, 3, 3]);
  assert.equal(sizes([count(1), count(2), percent(50)]), [1, 2, 5, 2]);
});

test('counts a share of all hosts, down to at least one', () => {
  assert.equal(sizes([percent(30)]), [3, 3, 3, 1]);
  assert.equal(sizes([percent(33)]), [3, 3, 3, 1]);
  assert.equal(sizes([percent(1)], ['a', 'b']), [1, 1]);
  assert.equal(sizes([percent(100)]), [10]);
  assert.equal(sizes([percent(150)]), [10]);
});

test('makes no batch without hosts', () => {
  assert.equal(sizes([], []), []);
  assert.equal(sizes([count(2)], []), []);
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LinkSpeed } from '../../../src/engine/hosts/link-speed.ts';

const test = suite('engine/link-speed');
const mebibyte = 1024 * 1024;

/** What is thought of a link that took so many MiB in so many ms each. */
function after(count: number, msEach: number): LinkSpeed {
  const link = new LinkSpeed();
  for (let i = 0; i < count; i++) link.took(mebibyte, msEach);
  return link;
}

test('does not judge by what only fills buffers', () => {
  assert.is(after(2, 0).isFast, null);
  assert.is(after(3, 0).isFast, true);
});

test('tells a slow link from a fast one', () => {
  assert.is(after(10, 100).isFast, false);
  assert.is(after(10, 10).isFast, true);
});

test('keeps its judgement for the next stream, whose buffers are empty again', () => {
  const link = after(10, 100);
  link.begin();
  link.took(mebibyte, 0);
  link.took(mebibyte, 0);
  assert.is(link.isFast, false);
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Pace, type Way } from '../../../src/engine/hosts/pace.ts';

const test = suite('engine/pace');
const mebibyte = 1024 * 1024;

function newPace(hasSome = true): Pace {
  return new Pace({ hasSome });
}

/** A line through which so many MiB of the content come in a second, as they are and packed to a third. */
interface Line {
  readonly raw: number;
  readonly packed: number;
}

/** Sends MiBs of a content the way that is thought better, and tells which ways that were. */
function send(pace: Pace, line: Line, count: number): Way[] {
  return Array.from({ length: count }, () => {
    const way = pace.better ?? 'raw';
    const ms = 1000 / line[way];
    const sentBytes = way === 'raw' ? mebibyte : mebibyte / 3;
    pace.took({ way, contentBytes: mebibyte, sentBytes, elapsedMs: ms, waitedMs: ms });
    return way;
  });
}

function packedOf(ways: readonly Way[]): number {
  return ways.filter((way) => way === 'packed').length;
}

test('does not judge by what only fills buffers', () => {
  const pace = newPace();
  for (let i = 0; i < 20; i++)
    pace.took({ way: 'raw', contentBytes: mebibyte, sentBytes: mebibyte, elapsedMs: 0.1, waitedMs: 0.1 });
  assert.is(pace.better, null);
});

test('packs where the line is the limit', () => {
  const pace = newPace();
  assert.is(packedOf(send(pace, { raw: 6, packed: 18 }, 5)), 0);
  assert.is(packedOf(send(pace, { raw: 6, packed: 18 }, 40)), 40);
});

test('does not, where the processor is the limit', () => {
  const pace = newPace();
  send(pace, { raw: 10, packed: 8 }, 20);
  assert.is(packedOf(send(pace, { raw: 10, packed: 8 }, 20)), 0);
});

test('does not, where processors have no time left for it', () => {
  assert.is(packedOf(send(newPace(false), { raw: 6, packed: 18 }, 40)), 0);
});

test('does not even try it over a line that is fast', () => {
  assert.is(packedOf(send(newPace(), { raw: 50, packed: 60 }, 200)), 0);
});

test('is not misled by a packer that keeps the line waiting', () => {
  const pace = newPace();
  send(pace, { raw: 6, packed: 18 }, 20);
  // Nobody has to wait to be taken; it is packing that takes the time.
  for (let i = 0; i < 30; i++) {
    pace.took({ way: 'packed', contentBytes: mebibyte, sentBytes: mebibyte / 3, elapsedMs: 1000 / 18, waitedMs: 0 });
  }
  assert.is(pace.better, 'packed');
});

test('tries the other way again after a while: the line may be free now', () => {
  const pace = newPace();
  send(pace, { raw: 6, packed: 18 }, 40);
  const ways = send(pace, { raw: 50, packed: 20 }, 200);
  assert.is(ways.at(-1), 'raw');
});

test('keeps its judgement for the next stream, whose buffers are empty again', () => {
  const pace = newPace();
  send(pace, { raw: 6, packed: 18 }, 20);
  pace.begin();
  pace.took({ way: 'raw', contentBytes: mebibyte, sentBytes: mebibyte, elapsedMs: 0, waitedMs: 0 });
  assert.is(pace.better, 'packed');
});

test.run();

import { once } from 'node:events';
import { Readable } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Throttle } from '../../../src/engine/hosts/throttle.ts';

const test = suite('engine/throttle');

async function sizeOf(stream: Readable): Promise<number> {
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) size += chunk.length;
  return size;
}

test('lets all through, no faster than it may, all streams together', async () => {
  const throttle = new Throttle(1_000_000);
  const startedAt = performance.now();
  const sources = [Buffer.alloc(120_000), Buffer.alloc(120_000)];
  const sizes = await Promise.all(sources.map((bytes) => sizeOf(throttle.slow(Readable.from([bytes])))));
  assert.equal(sizes, [120_000, 120_000]);
  // The last piece is paid for by who comes next.
  assert.ok(performance.now() - startedAt >= 180);
});

test('ends its source when it is ended', async () => {
  const source = new Readable({ read: () => void source.push(Buffer.alloc(1_000)) });
  const slow = new Throttle(1_000_000).slow(source);
  await once(slow, 'readable');
  slow.destroy();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(source.destroyed);
});

test.run();

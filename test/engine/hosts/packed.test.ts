import { randomBytes } from 'node:crypto';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Content } from '../../../src/changes/change.ts';
import { contentOf } from '../../../src/changes/content.ts';
import { must } from '../../../src/base/errors.ts';
import { Pace } from '../../../src/engine/hosts/pace.ts';
import { Packed } from '../../../src/engine/hosts/packed.ts';
import { unpacked } from '../../support/fake-session.ts';
import { tempDir } from '../../support/temp-dir.ts';

const test = suite('engine/packed');

const mebibyte = 1024 * 1024;
const text = Buffer.from(Array.from({ length: 6 * mebibyte + 12_345 }, (_, i) => (i * i) % 61));
const { dir, remove } = tempDir();
test.after(remove);

/** The content of a file, as it is for a large one. */
function fileContent(bytes: Buffer, name = 'f'): Content {
  const file = join(dir, name);
  writeFileSync(file, bytes);
  return { ...contentOf(bytes), bytes: null, file };
}

async function packedOf(content: Content): Promise<Packed> {
  return must(await Packed.of(content), 'a content that shrinks');
}

async function read(packed: Packed, pace = new Pace({ hasSome: true }), offset = 0): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of packed.read(pace, offset) as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Over a line that is so slow that it pays to pack. */
function slowLine(): Pace {
  const pace = new Pace({ hasSome: true });
  const slow = { contentBytes: mebibyte, elapsedMs: 10_000, waitedMs: 10_000 };
  for (let i = 0; i < 10; i++) pace.took({ ...slow, way: 'raw', sentBytes: mebibyte });
  for (let i = 0; i < 10; i++) pace.took({ ...slow, way: 'packed', sentBytes: mebibyte, contentBytes: 3 * mebibyte });
  return pace;
}

test('packs what shrinks, from memory or a file', async () => {
  for (const content of [contentOf(text), fileContent(text)]) {
    const segments = await read(await packedOf(content), slowLine());
    assert.ok(unpacked(segments).equals(text));
    assert.ok(segments.length < text.length / 2);
  }
});

test('sends a large content as it is while it is not known whether packing pays', async () => {
  const segments = await read(await packedOf(fileContent(text)));
  assert.ok(unpacked(segments).equals(text));
  assert.ok(segments.length > text.length);
});

test('packs a smaller one at once', async () => {
  const segments = await read(await packedOf(contentOf(text.subarray(0, 100_000))));
  assert.ok(segments.length < 50_000);
});

test('is read by several at once', async () => {
  const packed = await packedOf(fileContent(text));
  const all = await Promise.all([1, 2, 3].map(() => read(packed, slowLine())));
  assert.ok(all.every((segments) => unpacked(segments).equals(text)));
});

test('begins anywhere, over a slow link and a fast one', async () => {
  const packed = await packedOf(fileContent(text));
  const offsets = [1, 1_000, mebibyte - 1, mebibyte, 2 * mebibyte + 300_000, text.length - 1, text.length];
  for (const offset of offsets) {
    for (const pace of [new Pace({ hasSome: true }), slowLine()]) {
      const segments = await read(packed, pace, offset);
      assert.ok(unpacked(segments).equals(text.subarray(offset)), `from ${offset}`);
      assert.ok(segments.length < text.length - offset + 1_000);
    }
  }
});

test('leaves alone what does not shrink, and what can not be read', async () => {
  assert.is(await Packed.of(contentOf(randomBytes(300_000))), null);
  // The beginning is not all.
  assert.is(await Packed.of(contentOf(Buffer.concat([Buffer.alloc(50_000), randomBytes(400_000)]))), null);
  assert.is(await Packed.of({ ...fileContent(text), file: join(dir, 'none') }), null);
});

test('fails when the file has become shorter', async () => {
  const content = fileContent(text, 'short');
  const packed = await packedOf(content);
  truncateSync(join(dir, 'short'), 2 * mebibyte);
  for (const pace of [new Pace({ hasSome: true }), slowLine()]) {
    const error: unknown = await read(packed, pace).catch((reason: unknown) => reason);
    assert.match(String(error), 'it has become shorter');
  }
});

test.run();

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { contentOf } from '../../../src/changes/content.ts';
import { hashFile, hashFileNow } from '../../../src/engine/hosts/hash-file.ts';
import { tempDir } from '../../support/temp-dir.ts';

const test = suite('engine/hash-file');

test('hashes a file of any size, in the background or at once', async () => {
  const { dir, remove } = tempDir();
  for (const size of [0, 1, 1024 * 1024, 3 * 1024 * 1024 + 7]) {
    const bytes = Buffer.alloc(size, 'kmesh');
    const path = join(dir, String(size));
    writeFileSync(path, bytes);
    assert.is(await hashFile(path), contentOf(bytes).sha256);
    assert.is(hashFileNow(path), contentOf(bytes).sha256);
  }
  remove();
});

test.run();

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeDir } from '../../src/base/make-dir.ts';
import { withFiles } from '../support/temp-dir.ts';

const test = suite('base/make-dir');

test('makes a directory and those around it, for the user alone', () => {
  withFiles({}, (dir) => {
    makeDir(join(dir, 'a/b'));
    makeDir(join(dir, 'a/b'));
    assert.is(statSync(join(dir, 'a')).mode & 0o777, 0o700);
    assert.is(statSync(join(dir, 'a/b')).mode & 0o777, 0o700);
  });
});

test('gives up where nothing can be made', () => {
  assert.throws(() => makeDir('/proc/kmesh/journal'), /ENOENT|EACCES/);
});

test.run();

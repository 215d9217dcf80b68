import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { displayPath, readSource } from '../../src/base/read-source.ts';
import { spanOf } from '../../src/base/source.ts';
import { line, sourceOf } from '../support/node.ts';
import { type Files, withFiles } from '../support/temp-dir.ts';

const test = suite('base/read-source');

/** What is wrong with the file `f`, its directory left out. */
function problem(files: Files): string {
  return withFiles(files, (dir) => {
    const read = readSource(join(dir, 'f'));
    return 'problem' in read ? line(read.problem).replaceAll(dir, '') : '';
  });
}

/** The text of the file `f`. */
function text(content: string | Buffer): string | null {
  return withFiles({ f: content }, (dir) => {
    const read = readSource(join(dir, 'f'));
    return 'source' in read ? read.source.text : null;
  });
}

test('reads a text', () => {
  assert.is(text('a: ü\n'), 'a: ü\n');
  assert.is(text(''), '');
});

test('drops a byte order mark', () => {
  assert.is(text('\ufeffa: 1\n'), 'a: 1\n');
});

test('says that a file does not exist', () => {
  assert.is(problem({}), '`/f` can not be read: it does not exist.');
});

test('says that a part of the path is no directory', () => {
  withFiles({ f: '' }, (dir) => {
    const read = readSource(join(dir, 'f/g'));
    assert.match('problem' in read ? read.problem.message : '', 'a part of its path is not a directory');
  });
});

test('says that it is a directory', () => {
  assert.is(problem({ 'f/': '' }), '`/f` is a directory, not a file.');
});

test('says that a file is not text', () => {
  assert.is(problem({ f: Buffer.from([0x61, 0, 0x62]) }), '`/f` is not a text file in UTF-8.');
  assert.is(problem({ f: Buffer.from([0x61, 0xe4, 0x62]) }), '`/f` is not a text file in UTF-8.');
});

test('reads no file that is larger than input can be', () => {
  assert.is(
    problem({ f: Buffer.alloc(5 * 1024 * 1024, 0x61) }),
    '`/f` is 5.0 MiB; at most 4 MiB of text is read. | Is this the file you meant?',
  );
});

test('says that a link leads in a circle', () => {
  withFiles({}, (dir) => {
    symlinkSync(join(dir, 'f'), join(dir, 'f'));
    const read = readSource(join(dir, 'f'));
    assert.match('problem' in read ? read.problem.message : '', 'too many symbolic links');
  });
});

test('says that it may not be read', () => {
  // Root may read anything.
  if (process.getuid?.() === 0) return;
  withFiles({ f: 'x' }, (dir) => {
    chmodSync(join(dir, 'f'), 0o000);
    const read = readSource(join(dir, 'f'));
    assert.match('problem' in read ? read.problem.message : '', 'permission denied');
  });
});

test('points at where the file was asked for', () => {
  const at = spanOf(sourceOf('- vars_files: nope.yml', 'site.yml'), 14, 22);
  const read = readSource('/nowhere/nope.yml', at);
  assert.is('problem' in read ? read.problem.at : null, at);
});

test('names a file relative to the working directory when that is shorter', () => {
  assert.is(displayPath(join(process.cwd(), 'site.yml')), 'site.yml');
  assert.is(displayPath(join(process.cwd(), 'roles/bird2/tasks/main.yml')), 'roles/bird2/tasks/main.yml');
  assert.is(displayPath('/etc/hosts'), '/etc/hosts');
  assert.is(displayPath(process.cwd()), process.cwd());
});

test.run();

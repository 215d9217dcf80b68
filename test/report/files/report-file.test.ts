import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { KmeshError } from '../../../src/base/errors.ts';
import { jsonReporter } from '../../../src/report/files/json.ts';
import { reporterInFile } from '../../../src/report/files/report-file.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { optionsOf } from '../sample.ts';

const test = suite('report/report-file');

const fails = (message: string): void => {
  throw new Error(message);
};

test('leaves the last report in its place until the new one is whole', async () => {
  const { dir, remove } = tempDir();
  const path = join(dir, 'run.json');
  writeFileSync(path, 'old');
  const reporter = reporterInFile(path, (output) => jsonReporter(output, optionsOf()), fails);
  reporter.handle({ kind: 'warning', message: 'x' });
  assert.is(readFileSync(path, 'utf8'), 'old');
  await reporter.close();
  assert.match(readFileSync(path, 'utf8'), /^\{"event":"warning",.*"message":"x"\}\n$/);
  assert.equal(readdirSync(dir), ['run.json']);
  remove();
});

function refuses(end: string): (error: unknown) => boolean {
  return (error) => error instanceof KmeshError && error.message.endsWith(end);
}

test('refuses a place that it can not write to', () => {
  const { dir, remove } = tempDir();
  writeFileSync(join(dir, 'file'), '');
  const open = (name: string) => (): unknown =>
    reporterInFile(join(dir, name), (to) => jsonReporter(to, optionsOf()), fails);
  assert.throws(open('no/run.json'), refuses('no such file or directory.'));
  assert.throws(open('file/run.json'), refuses('not a directory.'));
  remove();
});

test('writes into a pipe, which nothing could take the place of', async () => {
  const { dir, remove } = tempDir();
  const path = join(dir, 'pipe');
  execFileSync('mkfifo', [path]);
  const driver = fileURLToPath(new URL('report-file-driver.ts', import.meta.url));
  const command = `cat '${path}' & '${process.execPath}' --import tsx '${driver}' '${path}'; wait`;
  const { stdout } = spawnSync('sh', ['-c', command], { encoding: 'utf8', timeout: 20_000 });
  assert.match(stdout, '"message":"told"');
  remove();
});

test('has what was told when the program leaves at once', () => {
  const { dir, remove } = tempDir();
  const driver = fileURLToPath(new URL('report-file-driver.ts', import.meta.url));
  for (const mode of ['exit', 'crash']) {
    const path = join(dir, `${mode}.json`);
    spawnSync(process.execPath, ['--import', 'tsx', driver, path, mode], { timeout: 20_000 });
    assert.match(readFileSync(path, 'utf8'), '"message":"told"');
  }
  assert.equal(readdirSync(dir).sort(), ['crash.json', 'exit.json']);
  remove();
});

test('tells what went wrong later on, and lets the run go on', async () => {
  const { dir, remove } = tempDir();
  const path = join(dir, 'run.json');
  const told: string[] = [];
  const reporter = reporterInFile(
    path,
    (to) => jsonReporter(to, optionsOf()),
    (message) => told.push(message),
  );
  // A directory can not be replaced by a file.
  mkdirSync(path);
  reporter.handle({ kind: 'warning', message: 'x' });
  await reporter.close();
  assert.is(told.length, 1);
  assert.match(told[0] ?? '', /could not be written: illegal operation on a directory\.$/);
  assert.equal(readdirSync(dir), ['run.json']);
  remove();
});

test('tells once that a disk is full', async () => {
  const told: string[] = [];
  const reporter = reporterInFile(
    '/dev/full',
    (to) => jsonReporter(to, optionsOf()),
    (message) => told.push(message),
  );
  for (const message of ['x', 'y']) reporter.handle({ kind: 'warning', message });
  await reporter.close();
  assert.equal(told, ['The report /dev/full could not be written: no space left on device.']);
});

test.run();

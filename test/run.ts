import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import pLimit from 'p-limit';
import { labObstacle } from './lab/lab.ts';
import { prepareAnsible, prepareMachine } from './lab/requirements.ts';

// Runs test files, each in a process of its own, and ends with the line `N passed, N failed`.
//
//   tsx test/run.ts unit     those that need nothing but Node
//   tsx test/run.ts lab      those that need real hosts, side by side
//   tsx test/run.ts all      both

const root = join(import.meta.dirname, '..');
// No scenario takes longer unless it hangs.
const fileTimeoutMs = 10 * 60_000;

interface Result {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly output: string;
  readonly seconds: number;
}

async function main(what: string): Promise<number> {
  const files = testFiles().filter((file) => what === 'all' || (what === 'lab') === needsLab(file));
  const obstacle = files.some(needsLab) ? labObstacle() : null;
  if (obstacle !== null) process.stdout.write(`\nSKIPPED, ALL TESTS ON REAL HOSTS: ${obstacle}\n\n`);
  if (obstacle === null && files.some(needsLab)) await prepare();
  const runnable = files.filter((file) => obstacle === null || !needsLab(file));
  const units = await runUnits(runnable.filter((file) => !needsLab(file)));
  const limit = pLimit(Math.max(2, cpus().length));
  const labs = await Promise.all(runnable.filter(needsLab).map((file) => limit(() => runFiles([file]))));
  return tell([...units, ...labs], files.length - runnable.length);
}

/** What several files need is made ready once, so that none has to wait for it within its time. */
async function prepare(): Promise<void> {
  await prepareMachine();
  await prepareAnsible();
  await execa('node', ['build.js'], { cwd: root, stdio: 'inherit' });
}

// Starting Node costs more than most of these files: they share a few processes.
async function runUnits(files: readonly string[]): Promise<Result[]> {
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const folder = file.split('/')[1] ?? '';
    groups.set(folder, [...(groups.get(folder) ?? []), file]);
  }
  const limit = pLimit(2);
  return Promise.all([...groups.values()].map((group) => limit(() => runFiles(group))));
}

async function runFiles(files: readonly string[]): Promise<Result> {
  const startedAt = Date.now();
  const pattern = `^(${files.map((file) => file.replace(/^test\//, '').replaceAll('.', '\\.')).join('|')})$`;
  const args = ['--import', 'tsx', 'node_modules/uvu/bin.js', '--no-color', 'test', pattern];
  const { all, exitCode, timedOut } = await execa('node', args, {
    cwd: root,
    all: true,
    reject: false,
    timeout: fileTimeoutMs,
    env: { KMESH_TEST_BUILT: '1', FORCE_COLOR: '0' },
  });
  const output = all + (timedOut ? '\nended: it took too long\n' : '');
  const result = {
    ...counts(output, exitCode ?? 1),
    file:
      files.length === 1
        ? String(files[0])
        : `${files.length} files of ${String(files[0]).split('/').slice(0, 2).join('/')}`,
    output,
    seconds: (Date.now() - startedAt) / 1000,
  };
  process.stdout.write(
    `${result.failed > 0 ? 'FAILED ' : 'ok     '}${result.file}  ${result.passed} passed${result.skipped > 0 ? `, ${result.skipped} SKIPPED` : ''} in ${result.seconds.toFixed(1)} s\n`,
  );
  if (result.failed > 0) process.stdout.write(`${output}\n`);
  return result;
}

/** What uvu said, as numbers. A file that ended badly without a failed test has failed all the same. */
function counts(output: string, exitCode: number): Pick<Result, 'passed' | 'failed' | 'skipped'> {
  const number = (word: string): number => Number(new RegExp(`^\\s*${word}:\\s+(\\d+)`, 'm').exec(output)?.[1] ?? 0);
  const passed = number('Passed');
  const failed = number('Total') - passed;
  return { passed, failed: failed === 0 && (exitCode !== 0 || passed === 0) ? 1 : failed, skipped: number('Skipped') };
}

function tell(results: readonly Result[], filesSkipped: number): number {
  const sum = (pick: (result: Result) => number): number => results.reduce((total, result) => total + pick(result), 0);
  const failed = sum((r) => r.failed);
  const skipped = sum((r) => r.skipped);
  if (filesSkipped > 0) process.stdout.write(`\nSKIPPED: ${filesSkipped} files that need real hosts.\n`);
  process.stdout.write(
    `\n${sum((r) => r.passed)} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
  );
  return failed > 0 ? 1 : 0;
}

function testFiles(): string[] {
  return readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `test/${name}`)
    .sort();
}

function needsLab(file: string): boolean {
  return /^test\/(lab|scenario|bench)\//.test(file) || file.endsWith('.lab.test.ts');
}

process.exitCode = await main(process.argv[2] ?? 'all');

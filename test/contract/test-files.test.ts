import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { modules } from '../../src/modules/index.ts';
import { cases } from '../scenario/module-cases.ts';

const test = suite('contract/test-files');
const root = join(import.meta.dirname, '..');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'));

function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

test('every test file runs its suites: uvu passes silently over one that does not', () => {
  const silent = files.filter((file) => {
    const text = textOf(file);
    const suites = [...text.matchAll(/^\s*const (\w+) = suite(?:<[^(]*>)?\(/gm)].map(([, name]) => name);
    return suites.length === 0 || suites.some((name) => !new RegExp(`^\\s*${name}\\.run\\(\\);`, 'm').test(text));
  });
  assert.equal(silent, []);
});

test('no test file keeps only some of its tests, or leaves one out for good', () => {
  const partial = files.filter(
    (file) => /\b(test|suite)\.(only|skip)\(/.test(textOf(file)) && !file.startsWith('contract/'),
  );
  assert.equal(partial, []);
});

test('what is done before all tests of a file tells why it fails, which it does not in a plain suite', () => {
  const silent = files.filter((file) => /\.before\(/.test(textOf(file)) && /suite.* from 'uvu'/.test(textOf(file)));
  assert.equal(silent, []);
});

test('no test passes by doing nothing where there can be no lab', () => {
  const silent = files.filter(
    (file) => /if \(obstacle (===|!==) null\)/.test(textOf(file)) && !file.startsWith('contract/'),
  );
  assert.equal(silent, []);
});

test('every module that changes something has a case on real hosts', () => {
  const changing = [...modules.values()]
    .filter(({ effects }) => effects !== 'none' && effects !== 'controller')
    .map(({ name }) => name);
  const covered = new Set(cases.map(({ module }) => module));
  // These only ask; the scenario of modules runs them in one playbook of their own.
  for (const name of ['setup', 'stat', 'wait_for']) covered.add(name);
  assert.equal(
    changing.filter((name) => !covered.has(name)),
    [],
  );
});

test('every file is named for what it is: a test ends in .test.ts and lies beside its like in src', () => {
  const folders = new Set(files.map((file) => file.split('/')[0]));
  const known = new Set([
    'base',
    'bench',
    'changes',
    'cli',
    'contract',
    'docs',
    'engine',
    'inventory',
    'lab',
    'modules',
    'playbook',
    'probes',
    'report',
    'scenario',
    'template',
    'transport',
    'vault',
  ]);
  assert.equal(
    [...folders].filter((folder) => !known.has(folder ?? '')),
    [],
  );
});

test.run();

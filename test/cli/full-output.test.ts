import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('cli/full-output');

test('says without a stack trace that its output can not be written', () => {
  const full = openSync('/dev/full', 'w');
  const argv = ['--import', 'tsx', 'src/main.ts', 'run', '--help'];
  const { status, stderr } = spawnSync(process.execPath, argv, { stdio: ['ignore', full, 'pipe'], encoding: 'utf8' });
  closeSync(full);
  assert.is(status, 1);
  assert.match(stderr, /^Nothing more can be written to stdout: ENOSPC: [^\n]*\n$/);
});

test.run();

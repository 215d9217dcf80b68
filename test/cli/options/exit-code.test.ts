import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { exitCode } from '../../../src/cli/options/exit-code.ts';

const test = suite('cli/exit-code');

const good = { failed: 0, unreachable: false };
const failed = { failed: 1, unreachable: false };
const unreachable = { failed: 0, unreachable: true };

test('is the worst that happened', () => {
  assert.is(exitCode({ recap: [], interrupted: false }), 0);
  assert.is(exitCode({ recap: [good], interrupted: false }), 0);
  assert.is(exitCode({ recap: [good, unreachable], interrupted: false }), 3);
  assert.is(exitCode({ recap: [unreachable, failed], interrupted: false }), 2);
  assert.is(exitCode({ recap: [failed], interrupted: true }), 130);
});

test.run();

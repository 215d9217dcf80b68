import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { becomeOpening } from '../../src/transport/become.ts';

const test = suite('transport/become');

test('gives sudo no name that can be no user', () => {
  const become = { user: '-x; rm', method: 'sudo', password: null } as const;
  assert.throws(
    () => becomeOpening({ host: 'a', loginUser: 'me', become, timeoutMs: 1 }),
    (error: Error) => error.message === '`-x; rm` can not be the name of a user on a.',
  );
});

test.run();

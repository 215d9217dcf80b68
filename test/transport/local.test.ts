import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConnectError } from '../../src/base/errors.ts';
import { connect } from '../../src/transport/connect.ts';
import { type Connection, ShellLostError, type Target } from '../../src/transport/session.ts';
import { failure, fragment, quietOptions, shown, within } from './support.ts';

const test = suite('transport/local');

const target: Target = {
  name: 'here',
  address: 'localhost',
  port: null,
  user: null,
  connection: 'local',
  password: null,
  privateKeyFile: null,
  sshArgs: [],
  hostKeyChecking: 'yes',
  connectTimeoutMs: 5_000,
};

let connection: Connection;
test.before.each(async () => {
  connection = await connect(target, quietOptions());
});
test.after.each(async () => {
  await connection.close();
});

test('runs fragments as the user who runs kmesh', async () => {
  const session = await connection.session(null);
  const replies = await session.run([fragment('id -un; echo err >&2'), fragment('exit 4')]);
  assert.equal(replies.map(shown), [`0|${userInfo().username}\n|err\n`, '4||']);
  assert.equal([connection.counts.roundTrips, connection.counts.channels], [1, 1]);
});

test('gives the same session to all who ask, and to the one who would become the same user', async () => {
  const session = await connection.session(null);
  assert.is(await connection.session(null), session);
  const same = { user: userInfo().username, method: 'sudo', password: null } as const;
  assert.is(await connection.session(same), session);
});

test('ends what takes too long, and goes on after its shell was killed', async () => {
  const session = await connection.session(null);
  const slow = fragment('echo a; sleep 60', { timeoutMs: 200 });
  assert.equal((await within(5, session.run([slow, fragment('echo b')]))).map(shown), ['137 timed out|a\n|', '0|b\n|']);
  const error = await failure(within(5, session.run([fragment('kill -9 $$; sleep 60')])), ShellLostError);
  assert.is(
    error.message,
    `The shell of ${userInfo().username} on here was lost in fragment 1 of 1: the shell ended (signal SIGKILL).`,
  );
  assert.equal((await session.run([fragment('echo c')])).map(shown), ['0|c\n|']);
});

test('uploads', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'kmesh-local-'));
  const session = await connection.session(null);
  await session.upload(join(dir, 'file'), Buffer.from('content'));
  assert.is(readFileSync(join(dir, 'file'), 'utf8'), 'content');
  rmSync(dir, { recursive: true });
});

test('lets go of a fragment that runs when it is closed', async () => {
  const session = await connection.session(null);
  const running = failure(session.run([fragment('echo $$; sleep 7')]), ShellLostError);
  await within(3, connection.close());
  await within(3, running);
  await failure(session.run([fragment('echo')]), ConnectError);
});

test.run();

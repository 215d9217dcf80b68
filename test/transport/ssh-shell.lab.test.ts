import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ApplyError, ConnectError } from '../../src/base/errors.ts';
import { type Connection, ShellLostError } from '../../src/transport/session.ts';
import { TransportLab } from './transport-lab.ts';
import { failure, fragment, shown } from './support.ts';

const test = suite('transport over ssh: the open shell');

/** h1 has dash, h2 bash, b1 busybox for `/bin/sh`. */
const hosts = ['h1', 'h2', 'b1'];
const oneSession = 2201;
const forced = 2202;
const nologin = 2203;

const at = new TransportLab(test, { name: 'transport-shell', hosts: 2, busybox: 1 }, async () => {
  await at.lab.exec('h2', ['ln', '-sf', 'bash', '/bin/sh']);
  const serve = async (port: number, ...words: string[]): Promise<unknown> =>
    await at.lab.exec('h1', ['/usr/sbin/sshd', '-p', String(port), ...words.flatMap((word) => ['-o', word])]);
  await serve(oneSession, 'MaxSessions=1');
  await serve(forced, 'ForceCommand=echo Backups only.; echo Go away. >&2; exit 5');
  await serve(nologin, 'ForceCommand=/usr/sbin/nologin');
});

async function run(connection: Connection, ...scripts: string[]): Promise<string[]> {
  const session = await connection.session(null);
  return (await session.run(scripts.map((script) => fragment(script)))).map(shown);
}

at.itEach('runs what /bin/sh is there: dash, bash, busybox', async () => {
  const shells = await Promise.all(
    hosts.map(async (host) => await run(await at.connected(host), 'readlink /proc/$$/exe; exit 3')),
  );
  assert.equal(shells.flat(), ['3|/usr/bin/dash\n|', '3|/usr/bin/bash\n|', '3|/bin/busybox\n|']);
});

at.itEach('asks a hundred things in one round trip', async () => {
  for (const host of hosts) {
    const connection = await at.connected(host);
    const scripts = Array.from({ length: 100 }, (_, i) => `echo ${i}; cat /etc/hostname >&2`);
    assert.is((await run(connection, ...scripts)).at(-1), `0|99\n|${host}\n`);
    assert.equal([connection.counts.roundTrips, connection.counts.channels], [1, 1]);
  }
});

at.itEach('carries 10 MB of any bytes out and a 2 MB script in', async () => {
  for (const host of hosts) {
    const session = await (await at.connected(host)).session(null);
    const seen =
      'head -c 10000000 /dev/urandom >/tmp/random; cat /tmp/random; sha256sum </tmp/random >&2; rm /tmp/random';
    const text = 'y'.repeat(2_000_000);
    const [bytes, length] = await session.run([fragment(seen), fragment(`x='${text}'\necho \${#x}`)]);
    const sum = createHash('sha256')
      .update(bytes?.stdout ?? '')
      .digest('hex');
    assert.is(bytes?.stderr.toString().split(' ')[0], sum);
    assert.is(shown(length), '0|2000000\n|');
  }
});

at.itEach('ends fragments that hang, and goes on with the next', async () => {
  for (const host of hosts) {
    const session = await (await at.connected(host)).session(null);
    const hang = 'trap "" TERM HUP INT; echo a; sleep 95 & while :; do sleep 96; done';
    const replies = await session.run([fragment(hang, { timeoutMs: 300 }), fragment('echo b')]);
    assert.equal(replies.map(shown), ['137 timed out|a\n|', '0|b\n|']);
    assert.match((await at.lab.exec(host, ['ps'])).stdout, /./);
    const left = await at.lab.exec(host, [
      'sh',
      '-c',
      'cat /proc/[0-9]*/cmdline | tr "\\0" " " | grep -c "sleep 9[56]"',
    ]);
    assert.is(left.stdout.trim(), '0');
  }
});

at.itEach('names the fragment a killed shell died in, and opens a new shell', async () => {
  for (const host of hosts) {
    const connection = await at.connected(host);
    const session = await connection.session(null);
    const error = await failure(session.run([fragment('echo 1'), fragment('kill -9 $$; sleep 3')]), ShellLostError);
    assert.match(error.message, /^The shell of root on .* was lost in fragment 2 of 2: the shell ended/);
    assert.equal(error.replies.map(shown), ['0|1\n|']);
    assert.equal(await run(connection, 'echo again'), ['0|again\n|']);
  }
});

at.itEach('uses further connections where the server grants one session each', async () => {
  const connection = await at.connected('h1', { port: oneSession });
  const session = await connection.session(null);
  const replies = await session.run([fragment('sleep 60', { timeoutMs: 200 }), fragment('echo after')]);
  assert.equal(replies.map(shown), ['137 timed out||', '0|after\n|']);
  await Promise.all([1, 2, 3].map((n) => session.upload(`/tmp/one-session-${n}`, Buffer.from('x'))));
  assert.equal(await run(connection, 'cat /tmp/one-session-*; rm /tmp/one-session-*'), ['0|xxx|']);
  await failure(session.run([fragment('sleep 5 & kill -9 $$')]), ShellLostError);
  assert.equal(await run(connection, 'echo again'), ['0|again\n|']);
});

at.itEach('says what a login that gives no shell says', async () => {
  const forcedOne = await failure((await at.connected('h1', { port: forced })).session(null), ConnectError);
  assert.is(forcedOne.message, '`root` gets no shell on h1: it ended (status 5) and said: Backups only.\nGo away.');
  const refused = await failure((await at.connected('h1', { port: nologin })).session(null), ConnectError);
  assert.is(
    refused.message,
    '`root` gets no shell on h1: it ended (status 1) and said: This account is currently not available.',
  );
});

at.itEach('works below a login shell of another kind, and a talkative profile', async () => {
  const fishy = await at.connected('h1', { user: 'fishy' });
  assert.equal(await run(fishy, 'id -un; x=1; echo $x', 'echo !!'), ['0|fishy\n1\n|', '0|!!\n|']);
  await at.lab.exec('h2', ['sh', '-c', 'echo "echo Hello; echo Oh >&2; cd /tmp" >>/root/.bashrc']);
  assert.equal(await run(await at.connected('h2'), 'echo clean'), ['0|clean\n|']);
});

at.itEach('uploads 50 MB unharmed, as a stream too', async () => {
  const content = randomBytes(50_000_000);
  const sum = createHash('sha256').update(content).digest('hex');
  for (const host of hosts) {
    const connection = await at.connected(host);
    const session = await connection.session(null);
    await session.upload("/root/it's big", content);
    const check = `sha256sum <"/root/it's big"; stat -c %a "/root/it's big"; rm "/root/it's big"`;
    assert.equal(await run(connection, check), [`0|${sum}  -\n600\n|`]);
    assert.ok(connection.counts.bytesSent > 50_000_000);
  }
  const connection = await at.connected('h1');
  const session = await connection.session(null);
  const pieces = Array.from({ length: 500 }, (_, i) => content.subarray(i * 100_000, (i + 1) * 100_000));
  await session.upload('/root/stream', () => Readable.from(pieces));
  assert.equal(await run(connection, 'sha256sum </root/stream; rm /root/stream'), [`0|${sum}  -\n|`]);
});

at.itEach('leaves no part of an upload that failed', async () => {
  for (const host of hosts) {
    const connection = await at.connected(host);
    const session = await connection.session(null);
    assert.equal(await run(connection, 'mkdir -p /mnt/small && mount -t tmpfs -o size=1m none /mnt/small'), ['0||']);
    const full = await failure(session.upload('/mnt/small/file', Buffer.alloc(3_000_000)), ApplyError);
    assert.match(full.message, /^`\/mnt\/small\/file` was not written as root on .*: .*No space left/);
    assert.equal(await run(connection, 'ls /mnt/small; umount /mnt/small; rmdir /mnt/small'), ['0||']);
  }
});

at.itEach('leaves no part of an upload when the connection ends in the middle of it', async () => {
  for (const host of hosts) {
    const connection = await at.connected(host);
    const session = await connection.session(null);
    const stuck = new Readable({ read() {} });
    stuck.push(Buffer.alloc(100_000));
    const upload = failure(
      session.upload('/root/half', () => stuck),
      ConnectError,
    );
    await sleep(300);
    await connection.close();
    await upload;
    assert.ok(stuck.destroyed);
    await sleep(300);
    assert.is.not((await at.lab.exec(host, ['ls', '/root/half'])).code, 0);
  }
});

at.itEach('starts many uploads at once and queues them', async () => {
  const connection = await at.connected('h1');
  const session = await connection.session(null);
  await Promise.all(Array.from({ length: 30 }, (_, i) => session.upload(`/tmp/many-${i}`, Buffer.from('x'))));
  assert.equal(await run(connection, 'cat /tmp/many-* | wc -c; rm /tmp/many-*'), ['0|30\n|']);
});

at.itEach('notices a host that is gone, and says so to all who wait', async () => {
  const words = ['-o', 'ServerAliveInterval=1', '-o', 'ServerAliveCountMax=1'];
  const connection = await at.connected('h2', { sshArgs: ['-F', at.lab.sshConfigPath, ...words] });
  const session = await connection.session(null);
  const running = failure(session.run([fragment('echo 1'), fragment('sleep 60')]), ShellLostError);
  await sleep(200);
  await at.lab.cut('h2');
  try {
    const error = await running;
    assert.match(error.message, 'lost in fragment 2 of 2: Cannot keep the connection to h2');
    assert.ok(error.cause instanceof ConnectError);
    assert.equal(error.replies.map(shown), ['0|1\n|']);
    await failure(session.run([fragment('echo')]), ConnectError);
    await failure(session.upload('/tmp/x', Buffer.from('x')), ConnectError);
  } finally {
    await at.lab.mend('h2');
  }
});

test.run();

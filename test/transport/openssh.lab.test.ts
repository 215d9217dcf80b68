import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ApplyError, ConnectError } from '../../src/base/errors.ts';
import { type Connection, ShellLostError, type Target } from '../../src/transport/session.ts';
import { TransportLab } from './transport-lab.ts';
import { ask } from '../lab/run.ts';
import { failure, fragment, secret, serveLocally, shown, within } from './support.ts';

const test = suite("transport over the system's ssh");
const openssh = { connection: 'openssh' } as const;
let state: string;

// sshds of h1 that are set up otherwise, by port.
const certificatesOnly = 2201;
const foreignKex = 2202;

const at = new TransportLab(test, { name: 'transport-openssh', hosts: 2 }, async () => {
  await at.serve('h1', foreignKex, 'KexAlgorithms=diffie-hellman-group14-sha256');
});

/** A test with a deadline that leaves no socket and no process. */
function it(name: string, work: () => Promise<void>): void {
  test(name, async () => {
    state = join(at.dir, String(Math.random()).slice(2));
    at.stateDir = state;
    await within(20, work());
    assert.equal(sockets(), []);
    assert.equal(await processes(), []);
  });
}

function sockets(): string[] {
  return existsSync(join(state, 'ssh')) ? readdirSync(join(state, 'ssh')) : [];
}

/** Those that have to do with our sockets. */
async function processes(): Promise<string[]> {
  return (await ask('pgrep', ['-f', join(state, 'ssh')])).stdout.split('\n').filter((line) => line !== '');
}

async function connected(host: string, more: Partial<Target> = {}): Promise<Connection> {
  return await at.connected(host, { ...openssh, ...more });
}

async function logins(host: string): Promise<number> {
  const { stdout } = await at.lab.exec(host, ['journalctl', '--no-pager', '-q', '-t', 'sshd', '-g', 'Accepted']);
  return stdout.split('\n').filter((line) => line.includes('Accepted')).length;
}

async function tellMaster(word: 'check' | 'exit'): Promise<string> {
  const socket = join(state, 'ssh', sockets().find((name) => name.endsWith('.s')) ?? '');
  return (await ask('ssh', ['-F', 'none', '-S', socket, '-O', word, 'x'])).stderr;
}

it('logs in as ssh_config says, and as the target says where it says something', async () => {
  assert.is(await at.visit('h1', openssh), '0|root h1\n|');
  assert.is(await at.visit('h1', { ...openssh, user: 'ops', address: at.addressOf('h1') }), '0|ops h1\n|');
  const through = { ...openssh, sshArgs: ['-vvv', '-qt', ...at.words('ProxyJump=h1')] };
  assert.is(await at.visit('h2', through, at.options(), 'echo ${SSH_CONNECTION%% *}'), `0|${at.addressOf('h1')}\n|`);
});

it('logs in by certificate, and knows a host by one', async () => {
  const [ca, key] = [join(at.dir, 'ca'), join(at.dir, 'certified')];
  for (const file of [ca, key]) await ask('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  await ask('ssh-keygen', ['-q', '-s', ca, '-I', 'somebody', '-n', 'root', `${key}.pub`]);
  const host = join(at.dir, 'host.pub');
  writeFileSync(host, (await at.lab.exec('h1', ['cat', '/etc/ssh/ssh_host_ed25519_key.pub'])).stdout);
  await ask('ssh-keygen', ['-q', '-s', ca, '-h', '-I', 'h1', '-n', 'h1', host]);
  await at.lab.exec('h1', ['tee', '/etc/ssh/ca.pub'], readFileSync(`${ca}.pub`, 'utf8'));
  await at.lab.exec('h1', ['tee', '/etc/ssh/host-cert.pub'], readFileSync(join(at.dir, 'host-cert.pub'), 'utf8'));
  await at.serve(
    'h1',
    certificatesOnly,
    'TrustedUserCAKeys=/etc/ssh/ca.pub',
    'AuthorizedKeysFile=none',
    'PasswordAuthentication=no',
    'HostKey=/etc/ssh/ssh_host_ed25519_key',
    'HostCertificate=/etc/ssh/host-cert.pub',
  );
  const authority = join(at.dir, 'authority');
  writeFileSync(authority, `@cert-authority * ${readFileSync(`${ca}.pub`, 'utf8')}`);
  const sshArgs = at.words(`UserKnownHostsFile=${authority}`, 'HostKeyAlias=h1');
  const target = { ...openssh, port: certificatesOnly, privateKeyFile: key, sshArgs };
  assert.is(await at.visit('h1', target), '0|root h1\n|');
  const plain = await at.refused('h1', { ...target, privateKeyFile: null });
  assert.is(plain.message, 'h1 refuses each key for `root`. It allows publickey.');
  const other = await at.refused('h1', { ...target, sshArgs: at.words(), connection: 'ssh' });
  assert.is(other.hint, `\`${key}-cert.pub\` is not used: certificates need \`ansible_connection: openssh\`.`);
});

it('has one login for all channels', async () => {
  const before = await logins('h1');
  const connection = await connected('h1', { user: 'ops' });
  const session = await connection.session(null);
  const root = await connection.session({ user: 'root', method: 'sudo', password: null });
  const hung = await root.run([fragment('sleep 60', { timeoutMs: 200 })]);
  assert.equal(hung.map(shown), ['137 timed out||']);
  await Promise.all([1, 2, 3, 4].map((n) => session.upload(`/tmp/one-login-${n}`, Buffer.from('x'))));
  assert.equal((await session.run([fragment('cat /tmp/one-login-*')])).map(shown), ['0|xxxx|']);
  assert.is(connection.counts.channels, 7);
  assert.is(connection.counts.roundTrips, 3);
  await connection.close();
  assert.is((await logins('h1')) - before, 1);
});

it('keeps the connection for the next run when ControlPersist says so', async () => {
  const before = await logins('h1');
  const kept = { ...openssh, sshArgs: at.words('ControlPersist=2') };
  assert.is(await at.visit('h1', kept), '0|root h1\n|');
  assert.is(await at.visit('h1', kept), '0|root h1\n|');
  assert.is((await logins('h1')) - before, 1);
  assert.is(sockets().length, 2);
  // Who says something else of the same host gets a connection of its own.
  assert.is(await at.visit('h1', { ...kept, user: 'ops' }), '0|ops h1\n|');
  assert.is((await logins('h1')) - before, 2);
  while ((await processes()).length > 0) await sleep(200);
  // Found dead, it is made anew.
  assert.is(await at.visit('h1', kept), '0|root h1\n|');
  assert.is((await logins('h1')) - before, 3);
  while ((await processes()).length > 0) await sleep(200);
  for (const name of sockets()) rmSync(join(state, 'ssh', name));
});

it('says that the connection is gone when its master dies', async () => {
  const connection = await connected('h1');
  const session = await connection.session(null);
  const running = failure(session.run([fragment('echo 1'), fragment('sleep 60')]), ShellLostError);
  await sleep(200);
  process.kill(Number(/pid=(\d+)/.exec(await tellMaster('check'))?.[1]), 'SIGKILL');
  const error = await running;
  assert.match(
    error.message,
    /lost in fragment 2 of 2: The connection to h1 is gone: \S+ port 22 closed it, or its ssh was ended\.$/,
  );
  assert.equal(error.replies.map(shown), ['0|1\n|']);
  await failure(session.run([fragment('echo')]), ConnectError);
  await failure(session.upload('/tmp/x', Buffer.from('x')), ConnectError);
  await connection.close();
});

it('says that the host closed the connection', async () => {
  const connection = await connected('h2');
  const session = await connection.session(null);
  const error = await failure(session.run([fragment('kill -9 $(pgrep -f "^sshd: root")')]), ShellLostError);
  assert.match(error.message, /: The connection to h2 is gone: 10\.\S+ port 22 closed it, or its ssh was ended\.$/);
  await connection.close();
});

it('logs in once more when a connection that nobody used has ended', async () => {
  const connection = await connected('h1');
  await tellMaster('exit');
  while (sockets().some((name) => name.endsWith('.s'))) await sleep(20);
  const session = await connection.session(null);
  assert.equal((await session.run([fragment('echo here')])).map(shown), ['0|here\n|']);
  await connection.close();
  await failure(session.upload('/tmp/x', Buffer.from('x')), ConnectError);
});

async function* torn(): AsyncGenerator<Buffer> {
  yield Buffer.alloc(100_000);
  await sleep(200);
  throw new Error('torn');
}

it('leaves no part of an upload whose content cannot be read', async () => {
  const connection = await connected('h1');
  const session = await connection.session(null);
  await failure(
    session.upload('/root/torn', () => Readable.from(torn())),
    ApplyError,
  );
  assert.equal(
    (
      await session.run([
        fragment('for _ in $(seq 100); do [ -e /root/torn ] || break; sleep 0.1; done; ls /root/torn'),
      ])
    ).map(shown)[0]?.[0],
    '2',
  );
  await connection.close();
});

it('lets ssh check host keys as strictly as kmesh does', async () => {
  const file = join(at.dir, 'known');
  const sshArgs = at.words(`UserKnownHostsFile=${file}`, 'StrictHostKeyChecking=no');
  const unknown = await at.refused('h1', { ...openssh, sshArgs });
  assert.match(unknown.message, /^The host key of h1 is not known \(ED25519, as `10\.\S+`\)\.$/);
  assert.match(String(unknown.cause), 'Host key verification failed.');

  assert.is(await at.visit('h1', { ...openssh, sshArgs, hostKeyChecking: 'no' }), '0|root h1\n|');
  assert.not(existsSync(file));

  const options = at.options();
  assert.is(await at.visit('h1', { ...openssh, sshArgs, hostKeyChecking: 'accept-new' }, options), '0|root h1\n|');
  assert.match(options.notices.join('\n'), /^The ED25519 key of h1 is new, written to known_hosts as 10\.\S+\.$/);
  assert.match(readFileSync(file, 'utf8'), /^10\.\S+ ssh-ed25519 \S+$/m);
  assert.is(await at.visit('h1', { ...openssh, sshArgs }), '0|root h1\n|');

  const known = readFileSync(file, 'utf8');
  const other = /^\S+,h2 ssh-ed25519 (\S+)/m.exec(readFileSync(at.lab.knownHostsPath, 'utf8'))?.[1] ?? '';
  writeFileSync(file, known.replace(/ssh-ed25519 \S+/, `ssh-ed25519 ${other}`));
  for (const hostKeyChecking of ['yes', 'accept-new', 'no'] as const) {
    const changed = await at.refused('h1', { ...openssh, sshArgs, hostKeyChecking });
    assert.match(changed.message, 'The host key of h1 is not the known one: it shows ED25519 SHA256:');
    assert.match(changed.message, `(known is ${file}:1)`);
  }
  writeFileSync(file, `@revoked ${known}`);
  const revoked = await at.refused('h1', { ...openssh, sshArgs, hostKeyChecking: 'no' });
  assert.is(revoked.message, 'The host key of h1 is revoked.');
});

it('tells apart why a host cannot be reached', async () => {
  const cases: readonly [Partial<Target>, RegExp][] = [
    [{ port: 1 }, /^Cannot connect to h1: 10\.\S+ port 1 refuses the connection\.$/],
    [
      { address: 'no.such.name.invalid' },
      /the name of no\.such\.name\.invalid port 22 cannot be resolved|no name server answers/,
    ],
    [
      { address: at.addressOf('h1').replace(/\d+$/, '99'), connectTimeoutMs: 1_000 },
      /did not answer within 1000 ms|no route to/,
    ],
    [
      { port: foreignKex, sshArgs: at.words('KexAlgorithms=curve25519-sha256') },
      /no algorithm in common with 10\.\S+ port 2202 \(no matching key exchange method found\. Their offer: diffie-\S+\)\.$/,
    ],
    [{ sshArgs: at.words('ProxyCommand=echo no way >&2; exit 3') }, /: its ProxyCommand ended\.$/],
    [{ sshArgs: at.words('ProxyJump=h2'), port: 1 }, /: there is no way through h2\.$/],
  ];
  for (const [more, message] of cases) {
    const error = await at.refused('h1', { ...openssh, ...more });
    assert.match(error.message, message);
    assert.ok(error.cause instanceof Error);
  }
});

it('gives up on what takes the connection and is no ssh server', async () => {
  const cases: readonly [(socket: Socket) => void, RegExp][] = [
    [() => {}, /took the connection but said nothing within 1000 ms\.$/],
    [(socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'), /is no SSH server\.$|said nothing within/],
    [(socket) => void socket.end(), /closed the connection before it said anything\.$/],
    [(socket) => void socket.end('SSH-2.0-Gone\r\n'), /closed the connection in the handshake\.$/],
  ];
  for (const [behave, message] of cases) {
    const { port, close } = await serveLocally(behave);
    const more = { ...openssh, address: '127.0.0.1', port, connectTimeoutMs: 1_000 };
    assert.match((await at.refused('h1', more)).message, message);
    close();
  }
});

it('says that nobody is asked for a password or a passphrase', async () => {
  const sshArgs = at.words('PubkeyAuthentication=no');
  const denied = await at.refused('h1', { ...openssh, user: 'opsask', sshArgs, password: secret('opsask-password') });
  assert.is(denied.message, 'h1 refuses each key for `opsask`. It allows publickey, password.');
  assert.match(denied.hint ?? '', 'passwords need `ansible_connection: ssh`');
  const missing = await at.refused('h1', { ...openssh, privateKeyFile: join(at.dir, 'nope'), sshArgs });
  assert.match(missing.hint ?? '', 'nope` cannot be read.');
  const without = await at.refused('h1', { ...openssh, sshArgs });
  assert.match(without.hint ?? '', 'ssh-add');
});

it('says that there is no ssh', async () => {
  const { PATH } = process.env;
  process.env['PATH'] = '/nowhere';
  try {
    const error = await at.refused('h1', openssh);
    assert.is(error.message, 'Cannot connect to h1: there is no `ssh` on this machine.');
  } finally {
    process.env['PATH'] = PATH;
  }
});

it('puts its sockets nowhere where others may write, and says that a path is too long', async () => {
  const open = join(at.dir, 'open');
  mkdirSync(open);
  chmodSync(open, 0o777);
  at.stateDir = open;
  try {
    const unsafe = await at.refused('h1', openssh);
    assert.is(unsafe.message, `\`${open}\` is not safe for the sockets of ssh: others may write to it.`);
    assert.is(unsafe.hint, `chmod 700 ${open}`);
    at.stateDir = join(at.dir, 'l'.repeat(80));
    assert.match((await at.refused('h1', openssh)).message, /is too long for sockets\.$/);
  } finally {
    at.stateDir = state;
  }
});

test.run();

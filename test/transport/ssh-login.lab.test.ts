import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConnectError } from '../../src/base/errors.ts';
import { connect } from '../../src/transport/connect.ts';
import type { ConnectOptions, Target } from '../../src/transport/session.ts';
import { labObstacle, openLab, type Lab } from '../lab/lab.ts';
import { ask } from '../lab/run.ts';
import { failure, fragment, labTarget, quietOptions, secret, shown, within } from './support.ts';

const test = suite('transport over ssh: the login');
const obstacle = labObstacle();
let lab: Lab;
let dir: string;

// sshds of h1 that are set up otherwise, by port.
const keyboardOnly = 2201;
const twoFactors = 2202;
const otherKex = 2203;
const noForwarding = 2204;
const oneTry = 2205;
const rsaOnly = 2206;

test.before(async () => {
  if (obstacle !== null) return console.log(`skipped: ${obstacle}`);
  dir = mkdtempSync(join(tmpdir(), 'kmesh-login-'));
  lab = await within(600, openLab({ name: 'transport-login', hosts: 2, rttMs: 0, fresh: true }));
  const serve = async (port: number, ...words: string[]): Promise<unknown> =>
    await lab.exec('h1', ['/usr/sbin/sshd', '-p', String(port), ...words.flatMap((word) => ['-o', word])]);
  await serve(keyboardOnly, 'PasswordAuthentication=no', 'KbdInteractiveAuthentication=yes', 'UsePAM=yes');
  await serve(twoFactors, 'AuthenticationMethods=publickey,password');
  await serve(otherKex, 'KexAlgorithms=sntrup761x25519-sha512@openssh.com');
  await serve(noForwarding, 'AllowTcpForwarding=no');
  await serve(oneTry, 'MaxAuthTries=1');
  await serve(rsaOnly, 'HostKey=/etc/ssh/ssh_host_rsa_key');
});
test.after(async () => {
  if (obstacle !== null) return;
  rmSync(dir, { recursive: true });
  await within(60, lab.down());
});

/** A test with a deadline, passed over where there can be no lab. */
function it(name: string, work: () => Promise<void>): void {
  test(name, async () => {
    if (obstacle === null) await within(60, work());
  });
}

/** Arguments that name these files in place of the lab's, with its hosts. */
function sshWords(...more: string[]): string[] {
  return [...more.flatMap((word) => ['-o', word]), '-F', lab.sshConfigPath];
}

/** Logs in and asks who and where, or something else. */
async function visit(
  host: string,
  more: Partial<Target> = {},
  options: ConnectOptions = quietOptions(),
  script = 'echo $(id -un) $(hostname)',
): Promise<string> {
  const connection = await connect(labTarget(lab, host, more), options);
  try {
    const session = await connection.session(null);
    return (await session.run([fragment(script)])).map(shown).join('');
  } finally {
    await connection.close();
  }
}

async function refused(host: string, more: Partial<Target> = {}, options?: ConnectOptions): Promise<ConnectError> {
  return await failure(visit(host, more, options), ConnectError);
}

function addressOf(host: string): string {
  return lab.hosts.find(({ name }) => name === host)?.address ?? '';
}

it('logs in as ssh_config says, and as the target says where it says something', async () => {
  assert.is(await visit('h1'), '0|root h1\n|');
  assert.is(await visit('h1', { user: 'ops', address: addressOf('h1') }), '0|ops h1\n|');
});

it('tells apart why a host cannot be reached', async () => {
  const cases: readonly [Partial<Target>, RegExp][] = [
    [{ port: 1 }, /^Cannot connect to h1: 10\.\S+ port 1 refuses the connection\.$/],
    [
      { address: 'no.such.name.invalid' },
      /the name of no\.such\.name\.invalid port 22 cannot be resolved|no name server answers/,
    ],
    [
      { address: addressOf('h1').replace(/\d+$/, '99'), connectTimeoutMs: 300 },
      /did not answer within 300 ms|no route to/,
    ],
  ];
  for (const [more, message] of cases) assert.match((await refused('h1', more)).message, message);
});

it('gives up on what takes the connection and is no ssh server', async () => {
  const cases: readonly [(socket: Socket) => void, RegExp][] = [
    [() => {}, /took the connection but said nothing within 300 ms\.$/],
    [(socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'), /what answers on .* is no SSH server\.$/],
    [(socket) => void socket.write('SSH-2.0-Slow\r\n'), /did not finish the handshake within 300 ms\.$/],
    [(socket) => void socket.end(), /closed the connection before it said anything\.$/],
    [(socket) => void socket.end('SSH-2.0-Gone\r\n'), /closed the connection in the handshake\.$/],
    [(socket) => void socket.write('SSH-2.0-Gone\r\n', () => socket.resetAndDestroy()), /reset the connection\.$/],
  ];
  for (const [behave, message] of cases) {
    const { port, close } = await serveLocally(behave);
    const more = { address: '127.0.0.1', port, connectTimeoutMs: 300 };
    assert.match((await refused('h1', more)).message, message);
    close();
  }
});

async function serveLocally(behave: (socket: Socket) => void): Promise<{ port: number; close: () => void }> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}));
    behave(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: typeof bound === 'object' && bound !== null ? bound.port : 0, close };
}

it('says that there is no algorithm in common', async () => {
  const error = await refused('h1', { port: otherKex });
  assert.match(
    error.message,
    /^Cannot connect to h1: no algorithm in common with .* \(no matching key exchange algorithm\)\.$/,
  );
  assert.match(error.hint ?? '', 'connection: openssh');
});

it('refuses a host key that is not known, and writes it down when told to', async () => {
  const file = join(dir, 'new/known_hosts');
  const sshArgs = sshWords(`UserKnownHostsFile=${file}`, 'HashKnownHosts=yes', 'StrictHostKeyChecking=accept-new');
  const error = await refused('h1', { sshArgs });
  assert.match(error.message, /^The host key of h1 is not known: ssh-ed25519 SHA256:\S+ \(as `10\.\S+`\)\.$/);
  assert.match(error.hint ?? '', 'does not loosen');
  assert.not(existsSync(file));

  const options = quietOptions();
  const all = Array.from({ length: 8 }, () => visit('h1', { sshArgs, hostKeyChecking: 'accept-new' }, options));
  assert.equal(new Set(await Promise.all(all)), new Set(['0|root h1\n|']));
  assert.match(readFileSync(file, 'utf8'), /^\|1\|\S+ ssh-ed25519 \S+\n$/);
  assert.is(await visit('h1', { sshArgs }), '0|root h1\n|');
  const found = await ask('ssh-keygen', ['-F', addressOf('h1'), '-f', file]);
  assert.match(found.stdout, 'ssh-ed25519');
});

it('takes any new key and forgets it when it shall not check', async () => {
  const file = join(dir, 'unchecked');
  const sshArgs = sshWords(`UserKnownHostsFile=${file}`, 'StrictHostKeyChecking=no');
  assert.is(await visit('h1', { sshArgs, hostKeyChecking: 'no' }), '0|root h1\n|');
  assert.not(existsSync(file));
});

it('refuses a host that shows another key than the known one, whatever it was told', async () => {
  const file = join(dir, 'changed');
  const known = readFileSync(lab.knownHostsPath, 'utf8').split('\n');
  const ofOther = known.find((line) => line.startsWith(`${addressOf('h2')},h2 ssh-ed25519`)) ?? '';
  writeFileSync(file, `# mine\n${ofOther.replace(/^\S+/, addressOf('h1'))}\n`);
  for (const hostKeyChecking of ['yes', 'accept-new', 'no'] as const) {
    const sshArgs = sshWords(`UserKnownHostsFile=${file}`, 'StrictHostKeyChecking=no');
    const error = await refused('h1', { sshArgs, hostKeyChecking });
    assert.match(error.message, 'The host key of h1 is not the known one: it shows ssh-ed25519 SHA256:');
    assert.match(error.message, `(${file}:2)`);
  }
});

it('refuses a revoked key', async () => {
  const file = join(dir, 'revoked');
  const known = readFileSync(lab.knownHostsPath, 'utf8').split('\n');
  const own = known.find((line) => line.startsWith(`${addressOf('h1')},h1 ssh-ed25519`)) ?? '';
  writeFileSync(file, `@revoked ${own}\n`);
  const sshArgs = sshWords(`UserKnownHostsFile=${file}`, 'StrictHostKeyChecking=no');
  const error = await refused('h1', { sshArgs, hostKeyChecking: 'no' });
  assert.match(error.message, `The host key of h1 is revoked by ${file}:1`);
});

it('asks a host for the kind of key that is known of it', async () => {
  const file = join(dir, 'ecdsa');
  const known = readFileSync(lab.knownHostsPath, 'utf8').split('\n');
  for (const type of ['ecdsa-sha2-nistp256', 'ssh-rsa']) {
    writeFileSync(file, `${known.filter((line) => line.includes(` ${type} `)).join('\n')}\n`);
    assert.is(await visit('h1', { sshArgs: sshWords(`UserKnownHostsFile=${file}`) }), '0|root h1\n|');
  }
  assert.is(await visit('h1', { port: rsaOnly }), '0|root h1\n|');
});

it('logs in by password, the plain way and by the keyboard question', async () => {
  const byPassword = { user: 'opsask', sshArgs: sshWords('PubkeyAuthentication=no'), password: secret('kmesh') };
  assert.is(await visit('h1', byPassword), '0|opsask h1\n|');
  assert.is(await visit('h1', { ...byPassword, port: keyboardOnly }), '0|opsask h1\n|');
  assert.is(await visit('h1', { user: 'opsask', port: twoFactors, password: secret('kmesh') }), '0|opsask h1\n|');
});

it('says that the password was refused, or that there is none', async () => {
  const sshArgs = sshWords('PubkeyAuthentication=no');
  const wrong = await refused('h1', { user: 'opsask', sshArgs, password: secret('other') });
  assert.is(wrong.message, 'h1 refuses the password of `opsask`. It allows publickey, password.');
  const none = await refused('h1', { user: 'opsask', sshArgs });
  assert.is(none.message, 'There is nothing to log in to h1 with as `opsask`. It allows publickey, password.');
});

it('says that a key was refused, cannot be read, or is not there', async () => {
  const other = join(dir, 'other-key');
  await ask('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other]);
  const wrong = await refused('h1', { privateKeyFile: other });
  assert.is(wrong.message, `h1 refuses each key for \`root\` (${other}). It allows publickey, password.`);
  chmodSync(other, 0o644);
  const readable = await refused('h1', { privateKeyFile: other });
  assert.match(readable.message, 'There is nothing to log in to h1 with as `root`.');
  assert.is(readable.hint, `\`${other}\` cannot be used: others can read it; chmod 600 it.`);
  const missing = await refused('h1', { privateKeyFile: join(dir, 'nope') });
  assert.match(missing.hint ?? '', 'there is no such file');
});

it('asks for the passphrase of a key once, whatever the number of hosts, and only if the key is of use', async () => {
  const locked = join(dir, 'locked');
  copyFileSync(lab.keyPath, locked);
  chmodSync(locked, 0o600);
  await ask('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'a passphrase', '-a', '4', '-f', locked]);
  const asked: string[] = [];
  const options = quietOptions({
    askPassphrase: async (file) => {
      asked.push(file);
      return secret(asked.length === 1 ? 'wrong' : 'a passphrase');
    },
  });
  const visits = ['h1', 'h2', 'h1'].map((host) => visit(host, { privateKeyFile: locked }, options));
  assert.equal(await Promise.all(visits), ['0|root h1\n|', '0|root h2\n|', '0|root h1\n|']);
  assert.equal(asked, [locked, locked]);

  const useless = join(dir, 'useless');
  await ask('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'x', '-f', useless]);
  await refused('h1', { privateKeyFile: useless }, options);
  assert.equal(asked.length, 2);
});

it('goes without a key whose passphrase nobody gives', async () => {
  const locked = join(dir, 'secret');
  copyFileSync(lab.keyPath, locked);
  chmodSync(locked, 0o600);
  await ask('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'a passphrase', '-a', '4', '-f', locked]);
  const error = await refused('h1', { privateKeyFile: locked });
  assert.match(error.message, `h1 refuses each key for \`root\` (${locked}).`);
  assert.match(error.hint ?? '', 'no passphrase');
});

it('uses the keys of an agent, the one that was named first', async () => {
  const agent = join(dir, 'agent');
  const other = join(dir, 'agent-other');
  await ask('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-N', '', '-C', 'other', '-f', other]);
  const child = spawn('/usr/bin/ssh-agent', ['-D', '-a', agent], { stdio: 'ignore' });
  try {
    while (!existsSync(agent)) await new Promise((resolve) => setTimeout(resolve, 10));
    await ask('ssh-add', ['-q', other, lab.keyPath], { env: { SSH_AUTH_SOCK: agent } });
    const options = quietOptions({ agentSocket: agent });
    const knownHosts = `UserKnownHostsFile=${lab.knownHostsPath}`;
    const sshArgs = ['-F', 'none', '-o', knownHosts, '-o', `IdentityFile=${join(dir, 'none')}`];
    const target = { address: addressOf('h1'), user: 'root', sshArgs };
    assert.is(await visit('h1', target, options), '0|root h1\n|');
    const forwarding = { ...target, sshArgs: [...sshArgs, '-o', 'ForwardAgent=yes'] };
    assert.is(await visit('h1', forwarding, options, '[ -S "$SSH_AUTH_SOCK" ] && echo forwarded'), '0|forwarded\n|');
    assert.is(await visit('h1', target, options, 'echo ${SSH_AUTH_SOCK-none}'), '0|none\n|');
    // One try: only the right key first gets in. The public half is enough to name it.
    const publicHalf = join(dir, 'named');
    copyFileSync(`${lab.keyPath}.pub`, `${publicHalf}.pub`);
    const named = { ...target, port: oneTry, privateKeyFile: publicHalf };
    assert.is(await visit('h1', named, options), '0|root h1\n|');
    const tooMany = await refused('h1', { ...target, port: oneTry }, options);
    assert.match(tooMany.message, /ended the login after too many keys|refuses each key/);
  } finally {
    child.kill();
    await once(child, 'exit');
  }
});

it('goes through jump hosts, and shares the login to them', async () => {
  const through = { sshArgs: [...sshWords('ProxyJump=h1')] };
  const where = 'echo ${SSH_CONNECTION%% *}; hostname';
  const connections = await Promise.all(
    ['h2', 'h2', 'h2'].map((h) => connect(labTarget(lab, h, through), quietOptions())),
  );
  for (const connection of connections) {
    const session = await connection.session(null);
    assert.equal((await session.run([fragment(where)])).map(shown), [`0|${addressOf('h1')}\nh2\n|`]);
  }
  const logins = await lab.exec('h1', ['sh', '-c', 'pgrep -c -f "^sshd: root$|^sshd: root@" || true']);
  assert.ok(Number(logins.stdout) <= 2, logins.stdout);
  await Promise.all(connections.map((connection) => connection.close()));
  const twice = { sshArgs: sshWords(`ProxyJump=ops@${addressOf('h2')}:22,h1`) };
  assert.is(await visit('h2', twice), '0|root h2\n|');
});

it('says which jump host is in the way', async () => {
  const unknown = { sshArgs: sshWords('ProxyJump=h1', 'UserKnownHostsFile=/dev/null') };
  assert.match(
    (await refused('h2', unknown)).message,
    'There is no way to h2 through h1. The host key of h1 is not known',
  );
  const forbidden = { sshArgs: sshWords(`ProxyJump=root@h1:${noForwarding}`) };
  assert.match(
    (await refused('h2', forbidden)).message,
    /^Cannot connect to h2: h1 forwards nothing to 10\.\S+ port 22/,
  );
  const unreachable = { port: 1, sshArgs: sshWords('ProxyJump=h1') };
  assert.match((await refused('h2', unreachable)).message, /^Cannot connect to h2: h1 cannot reach 10\.\S+ port 1 /);
});

it('runs a ProxyCommand, and says what it said when it fails', async () => {
  const command = `ProxyCommand=ssh -F ${lab.sshConfigPath} -W %h:%p h1`;
  assert.is(await visit('h2', { sshArgs: sshWords(command) }), '0|root h2\n|');
  const broken = await refused('h2', { sshArgs: sshWords('ProxyCommand=echo no way >&2; exit 3') });
  assert.is(broken.message, 'Cannot connect to h2: its ProxyCommand ended (no way).');
});

it('manages without ssh on the controller', async () => {
  const sshArgs = ['-o', `UserKnownHostsFile=${lab.knownHostsPath}`, '-i', lab.keyPath];
  const { PATH } = process.env;
  process.env['PATH'] = '/nowhere';
  try {
    const target = { address: addressOf('h2'), sshArgs, user: 'ops' };
    assert.is(await visit('h2', target), '0|ops h2\n|');
    const jump = `root@${addressOf('h1')}:22`;
    assert.is(await visit('h2', { ...target, sshArgs: [...sshArgs, '-J', jump] }), '0|ops h2\n|');
  } finally {
    process.env['PATH'] = PATH;
  }
});

it('says what ssh does not like about its arguments', async () => {
  const error = await refused('h1', { sshArgs: ['-o', 'NoSuchOption=1'] });
  assert.match(error.message, 'ssh does not understand its configuration');
  assert.match(error.message, /nosuchoption/i);
});

test.run();

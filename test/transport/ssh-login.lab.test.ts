import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Target } from '../../src/transport/session.ts';
import { TransportLab } from './transport-lab.ts';
import { ask } from '../lab/run.ts';
import { secret, serveLocally } from './support.ts';

const test = suite('transport over ssh: the login');

// sshds of h1 that are set up otherwise, by port.
const keyboardOnly = 2201;
const twoFactors = 2202;
const otherKex = 2203;
const oneTry = 2204;

const at = new TransportLab(test, { name: 'transport-login', hosts: 2 }, async () => {
  await at.serve('h1', keyboardOnly, 'PasswordAuthentication=no', 'KbdInteractiveAuthentication=yes', 'UsePAM=yes');
  await at.serve('h1', twoFactors, 'AuthenticationMethods=publickey,password');
  await at.serve('h1', otherKex, 'KexAlgorithms=sntrup761x25519-sha512@openssh.com');
  await at.serve('h1', oneTry, 'MaxAuthTries=1');
});

at.it('logs in as ssh_config says, and as the target says where it says something', async () => {
  assert.is(await at.visit('h1'), '0|root h1\n|');
  assert.is(await at.visit('h1', { user: 'ops', address: at.addressOf('h1') }), '0|ops h1\n|');
});

at.it('tells apart why a host cannot be reached', async () => {
  const cases: readonly [Partial<Target>, RegExp][] = [
    [{ port: 1 }, /^Cannot connect to h1: 10\.\S+ port 1 refuses the connection\.$/],
    [
      { address: 'no.such.name.invalid' },
      /the name of no\.such\.name\.invalid port 22 cannot be resolved|no name server answers/,
    ],
    [
      { address: at.addressOf('h1').replace(/\d+$/, '99'), connectTimeoutMs: 300 },
      /did not answer within 300 ms|no route to/,
    ],
  ];
  for (const [more, message] of cases) assert.match((await at.refused('h1', more)).message, message);
});

at.it('gives up on what takes the connection and is no ssh server', async () => {
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
    assert.match((await at.refused('h1', more)).message, message);
    close();
  }
});

at.it('says that there is no algorithm in common', async () => {
  const error = await at.refused('h1', { port: otherKex });
  assert.match(
    error.message,
    /^Cannot connect to h1: no algorithm in common with .* \(no matching key exchange algorithm\)\.$/,
  );
  assert.match(error.hint ?? '', 'ansible_connection: openssh');
  assert.is(await at.visit('h1', { port: otherKex, connection: 'openssh' }), '0|root h1\n|');
});

at.it('logs in by password, the plain way and by the keyboard question', async () => {
  const byPassword = {
    user: 'opsask',
    sshArgs: at.words('PubkeyAuthentication=no'),
    password: secret('opsask-password'),
  };
  assert.is(await at.visit('h1', byPassword), '0|opsask h1\n|');
  assert.is(await at.visit('h1', { ...byPassword, port: keyboardOnly }), '0|opsask h1\n|');
  assert.is(
    await at.visit('h1', { user: 'opsask', port: twoFactors, password: secret('opsask-password') }),
    '0|opsask h1\n|',
  );
});

at.it('says that the password was refused, or that there is none', async () => {
  const sshArgs = at.words('PubkeyAuthentication=no');
  const wrong = await at.refused('h1', { user: 'opsask', sshArgs, password: secret('other') });
  assert.is(wrong.message, 'h1 refuses the password of `opsask`. It allows publickey, password.');
  const none = await at.refused('h1', { user: 'opsask', sshArgs });
  assert.is(none.message, 'There is nothing to log in to h1 with as `opsask`. It allows publickey, password.');
});

at.it('says that a key was refused, cannot be read, or is not there', async () => {
  const other = join(at.dir, 'other-key');
  await ask('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other]);
  const wrong = await at.refused('h1', { privateKeyFile: other });
  assert.is(wrong.message, `h1 refuses each key for \`root\` (${other}). It allows publickey, password.`);
  chmodSync(other, 0o644);
  const readable = await at.refused('h1', { privateKeyFile: other });
  assert.match(readable.message, 'There is nothing to log in to h1 with as `root`.');
  assert.is(readable.hint, `\`${other}\` cannot be used: others can read it; chmod 600 it.`);
  const missing = await at.refused('h1', { privateKeyFile: join(at.dir, 'nope') });
  assert.match(missing.hint ?? '', 'there is no such file');
});

at.it(
  'asks for the passphrase of a key once, whatever the number of hosts, and only if the key is of use',
  async () => {
    const locked = join(at.dir, 'locked');
    copyFileSync(at.lab.keyPath, locked);
    chmodSync(locked, 0o600);
    await ask('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'a passphrase', '-a', '4', '-f', locked]);
    const asked: string[] = [];
    const options = at.options({
      askPassphrase: async (file) => {
        asked.push(file);
        return secret(asked.length === 1 ? 'wrong' : 'a passphrase');
      },
    });
    const visits = ['h1', 'h2', 'h1'].map((host) => at.visit(host, { privateKeyFile: locked }, options));
    assert.equal(await Promise.all(visits), ['0|root h1\n|', '0|root h2\n|', '0|root h1\n|']);
    assert.equal(asked, [locked, locked]);

    const useless = join(at.dir, 'useless');
    await ask('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'x', '-f', useless]);
    await at.refused('h1', { privateKeyFile: useless }, options);
    assert.equal(asked.length, 2);
  },
);

at.it('goes without a key whose passphrase nobody gives', async () => {
  const locked = join(at.dir, 'secret');
  copyFileSync(at.lab.keyPath, locked);
  chmodSync(locked, 0o600);
  await ask('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'a passphrase', '-a', '4', '-f', locked]);
  const error = await at.refused('h1', { privateKeyFile: locked });
  assert.match(error.message, `h1 refuses each key for \`root\` (${locked}).`);
  assert.match(error.hint ?? '', 'no passphrase');
});

at.it('uses the keys of an agent, the one that was named first', async () => {
  const agent = join(at.dir, 'agent');
  const other = join(at.dir, 'agent-other');
  await ask('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-N', '', '-C', 'other', '-f', other]);
  const child = spawn('/usr/bin/ssh-agent', ['-D', '-a', agent], { stdio: 'ignore' });
  try {
    while (!existsSync(agent)) await new Promise((resolve) => setTimeout(resolve, 10));
    await ask('ssh-add', ['-q', other, at.lab.keyPath], { env: { SSH_AUTH_SOCK: agent } });
    const options = at.options({ agentSocket: agent });
    const knownHosts = `UserKnownHostsFile=${at.lab.knownHostsPath}`;
    const sshArgs = ['-F', 'none', '-o', knownHosts, '-o', `IdentityFile=${join(at.dir, 'none')}`];
    const target = { address: at.addressOf('h1'), user: 'root', sshArgs };
    assert.is(await at.visit('h1', target, options), '0|root h1\n|');
    const forwarding = { ...target, sshArgs: [...sshArgs, '-o', 'ForwardAgent=yes'] };
    assert.is(await at.visit('h1', forwarding, options, '[ -S "$SSH_AUTH_SOCK" ] && echo forwarded'), '0|forwarded\n|');
    assert.is(await at.visit('h1', target, options, 'echo ${SSH_AUTH_SOCK-none}'), '0|none\n|');
    // One try: only the right key first gets in. The public half is enough to name it.
    const publicHalf = join(at.dir, 'named');
    copyFileSync(`${at.lab.keyPath}.pub`, `${publicHalf}.pub`);
    const named = { ...target, port: oneTry, privateKeyFile: publicHalf };
    assert.is(await at.visit('h1', named, options), '0|root h1\n|');
    const tooMany = await at.refused('h1', { ...target, port: oneTry }, options);
    assert.match(tooMany.message, /ended the login after too many keys|refuses each key/);
  } finally {
    child.kill();
    await once(child, 'exit');
  }
});

test.run();

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { TransportLab } from './transport-lab.ts';
import { ask } from '../lab/run.ts';
import { fragment, shown } from './support.ts';

const test = suite('transport over ssh: host keys and jump hosts');

// sshds of h1 that are set up otherwise, by port.
const noForwarding = 2201;
const rsaOnly = 2202;

const at = new TransportLab(test, { name: 'transport-route', hosts: 2 }, async () => {
  await at.serve('h1', noForwarding, 'AllowTcpForwarding=no');
  await at.serve('h1', rsaOnly, 'HostKey=/etc/ssh/ssh_host_rsa_key');
});

at.it('refuses a host key that is not known, and writes it down when told to', async () => {
  const file = join(at.dir, 'new/known_hosts');
  const sshArgs = at.words(`UserKnownHostsFile=${file}`, 'HashKnownHosts=yes', 'StrictHostKeyChecking=accept-new');
  const error = await at.refused('h1', { sshArgs });
  assert.match(error.message, /^The host key of h1 is not known: ssh-ed25519 SHA256:\S+ \(as `10\.\S+`\)\.$/);
  assert.match(error.hint ?? '', 'does not loosen');
  assert.not(existsSync(file));

  const options = at.options();
  const all = Array.from({ length: 8 }, () => at.visit('h1', { sshArgs, hostKeyChecking: 'accept-new' }, options));
  assert.equal(new Set(await Promise.all(all)), new Set(['0|root h1\n|']));
  assert.match(readFileSync(file, 'utf8'), /^\|1\|\S+ ssh-ed25519 \S+\n$/);
  assert.is(await at.visit('h1', { sshArgs }), '0|root h1\n|');
  const found = await ask('ssh-keygen', ['-F', at.addressOf('h1'), '-f', file]);
  assert.match(found.stdout, 'ssh-ed25519');
});

at.it('takes any new key and forgets it when it shall not check', async () => {
  const file = join(at.dir, 'unchecked');
  const sshArgs = at.words(`UserKnownHostsFile=${file}`, 'StrictHostKeyChecking=no');
  assert.is(await at.visit('h1', { sshArgs, hostKeyChecking: 'no' }), '0|root h1\n|');
  assert.not(existsSync(file));
});

at.it('refuses a host that shows another key than the known one, whatever it was told', async () => {
  const file = join(at.dir, 'changed');
  const known = readFileSync(at.lab.knownHostsPath, 'utf8').split('\n');
  const ofOther = known.find((line) => line.startsWith(`${at.addressOf('h2')},h2 ssh-ed25519`)) ?? '';
  writeFileSync(file, `# mine\n${ofOther.replace(/^\S+/, at.addressOf('h1'))}\n`);
  for (const hostKeyChecking of ['yes', 'accept-new', 'no'] as const) {
    const sshArgs = at.words(`UserKnownHostsFile=${file}`, 'StrictHostKeyChecking=no');
    const error = await at.refused('h1', { sshArgs, hostKeyChecking });
    assert.match(error.message, 'The host key of h1 is not the known one: it shows ssh-ed25519 SHA256:');
    assert.match(error.message, `(${file}:2)`);
  }
});

at.it('refuses a revoked key', async () => {
  const file = join(at.dir, 'revoked');
  const known = readFileSync(at.lab.knownHostsPath, 'utf8').split('\n');
  const own = known.find((line) => line.startsWith(`${at.addressOf('h1')},h1 ssh-ed25519`)) ?? '';
  writeFileSync(file, `@revoked ${own}\n`);
  const sshArgs = at.words(`UserKnownHostsFile=${file}`, 'StrictHostKeyChecking=no');
  const error = await at.refused('h1', { sshArgs, hostKeyChecking: 'no' });
  assert.match(error.message, `The host key of h1 is revoked by ${file}:1`);
});

at.it('asks a host for the kind of key that is known of it', async () => {
  const file = join(at.dir, 'ecdsa');
  const known = readFileSync(at.lab.knownHostsPath, 'utf8').split('\n');
  for (const type of ['ecdsa-sha2-nistp256', 'ssh-rsa']) {
    writeFileSync(file, `${known.filter((line) => line.includes(` ${type} `)).join('\n')}\n`);
    assert.is(await at.visit('h1', { sshArgs: at.words(`UserKnownHostsFile=${file}`) }), '0|root h1\n|');
  }
  assert.is(await at.visit('h1', { port: rsaOnly }), '0|root h1\n|');
});

at.it('goes through jump hosts, and shares the login to them', async () => {
  const through = { sshArgs: [...at.words('ProxyJump=h1')] };
  const where = 'echo ${SSH_CONNECTION%% *}; hostname';
  const connections = await Promise.all(['h2', 'h2', 'h2'].map((h) => at.connected(h, through)));
  for (const connection of connections) {
    const session = await connection.session(null);
    assert.equal((await session.run([fragment(where)])).map(shown), [`0|${at.addressOf('h1')}\nh2\n|`]);
  }
  const logins = await at.lab.exec('h1', ['sh', '-c', 'pgrep -c -f "^sshd: root$|^sshd: root@" || true']);
  assert.ok(Number(logins.stdout) <= 2, logins.stdout);
  await Promise.all(connections.map((connection) => connection.close()));
  const twice = { sshArgs: at.words(`ProxyJump=ops@${at.addressOf('h2')}:22,h1`) };
  assert.is(await at.visit('h2', twice), '0|root h2\n|');
});

at.it('says which jump host is in the way', async () => {
  const unknown = { sshArgs: at.words('ProxyJump=h1', 'UserKnownHostsFile=/dev/null') };
  assert.match(
    (await at.refused('h2', unknown)).message,
    'There is no way to h2 through h1. The host key of h1 is not known',
  );
  const forbidden = { sshArgs: at.words(`ProxyJump=root@h1:${noForwarding}`) };
  assert.match(
    (await at.refused('h2', forbidden)).message,
    /^Cannot connect to h2: h1 forwards nothing to 10\.\S+ port 22/,
  );
  const unreachable = { port: 1, sshArgs: at.words('ProxyJump=h1') };
  assert.match((await at.refused('h2', unreachable)).message, /^Cannot connect to h2: h1 cannot reach 10\.\S+ port 1 /);
});

at.it('runs a ProxyCommand, and says what it said when it fails', async () => {
  const command = `ProxyCommand=ssh -F ${at.lab.sshConfigPath} -W %h:%p h1`;
  assert.is(await at.visit('h2', { sshArgs: at.words(command) }), '0|root h2\n|');
  const broken = await at.refused('h2', { sshArgs: at.words('ProxyCommand=echo no way >&2; exit 3') });
  assert.is(broken.message, 'Cannot connect to h2: its ProxyCommand ended (no way).');
});

at.it('manages without ssh on the controller', async () => {
  const sshArgs = ['-o', `UserKnownHostsFile=${at.lab.knownHostsPath}`, '-i', at.lab.keyPath];
  const { PATH } = process.env;
  process.env['PATH'] = '/nowhere';
  try {
    const target = { address: at.addressOf('h2'), sshArgs, user: 'ops' };
    assert.is(await at.visit('h2', target), '0|ops h2\n|');
    const jump = `root@${at.addressOf('h1')}:22`;
    assert.is(await at.visit('h2', { ...target, sshArgs: [...sshArgs, '-J', jump] }), '0|ops h2\n|');
  } finally {
    process.env['PATH'] = PATH;
  }
});

at.it('says what ssh does not like about its arguments', async () => {
  const error = await at.refused('h1', { sshArgs: ['-o', 'NoSuchOption=1'] });
  assert.match(error.message, 'ssh does not understand its configuration');
  assert.match(error.message, /nosuchoption/i);
});

test.run();

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConnectError } from '../../src/base/errors.ts';
import { HostKeyCheck } from '../../src/transport/ssh/host-key-check.ts';
import { appendKnownHost, loadKnownHosts } from '../../src/transport/ssh/host-key-files.ts';
import { judge, knownNames } from '../../src/transport/ssh/known-hosts.ts';
import { failure } from './support.ts';

const test = suite('transport/ssh/host-keys');

const one = Buffer.from('AAAAC3NzaC1lZDI1NTE5AAAAIFJMRKp0ItTi0wRVNrxzWGGwhWNX3YbpIZfeXXbEzVUr', 'base64');
const two = Buffer.from('AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f', 'base64');

let dir: string;
test.before.each(() => {
  dir = mkdtempSync(join(tmpdir(), 'kmesh-keys-'));
});
test.after.each(() => rmSync(dir, { recursive: true }));

test('writes keys of many hosts at once, each whole and once, in a folder that was not there', async () => {
  const file = join(dir, '.ssh/known_hosts');
  const names = Array.from({ length: 200 }, (_, i) => `host${i % 100}`);
  await Promise.all(names.map((name, i) => appendKnownHost(file, name, one, i % 2 === 0)));
  const known = await loadKnownHosts([file]);
  assert.is(known.length, 100);
  for (const name of names) assert.is(judge(known, [name], one).kind, 'known');
  assert.is(statSync(join(dir, '.ssh')).mode & 0o777, 0o700);
  assert.is(statSync(file).mode & 0o777, 0o600);
});

test('begins a line of its own behind one that lacks its end', async () => {
  const file = join(dir, 'known_hosts');
  writeFileSync(file, '# no end');
  await appendKnownHost(file, 'web1', one, false);
  assert.is(readFileSync(file, 'utf8'), `# no end\nweb1 ssh-ed25519 ${one.toString('base64')}\n`);
});

test('does not write a second key for a name', async () => {
  const file = join(dir, 'known_hosts');
  await appendKnownHost(file, 'web1', one, true);
  const error = await failure(appendKnownHost(file, 'web1', two, true), ConnectError);
  assert.is(error.message, '`web1` showed different host keys at the same time.');
});

test('says when the file cannot be written', async () => {
  writeFileSync(join(dir, 'file'), '');
  const error = await failure(appendKnownHost(join(dir, 'file/known_hosts'), 'web1', one, false), ConnectError);
  assert.match(error.message, /^The host key cannot be written to `.*known_hosts`\.$/);
});

test('reads a file again when it changed, and takes a missing one for empty', async () => {
  const file = join(dir, 'known_hosts');
  assert.equal(await loadKnownHosts([file]), []);
  writeFileSync(file, `web1 ssh-ed25519 ${one.toString('base64')}\n`);
  assert.is((await loadKnownHosts([file])).length, 1);
  writeFileSync(file, '');
  assert.equal(await loadKnownHosts([file, join(dir, 'missing')]), []);
});

type Policy = 'yes' | 'accept-new' | 'no';

async function checkOf(
  policy: Policy,
  lines: string,
): Promise<{ check: HostKeyCheck; file: string; notices: string[] }> {
  const file = join(dir, 'known_hosts');
  writeFileSync(file, lines);
  const notices: string[] = [];
  const check = new HostKeyCheck({
    host: 'web1',
    names: knownNames('10.0.0.1', 22, null),
    known: await loadKnownHosts([file]),
    policy,
    saidWeaker: false,
    file,
    hashed: false,
    notice: (message) => notices.push(message),
  });
  return { check, file, notices };
}

test('goes on with a key that is known', async () => {
  const { check, file } = await checkOf('yes', `10.0.0.1 ssh-ed25519 ${one.toString('base64')}\n`);
  assert.is(check.accepts(one), true);
  await check.remember();
  assert.is(readFileSync(file, 'utf8').split('\n').length, 2);
});

test('refuses an unknown key, takes it, or writes it down, as it was told', async () => {
  const strict = await checkOf('yes', '');
  assert.is(strict.check.accepts(one), false);
  assert.match(strict.check.error?.message ?? '', /^The host key of web1 is not known: ssh-ed25519 SHA256:U1nUrgpd/);

  const loose = await checkOf('no', '');
  assert.is(loose.check.accepts(one), true);
  await loose.check.remember();
  assert.is(readFileSync(loose.file, 'utf8'), '');

  const curious = await checkOf('accept-new', '');
  assert.is(curious.check.accepts(one), true);
  assert.is(readFileSync(curious.file, 'utf8'), '');
  await curious.check.remember();
  assert.is(readFileSync(curious.file, 'utf8'), `10.0.0.1 ssh-ed25519 ${one.toString('base64')}\n`);
  assert.is(curious.notices.length, 1);
});

test('refuses a changed and a revoked key whatever it was told, and says where the known one stands', async () => {
  for (const policy of ['yes', 'accept-new', 'no'] as const) {
    const changed = await checkOf(policy, `# one\n10.0.0.1 ssh-ed25519 ${two.toString('base64')}\n`);
    assert.is(changed.check.accepts(one), false);
    assert.match(changed.check.error?.message ?? '', `(${changed.file}:2)`);
    assert.match(changed.check.error?.hint ?? '', `ssh-keygen -R '10.0.0.1' -f ${changed.file}`);
    const revoked = await checkOf(policy, `@revoked * ssh-ed25519 ${one.toString('base64')}\n`);
    assert.is(revoked.check.accepts(one), false);
    assert.match(revoked.check.error?.message ?? '', `revoked by ${revoked.file}:1`);
  }
});

test('asks first for the kinds of keys that are known', async () => {
  const rsa = Buffer.concat([Buffer.from([0, 0, 0, 7]), Buffer.from('ssh-rsa'), Buffer.from([0, 0, 0, 1, 3])]);
  const { check } = await checkOf('yes', `10.0.0.1 ssh-rsa ${rsa.toString('base64')}\n`);
  assert.equal(check.algorithms.slice(0, 3), ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519']);
  assert.is((await checkOf('yes', '')).check.algorithms[0], 'ssh-ed25519');
});

test('wants the same key in each handshake of a connection', async () => {
  const { check } = await checkOf('no', '');
  assert.is(check.accepts(one), true);
  assert.is(check.accepts(two), false);
  assert.is(check.accepts(one), true);
});

test.run();

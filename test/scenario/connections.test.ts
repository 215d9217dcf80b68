import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { suite } from '../support/suite.ts';
import * as assert from 'uvu/assert';
import type { Lab } from '../lab/lab.ts';
import { openTestLab } from '../lab/test-lab.ts';
import { kmesh, siteOf, statuses } from './kmesh.ts';

const test = suite('scenario/connections');
let lab: Lab;
let silent: Server;
const site = siteOf({});

test.before(async () => {
  lab = await openTestLab({ name: 'connections', hosts: 1, fresh: true });
  silent = createServer(() => {}).listen(0, '127.0.0.1');
  await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(site.dir, 'other')]);
});
test.after(async () => {
  silent.close();
  site.remove();
  await lab.down();
});

/** The variable that makes a host's known keys those of a file, and no others. */
function known(file: string): string {
  return `ansible_ssh_common_args="-o UserKnownHostsFile=${file} -o GlobalKnownHostsFile=/dev/null -o IdentitiesOnly=yes"`;
}

/** Hosts that all lead to one machine, or to none, each in its own way. */
async function inventory(): Promise<string> {
  const address = lab.hosts[0]?.address ?? '';
  const { stdout: otherKey } = await execa('cut', ['-d ', '-f1,2', join(site.dir, 'other.pub')]);
  const empty = siteFile('empty_known_hosts', '');
  const changed = siteFile('changed_known_hosts', `# somebody else\n${address} ${otherKey}\n`);
  const revoked = siteFile(
    'revoked_known_hosts',
    `@revoked ${readFileSync(lab.knownHostsPath, 'utf8')
      .split('\n')
      .filter((line) => line.includes(address))
      .join('\n@revoked ')}\n`,
  );
  const { port } = silent.address() as { port: number };
  const lines = {
    fine: '',
    refused: 'ansible_port=2222',
    unroutable: `ansible_host=${address.replace(/\d+$/, '250')}`,
    unnamed: 'ansible_host=no-such-name.invalid',
    hangs: `ansible_host=127.0.0.1 ansible_port=${port}`,
    wrongkey: `ansible_ssh_private_key_file=${join(site.dir, 'other')}`,
    nokey: 'ansible_ssh_private_key_file=/nonexistent/key',
    nouser: 'ansible_user=ghost',
    password: 'ansible_user=opsask ansible_password=opsask-password ansible_ssh_private_key_file=/dev/null',
    wrongpassword: 'ansible_user=opsask ansible_password=not-this-one ansible_ssh_private_key_file=/dev/null',
    sudo: 'ansible_user=ops ansible_become=true',
    sudopassword: 'ansible_user=opsask ansible_become=true ansible_become_password=opsask-password',
    wrongsudo: 'ansible_user=opsask ansible_become=true ansible_become_password=not-this-one',
    asksudo: 'ansible_user=opsask ansible_become=true',
    nosudo: 'ansible_user=nosudo ansible_become=true ansible_become_password=x',
    noone: 'ansible_become=true ansible_become_user=ghost',
    strange: 'ansible_user=fishy',
    unknown: known(empty),
    changed: known(changed),
    revoked: known(revoked),
  };
  const hosts = Object.entries(lines).map(
    ([name, vars]) => `${name} ${vars.includes('ansible_host=') ? '' : `ansible_host=${address} `}${vars}`,
  );
  const vars = [
    'ansible_user=root',
    `ansible_ssh_private_key_file=${lab.keyPath}`,
    known(lab.knownHostsPath).replaceAll('"', ''),
  ];
  return siteFile('hosts', `[all]\n${hosts.join('\n')}\n\n[all:vars]\n${vars.join('\n')}\n`);
}

function siteFile(name: string, text: string): string {
  const file = siteOf({ [name]: text });
  made.push(file.remove);
  return file.path(name);
}
const made: (() => void)[] = [];
test.after(() => made.forEach((remove) => remove()));

test('tells every way of not getting in by a line of its own, and goes on with who is in', async () => {
  const run = await kmesh(['exec', 'all', '-i', await inventory(), '-o', 'json', '--timeout', '3', '--', 'id -un']);
  assert.is(run.code, 2, run.stderr);
  const said: Record<string, string> = {};
  for (const { event, host = '', status, message, failure } of run.events) {
    if (event === 'host-unreachable') said[host] = general(failure?.message ?? '');
    if (event === 'task-finished')
      said[host] = status === 'changed' ? `is ${message}` : `${status}: ${failure?.message}`;
  }
  assert.equal(said, {
    fine: 'is root',
    refused: 'Cannot connect to refused: ADDRESS port 2222 refuses the connection.',
    unroutable: 'Cannot connect to unroutable: OTHER port 22 did not answer within 3000 ms.',
    unnamed: 'Cannot connect to unnamed: the name of no-such-name.invalid port 22 cannot be resolved.',
    hangs: 'Cannot connect to hangs: 127.0.0.1 port PORT took the connection but said nothing within 3000 ms.',
    wrongkey: 'wrongkey refuses each key for `root` (FILE). It allows publickey, password.',
    nokey: 'There is nothing to log in to nokey with as `root`. It allows publickey, password.',
    nouser: 'nouser refuses each key for `ghost` (FILE). It allows publickey, password.',
    password: 'is opsask',
    wrongpassword: 'wrongpassword refuses the password of `opsask`. It allows publickey, password.',
    sudo: 'is root',
    sudopassword: 'is root',
    wrongsudo: 'failed: sudo on wrongsudo refused the password of `opsask`.',
    asksudo: 'failed: sudo on asksudo wants the password of `opsask`.',
    nosudo: 'failed: sudo on nosudo refused the password of `nosudo`.',
    noone: 'failed: There is no user `ghost` on noone.',
    strange: 'is fishy',
    unknown: 'The host key of unknown is not known: ssh-ed25519 FINGERPRINT (as `ADDRESS`).',
    changed:
      'The host key of changed is not the known one: it shows ssh-ed25519 FINGERPRINT, known is ssh-ed25519 FINGERPRINT (FILE:2).',
    revoked: 'The host key of revoked is revoked by FILE:1: ssh-ed25519 FINGERPRINT.',
  });
});

test('fails the task in which the shell dies, and goes on with another shell', async () => {
  const playbook = siteFile(
    'site.yml',
    `
- hosts: fine
  gather_facts: false
  tasks:
    - {name: kills, shell: kill -9 $PPID, ignore_errors: true}
    - {name: goes on, shell: 'true'}
`,
  );
  const run = await kmesh(['run', playbook, '-i', await inventory(), '-o', 'json']);
  assert.is(run.code, 0, run.stderr);
  assert.equal(statuses(run), { fine: { kills: 'failed', 'goes on': 'changed' } });
});

/** A message without what is another one in each lab. */
function general(message: string): string {
  return message
    .replaceAll(lab.hosts[0]?.address ?? '', 'ADDRESS')
    .replace(/10\.\d+\.\d+\.250/, 'OTHER')
    .replace(/127\.0\.0\.1 port \d+/, '127.0.0.1 port PORT')
    .replaceAll(/SHA256:[A-Za-z0-9+/]+/g, 'FINGERPRINT')
    .replaceAll(/\/(tmp|var\/tmp)\/[\w./-]+\w/g, 'FILE');
}

test.run();

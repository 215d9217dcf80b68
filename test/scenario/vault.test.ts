import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from '../support/suite.ts';
import * as assert from 'uvu/assert';
import { Secret } from '../../src/base/secrets.ts';
import { encrypt } from '../../src/vault/keyring.ts';
import { type Lab, requireLab } from '../lab/lab.ts';
import { openTestLab } from '../lab/test-lab.ts';
import { kmesh, siteOf, statuses } from './kmesh.ts';

const test = suite('scenario/vault');
requireLab();

const names = ['h1', 'h2', 'b1'];
const dbPassword = `pa$$ 'quoted' "word" \\ä`;
const apiKey = 'api-KEY-0123456789';
const certificate = '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUc3VwZXJzZWNyZXQ\n-----END CERTIFICATE-----\n';
let lab: Lab;

function vaultOf(text: string): string {
  return encrypt(Buffer.from(text), { id: 'lab', password: new Secret('the vault password') });
}

// While the new file is checked, the shell that writes it is there: with whatever stands in its arguments.
const lookAtProcesses = `sh -c 'cat /proc/[0-9]*/cmdline >/root/seen; test -s "$0"' %s`;

const site = siteOf({
  'vault-password': 'the vault password\n',
  'group_vars/all/vault.yml': vaultOf(
    `db_password: ${JSON.stringify(dbPassword)}\ncertificate: ${JSON.stringify(certificate)}\n`,
  ),
  'templates/app.conf.hbs': 'password={{ db_password }}\nkey={{ api_key }}\n{{ certificate }}',
  'files/whole.bin': vaultOf('only on the host\n'),
  'site.yml': `
- hosts: all
  gather_facts: false
  vars:
    api_key: !vault |
      ${vaultOf(apiKey).trimEnd().replaceAll('\n', '\n      ')}
  tasks:
    - {name: config, template: {src: app.conf.hbs, dest: /root/app.conf, mode: '0600', validate: ${JSON.stringify(lookAtProcesses)}}}
    - {name: whole, copy: {src: whole.bin, dest: /root/whole, mode: '0600'}}
    - {name: content, copy: {content: "{{ certificate }}", dest: /root/cert.pem, mode: '0600'}}
    - {name: line, lineinfile: {path: /root/line, line: "key {{ api_key }}", create: true, mode: '0600'}}
    - {name: run, command: {argv: [printf, '%s|%s', "{{ db_password }}", "{{ api_key }}"]}, register: ran}
    - {name: what it said, debug: {var: ran}}
    - {name: encoded, shell: 'printf "user:%s:" "$KEY" | base64', environment: {KEY: "{{ api_key }}"}}
    - {name: text, shell: ': "{{ api_key }}"; i=0; while [ $i -lt 5 ]; do i=$((i+1)); cat /proc/[0-9]*/cmdline >>/root/seen; ps axf >>/root/seen 2>&1; done'}
    - name: fails
      shell: cat /root/app.conf; echo "no {{ api_key }} here" >&2; exit 7
`,
});

test.before(async () => {
  lab = await openTestLab({ name: 'vault', hosts: 2, busybox: 1, fresh: true });
});
test.after(async () => {
  site.remove();
  await lab.down();
});

/** What nobody may be shown: the secrets, what is in them, and how they are told in other ways. */
const untold = [
  apiKey,
  'quoted',
  'MIIBszCC',
  'BEGIN CERT',
  'only on the host',
  'the vault password',
  encodeURIComponent(dbPassword),
  Buffer.from(apiKey).toString('base64').slice(0, 20),
  Buffer.from(`user:${apiKey}:`).toString('base64').slice(8, 28),
];

function refuseIn(text: string, what: string): void {
  for (const secret of untold) assert.not(text.includes(secret), `${secret} in ${what}:\n${text}`);
}

for (const output of ['lines', 'live', 'json']) {
  test(`tells no secret as ${output}, and writes what was encrypted`, async () => {
    await lab.reset();
    const state = join(site.dir, `state-${output}`);
    const args = [
      '-i',
      lab.inventoryPath,
      '-D',
      '-vvv',
      '-o',
      output,
      '--vault-id',
      `lab@${site.path('vault-password')}`,
    ];
    const check = await kmesh(['run', site.path('site.yml'), '--check', ...args], { env: { KMESH_STATE: state } });
    refuseIn(check.stdout + check.stderr, 'the check');
    const run = await kmesh(['run', site.path('site.yml'), ...args], { env: { KMESH_STATE: state } });
    assert.is(run.code, 2, run.stderr);
    refuseIn(run.stdout + run.stderr, 'the report');
    assert.match(run.stdout, 'password=******');
    const remembered = existsSync(state) ? readdirSync(state, { recursive: true, withFileTypes: true }) : [];
    for (const name of remembered) {
      if (name.isFile()) refuseIn(readFileSync(join(name.parentPath, name.name), 'utf8'), name.name);
    }
    for (const host of names) await lookAt(host);
    if (output === 'json') assert.is(statuses(run)['h1']?.['fails'], 'failed');
  });
}

async function lookAt(host: string): Promise<void> {
  const read = async (path: string): Promise<string> => (await lab.exec(host, ['cat', path])).stdout;
  assert.is(await read('/root/app.conf'), `password=${dbPassword}\nkey=${apiKey}\n${certificate}`.trimEnd());
  assert.is(await read('/root/whole'), 'only on the host');
  assert.is(await read('/root/cert.pem'), certificate.trimEnd());
  assert.is(await read('/root/line'), `key ${apiKey}`);
  for (const path of ['app.conf', 'whole', 'cert.pem', 'line']) {
    assert.match((await lab.exec(host, ['ls', '-l', `/root/${path}`])).stdout, /^-rw------- /);
  }
  const processes = await read('/root/seen');
  assert.match(processes, '/bin/sh');
  refuseIn(processes, `the processes of ${host}`);
}

test.run();

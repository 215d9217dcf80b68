import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from '../support/suite.ts';
import * as assert from 'uvu/assert';
import { type Lab, requireLab } from '../lab/lab.ts';
import { openTestLab } from '../lab/test-lab.ts';
import { kmesh, type KmeshRun, siteOf, statuses, why } from './kmesh.ts';

const test = suite('scenario/transfers');
requireLab();

const mebibyte = 1024 * 1024;
const names = ['h1', 'h2', 'b1'];
let lab: Lab;

const site = siteOf({
  'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - {name: text, copy: {src: text, dest: /root/text, mode: '0644'}}
    - {name: text again, copy: {src: text, dest: /root/again, mode: '0600'}}
    - {name: noise, copy: {src: noise, dest: /root/noise, mode: '0644'}}
`,
});
const state = join(site.dir, 'state');
// A third of its size when packed; what is random is not.
const text = Buffer.from(
  randomBytes(4 * mebibyte)
    .toString('hex')
    .repeat(2),
  'latin1',
);

test.before(async () => {
  mkdirSync(site.path('files'));
  writeFileSync(site.path('files/text'), text);
  writeFileSync(site.path('files/noise'), randomBytes(2 * mebibyte));
  lab = await openTestLab({ name: 'transfers', hosts: 2, busybox: 1, fresh: true });
});
test.after(async () => {
  site.remove();
  await lab.down();
});

interface Traffic {
  readonly channels: number;
  readonly bytesSent: number;
}

async function run(...args: string[]): Promise<KmeshRun & { readonly traffic: Record<string, Traffic> }> {
  const result = await kmesh(['run', site.path('site.yml'), '-i', lab.inventoryPath, '-o', 'json', ...args], {
    env: { KMESH_STATE: state },
  });
  assert.is(result.code, 0, why(result));
  const end = result.events.at(-1) as unknown as { hosts: readonly { host: string; traffic: Traffic }[] };
  return { ...result, traffic: Object.fromEntries(end.hosts.map(({ host, traffic }) => [host, traffic])) };
}

async function sha256On(host: string, path: string): Promise<string> {
  return (await lab.exec(host, ['sha256sum', path])).stdout.slice(0, 64);
}

function all(status: string): Record<string, Record<string, string>> {
  return Object.fromEntries(names.map((host) => [host, { text: status, 'text again': status, noise: status }]));
}

test('sends nothing in a check', async () => {
  lab.mark();
  const check = await run('--check');
  assert.equal(statuses(check), all('would-change'));
  for (const host of names) {
    assert.equal(lab.changed(host, { strict: true }), []);
    assert.is(check.traffic[host]?.channels, 1);
  }
});

test('packs what shrinks over a slow link, and sends the same content once', async () => {
  const first = await run('--upload-limit', '12M');
  assert.equal(statuses(first), all('changed'));
  for (const host of names) {
    for (const file of ['text', 'noise']) {
      const wanted = createHash('sha256')
        .update(readFileSync(site.path(`files/${file}`)))
        .digest('hex');
      assert.is(await sha256On(host, `/root/${file}`), wanted, `${file} on ${host}`);
    }
    assert.is(await sha256On(host, '/root/again'), createHash('sha256').update(text).digest('hex'));
    const { channels = 0, bytesSent = 0 } = first.traffic[host] ?? {};
    assert.is(channels, 3, `${host}: the shell, text, noise`);
    assert.ok(bytesSent < 2.2 * mebibyte + text.length * 0.9, `${host}: ${bytesSent}`);
  }
  const { stdout } = await lab.exec('h1', ['stat', '-c', '%a %U', '/root/text', '/root/again']);
  assert.is(stdout, '644 root\n600 root');
});

test('hashes a large file once, and again when it may have changed', async () => {
  // What was just written can be written again unseen.
  await sleep(2_100);
  assert.equal(statuses(await run()), all('ok'));
  await countHashes();
  assert.equal(statuses(await run()), all('ok'));
  assert.is(await hashes(), 0);
  await run('--no-stat-cache');
  assert.is(await hashes(), 1);

  // The same size, the same time: `touch -r` can not set the time of change.
  await lab.exec('h1', [
    'sh',
    '-c',
    'cd /root; touch -r text /run/time; printf X | dd of=text conv=notrunc 2>/dev/null; touch -r /run/time text',
  ]);
  assert.equal(statuses(await run('--check')).h1, { text: 'would-change', 'text again': 'ok', noise: 'ok' });
  assert.is(statuses(await run()).h1?.text, 'changed');
  assert.is(await sha256On('h1', '/root/text'), createHash('sha256').update(text).digest('hex'));
});

test('does without what it remembers when that is damaged, or of another machine', async () => {
  const dir = join(state, 'stat-cache');
  const files = readdirSync(dir);
  assert.ok(files.length >= 2);
  for (const file of files) writeFileSync(join(dir, file), 'damaged');
  assert.equal(statuses(await run()), all('ok'));
  // Another machine under the same name: nothing of the old one counts.
  await run();
  await lab.reset(['h2']);
  assert.equal(statuses(await run('--check')).h2, all('would-change').h2);
  rmSync(state, { recursive: true });
  assert.equal(statuses(await run()).h1, all('ok').h1);
});

/** Makes h1 count how often `sha256sum` is started. */
async function countHashes(): Promise<void> {
  const script = '#!/bin/sh\necho >>/run/hashes\nexec /usr/bin/sha256sum "$@"\n';
  const path = '/usr/local/bin/sha256sum';
  await lab.exec('h1', ['sh', '-c', `cat >${path}; chmod 755 ${path}`], script);
}

async function hashes(): Promise<number> {
  const { stdout } = await lab.exec('h1', ['sh', '-c', 'cat /run/hashes 2>/dev/null | wc -l']);
  return Number(stdout);
}

test.run();

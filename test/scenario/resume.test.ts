import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from '../support/suite.ts';
import * as assert from 'uvu/assert';
import { type Lab, requireLab } from '../lab/lab.ts';
import { openTestLab } from '../lab/test-lab.ts';
import { kmesh, type KmeshRun, siteOf, startKmesh, statuses, why } from './kmesh.ts';

const test = suite('scenario/resume');
requireLab();

const mebibyte = 1024 * 1024;
const size = 20 * mebibyte;
const names = ['h1', 'b1'];
let lab: Lab;

const site = siteOf({
  'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - {name: send, copy: {src: "{{ what }}", dest: "/root/in/{{ what }}", mode: '0644'}}
`,
});
const contents = {
  noise: randomBytes(size),
  // Half of its size when packed.
  text: Buffer.from(randomBytes(size / 2).toString('hex'), 'latin1'),
};
type What = keyof typeof contents;

test.before(async () => {
  mkdirSync(site.path('files'));
  for (const [what, bytes] of Object.entries(contents)) writeFileSync(site.path(`files/${what}`), bytes);
  lab = await openTestLab({ name: 'resume', hosts: 1, busybox: 1, fresh: true });
});
test.before.each(async () => {
  for (const host of names) await on(host, 'rm -rf /root/in; mkdir -p /root/in');
});
test.after(async () => {
  site.remove();
  await lab.down();
});

async function on(host: string, script: string): Promise<string> {
  return (await lab.exec(host, ['sh', '-c', script])).stdout.trim();
}

function argsOf(what: What, limit: string, hosts: string): string[] {
  const words = ['run', site.path('site.yml'), '-i', lab.inventoryPath, '-o', 'json', '--limit', hosts];
  return [...words, '-e', `what=${what}`, '--upload-limit', limit];
}

const options = { env: { KMESH_STATE: join(site.dir, 'state') } };

/** Begins to send slowly, and goes on once so much is there. */
async function begin(
  what: What,
  hosts: readonly string[],
  bytes: number,
): Promise<{ run: ReturnType<typeof startKmesh> }> {
  const run = startKmesh(argsOf(what, `${2 * hosts.length}M`, hosts.join(',')), options);
  for (const host of hosts) {
    for (let tries = 0; (await partOf(host)) < bytes; tries++) {
      assert.ok(tries < 300, `too little came to ${host}`);
      await sleep(50);
    }
  }
  // Itself it would be waited for.
  return { run };
}

/** Kills what serves the connections; the shells below it go on. */
async function endSessions(host: string): Promise<void> {
  const isSession = '"sshd: root"*|"/usr/sbin/dropbear "*" -2 "*';
  const kill = `case $(tr "\\0" " " <$p/cmdline) in ${isSession}) kill -9 "\${p#/proc/}";; esac`;
  await on(host, `for p in /proc/[0-9]*; do ${kill}; done 2>/dev/null`);
}

/** Bytes of the part that is there. */
async function partOf(host: string): Promise<number> {
  return Number(await on(host, 'cat /root/in/.*.kmesh-part-* 2>/dev/null | wc -c'));
}

function sentTo(run: KmeshRun, host: string): number {
  const end = run.events.at(-1) as unknown as { hosts: { host: string; traffic: { bytesSent: number } }[] };
  return end.hosts.find((one) => one.host === host)?.traffic.bytesSent ?? 0;
}

async function isWhole(host: string, what: What): Promise<void> {
  const wanted = createHash('sha256').update(contents[what]).digest('hex');
  assert.is(await on(host, `sha256sum </root/in/${what}`), `${wanted}  -`);
  assert.is(await on(host, 'ls -A /root/in'), what);
}

for (const what of ['noise', 'text'] as const) {
  test(`sends only the rest of ${what} after a cut`, async () => {
    const { run } = await begin(what, names, 6 * mebibyte);
    for (const host of names) await endSessions(host);
    const { exitCode, stdout } = await run;
    assert.is(exitCode, 3, stdout);
    const there: Record<string, number> = {};
    for (const host of names) {
      there[host] = await partOf(host);
      assert.ok(there[host] >= 6 * mebibyte && there[host] < size, `${there[host]} on ${host}`);
      assert.match(await on(host, 'ls -ln /root/in/.*.kmesh-part-*'), /^-rw------- +1 0 +0 /);
      assert.is(await on(host, `test -e /root/in/${what} || echo none`), 'none');
    }
    const check = await kmesh([...argsOf(what, '900M', 'all'), '--check'], options);
    assert.equal(statuses(check), { h1: { send: 'would-change' }, b1: { send: 'would-change' } });
    const second = await kmesh(argsOf(what, '900M', 'all'), options);
    assert.is(second.code, 0, why(second));
    for (const host of names) {
      const rest = size - (there[host] ?? 0);
      assert.ok(sentTo(second, host) < rest + 50_000, `${sentTo(second, host)} for ${rest} to ${host}`);
      await isWhole(host, what);
    }
  });
}

test('goes on although the host has not yet noticed the cut', async () => {
  const { run } = await begin('noise', ['h1'], 4 * mebibyte);
  await lab.cut('h1');
  run.kill('SIGKILL');
  await run;
  await lab.mend('h1');
  const second = await kmesh(argsOf('noise', '900M', 'h1'), options);
  assert.is(second.code, 0, why(second));
  assert.ok(sentTo(second, 'h1') < size - 4 * mebibyte + 50_000);
  await isWhole('h1', 'noise');
});

test('removes the part when the file is written with another content', async () => {
  const { run } = await begin('text', ['h1'], 2 * mebibyte);
  await endSessions('h1');
  assert.is((await run).exitCode, 3);
  writeFileSync(site.path('files/text'), 'short');
  const second = await kmesh(argsOf('text', '900M', 'h1'), options);
  assert.is(second.code, 0, why(second));
  assert.is(await on('h1', 'cat /root/in/text'), 'short');
  assert.is(await on('h1', 'ls -A /root/in'), 'text');
});

test.run();

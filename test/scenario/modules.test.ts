import { createHash } from 'node:crypto';
import { suite } from '../support/suite.ts';
import * as assert from 'uvu/assert';
import type { Lab } from '../lab/lab.ts';
import { openTestLab } from '../lab/test-lab.ts';
import { kmesh, type KmeshRun, siteOf, statuses, why } from './kmesh.ts';
import { caseFiles, cases, type ModuleCase } from './module-cases.ts';

const test = suite('scenario/modules');
const debian = ['h1', 'h2'];
let lab: Lab;

const site = siteOf({
  ...caseFiles,
  ...Object.fromEntries(cases.map((one, i) => [playbookName(i), playbookOf(one)])),
  'asks.yml': `
- hosts: all
  tasks:
    - name: stat
      stat: {path: /etc/passwd}
      register: passwd
    - name: set_fact
      set_fact: {greeting: "{{ facts.hostname }} {{ passwd.stat.pw_name }}"}
    - name: setup
      setup:
    - name: wait_for
      wait_for: {port: 22, timeout: 5}
    - name: wait_for another host
      wait_for: {host: "{{ hostvars.h2.ansible_host }}", port: 22, timeout: 5}
    - name: debug
      debug: {msg: "{{ greeting }}"}
    - name: assert
      assert: {that: [passwd.stat.exists, 'size(greeting) > 3']}
    - name: fail
      fail: {msg: on purpose}
      ignore_errors: true
`,
});

test.before(async () => {
  lab = await openTestLab({ name: 'modules', hosts: 2, busybox: 1, fresh: true });
});
test.after(async () => {
  site.remove();
  await lab.down();
});

for (const [i, one] of cases.entries()) {
  test(`${one.module} ${one.title}: check, run, rerun`, async () => {
    const hosts = one.busybox ? [...debian, 'b1'] : debian;
    for (const host of hosts) await prepare(host, one);
    lab.mark();
    const check = await runCase(i, '--check', '--diff');
    assert.is(check.code, 0, why(check));
    assert.equal(statuses(check), all(hosts, 'would-change'));
    for (const host of hosts) assert.equal(lab.changed(host, { strict: true }), [], 'a check writes nothing');
    const run = await runCase(i, '--diff');
    assert.is(run.code, 0, why(run));
    assert.equal(statuses(run), all(hosts, 'changed'));
    assert.equal(told(run), told(check), 'a run does what the check showed');
    for (const host of hosts) assert.is(await effectOn(host, one), one.shows.replace('BIGSHA', bigSha));
    if (one.always) return;
    lab.mark();
    const again = await runCase(i);
    assert.is(again.code, 0, why(again));
    assert.equal(statuses(again), all(hosts, 'ok'));
    for (const host of hosts) assert.equal(lab.changed(host, { strict: true }), [], 'a rerun writes nothing');
  });
}

test('what only asks answers on all hosts, and writes nothing', async () => {
  lab.mark();
  const run = await kmesh(['run', site.path('asks.yml'), '-i', lab.inventoryPath, '-o', 'json']);
  assert.is(run.code, 0, why(run));
  const expected = {
    stat: 'ok',
    set_fact: 'ok',
    setup: 'ok',
    wait_for: 'ok',
    'wait_for another host': 'ok',
    debug: 'ok',
    assert: 'ok',
    fail: 'failed',
  };
  assert.equal(statuses(run), { h1: expected, h2: expected, b1: expected });
  for (const host of [...debian, 'b1']) assert.equal(lab.changed(host, { strict: true }), []);
});

const bigSha = createHash('sha256')
  .update(caseFiles['files/big.bin'] ?? '')
  .digest('hex')
  .slice(0, 16);

function playbookName(index: number): string {
  return `case-${index}.yml`;
}

function playbookOf({ task, busybox }: ModuleCase): string {
  return `
- hosts: ${busybox ? 'all' : 'lab'}
  gather_facts: false
  vars: {asn: 64512, peers: [{ip: 10.0.0.1, asn: 64512}, {ip: 10.0.0.2, asn: 64513}]}
  tasks:
    - name: it
      ${task}
`;
}

async function prepare(host: string, { before }: ModuleCase): Promise<void> {
  if (before === undefined) return;
  const { code, stderr } = await lab.exec(host, ['sh', '-c', before]);
  assert.is(code, 0, stderr);
}

async function runCase(index: number, ...args: string[]): Promise<KmeshRun> {
  return kmesh(['run', site.path(playbookName(index)), '-i', lab.inventoryPath, '-o', 'json', ...args]);
}

async function effectOn(host: string, { effect }: ModuleCase): Promise<string> {
  const { stdout } = await lab.exec(host, ['sh', '-c', effect]);
  return stdout.trim();
}

/** What each host was told to change, in words and diffs. */
function told({ events }: KmeshRun): unknown {
  const finished = events.filter(({ event }) => event === 'task-finished');
  return Object.fromEntries(finished.map(({ host, changes }) => [host, changes]));
}

function all(hosts: readonly string[], status: string): Record<string, Record<string, string>> {
  return Object.fromEntries(hosts.map((host) => [host, { it: status }]));
}

test.run();

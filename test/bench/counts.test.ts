import * as assert from 'uvu/assert';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from '../support/suite.ts';
import { type Lab, requireLab } from '../lab/lab.ts';
import { openTestLab } from '../lab/test-lab.ts';
import { kmesh } from '../scenario/kmesh.ts';
import { ensureBinaries } from './binaries.ts';
import { countsIn, type HostCounts } from './counts.ts';
import { writeInventory } from './inventory.ts';
import { siteDir } from './role.ts';

// The part of the benchmark that `npm test` runs: seconds depend on the machine, counts do not.
const test = suite('bench/counts');
requireLab();

/** Far less than the benchmark's, yet more than all else that is said together. */
const largeFiles = [
  { name: 'agent', bytes: 200_000 },
  { name: 'router', bytes: 1_000_000 },
];

let lab: Lab;
let inventoryPath: string;

test.before(async () => {
  lab = await openTestLab({ name: 'bench-counts', hosts: 2, fresh: true });
  const dir = join(lab.dir, 'bench');
  ensureBinaries(join(dir, 'files'), largeFiles);
  inventoryPath = writeInventory(lab, dir, join(dir, 'files'));
  writeHundredTasks(join(dir, 'hundred'));
});
test.after(async () => lab.down());

test('checks new hosts in three round trips, and writes nothing', async () => {
  const hosts = await countsOf(roleSite, '--check', '--diff');
  for (const { host, roundTrips, channels } of hosts) {
    assert.ok(roundTrips <= 3, `${host}: ${roundTrips} round trips`);
    assert.ok(channels <= 2, `${host}: ${channels} channels`);
    assert.equal(lab.changed(host, { strict: true }), []);
  }
});

test('asks hosts that are right already in three round trips over two channels at most', async () => {
  await countsOf(roleSite);
  for (const { host, roundTrips, channels } of await countsOf(roleSite)) {
    assert.ok(roundTrips <= 3, `${host}: ${roundTrips} round trips`);
    assert.ok(channels <= 2, `${host}: ${channels} channels`);
  }
});

test('sends no file to hosts that are right already', async () => {
  for (const { host, bytesSent } of await countsOf(roleSite)) {
    assert.ok(bytesSent < 50_000, `${host}: ${bytesSent} bytes`);
  }
});

test('asks as often for 100 tasks as for 25', async () => {
  const few = await countsOf(roleSite);
  await countsOf(hundredSite);
  const many = await countsOf(hundredSite);
  assert.equal(roundTripsByHost(many), roundTripsByHost(few));
});

test.run();

function roleSite(): string {
  return join(siteDir, 'site.yml');
}

function hundredSite(): string {
  return join(lab.dir, 'bench/hundred/site.yml');
}

/** Runs a site, which has to go well, and gives what was counted for each host. */
async function countsOf(site: () => string, ...args: string[]): Promise<HostCounts[]> {
  const env = { KMESH_STATE: join(lab.dir, 'state') };
  const { code, stdout, stderr } = await kmesh(['run', site(), '-i', inventoryPath, '-o', 'json', ...args], { env });
  assert.is(code, 0, stdout + stderr);
  const hosts = countsIn(stdout);
  assert.equal(hosts.map(({ host }) => host).sort(), ['h1', 'h2']);
  return hosts;
}

function roundTripsByHost(hosts: readonly HostCounts[]): Record<string, number> {
  return Object.fromEntries(hosts.map(({ host, roundTrips }) => [host, roundTrips]));
}

/** Writes a site of the role's 25 tasks and 75 more, in one phase of a play: each phase is asked for by itself. */
function writeHundredTasks(dir: string): void {
  const more = Array.from({ length: 15 }, (_, i) => [
    `- file: {path: /etc/mesh/more/${i}, state: directory, mode: '0755'}`,
    `- copy: {content: "number ${i} of {{ inventory_hostname }}", dest: /etc/mesh/more/${i}/text}`,
    `- lineinfile: {path: /etc/mesh/more/lines, line: line ${i}, create: true}`,
    `- file: {path: /etc/mesh/more/link${i}, src: /etc/mesh/more/${i}/text, state: link}`,
    `- command: {cmd: touch /etc/mesh/more/done${i}, creates: /etc/mesh/more/done${i}}`,
  ]);
  mkdirSync(join(dir, 'roles/more/tasks'), { recursive: true });
  writeFileSync(join(dir, 'roles/more/tasks/main.yml'), `${more.flat().join('\n')}\n`);
  // The last task of `mesh` needs an answer, which ends a stretch: it is the last one here, too.
  const roles = ['more', join(siteDir, 'roles/mesh')];
  writeFileSync(join(dir, 'site.yml'), `- hosts: lab\n  gather_facts: false\n  roles: [${roles.join(', ')}]\n`);
}

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runSite } from '../support/run-site.ts';

// Time and memory of a run grow with hosts and tasks, and not with their squares.
const test = suite('engine/scale');

/** CPU time of the engine alone, per task and host, in microseconds. */
async function costOf(hosts: number, tasks: number, task: string, play = ''): Promise<number> {
  const lines = Array.from({ length: tasks }, (_, i) => `    - {name: t${i}, ${task}}\n`).join('');
  const inventory = Array.from({ length: hosts }, (_, i) => `h${i}\n`).join('');
  let before = process.cpuUsage();
  await runSite(`- hosts: all\n  gather_facts: no\n${play}  tasks:\n${lines}`, {
    inventory,
    forks: hosts,
    answers: { '(exec ': 'said', '/etc/hostname': 'node', 'kernel/hostname': 'node' },
    prepare: () => {
      before = process.cpuUsage();
    },
  });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / hosts / tasks;
}

/** Fails when four times as many hosts, or tasks, cost much more each. */
async function isFlat(task: string, play = ''): Promise<void> {
  await costOf(50, 25, task, play);
  const few = await costOf(50, 25, task, play);
  const [hosts, tasks] = [await costOf(200, 25, task, play), await costOf(50, 100, task, play)];
  const told = [few, hosts, tasks].map((cost) => `${cost.toFixed(0)} µs`).join(', ');
  assert.ok(Math.max(hosts, tasks) < 2 * few + 20, `50 × 25, 200 × 25, 50 × 100: ${told}`);
}

test('costs each host and task the same, however many there are, where all is right', async () => {
  await isFlat('hostname: {name: node}');
});

test('costs the same where hosts wait for each other at each task', async () => {
  await isFlat('command: do');
});

test('costs the same where each task may end the play', async () => {
  await isFlat('debug: {msg: told}', '  any_errors_fatal: true\n');
});

test('costs the same where one does what all need', async () => {
  await isFlat('command: do, run_once: true');
});

test.run();

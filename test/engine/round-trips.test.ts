import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { randomNumbers } from '../support/random.ts';
import { runSite, type SiteParts } from '../support/run-site.ts';

// What the engine saves round trips for must come to the same as going step by step: tried with tasks that nobody thought of.
const test = suite('engine/round-trips');

const paths = ['/HOST/a', '/HOST/b', '/HOST/d', '/HOST/d/x', '/HOST/d/y', '/HOST//a', '/HOST/d/./x'];

// Each takes a path and a number for what else can be chosen. None locks its user out of a directory: what was seen in it
// before would still hold, and could not be seen again.
const bodies: readonly ((path: string, choice: number) => string)[] = [
  (path) => `file: {path: ${path}, state: directory}`,
  (path) => `file: {path: ${path}, state: directory, recurse: true, mode: 'u=rwX,g=,o='}`,
  (path) => `file: {path: ${path}, state: absent}`,
  (path, i) => `file: {path: ${path}, mode: '${['0700', '0740', 'u=rwx,g=r,o='][i % 3]}'}`,
  (path) => `file: {path: ${path}, state: touch, access_time: preserve, modification_time: preserve}`,
  (path) => `file: {path: ${path}, src: /HOST/b, state: hard, force: true}`,
  (path, i) =>
    `copy: {dest: ${path}, content: "${['one', 'two'][i % 2]}\\n", mode: '${['0600', '0644'][(i >> 1) % 2]}'}`,
  (path) => `copy: {dest: ${path}, content: "bad\\n", validate: "false %s"}`,
  (path, i) => `copy: {src: ${['/HOST/a', '/HOST/b'][i % 2]}, dest: ${path}, remote_src: true}`,
  (path, i) => `lineinfile: {path: ${path}, line: ${['one', 'three'][i % 2]}, create: ${i % 4 < 2}}`,
  (path) => `lineinfile: {path: ${path}, regexp: '^o', state: absent}`,
  (path) => `stat: {path: ${path}}`,
];

function tasksOf(seed: number): string[] {
  const random = randomNumbers(seed);
  return Array.from({ length: 3 + random(5) }, (_, i) => {
    const body = bodies[random(bodies.length)]?.(paths[random(paths.length)] ?? '', random(12));
    return `- {name: t${i}, ${body}, ignore_errors: yes}`;
  });
}

/** How each task ended, and what is on the disk then. */
async function cameTo(playbook: string): Promise<{ ends: unknown; disk: readonly string[] }> {
  let disk: readonly string[] = [];
  const parts: SiteParts = { hosts: ['h'], disk: { a: 'zero\n', 'd/x': 'one\n' } };
  const look = (dir: string): void => {
    disk = diskOf(dir);
  };
  const { ends } = await runSite(playbook, { ...parts, look });
  return { ends, disk };
}

function diskOf(dir: string): string[] {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort();
  return names.map((name) => {
    const stat = lstatSync(join(dir, name));
    const text = stat.isFile() ? JSON.stringify(readFileSync(join(dir, name), 'utf8')) : 'directory';
    return `${name} ${stat.mode.toString(8)} ${text}`;
  });
}

const head = '- hosts: all\n  gather_facts: no\n  tasks:\n';

test('comes to the same in few round trips as task by task', async () => {
  for (let seed = 1; seed <= 25; seed++) {
    const tasks = tasksOf(seed);
    const together = await cameTo(head + tasks.map((task) => `    ${task}\n`).join(''));
    const apart = await cameTo(tasks.map((task) => `${head}    ${task}\n`).join(''));
    assert.equal(together, apart, `seed ${seed}:\n${tasks.join('\n')}`);
  }
});

test.run();

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../lab/lab.ts';
import { LabError } from '../lab/run.ts';
import { atMost } from './bars.ts';
import { benchCache } from './binaries.ts';
import { kmeshCommand } from './contenders.ts';
import { makeGround } from './ground.ts';
import { type Ended, Meter } from './meter.ts';
import type { Section } from './section.ts';
import { spreadOf } from './summary.ts';
import { barTable, digits, table } from './table.ts';

// Each name costs its host a login all the same; a few hosts bear it as well as one for each.
const hostCount = 4;
const rounds = 3;

// Nothing but questions, so all of it is one stretch.
const site = `
- name: One stretch of probes
  hosts: names
  gather_facts: false
  tasks:
    - name: a file
      stat: {path: /etc/hostname, get_checksum: false}
    - name: a directory
      file: {path: /etc/ssh, state: directory, mode: '0755'}
    - name: a link
      stat: {path: /etc/mtab, get_checksum: false}
    - name: no such thing
      file: {path: /etc/kmesh-bench, state: absent}
`;

/** What many connections at once cost this machine: names of an inventory that all lead to a few hosts. */
export async function measureConnections(names: number): Promise<Section> {
  const { lab, dir } = await makeGround(hostCount, join(benchCache(), 'files'));
  const args = ['run', join(dir, 'many/site.yml'), '-i', writeSite(lab, join(dir, 'many'), names)];
  const meter = await Meter.open(dir);
  const runs: Ended[] = [];
  try {
    for (let i = 0; i < rounds; i++) {
      const run = await meter.runWell(kmeshCommand(args, { KMESH_STATE: join(dir, 'many/state') }));
      refuseTrouble(run, names);
      runs.push(run);
      process.stderr.write(`bench: ${names} connections: ${digits(run.wallSeconds)} s\n`);
    }
  } finally {
    await meter.close();
  }
  return sectionOf(runs, names);
}

function sectionOf(runs: readonly Ended[], names: number): Section {
  const cpu = spreadOf(runs.map(({ cpuSeconds }) => (cpuSeconds * 1000) / names)).median;
  const wall = spreadOf(runs.map(({ wallSeconds }) => wallSeconds)).median;
  const rss = spreadOf(runs.map(({ maxRssBytes }) => maxRssBytes / 1e6)).median;
  const bars = [
    atMost(`${names} hosts, controller CPU per host`, cpu, 8, 'ms'),
    atMost(`${names} hosts, memory`, Math.round(rss), 300, 'MB'),
  ];
  const head = ['names', 'wall s', 'controller CPU ms per name', 'RSS MB'];
  const row = [String(names), digits(wall), digits(cpu), digits(Math.round(rss))];
  const text = `### Many connections\n\n${table(head, [row])}\n\n${barTable(bars)}`;
  return { text, bars, numbers: { names, wall, cpu, rss } };
}

// A warning or an error that nobody caught would not always change the exit code.
function refuseTrouble({ output }: Ended, names: number): void {
  const isWell = output.includes(`${names} hosts, 0 changed, 0 failed`) && !/warning|unhandled|error:/i.test(output);
  if (!isWell) throw new LabError(`${names} connections did not all go well:\n${output.slice(-2000)}`);
}

function writeSite(lab: Lab, dir: string, names: number): string {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'site.yml'), site);
  const hosts = Array.from({ length: names }, (_, i) => {
    const { address } = lab.hosts[i % lab.hosts.length] ?? { address: '' };
    return `n${i + 1} ansible_host=${address}\n`;
  });
  const access = readFileSync(lab.inventoryPath, 'utf8').replace(/^[\s\S]*(?=\[all:vars\])/, '');
  const path = join(dir, 'names.ini');
  writeFileSync(path, `[names]\n${hosts.join('')}\n${access}`);
  return path;
}

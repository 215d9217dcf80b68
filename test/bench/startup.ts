import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atMost } from './bars.ts';
import { plainEnv } from './contender.ts';
import { kmeshCommand } from './contenders.ts';
import { type Ended, Meter } from './meter.ts';
import type { Section } from './section.ts';
import { spreadOf } from './summary.ts';
import { barTable, digits, table } from './table.ts';

/** What it costs to start, and to read a large site; no host takes part. */
export async function measureStartup(rounds: number): Promise<Section> {
  const dir = mkdtempSync(join(tmpdir(), 'kmesh-bench-'));
  const meter = await Meter.open(dir);
  try {
    const commands = {
      node: { argv: [process.execPath, '-e', '0'], cwd: dir, env: plainEnv },
      version: kmeshCommand(['--version']),
      syntax: kmeshCommand(['run', writeLargeSite(dir), '-i', 'h1,', '--syntax-check']),
    };
    // the first of each reads its files from the disk
    for (const command of Object.values(commands)) await meter.runWell(command);
    const runs = { node: [] as Ended[], version: [] as Ended[], syntax: [] as Ended[] };
    for (let i = 0; i < rounds * 4; i++) {
      runs.node.push(await meter.runWell(commands.node));
      runs.version.push(await meter.runWell(commands.version));
    }
    for (let i = 0; i < rounds; i++) runs.syntax.push(await meter.runWell(commands.syntax));
    return sectionOf(runs);
  } finally {
    await meter.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

function sectionOf({ node, version, syntax }: Readonly<Record<'node' | 'version' | 'syntax', Ended[]>>): Section {
  const bars = [
    atMost('`kmesh --version` / `node -e 0`', wall(version) / wall(node), 1.5, '×'),
    atMost('`--syntax-check` of 1,000 tasks, CPU', cpu(syntax), 1, 's'),
  ];
  const row = (name: string, runs: readonly Ended[]): string[] => [
    name,
    digits(wall(runs) * 1000),
    digits(cpu(runs) * 1000),
  ];
  const rows = [
    row('`node -e 0`', node),
    row('`kmesh --version`', version),
    row('`kmesh run --syntax-check`, 1,000 tasks', syntax),
  ];
  const text = `### Start\n\n${table(['', 'wall ms', 'CPU ms'], rows)}\n\n${barTable(bars)}`;
  return { text, bars, numbers: { node: wall(node), version: wall(version), syntaxCpu: cpu(syntax) } };
}

function wall(runs: readonly Ended[]): number {
  return spreadOf(runs.map(({ wallSeconds }) => wallSeconds)).median;
}

function cpu(runs: readonly Ended[]): number {
  return spreadOf(runs.map(({ cpuSeconds }) => cpuSeconds)).median;
}

/** 20 roles of 50 tasks, of the kinds a real site has. */
function writeLargeSite(dir: string): string {
  const names = Array.from({ length: 20 }, (_, i) => `role${i + 1}`);
  for (const name of names) {
    for (const folder of ['tasks', 'templates', 'handlers', 'defaults']) {
      mkdirSync(join(dir, 'roles', name, folder), { recursive: true });
    }
    const write = (path: string, text: string): void => writeFileSync(join(dir, 'roles', name, path), text);
    write('defaults/main.yml', `${name}_port: 80\n${name}_peers: [{ip: 10.0.0.1}, {ip: 10.0.0.2}]\n`);
    write('handlers/main.yml', `- name: reload ${name}\n  service: {name: ${name}, state: reloaded}\n`);
    write('templates/main.conf.hbs', `{{#each ${name}_peers}}\npeer {{ip}}:{{@root.${name}_port}}\n{{/each}}\n`);
    write('tasks/main.yml', Array.from({ length: 10 }, (_, i) => fiveTasks(name, i)).join(''));
  }
  const path = join(dir, 'site.yml');
  writeFileSync(path, `- name: Large\n  hosts: all\n  roles: [${names.join(', ')}]\n`);
  return path;
}

function fiveTasks(role: string, i: number): string {
  return `- name: directory ${i}
  file: {path: /etc/${role}/${i}, state: directory, mode: '0755'}
- name: config ${i}
  template: {src: main.conf.hbs, dest: /etc/${role}/${i}/main.conf, mode: '0644'}
  notify: reload ${role}
- name: asked ${i}
  command: cat /etc/${role}/${i}/main.conf
  register: ${role}_said_${i}
  changed_when: false
- name: told ${i}
  debug: {msg: "{{ ${role}_said_${i}.stdout }}"}
  when: size(${role}_peers) > ${i} && ${role}_port != 443
- name: line ${i}
  lineinfile: {path: /etc/${role}/lines, line: "{{ ${role}_port }} ${i}", create: true}
`;
}

import { writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { existingLab, labObstacle } from '../lab/lab.ts';
import { run } from '../lab/run.ts';
import { labNames } from '../lab/state.ts';
import { barsOf, isKept } from './bars.ts';
import { measureConnections } from './connections.ts';
import type { Contender } from './contender.ts';
import { allContenders } from './contenders.ts';
import { replaceSection } from './markdown.ts';
import { parseOptions, type BenchOptions, usage } from './options.ts';
import { labName, measureRole } from './rounds.ts';
import { measureStartup } from './startup.ts';
import { summarize } from './summary.ts';
import { barTable, digits, roleTables } from './table.ts';
import type { Trial } from './trial.ts';

const root = join(import.meta.dirname, '../..');

async function main(options: BenchOptions, all: ReadonlyMap<string, Contender>): Promise<number> {
  const contenders = takingPart(options, all);
  await run('node', ['build.js'], { cwd: root });
  const trials = options.rounds > 0 ? await measureRole(options, contenders, tell) : [];
  const summaries = summarize(trials);
  const connections = options.connections > 0 ? await measureConnections(options.connections) : null;
  const startup = options.startup ? await measureStartup(Math.max(5, options.rounds)) : null;
  const roleBars = barsOf(summaries);
  const sections = {
    role: trials.length === 0 ? null : roleTables(summaries, roleBars),
    connections: connections?.text ?? null,
    startup: startup?.text ?? null,
  };
  const bars = [...roleBars, ...(connections?.bars ?? []), ...(startup?.bars ?? [])];
  const about = await machine(options);
  process.stdout.write(`\n${about}\n\n${Object.values(sections).filter(Boolean).join('\n\n')}\n`);
  const missed = bars.filter((bar) => !isKept(bar));
  process.stdout.write(`\n${bars.length - missed.length} bars kept, ${missed.length} missed\n`);
  if (missed.length > 0) process.stdout.write(`${barTable(missed)}\n`);
  if (options.json !== null) writeJson(options.json, { about, trials, summaries, connections, startup, bars });
  if (options.markdown !== null) {
    for (const [name, text] of Object.entries(sections)) {
      if (text !== null) replaceSection(options.markdown, name, `${about}\n\n${text}`);
    }
  }
  if (!options.keep && labNames().includes(labName)) await existingLab(labName).down();
  return 0;
}

function takingPart({ contenders, rounds }: BenchOptions, all: ReadonlyMap<string, Contender>): Contender[] {
  if (rounds === 0) return [];
  return contenders.flatMap((name) => {
    const contender = all.get(name);
    if (contender === undefined) return [];
    if (contender.obstacle === null) return [contender];
    process.stderr.write(`bench: SKIPPED, ${name} does not take part: ${contender.obstacle}\n`);
    return [];
  });
}

function tell({ contender, phase, hosts, rttMs, round, wallSeconds, cpuSeconds }: Trial): void {
  const numbers = `${digits(wallSeconds)} s, controller CPU ${digits(cpuSeconds)} s`;
  process.stderr.write(`bench: ${hosts} hosts, +${rttMs} ms, round ${round + 1}, ${phase}, ${contender}: ${numbers}\n`);
}

/** What the numbers were measured on. */
async function machine({ rounds }: BenchOptions): Promise<string> {
  const commit = await run('git', ['describe', '--always', '--dirty'], { cwd: root }).catch(() => 'unknown');
  const processors = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), shared by controller and hosts`;
  const versions = `Linux ${release()}, Node ${process.versions.node}`;
  const times = rounds > 0 ? `; medians of ${rounds} rounds (least–most)` : '';
  return `kmesh ${commit}, ${new Date().toISOString().slice(0, 10)}: ${processors}, ${versions}${times}.`;
}

function writeJson(path: string, result: unknown): void {
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
}

const all = allContenders();
const obstacle = labObstacle();
let options: BenchOptions | null = null;
try {
  options = parseOptions(process.argv.slice(2), [...all.keys()]);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 2;
}
if (obstacle !== null) {
  process.stderr.write(`${obstacle}\n`);
  process.exitCode = 2;
} else if (options !== null) {
  process.exitCode = await main(options, all);
}

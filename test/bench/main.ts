import { join } from 'node:path';
import { existingLab, labObstacle } from '../lab/lab.ts';
import { formatLink } from '../lab/link.ts';
import { run } from '../lab/run.ts';
import { labNames } from '../lab/state.ts';
import { measureConnections } from './connections.ts';
import type { Contender } from './contender.ts';
import { allContenders } from './contenders.ts';
import { labName } from './ground.ts';
import { parseOptions, type BenchOptions, usage } from './options.ts';
import { type Result, writeResult } from './result.ts';
import { type Listener, measureRole } from './rounds.ts';
import { measureStartup } from './startup.ts';
import { digits } from './table.ts';

// npm run bench -- --help

const root = join(import.meta.dirname, '../..');

async function main(options: BenchOptions, all: ReadonlyMap<string, Contender>): Promise<number> {
  const absent: Result['absent'] = new Map();
  const contenders = takingPart(options, all, absent);
  await run('node', ['build.js'], { cwd: root });
  const trials = options.rounds > 0 ? await measureRole(options, contenders, listener(absent)) : [];
  const connections = options.connections > 0 ? await measureConnections(options.connections) : null;
  const startup = options.startup ? await measureStartup(Math.max(5, options.rounds)) : null;
  await writeResult({ trials, absent, connections, startup }, options);
  if (!options.keep && labNames().includes(labName)) await existingLab(labName).down();
  return contenders.some(({ name }) => absent.has(name)) ? 1 : 0;
}

function takingPart(
  { contenders, rounds }: BenchOptions,
  all: ReadonlyMap<string, Contender>,
  absent: Map<string, string>,
): Contender[] {
  const wanted = rounds === 0 ? [] : contenders.flatMap((name) => all.get(name) ?? []);
  for (const { name, obstacle } of wanted) {
    if (obstacle === null) continue;
    absent.set(name, obstacle);
    process.stderr.write(`bench: SKIPPED, ${name} does not take part: ${obstacle}\n`);
  }
  return wanted.filter(({ obstacle }) => obstacle === null);
}

function listener(absent: Map<string, string>): Listener {
  return {
    trial({ contender, phase, hosts, link, round, wallSeconds, cpuSeconds }) {
      const numbers = `${digits(wallSeconds)} s, controller CPU ${digits(cpuSeconds)} s`;
      const what = `${hosts} hosts, ${formatLink(link)}, round ${round + 1}, ${phase}`;
      process.stderr.write(`bench: ${what}, ${contender}: ${numbers}\n`);
    },
    dropout(contender, why) {
      absent.set(contender, 'failed');
      process.stderr.write(`bench: ${contender} FAILED and takes no further part: ${why}\n`);
    },
  };
}

const all = allContenders();

function readOptions(): BenchOptions | null {
  try {
    return parseOptions(process.argv.slice(2), [...all.keys()]);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return null;
  }
}

const obstacle = labObstacle();
if (obstacle !== null) process.stderr.write(`${obstacle}\n`);
const options = obstacle === null ? readOptions() : null;
process.exitCode = options === null ? 2 : await main(options, all);

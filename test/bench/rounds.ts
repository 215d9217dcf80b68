import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Lab, openLab } from '../lab/lab.ts';
import { LabError, run } from '../lab/run.ts';
import { benchCache, ensureBinaries } from './binaries.ts';
import type { Contender, Ground } from './contender.ts';
import { clearCounts, mostOf, readCounts } from './counts.ts';
import { countHosts } from './host-usage.ts';
import { writeInventory } from './inventory.ts';
import { Meter } from './meter.ts';
import type { BenchOptions } from './options.ts';
import { addPython } from './python.ts';
import { binaries, roleFiles } from './role.ts';
import type { Phase, Trial } from './trial.ts';
import { verifyHosts } from './verify.ts';

export const labName = 'bench';

/** Hears of each run as soon as it was measured, and why somebody gave up. */
export interface Listener {
  trial(trial: Trial): void;
  dropout(contender: string, why: string): void;
}

/** Runs the role in all settings; contenders take turns, and each round another one begins. */
export async function measureRole(
  options: BenchOptions,
  contenders: readonly Contender[],
  listener: Listener,
): Promise<Trial[]> {
  const filesDir = join(benchCache(), 'files');
  ensureBinaries(filesDir, binaries);
  const trials: Trial[] = [];
  const left = new Set(contenders);
  for (const hosts of options.hosts) {
    const ground = await makeGround(hosts, filesDir);
    for (const contender of contenders) contender.prepare(ground);
    const meter = await Meter.open(ground.dir);
    try {
      for (const { rttMs, round } of roundsOf(options)) {
        if (round === 0) await ground.lab.setRtt(rttMs);
        for (const contender of rotated([...left], round)) {
          const { phases } = options;
          const all = turn({ ground, meter, contender, round, rttMs, phases });
          const isWell = await take(all, contender, { trials, listener });
          if (!isWell) left.delete(contender);
        }
      }
    } finally {
      await meter.close();
    }
  }
  return trials;
}

function roundsOf({ rtt, rounds }: BenchOptions): { rttMs: number; round: number }[] {
  return rtt.flatMap((rttMs) => Array.from({ length: rounds }, (_, round) => ({ rttMs, round })));
}

/** Keeps what a contender's turn gives; false when it fails, and that is no reason to lose what others did. */
async function take(
  turnOfOne: AsyncGenerator<Trial>,
  { name }: Contender,
  { trials, listener }: { readonly trials: Trial[]; readonly listener: Listener },
): Promise<boolean> {
  try {
    for await (const trial of turnOfOne) {
      trials.push(trial);
      listener.trial(trial);
    }
    return true;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    listener.dropout(name, error.message);
    return false;
  }
}

/** The lab with so many new hosts, and a folder for our files in it. */
export async function makeGround(hosts: number, filesDir: string): Promise<Ground> {
  const lab = await openLab({ name: labName, hosts, rttMs: 0, fresh: true });
  const dir = join(lab.dir, 'bench');
  mkdirSync(dir, { recursive: true });
  const inventoryPath = writeInventory(lab, join(dir, 'inventory'), filesDir);
  return { lab, dir, inventoryPath, filesDir, countsPath: join(dir, 'counts.jsonl') };
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const start = by % Math.max(1, items.length);
  return [...items.slice(start), ...items.slice(0, start)];
}

interface Turn {
  readonly ground: Ground;
  readonly meter: Meter;
  readonly contender: Contender;
  readonly round: number;
  readonly rttMs: number;
  readonly phases: readonly Phase[];
}

/** One contender's runs of a round: on new hosts, once more, and a check of new hosts. */
async function* turn(how: Turn): AsyncGenerator<Trial> {
  const wants = (phase: Phase): boolean => how.phases.includes(phase) && how.contender.phases.includes(phase);
  if (wants('first') || wants('second')) {
    await newHosts(how);
    const first = how.contender.phases.includes('first') ? await measureFirst(how) : null;
    if (first !== null && wants('first')) yield first;
    if (wants('second')) yield await measure(how, 'second');
  }
  if (wants('check')) {
    await newHosts(how);
    yield await measure(how, 'check');
  }
}

async function measureFirst(how: Turn): Promise<Trial> {
  const first = await measure(how, 'first');
  await verifyHosts(how.ground.lab, how.ground.filesDir, how.contender.name);
  return first;
}

async function newHosts({ ground, contender }: Turn): Promise<void> {
  await ground.lab.reset();
  rmSync(join(ground.dir, 'state'), { recursive: true, force: true });
  if (contender.wantsPython) await addPython(ground.lab);
}

async function measure({ ground, meter, contender, round, rttMs }: Turn, phase: Phase): Promise<Trial> {
  const { lab, countsPath } = ground;
  // what an earlier run has written must not go to the disk during this one
  await run('sync', []);
  lab.mark();
  clearCounts(countsPath);
  const end = await countHosts(lab);
  const { code: _, output, ...usage } = await meter.runWell(contender.command(phase, ground));
  const host = await end();
  const counts = mostOf(readCounts(countsPath));
  const written = Math.max(...lab.hosts.map(({ name }) => lab.changed(name).length));
  const filesShown = phase === 'check' ? shownIn(output, lab) : null;
  const setting = { contender: contender.name, phase, hosts: lab.hosts.length, rttMs, round };
  return { ...setting, ...usage, host, counts, written, filesShown };
}

/** How many of the first host's small files stand in the output line by line. */
function shownIn(output: string, lab: Lab): number {
  const lines = new Set(output.split('\n').map((line) => line.trim()));
  const isShown = (text: string): boolean =>
    text
      .trimEnd()
      .split('\n')
      .every((line) => lines.has(`+${line}`));
  return roleFiles(lab.hosts[0]?.name ?? '', 1).filter(({ text }) => isShown(text)).length;
}

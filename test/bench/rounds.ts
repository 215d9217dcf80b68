import { join } from 'node:path';
import type { Link } from '../lab/link.ts';
import { LabError } from '../lab/run.ts';
import { benchCache, ensureBinaries } from './binaries.ts';
import type { Contender } from './contender.ts';
import { makeGround } from './ground.ts';
import { Meter } from './meter.ts';
import type { BenchOptions } from './options.ts';
import { binaries } from './role.ts';
import type { Trial } from './trial.ts';
import { takeTurn } from './turn.ts';

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
  const budget = new Budget(options);
  for (const hosts of options.hosts) {
    const ground = await makeGround(hosts, filesDir);
    for (const contender of contenders) contender.prepare(ground);
    const meter = await Meter.open(ground.dir);
    try {
      for (const { link, round } of roundsOf(options)) {
        if (round === 0) await ground.lab.setLink(link);
        if (!budget.hasTime(round)) continue;
        for (const contender of rotated([...left], round)) {
          const { phases } = options;
          const turn = takeTurn({ ground, meter, contender, round, link, phases });
          const isWell = await keep(turn, contender, { trials, listener });
          if (!isWell) left.delete(contender);
        }
      }
    } finally {
      await meter.close();
    }
  }
  return trials;
}

/** Divides the time that is left among the settings that are left. */
class Budget {
  #left: number;
  readonly #until: number | null;
  #begun = 0;
  #share = Infinity;

  constructor({ budgetMs, hosts, links }: BenchOptions) {
    this.#left = hosts.length * links.length;
    this.#until = budgetMs === null ? null : performance.now() + budgetMs;
  }

  /** Whether a round of this setting may begin: the first one always, others when they will be over in time. */
  hasTime(round: number): boolean {
    const now = performance.now();
    if (round === 0) {
      this.#begun = now;
      this.#share = this.#until === null ? Infinity : (this.#until - now) / this.#left--;
      return true;
    }
    const spent = now - this.#begun;
    return spent + spent / round <= this.#share;
  }
}

function roundsOf({ links, rounds }: BenchOptions): { link: Link; round: number }[] {
  return links.flatMap((link) => Array.from({ length: rounds }, (_, round) => ({ link, round })));
}

/** Keeps what a contender's turn gives; false when it fails, and that is no reason to lose what others did. */
async function keep(
  turn: AsyncGenerator<Trial>,
  { name }: Contender,
  { trials, listener }: { readonly trials: Trial[]; readonly listener: Listener },
): Promise<boolean> {
  try {
    for await (const trial of turn) {
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

function rotated<T>(items: readonly T[], by: number): T[] {
  const start = by % Math.max(1, items.length);
  return [...items.slice(start), ...items.slice(0, start)];
}

import type { Setting, Trial } from './trial.ts';

/** The middle of some runs, and how far they lie apart. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** All runs of one contender in one setting. */
export interface Summary extends Setting {
  readonly runs: number;
  readonly wall: Spread;
  readonly cpu: Spread;
  readonly hostCpu: Spread;
  readonly rss: Spread;
  readonly wireBytes: Spread;
  readonly forks: Spread;
  /** Null where nothing counts them. */
  readonly roundTrips: Spread | null;
  readonly channels: Spread | null;
  readonly written: Spread;
  readonly filesShown: Spread | null;
}

/** Puts runs of the same setting together, in the order they came first. */
export function summarize(trials: readonly Trial[]): Summary[] {
  const groups = new Map<string, Trial[]>();
  for (const trial of trials) {
    const key = JSON.stringify([trial.hosts, trial.link, trial.phase, trial.contender]);
    groups.set(key, [...(groups.get(key) ?? []), trial]);
  }
  return [...groups.values()].map(summaryOf);
}

/** Median, least and most of some numbers, of which there is one at least. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
  return { median, least: sorted[0] ?? 0, most: sorted.at(-1) ?? 0 };
}

function summaryOf(trials: readonly Trial[]): Summary {
  const [{ contender, phase, hosts, link }] = trials as readonly [Trial];
  const spread = (pick: (trial: Trial) => number): Spread => spreadOf(trials.map(pick));
  const known = (pick: (trial: Trial) => number | undefined | null): Spread | null => {
    const values = trials.map(pick).filter((value) => typeof value === 'number');
    return values.length === 0 ? null : spreadOf(values);
  };
  return {
    contender,
    phase,
    hosts,
    link,
    runs: trials.length,
    wall: spread((t) => t.wallSeconds),
    cpu: spread((t) => t.cpuSeconds),
    hostCpu: spread((t) => t.host.cpuSeconds),
    rss: spread((t) => t.maxRssBytes),
    wireBytes: spread((t) => t.host.wireBytes),
    forks: spread((t) => t.host.forks),
    roundTrips: known((t) => t.counts?.roundTrips),
    channels: known((t) => t.counts?.channels),
    written: spread((t) => t.written),
    filesShown: known((t) => t.filesShown),
  };
}

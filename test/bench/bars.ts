import { formatLink } from '../lab/link.ts';
import type { Summary } from './summary.ts';
import type { Phase } from './trial.ts';

/** Something that was promised, and what was measured. */
export interface Bar {
  readonly what: string;
  readonly measured: number;
  readonly limit: number;
  /** `at-most` the limit, or `at-least`. */
  readonly sense: 'at-most' | 'at-least';
  readonly unit: string;
}

/** Whether the promise is kept. */
export function isKept({ measured, limit, sense }: Bar): boolean {
  return sense === 'at-most' ? measured <= limit : measured >= limit;
}

/** All promises about the role that these runs can tell of. */
export function barsOf(summaries: readonly Summary[]): Bar[] {
  const own = summaries.filter(({ contender }) => contender === 'kmesh');
  return own.flatMap((kmesh) => {
    const other = (contender: string): Summary | undefined =>
      summaries.find(
        (each) =>
          each.contender === contender &&
          each.phase === kmesh.phase &&
          each.hosts === kmesh.hosts &&
          formatLink(each.link) === formatLink(kmesh.link),
      );
    const { hosts, link } = kmesh;
    const where = `${hosts} ${hosts === 1 ? 'host' : 'hosts'}, ${formatLink(link)}`;
    return barsByPhase[kmesh.phase](kmesh, other).map((bar) => ({
      ...bar,
      what: `${kmesh.phase}, ${where}: ${bar.what}`,
    }));
  });
}

type Other = (contender: string) => Summary | undefined;

const barsByPhase: Readonly<Record<Phase, (kmesh: Summary, other: Other) => Bar[]>> = {
  first: (kmesh, other) => [
    // Where the line is narrow, what is packed is ahead.
    ...wallAgainst(kmesh, other('floor'), kmesh.link.mbit > 0 ? 0.8 : 1.2),
    ...timesAhead(kmesh, other('pyinfra'), 4),
  ],

  second: (kmesh, other) => {
    const far = kmesh.link.rttMs > 0;
    return [
      ...(kmesh.hosts === 1
        ? wallAgainst(kmesh, other('floor'), 1.3)
        : wallAgainst(kmesh, other(far ? 'floor' : 'floor25519'), 1)),
      ...(kmesh.hosts === 1 ? [] : cpuAgainst(kmesh, other('floor'), 1)),
      ...timesAhead(kmesh, other('pyinfra'), far ? 3.5 : 2.5),
      ...timesAhead(kmesh, other('mitogen'), 14),
      ...timesAhead(kmesh, other('ansible'), 28),
      ...counted('round trips per host', kmesh.roundTrips?.most, 3),
      ...counted('channels per host', kmesh.channels?.most, 2),
    ];
  },

  check: (kmesh) => [
    ...counted('round trips per host', kmesh.roundTrips?.most, 3),
    ...counted('paths written', kmesh.written.most, 0),
    ...(kmesh.filesShown === null ? [] : [atLeast('files shown in full', kmesh.filesShown.least, 9, '')]),
  ],
};

function wallAgainst(kmesh: Summary, floor: Summary | undefined, limit: number): Bar[] {
  if (floor === undefined) return [];
  return [atMost(`wall / ${floor.contender}`, kmesh.wall.median / floor.wall.median, limit, '×')];
}

function cpuAgainst(kmesh: Summary, floor: Summary | undefined, limit: number): Bar[] {
  if (floor === undefined) return [];
  return [atMost(`controller CPU / ${floor.contender}`, kmesh.cpu.median / floor.cpu.median, limit, '×')];
}

function timesAhead(kmesh: Summary, slower: Summary | undefined, limit: number): Bar[] {
  if (slower === undefined) return [];
  return [atLeast(`ahead of ${slower.contender}`, slower.wall.median / kmesh.wall.median, limit, '×')];
}

function counted(what: string, measured: number | undefined, limit: number): Bar[] {
  return measured === undefined ? [] : [atMost(what, measured, limit, '')];
}

/** A promise that a number stays below. */
export function atMost(what: string, measured: number, limit: number, unit: string): Bar {
  return { what, measured, limit, unit, sense: 'at-most' };
}

function atLeast(what: string, measured: number, limit: number, unit: string): Bar {
  return { what, measured, limit, unit, sense: 'at-least' };
}

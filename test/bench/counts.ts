import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { Counts } from './trial.ts';

/** What `KMESH_COUNTS` has the program append: a line of JSON per host. */
export interface HostCounts extends Counts {
  readonly host: string;
}

/** Forgets what was counted. */
export function clearCounts(path: string): void {
  rmSync(path, { force: true });
}

/** What was counted since; none when the program does not count. */
export function readCounts(path: string): HostCounts[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as HostCounts);
}

/** The most of any host; null when nothing was counted. */
export function mostOf(hosts: readonly HostCounts[]): Counts | null {
  if (hosts.length === 0) return null;
  const most = (pick: (counts: Counts) => number): number => Math.max(...hosts.map(pick));
  return {
    roundTrips: most((c) => c.roundTrips),
    channels: most((c) => c.channels),
    bytesSent: most((c) => c.bytesSent),
    bytesReceived: most((c) => c.bytesReceived),
  };
}

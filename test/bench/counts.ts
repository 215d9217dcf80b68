import type { Counts } from './trial.ts';

/** What kmesh counted for a host, as its JSON recap tells it. */
export interface HostCounts extends Counts {
  readonly host: string;
}

/** One line of `--output json`, as far as it is looked at here. */
export interface JsonLine {
  readonly event?: string;
  readonly changes?: readonly { readonly diff: string | null }[];
  readonly hosts?: readonly { readonly host: string; readonly traffic: Counts }[];
}

/** The lines of `--output json`; none for other outputs. */
export function jsonLines(output: string): JsonLine[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{"event"'))
    .map((line) => JSON.parse(line) as JsonLine);
}

/** What was counted for each host. */
export function countsIn(output: string): HostCounts[] {
  const end = jsonLines(output).find(({ event }) => event === 'run-finished');
  return (end?.hosts ?? []).map(({ host, traffic }) => ({ host, ...traffic }));
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

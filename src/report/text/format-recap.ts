import type { HostRecap } from '../../engine/events.ts';
import { formatProfile } from './format-profile.ts';
import { formatRecapTable } from './format-recap-table.ts';
import { formatTraffic } from './format-traffic.ts';
import type { ProfileResult } from '../profile.ts';
import type { Style } from './style.ts';
import { count, oneLine, seconds, wrapNames } from './text.ts';

/** The end of a run. */
export interface RunResult {
  readonly recap: readonly HostRecap[];
  readonly durationMs: number;
  readonly interrupted: boolean;
  /** Why hosts failed or could not be reached, by host, in one line each. */
  readonly reasons: ReadonlyMap<string, string>;
  /** Handlers that did not run though they were notified, by host. */
  readonly owed: ReadonlyMap<string, readonly string[]>;
  /** `null`: nobody asks. */
  readonly profile: ProfileResult | null;
  /** Name under which the run is kept; `null`: it is not. */
  readonly journal: string | null;
}

// In a larger table nobody finds the host that matters among those that were right already.
const fullTable = 40;

/** The table of hosts, why some are not as they should be, and the sum in one line. Ends with a newline. */
export function formatRecap(result: RunResult, style: Style): string {
  const { recap } = result;
  const isQuiet = recap.length > fullTable && style.verbosity === 0;
  const shown = isQuiet ? recap.filter((host) => !isUneventful(host)) : recap;
  const lines = [
    ...(result.profile === null ? [] : formatProfile(result.profile, style)),
    ...(style.verbosity < 3 || recap.length === 0 ? [] : formatTraffic(recap, style)),
    ...(shown.length === 0 ? [] : formatRecapTable(shown, style)),
    ...(shown.length === recap.length ? [] : [others(recap.length - shown.length, shown.length)]),
    ...reasonLines(result, style),
    ...owedLines(result, style),
    sum(result, style),
    ...(result.journal === null ? [] : [style.colours.dim(`Journal: run ${oneLine(result.journal)}`)]),
  ];
  return `${lines.join('\n')}\n`;
}

function isUneventful(host: HostRecap): boolean {
  return host.changed + host.deferred + host.failed + host.rescued + host.ignored === 0 && !host.unreachable;
}

function others(amount: number, shown: number): string {
  return `${amount}${shown === 0 ? '' : ' other'} hosts are as they should be: nothing changed (-v shows each)`;
}

// Far below what was told when it happened: once more, in short, hosts with the same reason together.
function reasonLines({ recap, reasons }: RunResult, { colours, width }: Style): string[] {
  const hostsByReason = new Map<string, string[]>();
  for (const { host, failed, unreachable } of recap) {
    const reason = reasons.get(host);
    if (reason === undefined || (failed === 0 && !unreachable)) continue;
    hostsByReason.set(reason, [...(hostsByReason.get(reason) ?? []), oneLine(host)]);
  }
  return [...hostsByReason].flatMap(([reason, hosts]) => {
    const names = wrapNames(hosts, width);
    return [...names.slice(0, -1), `${names.at(-1)}: ${reason}`].map((line) => colours.red(line));
  });
}

function owedLines({ owed }: RunResult, { colours, width }: Style): string[] {
  const hostsByHandlers = new Map<string, string[]>();
  for (const [host, handlers] of owed) {
    const names = handlers.map(oneLine).join(', ');
    hostsByHandlers.set(names, [...(hostsByHandlers.get(names) ?? []), oneLine(host)]);
  }
  return [...hostsByHandlers].flatMap(([handlers, hosts]) => {
    const names = wrapNames(hosts, width);
    const verb = hosts.length === 1 ? 'owes' : 'owe';
    const last = `${names.at(-1)} ${verb}: ${handlers} (run again, or see \`kmesh status\`)`;
    return [...names.slice(0, -1), last].map((line) => colours.yellow(line));
  });
}

function sum({ recap, durationMs, interrupted }: RunResult, { check, colours }: Style): string {
  const total = (value: (host: HostRecap) => number): number => recap.reduce((all, host) => all + value(host), 0);
  const changed = total((host) => host.changed);
  const deferred = total((host) => host.deferred);
  const failed = total((host) => host.failed);
  const rescued = total((host) => host.rescued);
  const unreachable = total((host) => Number(host.unreachable));
  const parts = [
    count(recap.length, 'host'),
    `${changed} ${check ? 'would change' : 'changed'}`,
    ...(deferred > 0 ? [`${deferred} deferred`] : []),
    `${failed} failed`,
    ...(rescued > 0 ? [`${rescued} rescued`] : []),
    ...(unreachable > 0 ? [`${unreachable} unreachable`] : []),
  ];
  const told = `${parts.join(', ')} in ${seconds(durationMs)}${check ? '; nothing was written' : ''}.`;
  const line = interrupted ? `Interrupted: ${told}` : told;
  return failed > 0 || unreachable > 0 || interrupted ? colours.red(line) : colours.bold(line);
}

import { formatLink } from '../lab/link.ts';
import { type Bar, isKept } from './bars.ts';
import type { Spread, Summary } from './summary.ts';

/** Tables of all settings, each with what the bars say of it, in Markdown. */
export function roleTables(summaries: readonly Summary[], bars: readonly Bar[]): string {
  const settings = new Map<string, Summary[]>();
  for (const summary of summaries) {
    const title = titleOf(summary);
    settings.set(title, [...(settings.get(title) ?? []), summary]);
  }
  const tables = [...settings].map(([title, rows]) => `### ${title}\n\n${settingTable(rows)}`);
  return [...tables, ...(bars.length > 0 ? [`### Bars\n\n${barTable(bars)}`] : [])].join('\n\n');
}

/** The bars, kept or missed. */
export function barTable(bars: readonly Bar[]): string {
  const rows = bars.map((bar) => [
    isKept(bar) ? 'kept' : '**missed**',
    bar.what,
    `${digits(bar.measured)} ${bar.unit}`,
    `${bar.sense === 'at-most' ? '≤' : '≥'} ${bar.limit} ${bar.unit}`,
  ]);
  return table(['', 'bar', 'measured', 'promised'], rows);
}

/** A table of Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), line(head.map(() => '---')), ...rows.map((row) => line(row))].join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.trim()).join(' | ')} |`;
}

/** A number with as many digits as mean something. */
export function digits(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

const titles = { first: 'First run', second: 'Second run', check: 'Check of new hosts' };

function titleOf({ phase, hosts, link }: Summary): string {
  return `${titles[phase]}, ${hosts} ${hosts === 1 ? 'host' : 'hosts'}, ${formatLink(link)}`;
}

const head = [
  '',
  'wall s',
  '× floor25519',
  '× floor',
  'controller CPU s',
  '× floor',
  'RSS MB',
  'host CPU s',
  'wire KB',
  'processes',
  'round trips',
  'channels',
  'paths written',
];

function settingTable(rows: readonly Summary[]): string {
  const named = (name: string): Summary | undefined => rows.find(({ contender }) => contender === name);
  const [floor, fastFloor] = [named('floor'), named('floor25519')];
  const cells = rows
    .toSorted((a, b) => a.wall.median - b.wall.median)
    .map((row) => [
      row.contender,
      spread(row.wall),
      ratio(row.wall, fastFloor?.wall),
      ratio(row.wall, floor?.wall),
      spread(row.cpu),
      ratio(row.cpu, floor?.cpu),
      digits(Math.round(row.rss.median / 1e6)),
      digits(row.hostCpu.median),
      digits(row.wireBytes.median / 1000),
      digits(Math.round(row.forks.median)),
      row.roundTrips === null ? '–' : digits(row.roundTrips.median),
      row.channels === null ? '–' : digits(row.channels.median),
      digits(row.written.median),
    ]);
  return table(head, cells);
}

function spread({ median, least, most }: Spread): string {
  return least === most ? digits(median) : `${digits(median)} (${digits(least)}–${digits(most)})`;
}

function ratio(of: Spread, to: Spread | undefined): string {
  return to === undefined ? '–' : digits(of.median / to.median);
}

import type { HostRecap } from '../../engine/events.ts';
import type { Colours, Style } from './style.ts';
import { displayWidth } from '../../base/display-width.ts';
import { oneLine, padEnd, padStart, seconds, truncate } from './text.ts';

interface Column {
  readonly title: string;
  readonly value: (recap: HostRecap) => string;
  readonly colour: keyof Pick<Colours, 'green' | 'yellow' | 'magenta' | 'cyan' | 'red' | 'reset'>;
  /** When it is there: always, where it says something, or always but on a terminal that has no room. */
  readonly shown: 'always' | 'telling' | 'roomy';
}

const amountOf =
  (key: 'ok' | 'changed' | 'deferred' | 'skipped' | 'failed' | 'rescued' | 'ignored') =>
  (recap: HostRecap): string =>
    String(recap[key]);

const columns = (check: boolean): readonly Column[] => [
  { title: 'ok', value: amountOf('ok'), colour: 'green', shown: 'always' },
  { title: check ? 'would change' : 'changed', value: amountOf('changed'), colour: 'yellow', shown: 'always' },
  { title: 'deferred', value: amountOf('deferred'), colour: 'magenta', shown: check ? 'roomy' : 'telling' },
  { title: 'skipped', value: amountOf('skipped'), colour: 'cyan', shown: 'roomy' },
  { title: 'failed', value: amountOf('failed'), colour: 'red', shown: 'always' },
  { title: 'rescued', value: amountOf('rescued'), colour: 'yellow', shown: 'telling' },
  { title: 'ignored', value: amountOf('ignored'), colour: 'red', shown: 'telling' },
  {
    title: 'unreachable',
    value: ({ unreachable }) => String(Number(unreachable)),
    colour: 'red',
    shown: 'roomy',
  },
  { title: 'time', value: ({ durationMs }) => seconds(durationMs).padStart(7), colour: 'reset', shown: 'always' },
];

const narrowestHost = 10;

/** A line per host with its counts, below a heading. */
export function formatRecapTable(recap: readonly HostRecap[], style: Style): string[] {
  const { check, colours } = style;
  const names = Math.max(narrowestHost, ...recap.map(({ host }) => displayWidth(oneLine(host))));
  const shown = fitting(
    columns(check).filter((column) => column.shown !== 'telling' || tells(column, recap)),
    recap,
    (style.columns ?? Infinity) - names,
  );
  const widths = shown.map((column) => widthOf(column, recap));
  const room = (style.columns ?? Infinity) - widths.reduce((sum, width) => sum + width, 0);
  const hostWidth = Math.min(names, Math.max(narrowestHost, room));
  const heading = shown.map(({ title }, i) => padStart(title, widths[i] ?? 0)).join('');
  const rows = recap.map((host) => {
    const name = truncate(oneLine(host.host), hostWidth);
    const cells = shown.map((column, i) => padStart(cell(column, host, colours), widths[i] ?? 0));
    return padEnd(colourOfHost(host, colours)(name), hostWidth) + cells.join('');
  });
  return [colours.bold(padEnd('HOST', hostWidth) + heading), ...rows];
}

/** Columns that say nothing go, the last first, until the others have room. */
function fitting(all: readonly Column[], recap: readonly HostRecap[], room: number): readonly Column[] {
  const needed = all.reduce((sum, column) => sum + widthOf(column, recap), 0);
  const spare = all.findLast((column) => column.shown === 'roomy' && !tells(column, recap));
  return needed <= room || spare === undefined ? all : fitting(without(all, spare), recap, room);
}

function without(all: readonly Column[], one: Column): Column[] {
  return all.filter((column) => column !== one);
}

function tells({ value }: Column, recap: readonly HostRecap[]): boolean {
  return recap.some((host) => value(host) !== '0');
}

function widthOf({ title, value }: Column, recap: readonly HostRecap[]): number {
  return Math.max(title.length, ...recap.map((host) => value(host).length)) + 2;
}

function cell({ value, colour }: Column, host: HostRecap, colours: Colours): string {
  const text = value(host);
  if (text === '0') return colours.dim(text);
  return colour === 'reset' ? text : colours[colour](text);
}

function colourOfHost(host: HostRecap, { red, yellow, green }: Colours): (text: string) => string {
  if (host.failed > 0 || host.unreachable) return red;
  return host.changed > 0 ? yellow : green;
}

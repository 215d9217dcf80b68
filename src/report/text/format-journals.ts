import type { KeptRun } from '../files/journal-files.ts';
import type { Style } from './style.ts';
import { displayWidth } from '../../base/display-width.ts';
import { count, oneLine, padEnd, seconds } from './text.ts';

/** The runs that are kept, one a line. Ends with a newline. */
export function formatJournals(runs: readonly KeptRun[], { colours }: Style): string {
  if (runs.length === 0) return 'No run is kept yet.\n';
  const rows = runs.map((run) => [run.run, whenOf(run), whatOf(run), resultOf(run)]);
  const titles = ['RUN', 'BEGAN (UTC)', 'WHAT', 'RESULT'];
  const widths = titles.map((title, i) => Math.max(title.length, ...rows.map((row) => displayWidth(row[i] ?? ''))));
  const line = (row: readonly string[]): string => row.map((text, i) => padEnd(text, widths[i] ?? 0)).join('  ');
  const lines = rows.map((row, i) => (isGood(runs[i]) ? line(row) : colours.red(line(row))).trimEnd());
  return `${[colours.bold(line(titles).trimEnd()), ...lines].join('\n')}\n`;
}

function whenOf({ startedAt }: KeptRun): string {
  return startedAt.toISOString().slice(0, 16).replace('T', ' ');
}

function whatOf({ started: { playbook, check } }: KeptRun): string {
  return `${oneLine(playbook)}${check ? ' (check)' : ''}`;
}

function resultOf({ started, finished }: KeptRun): string {
  if (finished === null) return `${count(started.hosts.length, 'host')}, has not ended`;
  const { recap, interrupted, durationMs } = finished;
  const sum = (value: (host: (typeof recap)[number]) => number): number =>
    recap.reduce((all, one) => all + value(one), 0);
  const unreachable = sum((host) => Number(host.unreachable));
  const parts = [
    count(recap.length, 'host'),
    `${sum(({ changed }) => changed)} ${started.check ? 'would change' : 'changed'}`,
    `${sum(({ failed }) => failed)} failed`,
    ...(unreachable > 0 ? [`${unreachable} unreachable`] : []),
    ...(interrupted ? ['interrupted'] : []),
  ];
  return `${parts.join(', ')} in ${seconds(durationMs)}`;
}

function isGood(run: KeptRun | undefined): boolean {
  const finished = run?.finished ?? null;
  return finished !== null && !finished.interrupted && !finished.recap.some((h) => h.failed > 0 || h.unreachable);
}

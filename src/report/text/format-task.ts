import type { TaskOutcome, TaskRef } from '../../engine/events.ts';
import { type Counts, type Forgiven, formatCounts } from './format-counts.ts';
import { type Block, formatOutcome } from './format-outcome.ts';
import type { Style } from './style.ts';
import { displayWidth } from '../../base/display-width.ts';
import { indent, oneLine, padEnd, seconds, truncate, wrapNames } from './text.ts';

/** What a task came to on a host. */
export interface HostResult {
  readonly host: string;
  readonly outcome: TaskOutcome;
}

/** A task and all that is known of it, hosts in the order of the play. */
export interface TaskReport {
  readonly task: TaskRef;
  readonly counts: Counts;
  readonly results: readonly HostResult[];
  /** Hosts that began it and were never heard of again. */
  readonly unfinished: readonly string[];
}

// Room for the name of a task, so that the counts stand below each other.
const labelWidth = 48;
const narrowestLabel = 16;
// More names than this are not read; `-v` shows them, and failures always have all.
const namesShown = 8;

/** The line of a task and, below it, what is to be said of its hosts. Ends with a newline. */
export function formatTask(report: TaskReport, style: Style): string {
  const words = [formatCounts(report.counts, style, forgivenOf(report))].filter((text) => text !== '');
  if (report.unfinished.length > 0) words.push(style.colours.red(`unfinished ${report.unfinished.length}`));
  const lines = [
    headLine(taskLabel(evaluated(report)), words.join('  '), style),
    ...indent([...placeAndTime(report, style), ...details(report, style)], 4),
  ];
  return `${lines.join('\n')}\n`;
}

const suffixes: Partial<Record<TaskRef['phase'], string>> = { handlers: ' (handler)', verify: ' (gate)' };

/** `bird2 : Install bird`. */
export function taskLabel({ role, name, module, phase }: TaskRef): string {
  const title = oneLine(name === '' ? module : name);
  return `${role === null ? '' : `${oneLine(role)} : `}${title}${suffixes[phase] ?? ''}`;
}

// On a terminal it stays one line; in a log, where somebody may search for a name, that stays whole.
function headLine(label: string, words: string, { width, columns }: Style): string {
  const room = columns === null ? Infinity : Math.max(narrowestLabel, columns - 4 - displayWidth(words));
  return `  ${padEnd(truncate(label, room), Math.min(labelWidth, width - 32))} ${words}`;
}

function forgivenOf({ results }: TaskReport): Forgiven {
  const rescued = results.filter(({ outcome }) => outcome.rescued).length;
  return { ignored: results.filter(({ outcome }) => outcome.ignored).length, rescued };
}

/** The task under the name that it has on all hosts; under the one in the playbook when they do not agree. */
function evaluated({ task, results }: TaskReport): TaskRef {
  const [first, ...others] = results.map(({ outcome }) => outcome.name);
  return first === undefined || others.some((name) => name !== first) ? task : { ...task, name: first };
}

function placeAndTime({ task, results }: TaskReport, { verbosity, colours }: Style): string[] {
  if (verbosity < 2) return [];
  const slowest = results.toSorted((a, b) => b.outcome.durationMs - a.outcome.durationMs)[0];
  const time = slowest === undefined ? '' : `, ${seconds(slowest.outcome.durationMs)} on ${oneLine(slowest.host)}`;
  return [colours.dim(`at ${oneLine(task.at)}${time}`)];
}

function details(report: TaskReport, style: Style): string[] {
  const groups = group(report, style);
  return [
    ...groups.flatMap(({ block, hosts }) => formatGroup(block, hosts, { total: report.results.length, style })),
    ...(report.unfinished.length === 0 ? [] : formatGroup(unfinishedBlock, report.unfinished, { total: 0, style })),
  ];
}

const unfinishedBlock: Block = { head: 'did not finish', lines: [], isFailure: true };

interface Group {
  readonly block: Block;
  readonly hosts: string[];
}

// Fifty hosts with the same diff are one thing to read.
function group({ task, results }: TaskReport, style: Style): Group[] {
  const groups = new Map<string, Group>();
  for (const { host, outcome } of results) {
    const block = formatOutcome(task, outcome, style);
    if (block === null) continue;
    const key = JSON.stringify([block.head, block.lines]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { block, hosts: [host] });
    else known.hosts.push(host);
  }
  return [...groups.values()];
}

function formatGroup(block: Block, hosts: readonly string[], { total, style }: { total: number; style: Style }) {
  const isFull = block.isFailure || style.verbosity > 0;
  const names = hostLines(hosts, { isFull, isAll: hosts.length === total, width: style.width - 8 });
  const head = block.head ?? '';
  const last = names.pop() ?? '';
  const first = head === '' ? `${last}:` : `${last}: ${head}`;
  return [...names, first, ...indent(block.lines, 2)];
}

interface NamesShown {
  readonly isFull: boolean;
  readonly isAll: boolean;
  readonly width: number;
}

function hostLines(hosts: readonly string[], { isFull, isAll, width }: NamesShown): string[] {
  if (!isFull && hosts.length > namesShown) {
    if (isAll) return [`all ${hosts.length} hosts`];
    const shown = hosts.slice(0, namesShown).map(oneLine);
    return [`${shown.join(', ')} and ${hosts.length - namesShown} more`];
  }
  return wrapNames(hosts.map(oneLine), width);
}

import { taskLabel } from './format-task.ts';
import type { ProfileResult } from '../profile.ts';
import type { Style } from './style.ts';
import { oneLine, padEnd, padStart, seconds, truncate } from './text.ts';

// What is further down took no time worth a look.
const shown = 20;
const numbersWidth = 20;

/** The slowest tasks, then the slowest hosts, as lines; empty when no task was run. */
export function formatProfile({ tasks, hosts }: ProfileResult, { colours, width }: Style): string[] {
  if (tasks.length === 0) return [];
  const labels = tasks.slice(0, shown).map(({ task }) => taskLabel(task));
  const names = tasks.slice(0, shown).map(({ maxHost }) => oneLine(maxHost));
  const room = Math.max(16, width - numbersWidth - Math.max(...names.map((name) => name.length)) - 2);
  const first = Math.min(room, Math.max(10, ...labels.map((label) => label.length)));
  const row = (label: string, total: string, longest: string): string =>
    `${padEnd(truncate(label, first), first)}${padStart(total, 10)}${padStart(longest, 10)}`;
  return [
    colours.bold(`${row('TASK', 'all hosts', 'longest')}  on`),
    ...tasks
      .slice(0, shown)
      .map(({ totalMs, maxMs }, i) => `${row(labels[i] ?? '', seconds(totalMs), seconds(maxMs))}  ${names[i]}`),
    ...more(tasks.length, 'tasks'),
    '',
    colours.bold(row('HOST', 'all tasks', '').trimEnd()),
    ...hosts.slice(0, shown).map(({ host, totalMs }) => row(oneLine(host), seconds(totalMs), '').trimEnd()),
    ...more(hosts.length, 'hosts'),
    '',
  ];
}

function more(amount: number, noun: string): string[] {
  return amount > shown ? [`and ${amount - shown} ${noun} more that took less`] : [];
}

import type { LoadedSite } from '../../engine/input/load-site.ts';
import { tagsOf } from '../../engine/input/tags.ts';
import { refOf } from '../../engine/steps/task-ref.ts';
import type { Step } from '../../playbook/playbook.ts';

/** `--list-hosts`: the hosts of each play. */
export function listHosts({ plays }: LoadedSite): string {
  return plays
    .map(({ play, hosts }) => [`${play.name} (${hosts.length}):`, ...hosts.map((host) => `  ${host}`)].join('\n'))
    .join('\n');
}

/** `--list-tasks`: the chosen tasks of each play, with their tags; what an include may mean stands below it. */
export function listTasks({ plays }: LoadedSite): string {
  const lines = plays.flatMap(({ play }) => [
    `${play.name}:`,
    ...play.phases.flatMap(({ steps }) => steps.flatMap((step) => linesOf(step, '  '))),
  ]);
  return lines.join('\n');
}

/** `--list-tags`: every tag, one a line. */
export function listTags({ plays }: LoadedSite): string {
  return tagsOf(plays.map(({ play }) => play)).join('\n');
}

function linesOf(step: Step, indent: string): string[] {
  const tags = step.tags.size === 0 ? '' : `  [${[...step.tags].sort().join(', ')}]`;
  const role = step.role === null ? '' : `${step.role.name} : `;
  const line = `${indent}${role}${wordsOf(step)}${tags}`;
  if (step.kind !== 'include') return [line];
  return [line, ...step.candidates.flatMap(({ steps }) => steps.flatMap((inner) => linesOf(inner, `${indent}  `)))];
}

function wordsOf(step: Step): string {
  const { name, module } = refOf(step);
  if (step.kind === 'task' || step.name !== null) return name;
  return step.kind === 'meta' ? `meta: ${step.action}` : `${module}: ${String(step.file.value)}`;
}

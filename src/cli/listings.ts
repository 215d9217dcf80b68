import type { LoadedSite } from '../engine/load-site.ts';
import { tagsOf } from '../engine/tags.ts';
import { refOf } from '../engine/task-ref.ts';

/** `--list-hosts`: the hosts of each play. */
export function listHosts({ plays }: LoadedSite): string {
  return plays
    .map(({ play, hosts }) => [`${play.name} (${hosts.length}):`, ...hosts.map((host) => `  ${host}`)].join('\n'))
    .join('\n');
}

/** `--list-tasks`: the chosen tasks of each play, with their tags. */
export function listTasks({ plays }: LoadedSite): string {
  const lines = plays.flatMap(({ play }) => [
    `${play.name}:`,
    ...play.phases
      .flatMap(({ tasks }) => tasks)
      .map((task) => {
        const { name, role } = refOf(task);
        const tags = task.tags.size === 0 ? '' : `  [${[...task.tags].sort().join(', ')}]`;
        return `  ${role === null ? '' : `${role} : `}${name}${tags}`;
      }),
  ]);
  return lines.join('\n');
}

/** `--list-tags`: every tag, one a line. */
export function listTags({ plays }: LoadedSite): string {
  return tagsOf(plays.map(({ play }) => play)).join('\n');
}

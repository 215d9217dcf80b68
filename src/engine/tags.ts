import type { Play, Task } from '../playbook/playbook.ts';

/** What `--tags` and `--skip-tags` say; empty lists say nothing. */
export interface TagChoice {
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
}

/**
 * Whether a task is chosen, as Ansible chooses: `always` unless skipped, `never` only by name, and for `--tags` the
 * special words `all`, `tagged` and `untagged`.
 */
export function isChosen({ tags }: Pick<Task, 'tags'>, { tags: wanted, skipTags }: TagChoice): boolean {
  const isNamed = (words: readonly string[]): boolean =>
    words.some((word) => tags.has(word) || (word === 'untagged' && tags.size === 0));
  const isMeant = (words: readonly string[]): boolean => words.includes('tagged') && tags.size > 0;
  const isWanted =
    tags.has('always') ||
    isNamed(wanted) ||
    (!tags.has('never') && (wanted.length === 0 || wanted.includes('all') || isMeant(wanted)));
  if (!isWanted) return false;
  if (skipTags.includes('all')) return tags.has('always') && !skipTags.includes('always');
  return !isNamed(skipTags) && !isMeant(skipTags);
}

/** The play with only the chosen tasks. What a role checks before and after is kept where any of its tasks is. */
export function chosenTasks(play: Play, choice: TagChoice): Play {
  const steps = play.phases
    .filter(({ name }) => name !== 'preflight' && name !== 'verify')
    .flatMap(({ tasks }) => tasks);
  const roles = new Set(steps.filter((task) => isChosen(task, choice)).map(({ role }) => role));
  const phases = play.phases.map(({ name, tasks }) => ({
    name,
    tasks: tasks.filter((task) =>
      name === 'preflight' || name === 'verify'
        ? roles.has(task.role) || isOnlyChecks(play, task)
        : isChosen(task, choice),
    ),
  }));
  return { ...play, phases: phases.filter(({ tasks }) => tasks.length > 0) };
}

// A role without tasks of its own, made of checks alone.
function isOnlyChecks(play: Play, { role }: Task): boolean {
  return !play.phases.some(({ name, tasks }) => name === 'tasks' && tasks.some((task) => task.role === role));
}

/** Every tag of a playbook, sorted. */
export function tagsOf(plays: readonly Play[]): string[] {
  const tasks = plays.flatMap((play) => play.phases.flatMap((phase) => phase.tasks));
  return [...new Set(tasks.flatMap((task) => [...task.tags]))].sort();
}

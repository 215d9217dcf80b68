import { didYouMean } from '../../base/did-you-mean.ts';
import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import type { Phase, Play, Role, Step } from '../../playbook/playbook.ts';
import { allSteps, playSteps } from './all-steps.ts';

/** What `--tags` and `--skip-tags` say; empty lists say nothing. */
export interface TagChoice {
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
}

/**
 * Whether a task is chosen, as Ansible chooses: `always` unless skipped, `never` only by name, and for `--tags` the
 * special words `all`, `tagged` and `untagged`.
 */
export function isChosen({ tags }: Pick<Step, 'tags'>, { tags: wanted, skipTags }: TagChoice): boolean {
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

/** The play with only the chosen steps. What a role checks before and after is kept where any of its tasks is. */
export function chosenTasks(play: Play, choice: TagChoice): Play {
  const phases = play.phases.map(({ name, steps }) =>
    isCheck(name) ? { name, steps } : { name, steps: steps.flatMap((step) => chosenStep(step, choice)) },
  );
  const chosen = allSteps(phases.flatMap(({ name, steps }) => (isCheck(name) ? [] : steps)));
  const roles = new Set(chosen.filter(({ kind }) => kind === 'task').map(({ role }) => role));
  const checked = phases.map(({ name, steps }) =>
    isCheck(name)
      ? { name, steps: steps.filter((step) => roles.has(step.role) || isOnlyChecks(play, step.role)) }
      : { name, steps },
  );
  return { ...play, phases: checked.filter(({ steps }) => steps.length > 0) };
}

/** Warns of what `--tags` and `--skip-tags` name that no task has. */
export function tagWarnings(plays: readonly Play[], { tags, skipTags }: TagChoice): Diagnostic[] {
  const known = tagsOf(plays);
  const isUnknown = (word: string): boolean => !special.has(word) && !known.includes(word);
  const warnings = (option: string, words: readonly string[]): Diagnostic[] =>
    [...new Set(words)].filter(isUnknown).map((word) => {
      const hint = known.length === 0 ? 'No task has any tag.' : `Known: ${known.join(', ')}.`;
      return diagnostic(null, `${option}: no task has the tag \`${word}\`.`, didYouMean(word, known) ?? hint);
    });
  return [...warnings('--tags', tags), ...warnings('--skip-tags', skipTags)];
}

// Words that choose without being anybody's tag.
const special = new Set(['all', 'tagged', 'untagged', 'always', 'never']);

/** Every tag of a playbook, sorted. */
export function tagsOf(plays: readonly Play[]): string[] {
  const steps = plays.flatMap((play) => allSteps(play.phases.flatMap((phase) => phase.steps)));
  return [...new Set(steps.flatMap(({ tags }) => [...tags]))].sort();
}

/** A step, or the part of what it includes that is chosen. */
function chosenStep(step: Step, choice: TagChoice): Step[] {
  switch (step.kind) {
    case 'task':
      return isChosen(step, choice) ? [step] : [];
    // Without tags it belongs to the run, whatever of it is chosen.
    case 'meta':
      return step.tags.size === 0 || isChosen(step, choice) ? [step] : [];
    case 'include': {
      const { find } = step;
      const chosen = new Map(
        step.candidates.map((one) => [one, { ...one, steps: one.steps.flatMap((inner) => chosenStep(inner, choice)) }]),
      );
      const candidates = [...chosen.values()];
      if (!isChosen(step, choice) && candidates.every(({ steps }) => !steps.some(isWork))) return [];
      return [{ ...step, candidates, find: (name) => chosen.get(find(name) ?? nothing) ?? null }];
    }
  }
}

const nothing = { path: '', steps: [], variables: null };

function isWork(step: Step): boolean {
  return step.kind !== 'meta';
}

function isCheck(name: Phase['name']): boolean {
  return name === 'preflight' || name === 'verify';
}

// A role without tasks of its own, made of checks alone.
function isOnlyChecks(play: Play, role: Role | null): boolean {
  return !playSteps(play).some((step) => step.phase !== 'preflight' && step.phase !== 'verify' && step.role === role);
}

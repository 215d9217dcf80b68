import { diagnostic } from '../../base/diagnostic.ts';
import type { TaskContext } from '../tasks/context.ts';
import type { PhaseName, Step, Task } from '../playbook.ts';
import type { RoleFiles, StepsFile } from './role-files.ts';

/** What a role brings to the play besides its tasks. */
export interface Brought {
  readonly handlers: boolean;
  readonly preflight: boolean;
  readonly verify: boolean;
}

/** Adds to the play what a role brings besides its tasks: handlers, and checks before and after. */
export function addToPlay(files: RoleFiles, { handlers, preflight, verify }: Brought, context: TaskContext): void {
  const { play } = context;
  if (handlers) play.handlers.push(...handlersOf(files.handlers, context));
  if (preflight) play.preflight.push(...preflightOf(files, 'preflight', { ...context, sections: [] }));
  if (verify) play.verify.push(...stepsOf(files.verify, 'verify', { ...context, sections: [] }));
}

/** The preflight of a role, in the play's or before the tasks of the role. */
export function preflightOf({ preflight }: RoleFiles, phase: PhaseName, context: TaskContext): Step[] {
  return stepsOf(preflight, phase, context).filter((step) => onlyAsks(step, context));
}

/** The handlers among steps: others can not be notified, which is noted. */
export function onlyHandlers(steps: readonly Step[], context: TaskContext): Task[] {
  return steps.flatMap((step) => {
    if (step.kind === 'task' && step.sections.length === 0) return [step];
    const hint =
      step.kind === 'include'
        ? 'Write `import_tasks`, or several handlers that `listen` to one word.'
        : 'Write several handlers that `listen` to one word.';
    const what = step.kind === 'task' ? 'a block' : `\`${step.kind}\``;
    context.loader.problems.push(diagnostic(step.at, `A handler is one task, not ${what}.`, hint));
    return [];
  });
}

function handlersOf(file: StepsFile | null, context: TaskContext): Task[] {
  const inherited = { ...context.inherited, notify: [] };
  return onlyHandlers(stepsOf(file, 'handlers', { ...context, inherited, sections: [] }), context);
}

function stepsOf(file: StepsFile | null, phase: PhaseName, context: TaskContext): Step[] {
  if (file === null) return [];
  const files = [...context.files, file.path];
  return context.loader.loadSteps(file.maps, { ...context, phase, files });
}

// Whoever reads "before anything is written" must be able to rely on it.
function onlyAsks(step: Step, context: TaskContext): boolean {
  if (step.kind === 'meta') return true;
  if (step.kind === 'include')
    return step.candidates.every(({ steps }) => steps.every((one) => onlyAsks(one, context)));
  const { checkMode, changedWhen, module, at } = step;
  const asks = checkMode === false && changedWhen?.length === 1 && changedWhen[0]?.value === false;
  if (['controller', 'none'].includes(module.effects) || asks) return true;
  const hint =
    'Here stand `assert`, `fail`, `debug`, `set_fact`, `stat`, and commands that say `changed_when: false` and `check_mode: false`.';
  context.loader.problems.push(diagnostic(at, `\`${module.name}\` can write; a preflight only asks.`, hint));
  return false;
}

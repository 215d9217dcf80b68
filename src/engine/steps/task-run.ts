import type { Reply } from '../../base/reply.ts';
import type { Change } from '../../changes/change.ts';
import type { Step, Task } from '../../playbook/playbook.ts';
import type { Status } from '../events.ts';
import type { Placed } from './placed.ts';
import type { Instance } from './prepare.ts';

/** A task on its way through one host. */
export interface TaskRun {
  readonly placed: Placed<Task>;
  readonly task: Task;
  readonly instances: readonly InstanceRun[];
  /** Why it could not be prepared: an error of the task's, thrown when its turn comes. */
  readonly error: Error | null;
  /** A check can not prepare it: the task whose result it needs. */
  readonly waitsFor: string | null;
  /** It is looked at again when its turn has come: it needs a result, and the tasks behind it do not need its own. */
  readonly isLate: boolean;
  /** When its turn came; those of a stretch are prepared long before. */
  startedAt: number;
  /** It has ended, but may be tried again, or has items to come: it is not reported yet. */
  isHeld: boolean;
  /** Takes back what was made known of it ahead of its turn, which does not come. */
  readonly undo: () => void;
}

/** One instance on its way. `null` in `end`: its changes are not made yet. */
export interface InstanceRun {
  readonly instance: Instance;
  state: Record<string, unknown>;
  changes: readonly Change[];
  /** One per change; `null` where it has not run. */
  replies: (Reply | null)[];
  end: InstanceEnd | null;
  /** How often it was tried. */
  attempts: number;
  /** An attempt before this one has changed something for good. */
  hasLasted: boolean;
}

/** How an instance ended, before `failed_when` and `changed_when` are asked. */
export interface InstanceEnd {
  readonly status: Status;
  readonly error: Error | null;
  readonly waitsFor: string | null;
}

/** An end without an error. @param waitsFor for `deferred` */
export function endOf(status: Status, waitsFor: string | null): InstanceEnd {
  return { status, error: null, waitsFor: status === 'deferred' ? waitsFor : null };
}

/** An instance that nothing has happened to yet. */
export function newInstanceRun(instance: Instance): InstanceRun {
  const end = instance.skipped === null ? null : { status: 'skipped' as const, error: null, waitsFor: null };
  return { instance, state: {}, changes: [], replies: [], end, attempts: 1, hasLasted: false };
}

/** Says of itself that it only asks: it runs in a check, too, and is no change. */
export function onlyAsks({ checkMode, changedWhen, module }: Task): boolean {
  const [condition, more] = changedWhen ?? [];
  return module.effects === 'host' && checkMode === false && more === undefined && condition?.value === false;
}

/** Names that a step gives a value that only the run can tell. */
export function namesSetBy(step: Step): string[] {
  if (step.kind !== 'task') return [];
  const { register, module, args } = step;
  const facts = module.name === 'set_fact' ? args.entries.map(({ key }) => key) : [];
  return register === null ? facts : [register, ...facts];
}

/** Would run, and by its own word change nothing: a check has nothing to tell of it, and can not know its result. */
export function saysItChangesNothing(task: Task): boolean {
  return task.changedWhen?.length === 1 && task.changedWhen[0]?.value === false && !onlyAsks(task);
}

/** May be seen by others: nobody starts it before all have done what stands before it. */
export function hasOutsideEffect(step: Step): boolean {
  switch (step.kind) {
    case 'meta':
      return step.action === 'flush_handlers' || step.action.startsWith('end_');
    case 'include':
      return step.candidates.some(({ steps }) => steps.some(hasOutsideEffect));
    case 'task':
      return (
        (step.module.effects === 'host' && !onlyAsks(step)) ||
        step.anyErrorsFatal ||
        step.delegateTo !== null ||
        step.runOnce
      );
  }
}

/** Whether nothing of a task is told, also when it could not be prepared. */
export function hidesAll({ task: { noLog }, instances }: TaskRun): boolean {
  if (instances.length > 0) return instances.some(({ instance }) => instance.noLog);
  return noLog !== null && !(noLog.kind === 'scalar' && noLog.value === false);
}

import type { Reply } from '../base/reply.ts';
import type { Change } from '../changes/change.ts';
import type { Task } from '../playbook/playbook.ts';
import type { Status } from './events.ts';
import type { Instance } from './prepare.ts';

/** A task on its way through one host. */
export interface TaskRun {
  readonly task: Task;
  /** Its place in the phase's list. */
  readonly position: number;
  readonly instances: readonly InstanceRun[];
  /** Why it could not be prepared: an error of the task's, thrown when its turn comes. */
  readonly error: Error | null;
  /** A check can not prepare it: the task whose result it needs. */
  readonly waitsFor: string | null;
  /** It is looked at again when its turn has come: it needs a result, and the tasks behind it do not need its own. */
  readonly isLate: boolean;
  readonly startedAt: number;
}

/** One instance on its way. `null` in `end`: its changes are not made yet. */
export interface InstanceRun {
  readonly instance: Instance;
  state: Record<string, unknown>;
  changes: readonly Change[];
  /** One per change; `null` where it has not run. */
  replies: (Reply | null)[];
  end: InstanceEnd | null;
}

/** How an instance ended, before `failed_when` and `changed_when` are asked. */
export interface InstanceEnd {
  readonly status: Status;
  readonly error: Error | null;
  readonly waitsFor: string | null;
}

/** An instance that nothing has happened to yet. */
export function newInstanceRun(instance: Instance): InstanceRun {
  const end = instance.skipped === null ? null : { status: 'skipped' as const, error: null, waitsFor: null };
  return { instance, state: {}, changes: [], replies: [], end };
}

/** Says of itself that it only asks: it runs in a check, too, and is no change. */
export function onlyAsks({ checkMode, changedWhen, module }: Task): boolean {
  const [condition, more] = changedWhen ?? [];
  return module.effects === 'host' && checkMode === false && more === undefined && condition?.value === false;
}

/** Names that a task gives a value. */
export function namesSetBy({ register, module, args }: Task): string[] {
  const facts = module.name === 'set_fact' ? args.entries.map(({ key }) => key) : [];
  return register === null ? facts : [register, ...facts];
}

/** Would run, and by its own word change nothing: a check has nothing to tell of it, and can not know its result. */
export function saysItChangesNothing(task: Task): boolean {
  return task.changedWhen?.length === 1 && task.changedWhen[0]?.value === false && !onlyAsks(task);
}

/** May be seen by others: nobody starts it before all have done what stands before it. */
export function hasOutsideEffect(task: Task): boolean {
  return task.module.effects === 'host' && !onlyAsks(task);
}

import { KmeshError } from '../../base/errors.ts';
import type { Data, ScalarNode } from '../../base/node.ts';
import { evaluateCondition } from '../../template/cel.ts';
import type { Scope } from '../../template/scope.ts';
import { ShellLostError } from '../../transport/session.ts';
import type { Status } from '../events.ts';
import { CommandFailed, plainFailure } from './failure.ts';
import type { Known } from '../variables/host-run.ts';
import { type InstanceRun, onlyAsks } from './task-run.ts';
import { NotYetKnown } from '../variables/not-yet-known.ts';

/** How an instance ended, by the task's own conditions. */
export interface Verdict {
  readonly status: Status;
  readonly error: Error | null;
  /** The task whose result the verdict depends on, which a check does not have. */
  readonly waitsFor: string | null;
}

/** What a judgement needs to know. */
interface JudgeContext {
  /** The task's own result, with a status. */
  readonly registered: (status: Status) => Data;
  readonly known: Known;
  readonly check: boolean;
}

/**
 * Asks `failed_when` and `changed_when`, which see the task's own result under its name.
 *
 * @param first how it ended without them
 */
export function judge(run: InstanceRun, first: Verdict, { registered, known, check }: JudgeContext): Verdict {
  const { task, scope } = run.instance;
  const { failedWhen, changedWhen } = task;
  const until = task.retry?.until ?? null;
  const isOpen = ['skipped', 'deferred', 'would-change'].includes(first.status);
  if (isOpen || (failedWhen === null && changedWhen === null && until === null)) return first;
  if (first.error !== null && !(first.error instanceof CommandFailed)) return first;
  if (task.register !== null) known.set(task.register, registered(first.status));
  try {
    if (failedWhen === null ? first.error !== null : holds(failedWhen, scope)) {
      const conditions = failedWhen?.map(({ value }) => String(value)).join(' and ');
      const error = first.error ?? new CommandFailed(plainFailure(`\`failed_when\` holds: ${conditions}.`));
      return { status: 'failed', error, waitsFor: null };
    }
    if (until !== null && !holds(until, scope))
      return { status: 'failed', error: notReached(until, run), waitsFor: null };
    const changed = changedWhen === null ? hasChanged(run, first) : holds(changedWhen, scope);
    return { status: changed ? 'changed' : 'ok', error: null, waitsFor: null };
  } catch (error) {
    if (error instanceof KmeshError) return { status: 'failed', error, waitsFor: null };
    if (error instanceof NotYetKnown && check) return { status: 'deferred', error: null, waitsFor: error.waitsFor };
    throw error;
  }
}

function notReached(until: readonly ScalarNode[], { attempts }: InstanceRun): Error {
  const conditions = until.map(({ value }) => String(value)).join(' and ');
  const times = attempts === 1 ? 'once' : `${attempts} times`;
  return new CommandFailed(plainFailure(`\`until\` does not hold, tried ${times}: ${conditions}.`));
}

/** Whether what has failed may have changed something all the same: a program has run, or `changed_when` says so. */
export function hasLeftChange(run: InstanceRun, first: Verdict): boolean {
  const { task, scope } = run.instance;
  if (first.error !== null && !(first.error instanceof CommandFailed)) return false;
  if (task.changedWhen === null) return hasRun(run, first);
  try {
    return holds(task.changedWhen, scope);
  } catch (error) {
    if (error instanceof KmeshError || error instanceof NotYetKnown) return false;
    throw error;
  }
}

/** Whether what has failed has changed something for good all the same, or may have: no later run finds that to do. */
export function hasLasted(run: InstanceRun): boolean {
  const { instance, changes, replies, end } = run;
  const { task, scope } = instance;
  if (run.hasLasted) return true;
  if (onlyAsks(task) || changes.length === 0) return false;
  // Nobody knows how far it came.
  if (end?.error instanceof ShellLostError) return true;
  if (!replies.some((reply) => reply?.status === 0)) return false;
  try {
    return task.changedWhen === null || holds(task.changedWhen, scope);
  } catch (error) {
    if (error instanceof KmeshError) return true;
    throw error;
  }
}

/** Whether something was done, before `changed_when` is asked: also by a program that failed. */
export function hasRun(run: InstanceRun, first: Verdict): boolean {
  return run.changes.some(({ kind }) => kind === 'run-command') && !onlyAsks(run.instance.task)
    ? hasChanged(run, first)
    : first.status === 'changed';
}

/** Whether all of them hold. @throws EvaluationError, NotYetKnown */
export function holds(conditions: readonly ScalarNode[], scope: Scope): boolean {
  return conditions.every((condition) => evaluateCondition(condition, scope));
}

// A command that failed and was judged fine has run, so something may have changed.
function hasChanged({ replies }: InstanceRun, { status }: Verdict): boolean {
  return status === 'changed' || (status === 'failed' && replies.length > 0);
}

import { ConnectError, EvaluationError, KmeshError, must } from '../../base/errors.ts';
import type { Data, Node } from '../../base/node.ts';
import { valueWords } from '../../base/schema.ts';
import type { Change } from '../../changes/change.ts';
import { type Description, describe } from '../../changes/describe.ts';
import { noResult, type Result } from '../../modules/module.ts';
import type { Task } from '../../playbook/playbook.ts';
import { evaluate } from '../../template/evaluate.ts';
import type { Scope } from '../../template/scope.ts';
import { detailsOf } from './details.ts';
import { evaluatedName } from './evaluated-name.ts';
import type { Failure, ItemOutcome, Status, TaskOutcome } from '../events.ts';
import { failureOf, plainFailure } from './failure.ts';
import type { Known } from '../variables/host-run.ts';
import { isTrue } from '../variables/is-true.ts';
import { hasLasted, hasLeftChange, hasRun, holds, judge, type Verdict } from './judge.ts';
import { BecomeError, ShellLostError } from '../../transport/session.ts';
import { hidesAll, type InstanceRun, onlyAsks, type TaskRun } from './task-run.ts';
import { NotYetKnown } from '../variables/not-yet-known.ts';

/** What a finished task leaves: its outcome, and what it tells later tasks. */
export interface Finished {
  readonly outcome: TaskOutcome;
  /** `null`: nobody can know in a check. */
  readonly registered: Data | null;
  readonly results: readonly Result[];
  /** Something is changed, or would be: what the task notifies is owed, also where it has failed. */
  readonly notifies: boolean;
}

interface FinishedInstance extends ItemOutcome {
  readonly waitsFor: string | null;
  readonly registered: { readonly [name: string]: Data };
  readonly result: Result;
  readonly notifies: boolean;
}

/** What of the run decides how a task is judged and told. */
export interface Judging {
  readonly check: boolean;
  readonly verbosity: number;
}

/** Ends a task whose instances have all ended: judges it, and puts it into words. */
export function finishTask(run: TaskRun, known: Known, { check, verbosity }: Judging): Finished {
  const durationMs = Date.now() - run.startedAt;
  if (run.error !== null || run.waitsFor !== null) return unprepared(run, durationMs);
  const instances = run.instances.map((instance) => finishInstance(instance, run, known, { check, verbosity }));
  const isLoop = run.task.loop !== null;
  const [single] = instances;
  const status = isLoop || single === undefined ? statusOfAll(instances.map((i) => i.status)) : single.status;
  const failed = instances.find((i) => i.failure !== null);
  const failure = failed?.failure ?? null;
  const isKnown = !check || run.instances.every(isDecided);
  const result = isLoop ? registeredLoop(instances, status) : (single?.registered ?? statusFields(status));
  const registered = isKnown ? result : null;
  // `ignore_errors` sees the task's own result, as its conditions do.
  if (run.task.register !== null && registered !== null) known.set(run.task.register, registered);
  const name = evaluatedName(
    run.task,
    run.instances.map(({ instance }) => instance),
  );
  const outcome: TaskOutcome = {
    status,
    changes: instances.flatMap((i) => i.changes),
    message: isLoop ? null : (single?.message ?? null),
    failure,
    ignored: status === 'failed' && ignores(run, failed === undefined ? 0 : instances.indexOf(failed)),
    rescued: false,
    waitsFor: instances.find((i) => i.waitsFor !== null)?.waitsFor ?? null,
    items: isLoop ? instances.map(itemOf) : [],
    durationMs,
    ...(name === null ? {} : { name }),
    ...(isLoop || single?.details === undefined ? {} : { details: single.details }),
  };
  return { outcome, registered, results: instances.map((i) => i.result), notifies: instances.some((i) => i.notifies) };
}

/** Another attempt. */
export interface Attempt {
  readonly delayMs: number;
  /** How many are made at most. */
  readonly of: number;
}

/**
 * Whether an instance that has ended is tried again, as its `until` says; `null`: it is not.
 *
 * @throws EvaluationError when that can not be evaluated
 */
export function nextAttempt(run: InstanceRun, taskRun: TaskRun, known: Known, judging: Judging): Attempt | null {
  const { retry } = taskRun.task;
  if (retry === null || ['skipped', 'deferred', 'would-change'].includes(run.end?.status ?? '')) return null;
  const { scope } = run.instance;
  const retries = numberOf(retry.retries, scope, 3);
  if (run.attempts > retries) return null;
  const { status } = finishInstance(run, taskRun, known, judging);
  const isMet = status !== 'failed' || (retry.until !== null && run.replies.length > 0 && holds(retry.until, scope));
  return isMet ? null : { delayMs: numberOf(retry.delay, scope, 5) * 1000, of: retries + 1 };
}

function numberOf(node: Node | null, scope: Scope, otherwise: number): number {
  if (node === null) return otherwise;
  const value = evaluate(node, scope);
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && number >= 0) return number;
  throw new EvaluationError(`A number is wanted here, not ${valueWords(value)}.`, { at: node.span });
}

function finishInstance(run: InstanceRun, { task }: TaskRun, known: Known, judging: Judging): FinishedInstance {
  const { instance, changes, replies, state } = run;
  const end = must(run.end, 'end of a task');
  const isUnknown = end.status === 'skipped' || end.status === 'deferred';
  const wasAsked = !isUnknown && (end.error === null || replies.length > 0);
  const result = wasAsked ? task.module.result(instance.args, state, replies, instance.inputs) : factsOf(run, task);
  const isChange = end.status !== 'changed' || !onlyAsks(task);
  const first: Verdict = { status: isChange ? end.status : 'ok', error: end.error, waitsFor: end.waitsFor };
  const registered = (status: Status): FinishedInstance['registered'] => ({
    ...result.values,
    ...statusFields(status),
    ...(status === 'failed' ? { changed: hasRun(run, first) } : {}),
    ...(end.error === null ? {} : { msg: end.error.message }),
    ...(task.retry === null ? {} : { attempts: run.attempts }),
    ...Object.fromEntries(instance.loop ?? []),
  });
  const verdict = judge(run, first, { registered, known, check: judging.check });
  const judged: Record<string, Data> = { ...registered(verdict.status) };
  if (verdict.error !== null) judged.msg ??= verdict.error.message;
  if (verdict.status === 'failed') judged.changed = hasLeftChange(run, first);
  if (task.failedWhen !== null && !isUnknown) judged.failed_when_result = verdict.status === 'failed';
  const { noLog } = instance;
  const details = detailsOf({
    schema: task.module.schema,
    args: instance.args,
    values: result.values,
    noLog,
    hasFailed: verdict.error !== null,
    verbosity: judging.verbosity,
  });
  return {
    label: noLog ? hidden : (instance.label ?? ''),
    status: isLost(verdict.error) ? 'unreachable' : verdict.status,
    changes: noLog || onlyAsks(task) ? [] : changes.map((change) => told(change, task)),
    message: noLog || verdict.error !== null ? null : messageOf(run, result, judging),
    failure: verdict.error === null ? null : failureTold(verdict.error, noLog),
    ...(details === null ? {} : { details }),
    waitsFor: verdict.waitsFor,
    registered: judged,
    result,
    notifies: notifies(run, verdict, judging),
  };
}

function notifies(run: InstanceRun, { status }: Verdict, { check }: Judging): boolean {
  if (onlyAsks(run.instance.task)) return false;
  switch (status) {
    case 'changed':
      return true;
    case 'would-change':
    case 'deferred':
      return check;
    case 'failed':
    case 'unreachable':
      return hasLasted(run);
    case 'ok':
      return run.hasLasted;
    case 'skipped':
      return false;
  }
}

/** What a host is, as far as it is known, also where a check can not tell whether it would be so then. */
function factsOf({ instance, state, end }: InstanceRun, { module }: Task): Result {
  if (module.name !== 'setup' || end?.status !== 'deferred' || !('facts' in state)) return noResult;
  return { ...noResult, facts: module.result(instance.args, state, [], instance.inputs).facts };
}

function told(change: Change, { diff }: Task): Description {
  const description = describe(change);
  return diff === false ? { ...description, diff: null } : description;
}

function messageOf({ instance, end }: InstanceRun, result: Result, { verbosity }: Judging): string | null {
  if (instance.skipped !== null) return instance.skipped;
  if (end?.status === 'skipped') return 'a check does not run it';
  return result.verbosity <= verbosity ? result.message : null;
}

const hidden = '******';

/** What is told of an error; under `no_log`, that there was one. */
export function failureTold(error: Error, noLog: boolean): Failure {
  return noLog ? plainFailure('It failed; the details are hidden by `no_log`.') : failureOf(error);
}

function itemOf({ label, status, changes, message, failure, details }: FinishedInstance): ItemOutcome {
  return { label, status, changes, message, failure, ...(details === undefined ? {} : { details }) };
}

// A check knows the results of what it did not leave undone.
function isDecided({ instance, end }: InstanceRun): boolean {
  // `changed`: it was run, since it only asks.
  return instance.skipped !== null || ['ok', 'failed', 'changed'].includes(end?.status ?? '');
}

/** The host itself is gone, rather than a shell on it or the right to become somebody. */
function isLost(error: Error | null): boolean {
  if (error instanceof ShellLostError) return error.cause instanceof ConnectError;
  return error instanceof ConnectError && !(error instanceof BecomeError);
}

function unprepared(run: TaskRun, durationMs: number): Finished {
  const { error, waitsFor } = run;
  const failure = error === null ? null : failureTold(error, hidesAll(run));
  const failed = isLost(error) ? 'unreachable' : 'failed';
  const status = failure === null ? 'deferred' : failed;
  const outcome: TaskOutcome = {
    status,
    changes: [],
    message: null,
    failure,
    ignored: false,
    rescued: false,
    waitsFor,
    items: [],
    durationMs,
  };
  return {
    outcome,
    registered: failure === null ? null : { ...statusFields('failed'), msg: failure.message },
    results: [],
    notifies: status === 'deferred' || run.instances.some(hasLasted),
  };
}

function ignores({ task, instances }: TaskRun, index: number): boolean {
  const scope = instances[index]?.instance.scope;
  if (task.ignoreErrors === null || scope === undefined) return false;
  try {
    return isTrue(evaluate(task.ignoreErrors, scope));
  } catch (error) {
    if (error instanceof KmeshError || error instanceof NotYetKnown) return false;
    throw error;
  }
}

/** What every registered result tells. */
function statusFields(status: Status): { readonly [name: string]: Data } {
  return {
    changed: status === 'changed' || status === 'would-change',
    failed: status === 'failed',
    skipped: status === 'skipped',
  };
}

function registeredLoop(instances: readonly FinishedInstance[], status: Status): Data {
  const results = instances.map(({ registered }) => registered);
  return {
    ...statusFields(status),
    changed: results.some(({ changed }) => changed === true),
    ...(status === 'failed' ? { msg: 'One or more items failed' } : {}),
    results,
  };
}

function statusOfAll(statuses: readonly Status[]): Status {
  const order: readonly Status[] = ['unreachable', 'failed', 'deferred', 'changed', 'would-change', 'ok'];
  return order.find((status) => statuses.includes(status)) ?? 'skipped';
}

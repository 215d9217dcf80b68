import { ApplyError, KmeshError } from '../base/errors.ts';
import { formatDiagnostic } from '../base/diagnostic.ts';
import type { Data } from '../base/node.ts';
import type { Reply } from '../base/reply.ts';
import { quoteAll } from '../base/shell.ts';
import type { Change } from '../changes/change.ts';
import { describe } from '../changes/describe.ts';
import type { Result } from '../modules/module.ts';
import { noResult } from '../modules/module.ts';
import { evaluateCondition } from '../template/cel.ts';
import { evaluate } from '../template/evaluate.ts';
import type { Failure, ItemOutcome, Status, TaskOutcome } from './events.ts';
import type { Known } from './host-run.ts';
import { NotYetKnown } from './variables.ts';
import { type InstanceRun, onlyAsks, type TaskRun } from './task-run.ts';

/** What a finished task leaves: its outcome, and what it tells later tasks. */
export interface Finished {
  readonly outcome: TaskOutcome;
  /** `null`: nobody can know in a check. */
  readonly registered: Data | null;
  readonly results: readonly Result[];
}

interface FinishedInstance extends ItemOutcome {
  readonly waitsFor: string | null;
  readonly registered: Data;
  readonly result: Result;
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
  const failed = instances.find((i) => i.status === 'failed');
  const failure = failed?.failure ?? null;
  const outcome: TaskOutcome = {
    status,
    changes: instances.flatMap((i) => i.changes),
    message: isLoop ? null : (single?.message ?? null),
    failure,
    ignored: failure !== null && ignores(run, failed === undefined ? 0 : instances.indexOf(failed)),
    waitsFor: instances.find((i) => i.waitsFor !== null)?.waitsFor ?? null,
    items: isLoop
      ? instances.map(({ label, status: s, changes, message, failure: f }) => ({
          label,
          status: s,
          changes,
          message,
          failure: f,
        }))
      : [],
    durationMs,
  };
  const isKnown =
    !check || instances.every((i) => i.status === 'ok' || i.status === 'skipped' || i.status === 'failed');
  const registered = isLoop ? registeredLoop(instances, status) : (single?.registered ?? statusFields(status));
  return { outcome, registered: isKnown ? registered : null, results: instances.map((i) => i.result) };
}

/** An error that is the user's to mend, as reporters show it. @throws the error itself when it is a bug */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommandFailed) return error.failure;
  if (!(error instanceof KmeshError)) throw error;
  const { message, hint, at } = error;
  const excerpt = at === null ? null : formatDiagnostic({ at, message, hint: null });
  return { message, hint, excerpt, command: null, status: null, stderr: null, stdout: null };
}

/** A program or a change ended badly on the host. */
export class CommandFailed extends ApplyError {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message, { hint: failure.hint });
    this.failure = failure;
  }
}

/** The failure of a change whose script did not succeed. */
export function changeFailed(change: Change, reply: Reply): CommandFailed {
  const { summary } = describe(change);
  const command = change.kind === 'run-command' ? commandText(change.command) : null;
  return new CommandFailed({
    message: messageOf(change, reply, summary),
    hint: null,
    excerpt: null,
    command,
    status: reply.status,
    stderr: lastLines(reply.stderr),
    stdout: lastLines(reply.stdout),
  });
}

function messageOf(change: Change, reply: Reply, summary: string): string {
  if (reply.timedOut) return `Took longer than its timeout and was ended: ${summary}.`;
  if (reply.truncated) return `Said more than is kept and was ended: ${summary}.`;
  if (change.kind === 'run-command') return `Exit status ${reply.status}.`;
  const validated = (change.kind === 'write-file' || change.kind === 'copy-path') && change.validate !== null;
  return validated
    ? `Could not ${summary}: the candidate was not accepted, the old file stays.`
    : `Could not ${summary}.`;
}

function commandText(command: readonly string[] | { readonly text: string }): string {
  return 'text' in command ? command.text.trim() : quoteAll(command);
}

function finishInstance(
  run: InstanceRun,
  { task }: TaskRun,
  known: Known,
  { check, verbosity }: Judging,
): FinishedInstance {
  const { instance, changes, replies, state } = run;
  const end = run.end ?? {
    status: 'failed' as const,
    error: new Error('bug: a task ended without an end'),
    waitsFor: null,
  };
  const result =
    end.status === 'skipped' || (end.error !== null && replies.length === 0)
      ? noResult
      : task.module.result(instance.args, state, replies, instance.inputs);
  const asked = onlyAsks(task);
  const first = { ...judged(end.status, asked), error: end.error, waitsFor: null };
  const registered = (status: Status): Data => ({
    ...result.values,
    ...statusFields(status),
    ...(end.error === null ? {} : { msg: end.error.message }),
  });
  const verdict = judge(run, first, { registered, known, check });
  const hide = task.noLog;
  return {
    label: hide ? '******' : (instance.label ?? ''),
    status: verdict.status,
    changes: hide || asked ? [] : changes.map(describe),
    message:
      hide || verdict.error !== null
        ? null
        : (instance.skipped ?? (result.verbosity <= verbosity ? result.message : null)),
    failure: verdict.error === null ? null : hide ? hiddenFailure : failureOf(verdict.error),
    waitsFor: verdict.waitsFor ?? end.waitsFor,
    registered: {
      ...(registered(verdict.status) as object),
      ...(instance.item === undefined ? {} : { item: instance.item }),
    },
    result,
  };
}

function judged(status: Status, asked: boolean): { status: Status } {
  return { status: asked && status === 'changed' ? 'ok' : status };
}

interface Verdict {
  readonly status: Status;
  readonly error: Error | null;
  /** The task whose result the verdict depends on, which a check does not have. */
  readonly waitsFor: string | null;
}

interface JudgeContext {
  readonly registered: (status: Status) => Data;
  readonly known: Known;
  readonly check: boolean;
}

// `failed_when` and `changed_when` see the task's own result under its name.
function judge(run: InstanceRun, first: Verdict, { registered, known, check }: JudgeContext): Verdict {
  const { task, scope } = run.instance;
  const { failedWhen, changedWhen } = task;
  if (first.status === 'skipped' || first.status === 'deferred' || (check && first.status === 'would-change'))
    return first;
  if (failedWhen === null && changedWhen === null) return first;
  if (first.error !== null && !(first.error instanceof CommandFailed)) return first;
  if (task.register !== null) known.set(task.register, registered(first.status));
  try {
    const failed = failedWhen === null ? first.error !== null : failedWhen.every((c) => evaluateCondition(c, scope));
    if (failed)
      return {
        status: 'failed',
        error: first.error ?? failedByCondition(failedWhen?.map((c) => String(c.value)) ?? []),
        waitsFor: null,
      };
    const ran = run.replies.length > 0;
    const base: Status = first.status === 'failed' ? (ran ? 'changed' : 'ok') : first.status;
    const changed = changedWhen === null ? base === 'changed' : changedWhen.every((c) => evaluateCondition(c, scope));
    return { status: changed ? 'changed' : 'ok', error: null, waitsFor: null };
  } catch (error) {
    if (error instanceof KmeshError) return { status: 'failed', error, waitsFor: null };
    if (error instanceof NotYetKnown && check) return { status: 'deferred', error: null, waitsFor: error.waitsFor };
    throw error;
  }
}

function failedByCondition(conditions: readonly string[]): CommandFailed {
  return new CommandFailed({ ...hiddenFailure, message: `\`failed_when\` holds: ${conditions.join(' and ')}.` });
}

const hiddenFailure: Failure = {
  message: 'It failed; the details are hidden by `no_log`.',
  hint: null,
  excerpt: null,
  command: null,
  status: null,
  stderr: null,
  stdout: null,
};

function unprepared({ error, waitsFor, task }: TaskRun, durationMs: number): Finished {
  const failure = error === null ? null : task.noLog ? hiddenFailure : failureOf(error);
  const status = failure === null ? 'deferred' : 'failed';
  const outcome: TaskOutcome = {
    status,
    changes: [],
    message: null,
    failure,
    ignored: false,
    waitsFor,
    items: [],
    durationMs,
  };
  return {
    outcome,
    registered: failure === null ? null : { ...statusFields('failed'), msg: failure.message },
    results: [],
  };
}

function ignores({ task, instances }: TaskRun, index: number): boolean {
  const scope = instances[index]?.instance.scope;
  if (task.ignoreErrors === null || scope === undefined) return false;
  try {
    const value = evaluate(task.ignoreErrors, scope);
    return value === true || value === 'yes' || value === 'true' || value === 'on';
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
  return { ...statusFields(status), results: instances.map((i) => i.registered) };
}

function statusOfAll(statuses: readonly Status[]): Status {
  const order: readonly Status[] = ['failed', 'deferred', 'changed', 'would-change', 'ok'];
  return order.find((status) => statuses.includes(status)) ?? 'skipped';
}

// What a program says last tells most; a whole log would bury it.
const shownLines = 20;

function lastLines(output: Buffer): string | null {
  const text = output.toString('utf8').trimEnd();
  if (text === '') return null;
  const lines = text.slice(-8000).split('\n');
  return lines.slice(-shownLines).join('\n');
}

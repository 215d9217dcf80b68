import { ConnectError, EvaluationError, KmeshError } from '../base/errors.ts';
import type { Task } from '../playbook/playbook.ts';
import { evaluate } from '../template/evaluate.ts';
import type { Course } from './course.ts';
import type { Status } from './events.ts';
import { finishTask } from './finish.ts';
import type { HostRun } from './host-run.ts';
import { type Instance, type Preparation, prepareTask } from './prepare.ts';
import { Stretch } from './stretch.ts';
import { nameOf } from './task-ref.ts';
import { hasOutsideEffect, newInstanceRun, onlyAsks, type TaskRun } from './task-run.ts';
import { NotYetKnown } from './variables.ts';

/** Takes one host through a list of tasks, as far as it gets. */
export async function runHostTasks(run: HostRun, course: Course): Promise<void> {
  const preparation = course.preparationFor(run);
  let position = 0;
  while (position < course.tasks.length && run.status === 'active' && !course.isStopped()) {
    const runs = prepareStretch(run, course, preparation, position);
    const last = runs.at(-1)?.position ?? position;
    await goThrough(runs, run, course);
    position = last + 1;
    course.barrier.finished(run.host.name, position);
  }
  course.barrier.leave(run.host.name);
}

/** Takes the host through one stretch; an error that is no task's own ends the task it happened in. */
async function goThrough(runs: readonly TaskRun[], run: HostRun, course: Course): Promise<void> {
  const unfinished = new Set(runs);
  const finishOne = (task: TaskRun): Status => {
    unfinished.delete(task);
    return finish(task, run, course);
  };
  const stretch = new Stretch({ run, shells: course.shellsFor(run), course, finish: finishOne });
  try {
    await stretch.go(runs);
  } catch (error) {
    const [task] = unfinished;
    if (!(error instanceof KmeshError) || task === undefined) throw error;
    finish({ ...task, error }, run, course);
    if (error instanceof ConnectError) run.status = 'unreachable';
  }
}

/**
 * Consecutive tasks whose args can be computed now: their probes travel together. It ends before a task that depends on
 * a result that is not there, and after one whose answer changes what follows in a way nobody can foresee.
 */
function prepareStretch(run: HostRun, course: Course, preparation: Preparation, from: number): TaskRun[] {
  const runs: TaskRun[] = [];
  for (let position = from; position < course.tasks.length; position++) {
    const task = course.tasks[position];
    if (task === undefined || !course.concerns(task, run)) continue;
    const prepared = prepare(task, position, preparation);
    if (prepared.waitsFor !== null && runs.length === 0 && !course.check) return [neverKnown(prepared)];
    const waits = prepared.waitsFor !== null || isPatient(prepared);
    if (waits && runs.length > 0) break;
    runs.push(prepared);
    if (waits || prepared.error !== null || task.module.name === 'setup') break;
    if (!lookPast(prepared, run)) break;
  }
  return runs;
}

function prepare(task: Task, position: number, preparation: Preparation): TaskRun {
  const base = { task, position, instances: [], error: null, waitsFor: null, startedAt: Date.now() };
  try {
    return { ...base, instances: prepareTask(task, preparation).map(newInstanceRun) };
  } catch (error) {
    if (error instanceof NotYetKnown) return { ...base, waitsFor: error.waitsFor };
    if (error instanceof KmeshError) return { ...base, error };
    throw error;
  }
}

// All that stands before it is done, so the value will not come any more.
function neverKnown(prepared: TaskRun): TaskRun {
  const message = `It needs what \`${prepared.waitsFor}\` tells, which has told nothing.`;
  return { ...prepared, waitsFor: null, error: new EvaluationError(message, { at: prepared.task.at }) };
}

function isPatient({ instances }: TaskRun): boolean {
  return instances.some(({ instance }) =>
    Object.values(instance.probes).some(({ kind }) => kind.patient !== undefined),
  );
}

/** Makes what a task tells known, or awaited, for the tasks behind it. False: it fails, so nothing behind it is looked at. */
function lookPast(prepared: TaskRun, run: HostRun): boolean {
  const { task, instances } = prepared;
  const name = nameOf(task);
  if (task.register !== null) run.known.awaitResult(task.register, name);
  if (task.module.effects !== 'none') return true;
  return instances.every((one) => tellNow(one.instance, run));
}

// A module that touches no host is decided on the spot; its turn comes later, with the same outcome.
function tellNow(instance: Instance, run: HostRun): boolean {
  const { module } = instance.task;
  if (instance.skipped !== null || Object.keys(instance.probes).length > 0) return true;
  try {
    module.plan(instance.args, {}, instance.inputs);
  } catch (error) {
    if (error instanceof KmeshError) return false;
    throw error;
  }
  for (const [name, value] of Object.entries(module.result(instance.args, {}, [], instance.inputs).variables))
    run.known.set(name, value);
  return true;
}

function finish(taskRun: TaskRun, run: HostRun, course: Course): Status {
  const { task } = taskRun;
  const { outcome, registered, results } = finishTask(taskRun, run.known, course);
  remember(taskRun, run, { registered, results });
  const handlers = outcome.status === 'changed' || outcome.status === 'would-change' || outcome.status === 'deferred';
  if (handlers && !onlyAsks(task)) notify(taskRun, run, course);
  const isFatal = outcome.status === 'failed' && !outcome.ignored;
  if (isFatal) run.status = 'failed';
  course.finished(task, run, outcome);
  course.barrier.finished(run.host.name, taskRun.position + 1);
  return isFatal ? 'failed' : 'ok';
}

function remember(
  { task }: TaskRun,
  { known }: HostRun,
  { registered, results }: Pick<ReturnType<typeof finishTask>, 'registered' | 'results'>,
): void {
  for (const { variables, facts } of results) {
    for (const [name, value] of Object.entries(variables)) known.set(name, value);
    if (facts !== null) known.setFacts(facts);
  }
  if (task.register === null) return;
  if (registered === null) known.awaitResult(task.register, nameOf(task));
  else known.set(task.register, registered);
}

function notify({ task, instances }: TaskRun, run: HostRun, course: Course): void {
  const scope = instances[0]?.instance.scope;
  for (const name of task.notify) {
    const text = scope === undefined ? name.value : evaluate(name, scope);
    if (typeof text === 'string') for (const id of course.handlersOf(text)) run.notified.add(id);
  }
}

/** The positions of tasks that others may see. */
export function effectPositions(tasks: readonly Task[]): number[] {
  return tasks.flatMap((task, position) => (hasOutsideEffect(task) ? [position] : []));
}

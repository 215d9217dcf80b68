import { EvaluationError, KmeshError } from '../base/errors.ts';
import type { Task } from '../playbook/playbook.ts';
import { expressionRootNames } from '../template/cel.ts';
import { rootNames } from '../template/evaluate.ts';
import type { Course } from './course.ts';
import type { HostRun } from './host-run.ts';
import { type Instance, type Preparation, prepareTask } from './prepare.ts';
import { nameOf } from './task-ref.ts';
import { newInstanceRun, type TaskRun } from './task-run.ts';
import { gatheringFacts, NotYetKnown } from './not-yet-known.ts';

/**
 * Consecutive tasks whose args can be computed now: their probes travel together. It ends before a task that depends on
 * a result that is not there, and after one whose answer changes what follows in a way nobody can foresee.
 *
 * A task that looks at variables of other hosts is looked at once these have done what sets them, as with Ansible.
 */
export async function lookAhead(
  run: HostRun,
  course: Course,
  preparation: Preparation,
  from: number,
): Promise<TaskRun[]> {
  const runs: TaskRun[] = [];
  for (let position = from; position < course.tasks.length; position++) {
    const task = course.tasks[position];
    if (task === undefined || !course.concerns(task, run)) continue;
    let prepared = prepareRun(task, position, preparation);
    const needed = prepared.sawOthers ? tellingBefore(position, course) : 0;
    const isOpen = course.barrier.isOpen(run.host.name, needed);
    if (!isOpen || prepared.waitsFor === gatheringFacts) {
      if (runs.length > 0) break;
      await course.barrier.pass(run.host.name, needed);
      if (course.isStopped()) break;
      const error = prepared.waitsFor === gatheringFacts ? await gatherFacts(run, course) : null;
      if (error !== null) return [{ ...prepared, waitsFor: null, error }];
      prepared = prepareRun(task, position, preparation);
    }
    if (prepared.waitsFor !== null && runs.length === 0 && !course.check) return [neverKnown(prepared)];
    if (runs.length > 0 && setsNames(task) && runs.some(isJudgedByOthers)) break;
    if (prepared.waitsFor !== null && runs.length > 0 && task.module.effects === 'controller') {
      runs.push({ ...prepared, waitsFor: null, isLate: true });
      awaitNames(task, run);
      continue;
    }
    const waits = prepared.waitsFor !== null || isPatient(prepared);
    if (runs.length > 0 && waits) break;
    runs.push(prepared);
    if (waits || prepared.error !== null || task.module.name === 'setup') break;
    if (!lookPast(prepared, run)) break;
  }
  return runs;
}

async function gatherFacts(run: HostRun, course: Course): Promise<KmeshError | null> {
  try {
    await course.gatherFacts(run);
    return null;
  } catch (error) {
    if (error instanceof KmeshError) return error;
    throw error;
  }
}

/** Looks again at a task whose turn has come, and which needed a result before. */
export function prepareLate({ task, position }: TaskRun, preparation: Preparation, { check }: Course): TaskRun {
  const prepared = prepareRun(task, position, preparation);
  return prepared.waitsFor !== null && !check ? neverKnown(prepared) : prepared;
}

function prepareRun(task: Task, position: number, preparation: Preparation): TaskRun & { readonly sawOthers: boolean } {
  const seen = preparation.othersSeen();
  const base = { task, position, instances: [], error: null, waitsFor: null, isLate: false, startedAt: Date.now() };
  const sawOthers = (): boolean => preparation.othersSeen() > seen;
  try {
    return { ...base, instances: prepareTask(task, preparation).map(newInstanceRun), sawOthers: sawOthers() };
  } catch (error) {
    if (error instanceof NotYetKnown) return { ...base, waitsFor: error.waitsFor, sawOthers: sawOthers() };
    if (error instanceof KmeshError) return { ...base, error, sawOthers: sawOthers() };
    throw error;
  }
}

/** How many tasks a host has finished that has nothing more to tell before that position. */
function tellingBefore(position: number, { tasks }: Course): number {
  return tasks.findLastIndex((task, i) => i < position && (setsNames(task) || task.module.name === 'setup')) + 1;
}

function setsNames({ register, module }: Task): boolean {
  return register !== null || module.name === 'set_fact';
}

/** Its end is judged by more than its own result: what that is must still be so when it ends. */
function isJudgedByOthers({ task }: TaskRun): boolean {
  const { failedWhen, changedWhen, ignoreErrors, notify, register } = task;
  const conditions = [...(failedWhen ?? []), ...(changedWhen ?? [])].flatMap(expressionRootNames);
  const templates = [...notify, ...(ignoreErrors === null ? [] : [ignoreErrors])].flatMap(rootNames);
  return [...conditions, ...templates].some(({ name }) => name !== register);
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

/** What a task will tell has no value until it has. */
function awaitNames(task: Task, { known }: HostRun): void {
  const facts = task.module.name === 'set_fact' ? task.args.entries.map(({ key }) => key) : [];
  for (const name of task.register === null ? facts : [task.register, ...facts]) known.awaitResult(name, nameOf(task));
}

/** Makes what a task tells known, or awaited, for the tasks behind it. False: it fails, so nothing behind it is looked at. */
function lookPast(prepared: TaskRun, run: HostRun): boolean {
  const { task, instances } = prepared;
  if (task.register !== null) run.known.awaitResult(task.register, nameOf(task));
  if (task.module.effects !== 'controller') return true;
  return instances.every((one) => tellNow(one.instance, run));
}

// A module that touches no host is decided on the spot; its turn comes later, with the same outcome.
function tellNow(instance: Instance, run: HostRun): boolean {
  const { module } = instance.task;
  if (instance.skipped !== null) return true;
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

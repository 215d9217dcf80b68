import { EvaluationError, KmeshError } from '../../base/errors.ts';
import type { Data } from '../../base/node.ts';
import type { Include, Task } from '../../playbook/playbook.ts';
import { expressionRootNames } from '../../template/cel.ts';
import { rootNames } from '../../template/evaluate.ts';
import { hasHandlersToRun } from './flush-handlers.ts';
import type { Journey } from './journey.ts';
import { includeVariables, openInclude } from './open-include.ts';
import { isInclude, isTask, type Placed } from './placed.ts';
import { type Position, start } from './position.ts';
import { type Instance, type Preparation, prepareTask, skippedBy } from './prepare.ts';
import { nameOf } from './task-ref.ts';
import { namesSetBy, newInstanceRun, type TaskRun } from './task-run.ts';
import { gatheringFacts, NotYetKnown } from '../variables/not-yet-known.ts';

/** What a stretch is made of: tasks, and steps that only end it if something was notified by then. */
export type Turn =
  | { readonly kind: 'task'; readonly run: TaskRun }
  | { readonly kind: 'pass'; readonly placed: Placed; readonly undo: () => void };

/**
 * Consecutive steps that can be computed now: the probes of their tasks travel together. It ends before a task that
 * depends on a result that is not there, and after one whose answer changes what follows in a way nobody can foresee.
 * Includes are opened on the way.
 *
 * A task that looks at variables of other hosts is looked at once these have done what sets them, as with Ansible.
 */
export async function lookAhead(journey: Journey): Promise<Turn[]> {
  const turns: Turn[] = [];
  for (const placed of journey.itinerary.ahead()) {
    const isFirst = turns.every(({ kind }) => kind === 'pass');
    const next = await look(placed, isFirst, turns, journey);
    if (next.turn !== null) turns.push(next.turn);
    if (!next.goesOn) break;
  }
  return turns;
}

interface Look {
  readonly turn: Turn | null;
  readonly goesOn: boolean;
}

const endsHere: Look = { turn: null, goesOn: false };

async function look(placed: Placed, isFirst: boolean, turns: readonly Turn[], journey: Journey): Promise<Look> {
  if (isInclude(placed)) return lookInside(placed, journey);
  if (isTask(placed)) return isAlone(placed.step) ? endsHere : lookAtTask(placed, isFirst, turns, journey);
  return canPass(placed, journey) ? pass(placed) : endsHere;
}

function pass(placed: Placed, undo = (): void => {}): Look {
  return { turn: { kind: 'pass', placed, undo }, goesOn: true };
}

/** What is done for others or on others is done by itself: see `host-steps.ts`. */
export function isAlone({ runOnce, delegateTo }: Task): boolean {
  return runOnce || delegateTo !== null;
}

function canPass(placed: Placed, { run, course, preparation }: Journey): boolean {
  const { step } = placed;
  if (step.kind !== 'meta') return false;
  if (step.action === 'noop') return true;
  if (step.action === 'flush_handlers' && step.when.length === 0) return !hasHandlersToRun(run, course.play);
  try {
    return step.action !== 'flush_handlers' && skippedBy(step, preparation.scope(placed, null)) !== null;
  } catch (error) {
    if (error instanceof NotYetKnown || error instanceof KmeshError) return false;
    throw error;
  }
}

// Whoever can not tell yet what is included leaves it to be told when its turn has come.
function lookInside(placed: Placed<Include>, { itinerary, preparation, run }: Journey): Look {
  if (placed.step.runOnce) return endsHere;
  try {
    if (placed.step.what === 'vars') return pass(placed, includeVariables(placed, preparation, run));
    itinerary.open(placed, openInclude(placed, preparation));
    return pass(placed, () => itinerary.close(placed));
  } catch (error) {
    if (error instanceof NotYetKnown || error instanceof KmeshError) return endsHere;
    throw error;
  }
}

async function lookAtTask(
  placed: Placed<Task>,
  isFirst: boolean,
  turns: readonly Turn[],
  journey: Journey,
): Promise<Look> {
  const { run, course, preparation } = journey;
  const { step: task } = placed;
  let prepared = prepareRun(placed, preparation);
  const needed = prepared.sawOthers ? tellingBefore(placed, journey) : start;
  const isOpen = course.barrier.isOpen(run.host.name, needed);
  if (!isOpen || prepared.waitsFor === gatheringFacts) {
    // Others may wait for this host to have passed what stands before.
    if (turns.length > 0) return endsHere;
    await course.barrier.pass(run.host.name, needed);
    if (course.isOver(placed.position)) return endsHere;
    const error = prepared.waitsFor === gatheringFacts ? await gatherFacts(journey) : null;
    if (error !== null) return last({ ...prepared, waitsFor: null, error });
    prepared = prepareRun(placed, preparation);
  }
  if (prepared.waitsFor !== null && isFirst && !course.check) return last(neverKnown(prepared));
  const runs = turns.flatMap((turn) => (turn.kind === 'task' ? [turn.run] : []));
  if (!isFirst && namesSetBy(task).length > 0 && runs.some(isJudgedByOthers)) return endsHere;
  if (prepared.waitsFor !== null && !isFirst && task.module.effects === 'controller') {
    const undo = awaitNames(task, namesSetBy(task), journey);
    return { turn: { kind: 'task', run: { ...prepared, waitsFor: null, isLate: true, undo } }, goesOn: true };
  }
  const waits = prepared.waitsFor !== null || isPatient(prepared);
  if (!isFirst && waits) return endsHere;
  const isLast = waits || prepared.error !== null || task.module.name === 'setup' || task.retry !== null;
  if (isLast) return last(prepared);
  return lookPast(prepared, journey);
}

function last(run: TaskRun): Look {
  return { turn: { kind: 'task', run }, goesOn: false };
}

async function gatherFacts({ run, course }: Journey): Promise<KmeshError | null> {
  try {
    await course.gatherFacts(run);
    return null;
  } catch (error) {
    if (error instanceof KmeshError) return error;
    throw error;
  }
}

/** Looks at a task whose turn has come: what it needed before must be there by now. */
export async function prepareNow(placed: Placed<Task>, journey: Journey): Promise<TaskRun> {
  const { preparation, course } = journey;
  let prepared = prepareRun(placed, preparation);
  if (prepared.waitsFor === gatheringFacts) {
    const error = await gatherFacts(journey);
    if (error !== null) return { ...prepared, waitsFor: null, error };
    prepared = prepareRun(placed, preparation);
  }
  return prepared.waitsFor !== null && !course.check ? neverKnown(prepared) : prepared;
}

/** Looks again at a task whose turn has come, and which needed a result before. */
export function prepareLate({ placed, undo }: TaskRun, { preparation, course }: Journey): TaskRun {
  // It may need the value itself that it gives a new one.
  undo();
  const prepared = prepareRun(placed, preparation);
  return prepared.waitsFor !== null && !course.check ? neverKnown(prepared) : prepared;
}

function prepareRun(placed: Placed<Task>, preparation: Preparation): TaskRun & { readonly sawOthers: boolean } {
  const seen = preparation.othersSeen();
  const base = {
    placed,
    task: placed.step,
    instances: [],
    error: null,
    waitsFor: null,
    isLate: false,
    isHeld: false,
    undo: () => {},
    startedAt: Date.now(),
  };
  const sawOthers = (): boolean => preparation.othersSeen() > seen;
  try {
    return { ...base, instances: prepareTask(placed, preparation).map(newInstanceRun), sawOthers: sawOthers() };
  } catch (error) {
    if (error instanceof NotYetKnown) return { ...base, waitsFor: error.waitsFor, sawOthers: sawOthers() };
    if (error instanceof KmeshError) return { ...base, error, sawOthers: sawOthers() };
    throw error;
  }
}

/** What another host has finished that has nothing more to tell before that step. */
function tellingBefore(placed: Placed, { itinerary }: Journey): Position {
  return itinerary.behindLast(placed, ({ step }) => {
    if (step.kind === 'include') return step.candidates.some(({ steps }) => steps.some((one) => tells(one)));
    return tells(step);
  });
}

function tells(step: Placed['step']): boolean {
  if (step.kind === 'include') return true;
  if (step.kind === 'meta') return step.action === 'flush_handlers';
  return namesSetBy(step).length > 0 || step.module.name === 'setup';
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

/** What a task will tell has no value until it has. Gives how to undo that, should its turn never come. */
function awaitNames(task: Task, names: readonly string[], { run: { known } }: Journey): () => void {
  for (const name of names) known.awaitResult(name, nameOf(task));
  return () => {
    for (const name of names) known.awaitNoLonger(name);
  };
}

/** Makes what a task tells known, or awaited, for the tasks behind it. Where it fails nothing behind it is looked at. */
function lookPast(prepared: TaskRun, journey: Journey): Look {
  const { task, instances } = prepared;
  const undone = awaitNames(task, task.register === null ? [] : [task.register], journey);
  const values: Record<string, Data> = {};
  const goesOn = task.module.effects !== 'controller' || instances.every(({ instance }) => tellNow(instance, values));
  const takeBack = journey.run.known.foretell(values);
  const undo = (): void => {
    takeBack();
    undone();
  };
  return { turn: { kind: 'task', run: { ...prepared, undo } }, goesOn };
}

// A module that touches no host is decided on the spot; its turn comes later, with the same outcome.
function tellNow(instance: Instance, values: Record<string, Data>): boolean {
  const { module } = instance.task;
  if (instance.skipped !== null) return true;
  try {
    module.plan(instance.args, {}, instance.inputs);
  } catch (error) {
    if (error instanceof KmeshError) return false;
    throw error;
  }
  Object.assign(values, module.result(instance.args, {}, [], instance.inputs).variables);
  return true;
}

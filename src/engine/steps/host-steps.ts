import { EvaluationError, KmeshError } from '../../base/errors.ts';
import type { Include, Meta, Task } from '../../playbook/playbook.ts';
import type { Course } from '../course.ts';
import type { HostRun } from '../variables/host-run.ts';
import { arrive, finishStep, takeOver } from './finish-step.ts';
import { Flush, hasHandlersToRun } from './flush-handlers.ts';
import { nextAttempt } from './finish.ts';
import { Itinerary } from './itinerary.ts';
import type { Journey } from './journey.ts';
import { isAlone, lookAhead, prepareLate, prepareNow, type Turn } from './look-ahead.ts';
import { foreseeHandlers } from './notify.ts';
import { gatheringFacts, NotYetKnown } from '../variables/not-yet-known.ts';
import { includeVariables, openInclude } from './open-include.ts';
import { isInclude, isTask, type Placed, placedSteps } from './placed.ts';
import { behind } from './position.ts';
import { skippedBy } from './prepare.ts';
import { failedRun } from './failed-run.ts';
import { Stretch } from './stretch.ts';
import type { TaskRun } from './task-run.ts';
import { putInDoubt } from './unknown-change.ts';

/** Takes one host through the steps of a play, as far as it gets. */
export async function runHostSteps(run: HostRun, course: Course): Promise<void> {
  const itinerary = new Itinerary(placedSteps(course.steps));
  const journey: Journey = { run, course, itinerary, preparation: course.preparationFor(run), flush: new Flush() };
  await goOn(journey);
  if (itinerary.hasFailed && run.status === 'active') {
    if (course.play.forceHandlers) await runOwedHandlers(journey);
    if (run.status === 'active') run.status = 'failed';
  }
  course.leave(run);
}

async function goOn(journey: Journey): Promise<void> {
  const { run, course, itinerary } = journey;
  for (let { current } = itinerary; current !== null; { current } = itinerary) {
    if (run.status !== 'active' || course.isOver(current.position)) return;
    course.reached(run, current.position);
    await proceed(current, journey);
  }
}

// As `force_handlers` says: what was notified before the host failed, and whatever comes of each.
async function runOwedHandlers(journey: Journey): Promise<void> {
  const { run, course, itinerary } = journey;
  while (hasHandlersToRun(run, course.play) && itinerary.skipToHandlers()) {
    await goOn(journey);
    if (!itinerary.hasFailed) return;
  }
}

async function proceed(current: Placed, journey: Journey): Promise<void> {
  if (isTask(current) && isAlone(current.step)) {
    await doAlone(current, journey);
    return;
  }
  const turns = await lookAhead(journey);
  if (turns.length > 0) await goThrough(turns, journey);
  else if (!(await mayGoOn(current, journey))) return;
  else if (isInclude(current)) await include(current, journey);
  else if (current.step.kind === 'meta') await doMeta(current, current.step, journey);
}

/** Takes the host through one stretch; an error that is no task's own ends the task it happened in. */
async function goThrough(turns: readonly Turn[], journey: Journey): Promise<void> {
  const { run, course, itinerary } = journey;
  const coming = new Map(turns.map((turn) => [turn.kind === 'task' ? turn.run.placed : turn.placed, turn]));
  const stretch = new Stretch({
    run,
    course,
    itinerary,
    finish: (task) => {
      coming.delete(task.placed);
      return finishStep(task, journey);
    },
    passed: (placed) => {
      coming.delete(placed);
      pass(placed, journey);
    },
    prepareLate: (task) => prepareLate(task, journey),
    unknown: ({ placed }) => putInDoubt(placed, journey),
    foresee: (task) => foreseeHandlers(task, journey),
    retryAfterMs: (task, instance) => retry(task, instance, journey),
  });
  try {
    await stretch.go(turns);
  } catch (error) {
    const next = [...coming.values()].find((turn) => turn.kind === 'task');
    if (!(error instanceof KmeshError) || next?.kind !== 'task') throw error;
    coming.delete(next.run.placed);
    finishStep({ ...next.run, error }, journey);
  }
  // What was made known of those whose turn has not come is not so.
  for (const turn of [...coming.values()].toReversed()) (turn.kind === 'task' ? turn.run : turn).undo();
}

function retry(task: TaskRun, instance: TaskRun['instances'][number], { run, course }: Journey): number | null {
  const next = nextAttempt(instance, task, run.known, course);
  if (next !== null) course.retrying(task.placed, run, instance, next);
  return next?.delayMs ?? null;
}

/** Waits until no other host can end the play before that step; `false`: it has ended. */
async function mayGoOn(placed: Placed, { run, course, itinerary }: Journey): Promise<boolean> {
  await course.barrier.pass(run.host.name, itinerary.neededToGoOn(placed, course.mayEnd));
  return !course.isOver(placed.position);
}

function pass(placed: Placed, journey: Journey): void {
  journey.itinerary.pass(placed);
  arrive(journey);
}

/** A task that is done once for all, or on another host. */
async function doAlone(placed: Placed<Task>, journey: Journey): Promise<void> {
  const { run, course, itinerary } = journey;
  if (!(await mayGoOn(placed, journey))) return;
  if (placed.step.runOnce) {
    const part = await course.once.take(placed, run);
    if (course.isOver(placed.position)) return;
    if (part !== 'lead') {
      takeOver(part, placed, journey);
      return;
    }
  }
  await course.barrier.pass(run.host.name, itinerary.neededFor(placed, course.isSeen));
  if (course.isOver(placed.position)) return;
  await goThrough([{ kind: 'task', run: await reachable(await prepareNow(placed, journey), journey) }], journey);
  // Who was interrupted, or has nothing before it any more, must not wait: others may do so for the same reason.
  if (course.isOver(placed.position)) return;
  if (itinerary.current !== null && mayConcernBatch(placed.step, course))
    await course.barrier.pass(run.host.name, behind(placed.position));
}

async function reachable(task: TaskRun, { course }: Journey): Promise<TaskRun> {
  const delegates = new Set(task.instances.map(({ instance }) => instance.delegate));
  try {
    for (const delegate of delegates) if (delegate !== null) await course.reach(delegate);
    return task;
  } catch (error) {
    if (!(error instanceof KmeshError)) throw error;
    return {
      ...task,
      error: new EvaluationError(error.message, { at: task.task.delegateTo?.span ?? null, hint: error.hint }),
    };
  }
}

/** Whether it may be done on a host that goes through the same steps, and must not have looked further yet. */
function mayConcernBatch({ delegateTo }: Task, { batch }: Course): boolean {
  if (delegateTo === null) return false;
  const text = String(delegateTo.value);
  return text.includes('{{') || batch.includes(text);
}

/** An include whose turn has come: what it needs is there now, or never. */
async function include(placed: Placed<Include>, journey: Journey): Promise<void> {
  const { run, course, itinerary, preparation } = journey;
  if (placed.step.runOnce && course.barrier.firstBefore(placed.position) !== run.host.name) {
    pass(placed, journey);
    return;
  }
  try {
    if (placed.step.what === 'vars') includeVariables(placed, preparation, run);
    else itinerary.open(placed, openInclude(placed, preparation));
    pass(placed, journey);
  } catch (error) {
    await explain(error, placed, journey);
  }
}

/** Facts are asked and it is looked at again; what else is not known never will be. */
async function explain(error: unknown, placed: Placed, journey: Journey): Promise<void> {
  const { run, course } = journey;
  if (error instanceof NotYetKnown && error.waitsFor === gatheringFacts) {
    try {
      await course.gatherFacts(run);
    } catch (failure) {
      if (!(failure instanceof KmeshError)) throw failure;
      finishStep(failedRun(placed, failure), journey);
    }
    return;
  }
  if (error instanceof NotYetKnown) {
    const message = `It needs what \`${error.waitsFor}\` tells, which has told nothing.`;
    const waitsFor = course.check ? error.waitsFor : null;
    putInDoubt(placed, journey);
    finishStep(failedRun(placed, new EvaluationError(message, { at: placed.step.at }), waitsFor), journey);
    return;
  }
  if (!(error instanceof KmeshError)) throw error;
  finishStep(failedRun(placed, error), journey);
}

async function doMeta(placed: Placed, step: Meta, journey: Journey): Promise<void> {
  const { run, course, itinerary, preparation, flush } = journey;
  try {
    if (skippedBy(step, preparation.scope(placed, null)) !== null) {
      pass(placed, journey);
      return;
    }
  } catch (error) {
    await explain(error, placed, journey);
    return;
  }
  if (step.action === 'flush_handlers') {
    itinerary.open(placed, flush.open(placed, run, course.play));
    pass(placed, journey);
    return;
  }
  try {
    await change(step, placed, journey);
    pass(placed, journey);
  } catch (error) {
    await explain(error, placed, journey);
  }
}

async function change(
  { action, role }: Meta,
  { position }: Placed,
  { run, course, itinerary }: Journey,
): Promise<void> {
  switch (action) {
    case 'end_host':
      itinerary.skipToEnd();
      return;
    case 'end_play':
    case 'end_batch':
      course.endPlay(position, action);
      return;
    case 'end_role':
      itinerary.skipRole(role);
      return;
    case 'clear_facts':
      course.forgetFacts(run);
      return;
    case 'clear_host_errors':
      // Of all that stands before it.
      await course.barrier.pass(run.host.name, position);
      course.clearHostErrors();
      return;
    case 'reset_connection':
      await course.reconnect(run);
      return;
    case 'refresh_inventory':
      await course.refreshInventory(position);
      return;
    case 'flush_handlers':
    case 'noop':
  }
}

import type { Data } from '../../base/node.ts';
import type { Task } from '../../playbook/playbook.ts';
import type { Status, TaskOutcome } from '../events.ts';
import { type Finished, finishTask } from './finish.ts';
import type { HostRun } from '../variables/host-run.ts';
import type { Journey } from './journey.ts';
import { notify, notNotified } from './notify.ts';
import type { Placed } from './placed.ts';
import { nameOf, refOf } from './task-ref.ts';
import { namesSetBy, type TaskRun } from './task-run.ts';

/** Ends a task: judges it, remembers what it told, and decides how the host goes on. */
export function finishStep(taskRun: TaskRun, journey: Journey): Status {
  const { run, course } = journey;
  const { task, placed } = taskRun;
  const finished = finishTask(taskRun, run.known, course);
  remember(finished, taskRun, run);
  const outcome = decide(notified(taskRun, finished, journey), finished, taskRun, journey);
  if (task.runOnce) course.once.done(placed, { ...finished, outcome });
  course.finished(placed, run, outcome);
  arrive(journey);
  return isFatal(outcome) ? 'failed' : 'ok';
}

/** Tells the others how far the host has come. */
export function arrive({ run, course, itinerary }: Journey): void {
  const { current } = itinerary;
  if (current !== null) course.reached(run, current.position);
}

/** What one host did on behalf of all is true of all: also that it failed. @param finished `null`: it could not be done */
export function takeOver(finished: Finished | null, placed: Placed<Task>, journey: Journey): void {
  const { run, itinerary } = journey;
  if (finished !== null) tellOf(finished, placed.step, run);
  if (finished?.outcome.rescued === true && itinerary.isRescued(placed)) {
    itinerary.fail(placed);
    tellRescue(placed, finished.outcome, finished.registered, run);
  } else itinerary.pass(placed);
  arrive(journey);
}

function remember(finished: Finished, { task, instances }: TaskRun, run: HostRun): void {
  const owner = task.delegateFacts ? (instances[0]?.instance.delegate ?? run) : run;
  tellOf(finished, task, run, owner.known);
  if (finished.outcome.status === 'deferred')
    for (const name of namesSetBy(task)) run.known.awaitResult(name, nameOf(task));
}

/** @param owner whose the variables and facts are that it brings */
function tellOf({ registered, results }: Finished, task: Task, { known }: HostRun, owner = known): void {
  for (const { variables, facts } of results) {
    for (const [name, value] of Object.entries(variables)) owner.set(name, value);
    // With a filter these are some of them.
    if (facts !== null) owner.setFacts({ ...(owner.facts as object | null), ...(facts as object) });
  }
  if (task.register === null) return;
  if (registered === null) known.awaitResult(task.register, nameOf(task));
  else known.set(task.register, registered);
}

function notified(taskRun: TaskRun, { outcome, notifies }: Finished, journey: Journey): TaskOutcome {
  if (notifies) return notify(taskRun, outcome, journey);
  notNotified(taskRun, journey);
  return outcome;
}

function decide(outcome: TaskOutcome, { registered }: Finished, { placed }: TaskRun, journey: Journey): TaskOutcome {
  const { run, course, itinerary } = journey;
  if (!isFatal(outcome)) {
    itinerary.pass(placed);
    return outcome;
  }
  if (outcome.status === 'unreachable') {
    run.status = 'unreachable';
    course.failed(placed, run);
    return outcome;
  }
  const rescued = itinerary.fail(placed) === 'rescued';
  if (rescued) tellRescue(placed, outcome, registered, run);
  else course.failed(placed, run);
  return { ...outcome, rescued };
}

/** What `rescue` sees of the task that failed, under Ansible's names. */
function tellRescue({ step }: Placed, outcome: TaskOutcome, registered: Data | null, { known }: HostRun): void {
  const { name, module } = refOf(step);
  const { failure } = outcome;
  known.set('ansible_failed_task', { name: outcome.name ?? name, action: module });
  const told = registered as { readonly [name: string]: Data } | null;
  known.set('ansible_failed_result', { msg: failure?.message ?? '', failed: true, changed: false, ...told });
}

function isFatal({ status, ignored }: TaskOutcome): boolean {
  return status === 'unreachable' || (status === 'failed' && !ignored);
}

import { EvaluationError, KmeshError } from '../../base/errors.ts';
import { valueWords } from '../../base/schema.ts';
import type { Task } from '../../playbook/playbook.ts';
import { evaluate } from '../../template/evaluate.ts';
import type { TaskOutcome } from '../events.ts';
import { failureTold } from './finish.ts';
import type { Journey } from './journey.ts';
import { NotYetKnown } from '../variables/not-yet-known.ts';
import { hidesAll, type TaskRun } from './task-run.ts';

/** Notes the handlers that are owed now. A name that means none makes the task fail: nothing would tell otherwise. */
export function notify(taskRun: TaskRun, outcome: TaskOutcome, { run, course }: Journey): TaskOutcome {
  try {
    const handlers = handlersOf(taskRun, course);
    for (const { id } of handlers) run.notified.add(id);
    if (handlers.length > 0) course.owes(run, handlers);
    return outcome;
  } catch (error) {
    if (error instanceof NotYetKnown && course.check) return outcome;
    if (!(error instanceof KmeshError)) throw error;
    if (outcome.failure !== null) return outcome;
    return { ...outcome, status: 'failed', failure: failureTold(error, hidesAll(taskRun)) };
  }
}

/** Writes down what a task will notify before it changes anything: when the run is killed in between, it is not lost. */
export function foreseeHandlers(taskRun: TaskRun, { run, course }: Journey): void {
  try {
    const handlers = handlersOf(taskRun, course);
    if (handlers.length > 0) course.owes(run, handlers);
  } catch (error) {
    // It is told when the task is done.
    if (!(error instanceof NotYetKnown) && !(error instanceof KmeshError)) throw error;
  }
}

/** The task has notified nobody after all. */
export function notNotified(taskRun: TaskRun, { run, course }: Journey): void {
  if (taskRun.task.notify.length === 0 || course.check) return;
  try {
    const handlers = handlersOf(taskRun, course).filter(({ id }) => !run.notified.has(id));
    if (handlers.length > 0) course.settled(run, handlers);
  } catch (error) {
    if (!(error instanceof NotYetKnown) && !(error instanceof KmeshError)) throw error;
  }
}

function handlersOf({ task, instances }: TaskRun, course: Journey['course']): Task[] {
  const scope = instances[0]?.instance.scope;
  return task.notify.flatMap((name) => {
    const text = scope === undefined ? name.value : evaluate(name, scope);
    const handlers = typeof text === 'string' ? course.handlersOf(text, task) : [];
    if (handlers.length > 0) return handlers;
    throw new EvaluationError(`There is no handler ${valueWords(text)}.`, { at: name.span });
  });
}

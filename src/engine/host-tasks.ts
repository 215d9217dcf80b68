import { EvaluationError, KmeshError } from '../base/errors.ts';
import { valueWords } from '../base/schema.ts';
import type { Task } from '../playbook/playbook.ts';
import { evaluate } from '../template/evaluate.ts';
import type { Course } from './course.ts';
import type { Status, TaskOutcome } from './events.ts';
import { failureTold, finishTask } from './finish.ts';
import type { HostRun } from './host-run.ts';
import { lookAhead, prepareLate } from './look-ahead.ts';
import type { Preparation } from './prepare.ts';
import { NotYetKnown } from './not-yet-known.ts';
import { Stretch } from './stretch.ts';
import { nameOf } from './task-ref.ts';
import { hasOutsideEffect, namesSetBy, onlyAsks, type TaskRun } from './task-run.ts';

/** Takes one host through a list of tasks, as far as it gets. */
export async function runHostTasks(run: HostRun, course: Course): Promise<void> {
  const preparation = course.preparationFor(run);
  let position = 0;
  while (position < course.tasks.length && run.status === 'active' && !course.isStopped()) {
    const runs = await lookAhead(run, course, preparation, position);
    const last = runs.at(-1)?.position ?? position;
    await goThrough(runs, run, course, preparation);
    position = last + 1;
    course.barrier.finished(run.host.name, position);
  }
  course.barrier.leave(run.host.name);
}

/** Takes the host through one stretch; an error that is no task's own ends the task it happened in. */
async function goThrough(
  runs: readonly TaskRun[],
  run: HostRun,
  course: Course,
  preparation: Preparation,
): Promise<void> {
  const unfinished = new Map(runs.map((task) => [task.position, task]));
  const stretch = new Stretch({
    run,
    shells: course.shellsFor(run),
    course,
    finish: (task) => {
      unfinished.delete(task.position);
      return finish(task, run, course);
    },
    prepareLate: (task) => prepareLate(task, preparation, course),
  });
  try {
    await stretch.go(runs);
  } catch (error) {
    const [task] = unfinished.values();
    if (!(error instanceof KmeshError) || task === undefined) throw error;
    finish({ ...task, error }, run, course);
  }
}

function finish(taskRun: TaskRun, run: HostRun, course: Course): Status {
  const { task } = taskRun;
  const { outcome: judged, registered, results } = finishTask(taskRun, run.known, course);
  remember(taskRun, run, { registered, results });
  if (judged.status === 'deferred') for (const name of namesSetBy(task)) run.known.awaitResult(name, nameOf(task));
  const notifies = ['changed', 'would-change', 'deferred'].includes(judged.status) && !onlyAsks(task);
  const outcome = notifies ? notify(taskRun, judged, { run, course }) : judged;
  const isFatal = outcome.status === 'unreachable' || (outcome.status === 'failed' && !outcome.ignored);
  if (isFatal) run.status = outcome.status === 'unreachable' ? 'unreachable' : 'failed';
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

interface Notified {
  readonly run: HostRun;
  readonly course: Course;
}

/** Notes the handlers that are owed now. A name that means none makes the task fail: nothing would tell otherwise. */
function notify({ task, instances }: TaskRun, outcome: TaskOutcome, { run, course }: Notified): TaskOutcome {
  const scope = instances[0]?.instance.scope;
  try {
    for (const name of task.notify) {
      const text = scope === undefined ? name.value : evaluate(name, scope);
      const handlers = typeof text === 'string' ? course.handlersOf(text, task) : [];
      if (handlers.length === 0)
        throw new EvaluationError(`There is no handler ${valueWords(text)}.`, { at: name.span });
      for (const id of handlers) run.notified.add(id);
    }
    return outcome;
  } catch (error) {
    if (error instanceof NotYetKnown && course.check) return outcome;
    if (!(error instanceof KmeshError)) throw error;
    return { ...outcome, status: 'failed', failure: failureTold(error, task.noLog) };
  }
}

/** The positions of tasks that others may see. */
export function effectPositions(tasks: readonly Task[]): number[] {
  return tasks.flatMap((task, position) => (hasOutsideEffect(task) ? [position] : []));
}

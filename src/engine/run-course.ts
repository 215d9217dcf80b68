import pLimit from 'p-limit';
import type { MetaAction, Play, Step, Task } from '../playbook/playbook.ts';
import { Barrier } from './barrier.ts';
import type { Course, EndOfPlay } from './course.ts';
import type { CourseParts } from './course-parts.ts';
import type { TaskOutcome } from './events.ts';
import { handlersOf } from './steps/handlers.ts';
import type { HostRun } from './variables/host-run.ts';
import { runHostSteps } from './steps/host-steps.ts';
import { FirstOfBatch } from './once.ts';
import type { Placed } from './steps/placed.ts';
import { comparePositions, type Position } from './steps/position.ts';
import { preparationOf } from './steps/preparation.ts';
import { refreshInventory } from './refresh-inventory.ts';
import { Tally } from './tally.ts';
import { refOf } from './steps/task-ref.ts';
import { hasOutsideEffect } from './steps/task-run.ts';

/** Takes all hosts of a batch through a list of steps, side by side. Gives why it ended before its last step, or `null`. */
export async function runCourse(parts: CourseParts): Promise<EndOfPlay | null> {
  const { steps, hosts, access } = parts;
  if (hosts.length === 0 || steps.length === 0) return null;
  const ending: Ending = { at: null, why: null };
  const course = courseOf(parts, ending);
  const goThrough = async (run: HostRun): Promise<void> => {
    const startedAt = Date.now();
    // Others may have changed the host since, and so may what ran on it before.
    access.shellsOf(run).forget();
    await runHostSteps(run, course);
    run.recap.durationMs += Date.now() - startedAt;
  };
  await Promise.all(hosts.map(goThrough));
  return ending.why;
}

/** Asks the user once for each task, one question after the other, until the answer is to go on. */
function wantedBy({ confirm }: CourseParts): Course['isWanted'] {
  const answers = new Map<string, Promise<boolean>>();
  let last: Promise<boolean> = Promise.resolve(true);
  return ({ step, position }) => {
    if (confirm === null) return Promise.resolve(true);
    const key = position.join('.');
    const answer = answers.get(key) ?? last.then(() => confirm(refOf(step)));
    answers.set(key, answer);
    last = answer;
    return answer;
  };
}

interface Ending {
  at: Position | null;
  why: EndOfPlay | null;
}

function courseOf(parts: CourseParts, ending: Ending): Course {
  const { steps, hosts, site, verbosity, access, play, listener, owed, playbook } = parts;
  const batch = hosts.map(({ host }) => host.name);
  const barrier = new Barrier(batch);
  const tally = new Tally(batch, listener);
  const failed = new Set<HostRun>();
  const refreshed = new Map<string, Promise<void>>();
  const limits = new Map<Task, ReturnType<typeof pLimit>>();
  const isOver = (position: Position): boolean =>
    parts.isStopped() || (ending.at !== null && comparePositions(position, ending.at) > 0);
  const endPlay = (position: Position, why: EndOfPlay): void => {
    if (ending.at !== null && comparePositions(ending.at, position) <= 0) return;
    Object.assign(ending, { at: position, why });
    barrier.wake();
  };
  return {
    play,
    steps,
    batch,
    barrier,
    check: site.check,
    verbosity,
    stop: parts.stop,
    isOver,
    isSeen: (placed) => !site.check && isSeen(placed, play),
    mayEnd: steps.some((step) => mayEnd(step, play)) ? ({ step }) => mayEnd(step, play) : () => false,
    preparationFor: (run) => preparationOf(run, parts, batch),
    shellsFor: (run) => access.shellsOf(run),
    gatherFacts: (run) => access.gatherFacts(run),
    forgetFacts: (run) => access.forgetFacts(run),
    asksUser: parts.confirm !== null,
    isWanted: wantedBy(parts),
    reach: (run) => access.reach(run),
    reconnect: (run) => access.reconnect(run),
    started: ({ step }, { host }) => listener({ kind: 'task-started', task: refOf(step), host: host.name }),
    retrying: ({ step }, { host }, { instance, attempts }, { of, delayMs }) =>
      listener({
        kind: 'task-retried',
        task: refOf(step),
        host: host.name,
        item: instance.noLog ? null : instance.label,
        attempt: attempts,
        of,
        delayMs,
      }),
    finished: ({ step, position }, run, outcome) => {
      count(run, outcome);
      const isHandler = step.kind === 'task' && step.phase === 'handlers';
      // A handler that failed is owed still.
      if (isHandler && (outcome.failure === null || outcome.ignored)) {
        run.notified.delete(step.id);
        if (!site.check) owed?.remove(run.host, [step]);
      }
      tally.add(position, refOf(step), outcome.status);
      listener({ kind: 'task-finished', task: refOf(step), host: run.host.name, outcome });
    },
    reached: ({ host }, position) => {
      barrier.reach(host.name, position);
      tally.reach(host.name, position);
    },
    leave: ({ host }) => {
      barrier.leave(host.name);
      tally.leave(host.name);
    },
    failed: ({ step, position }, run) => {
      failed.add(run);
      const isFatal = step.kind === 'task' ? step.anyErrorsFatal || step.runOnce : play.anyErrorsFatal;
      const limit = play.maxFailPercentage;
      if (isFatal) endPlay(position, 'any_errors_fatal');
      else if (limit !== null && (failed.size * 100) / hosts.length > limit) endPlay(position, 'max_fail_percentage');
    },
    endPlay,
    once: new FirstOfBatch(barrier, isOver),
    throttled: async (task, work) => {
      const limit = limits.get(task) ?? pLimit(task.throttle ?? hosts.length);
      limits.set(task, limit);
      return limit(work);
    },
    handlersOf: (name, { role }) => handlersOf(play, name, role),
    owes: ({ host }, handlers) => {
      if (!site.check) owed?.add(host, handlers, playbook);
    },
    settled: ({ host }, handlers) => {
      if (!site.check) owed?.remove(host, handlers);
    },
    clearHostErrors: () => {
      const all = parts.plays.find((one) => one.play === play)?.hosts ?? [];
      for (const name of all) revive(site.hosts.get(name));
    },
    refreshInventory: (position) => {
      const key = position.join('.');
      const known = refreshed.get(key) ?? refreshInventory(parts);
      refreshed.set(key, known);
      return known;
    },
    tell: listener,
  };
}

/** Whether others may see what a step does, or what comes of it: then they keep Ansible's order. */
function isSeen({ step }: Placed, { strategy, maxFailPercentage }: Play): boolean {
  if (strategy !== 'linear') return strategy === 'lockstep';
  return maxFailPercentage !== null || hasOutsideEffect(step);
}

/** Whether the play may end with a step for all hosts. */
function mayEnd(step: Step, play: Play): boolean {
  if (play.maxFailPercentage !== null) return true;
  switch (step.kind) {
    case 'meta':
      // The play's handlers run there.
      return step.action === 'flush_handlers' ? play.handlers.some((one) => mayEnd(one, play)) : isEnd(step.action);
    case 'include':
      return step.candidates.some(({ steps }) => steps.some((one) => mayEnd(one, play)));
    case 'task':
      return step.anyErrorsFatal || step.runOnce;
  }
}

function isEnd(action: MetaAction): boolean {
  return action === 'end_play' || action === 'end_batch';
}

// It takes part again from the next play on.
function revive(run: HostRun | undefined): void {
  if (run?.status === 'failed') run.status = 'active';
}

function count({ recap }: HostRun, { status, ignored, rescued }: TaskOutcome): void {
  switch (status) {
    case 'changed':
    case 'would-change':
      recap.changed++;
      return;
    case 'unreachable':
      recap.unreachable = true;
      return;
    case 'failed':
      if (rescued) recap.rescued++;
      else recap[ignored ? 'ignored' : 'failed']++;
      return;
    case 'ok':
    case 'deferred':
    case 'skipped':
      recap[status]++;
  }
}

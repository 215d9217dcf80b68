import { overlaps } from '../../base/footprint.ts';
import { footprintOf } from '../../changes/change.ts';
import { isLarge } from '../../changes/apply.ts';
import type { Answers } from '../hosts/answers.ts';
import type { Course } from '../course.ts';
import type { Status } from '../events.ts';
import { hasHandlersToRun } from './flush-handlers.ts';
import { giveReplies } from './give-replies.ts';
import { hasLasted } from './judge.ts';
import type { HostRun } from '../variables/host-run.ts';
import type { Shell } from '../hosts/host-shells.ts';
import type { Itinerary } from './itinerary.ts';
import type { Turn } from './look-ahead.ts';
import { pause } from './pause.ts';
import { planInstance } from './plan-instance.ts';
import type { Placed } from './placed.ts';
import { dependsOnMaker } from '../hosts/predict.ts';
import { sendChanges } from '../hosts/send-changes.ts';
import { nameOf } from './task-ref.ts';
import { endOf, hasOutsideEffect, type InstanceRun, onlyAsks, saysItChangesNothing, type TaskRun } from './task-run.ts';

interface Parts {
  readonly run: HostRun;
  readonly course: Course;
  readonly itinerary: Itinerary;
  /** Judges and reports a task; `failed` ends the host. */
  readonly finish: (task: TaskRun) => Status;
  /** A step that is no task has had its turn. */
  readonly passed: (placed: Placed) => void;
  /** Looks again at a task that needed a result. */
  readonly prepareLate: (task: TaskRun) => TaskRun;
  /** A check can not know what the task would do. */
  readonly unknown: (task: TaskRun) => void;
  /** Before changes are made: what they will notify must not be lost. */
  readonly foresee: (task: TaskRun) => void;
  /** Whether a task that has ended is to be tried again, and after how long. */
  readonly retryAfterMs: (task: TaskRun, instance: InstanceRun) => number | null;
}

/** A change that waits to be sent, with the task and instance it belongs to. */
interface Pending {
  readonly task: TaskRun;
  readonly instance: InstanceRun;
}

/**
 * Consecutive tasks of one host. All their probes go in one round trip; plans are made in order; changes pile up until
 * somebody needs to see what they did, and then travel together with the questions they put in doubt.
 */
export class Stretch {
  readonly #parts: Parts;
  #runs: readonly TaskRun[] = [];
  #pending: Pending[] = [];
  /** Whose turn has come and what is not reported yet; steps that are no task are passed when all before them is. */
  #open: (TaskRun | Placed)[] = [];
  readonly #started = new Set<TaskRun>();
  readonly #planned = new Set<InstanceRun>();
  /** Planned, and not pending before what is has been sent. */
  readonly #waiting = new Set<InstanceRun>();
  #failed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async go(turns: readonly Turn[]): Promise<void> {
    this.#runs = turns.flatMap((turn) => (turn.kind === 'task' ? [turn.run] : []));
    const instances = this.#runs.flatMap((task) => task.instances);
    if (this.#parts.course.check) for (const instance of instances) this.#deferWait(instance);
    await this.#ask(instances);
    for (const turn of turns) {
      if (this.#isOver(turn.kind === 'task' ? turn.run.placed : turn.placed)) break;
      if (turn.kind === 'task') await this.#turn(turn.run);
      else if (await this.#mustEndAt(turn.placed)) return;
      if (this.#failed) return;
    }
    await this.#flush([]);
  }

  /** What was notified before a flush of handlers runs there, and what follows is looked at anew. */
  async #mustEndAt(placed: Placed): Promise<boolean> {
    const { step } = placed;
    const { run, course } = this.#parts;
    const isFlush = step.kind === 'meta' && step.action === 'flush_handlers';
    if (isFlush && this.#runs.some(({ task }) => task.notify.length > 0)) await this.#flush([]);
    if (this.#failed || (isFlush && hasHandlersToRun(run, course.play))) return true;
    this.#open.push(placed);
    this.#report();
    return this.#failed;
  }

  async #turn(task: TaskRun): Promise<void> {
    const { course } = this.#parts;
    if (!(await this.#isItsTurn(task)) || !(await this.#isWanted(task))) return;
    const ready = task.isLate ? await this.#lookAgain(task) : task;
    if (this.#failed) return;
    if (task.task.throttle === null) await this.#take(ready);
    else await course.throttled(task.task, async () => this.#takeAndEnd(ready));
  }

  /** Waits until no other host can end the play before the task; `false`: it has ended, or this host has failed. */
  async #isItsTurn({ placed }: TaskRun): Promise<boolean> {
    const { run, course, itinerary } = this.#parts;
    const needed = itinerary.neededToGoOn(placed, course.mayEnd);
    if (course.barrier.isOpen(run.host.name, needed)) return true;
    await this.#flush([]);
    if (this.#failed) return false;
    await course.barrier.pass(run.host.name, needed);
    return !this.#isOver(placed);
  }

  /** Whether the user wants it, who is asked with `--step`. What is not wanted is skipped. */
  async #isWanted(task: TaskRun): Promise<boolean> {
    const { course, finish } = this.#parts;
    if (!course.asksUser) return true;
    await this.#flush([]);
    if (this.#failed) return false;
    if (await course.isWanted(task.placed)) return true;
    const instances = task.instances.map((one) => ({
      ...one,
      instance: { ...one.instance, skipped: 'not wanted' },
      end: endOf('skipped', null),
    }));
    finish({ ...task, instances, error: null, waitsFor: null });
    return false;
  }

  async #takeAndEnd(task: TaskRun): Promise<void> {
    await this.#take(task);
    await this.#flush([]);
  }

  /** A check does not wait for what a change would bring that it does not make. */
  #deferWait(instance: InstanceRun): void {
    const waits = Object.values(instance.instance.probes).filter(({ kind }) => kind.patient !== undefined);
    const planned = this.#parts.run.planned.find(({ change }) =>
      waits.some(({ kind, question }) => overlaps(footprintOf(change), kind.reads(question))),
    );
    if (planned !== undefined) instance.end = endOf('deferred', planned.task);
  }

  /** What the task needs was told by those before it, if it was told at all. */
  async #lookAgain(task: TaskRun): Promise<TaskRun> {
    await this.#flush([]);
    return this.#failed ? task : this.#parts.prepareLate(task);
  }

  async #take(task: TaskRun): Promise<void> {
    if (this.#failed) return;
    const { course } = this.#parts;
    if (task.error !== null || (task.waitsFor !== null && !course.check)) await this.#flush([]);
    if (this.#failed) return;
    this.#open.push(task);
    this.#tellStarted();
    if (task.waitsFor !== null) this.#parts.unknown(task);
    task.isHeld = true;
    for (const [i, instance] of task.instances.entries()) {
      if (i > 0 && instance.end === null) await this.#pause(task);
      if (instance.end === null) await this.#settle(task, instance);
      if (task.task.retry !== null && !this.#failed) await this.#retry(task, instance);
      if (this.#failed) return;
    }
    task.isHeld = false;
    // What others judge must be done before anything behind it is; what has failed already may be the host's last.
    const hasFailed = task.instances.some(({ end: one }) => one?.status === 'failed');
    if (hasFailed || task.task.failedWhen !== null || onlyAsks(task.task)) await this.#flush([]);
    this.#report();
  }

  /** Tries an instance until it is as it should be, or has been tried often enough. */
  async #retry(task: TaskRun, instance: InstanceRun): Promise<void> {
    const { course, retryAfterMs } = this.#parts;
    for (;;) {
      await this.#flush([]);
      if (this.#failed || course.stop.aborted) return;
      const delayMs = retryAfterMs(task, instance);
      if (delayMs === null) return;
      await pause(delayMs, course.stop);
      if (course.stop.aborted) return;
      this.#shellOf(instance).answers.drop(instance.instance.probes);
      const next = { attempts: instance.attempts + 1, hasLasted: hasLasted(instance) };
      Object.assign(instance, { end: null, changes: [], replies: [], ...next });
      await this.#settle(task, instance);
    }
  }

  /** Between the items of a loop, as `loop_control` says. */
  async #pause({ task }: TaskRun): Promise<void> {
    const { course } = this.#parts;
    if (task.loop === null || task.loop.pauseMs === 0 || course.check) return;
    await this.#flush([]);
    await pause(task.loop.pauseMs, course.stop);
  }

  /** Plans an instance, and makes its changes pending. */
  async #settle(task: TaskRun, instance: InstanceRun): Promise<void> {
    const { course } = this.#parts;
    const shell = this.#shellOf(instance);
    const { probes } = instance.instance;
    // Who changes nothing is there to tell what the host says.
    if (!course.check && task.task.module.effects === 'none') shell.answers.distrust(probes);
    if (shell.answers.lacks(probes) || (!course.check && shell.answers.doubtOf(probes) !== null)) {
      await this.#flush(this.#behind(instance));
      if (this.#failed) return;
    }
    const doubt = await this.#plan(instance, shell.answers);
    if (this.#failed) return;
    this.#planned.add(instance);
    if (instance.end !== null) return;
    if (instance.changes.length === 0) instance.end = endOf(doubt === null ? 'ok' : 'deferred', doubt);
    else if (!course.check && task.task.checkMode === true)
      instance.end = endOf(saysItChangesNothing(task.task) ? 'skipped' : 'would-change', null);
    else if (course.check && saysItChangesNothing(task.task)) instance.end = endOf('skipped', null);
    else if (course.check && !onlyAsks(task.task)) this.#foresee(task, instance, shell.answers);
    else if (course.check && this.#wasPlanned())
      instance.end = endOf('deferred', this.#parts.run.planned.at(-1)?.task ?? null);
    else await this.#enqueue({ task, instance });
  }

  /** Makes the plan. Where that depends on whom something belongs to that is only about to be made, the host is asked. */
  async #plan(instance: InstanceRun, answers: Answers): Promise<string | null> {
    const doubt = planInstance(instance, answers);
    if (this.#parts.course.check || !instance.changes.some(dependsOnMaker)) return doubt;
    answers.distrust(instance.instance.probes);
    await this.#flush(this.#behind(instance));
    return this.#failed ? doubt : planInstance(instance, answers);
  }

  #foresee(task: TaskRun, instance: InstanceRun, answers: Answers): void {
    instance.end = endOf('would-change', null);
    this.#expect(task, instance, answers);
  }

  #expect(task: TaskRun, { instance, changes }: InstanceRun, answers: Answers): void {
    const host = instance.delegate ?? this.#parts.run;
    for (const change of changes) {
      const planned = { change, task: nameOf(task.task) };
      if (this.#parts.course.check) host.planned.push(planned);
      this.#parts.course.shellsFor(host).expect(planned, answers);
    }
  }

  async #enqueue(pending: Pending): Promise<void> {
    const { course, run, itinerary } = this.#parts;
    const { task, instance } = pending;
    const needed = itinerary.neededFor(task.placed, course.isSeen);
    const large = instance.changes.some(isLarge);
    if (large || !course.barrier.isOpen(run.host.name, needed)) {
      if (!(await this.#isStillSo(pending))) return;
      await course.barrier.pass(run.host.name, needed);
      if (this.#isOver(task.placed)) return;
    }
    const other = this.#pending[0];
    const isElsewhere = other !== undefined && this.#shellOf(other.instance) !== this.#shellOf(instance);
    if (isElsewhere && !(await this.#isStillSo(pending))) return;
    this.#pending.push(pending);
    this.#expect(task, instance, this.#shellOf(instance).answers);
    // What may take long or be seen by others ends a batch, so that Ctrl-C finds nothing on its way behind it.
    if (large || hasOutsideEffect(task.task)) await this.#flush(this.#behind(instance).slice(1));
  }

  /** Sends what is pending before an instance. Where that fails the instance is planned anew, and this is `false`. */
  async #isStillSo({ task, instance }: Pending): Promise<boolean> {
    this.#waiting.add(instance);
    await this.#flush([]);
    this.#waiting.delete(instance);
    if (this.#failed) return false;
    if (this.#planned.has(instance)) return true;
    await this.#settle(task, instance);
    return false;
  }

  /** Sends all pending changes, and behind them the questions of `next` that they put in doubt. */
  async #flush(next: readonly InstanceRun[]): Promise<void> {
    while (this.#pending.length > 0 && !this.#failed && !this.#isOver(this.#pending[0]?.task.placed))
      await this.#send(next);
    if (!this.#failed) await this.#ask(next);
  }

  async #send(next: readonly InstanceRun[]): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    const [first] = pending;
    if (first === undefined) return;
    for (const task of new Set(pending.map((one) => one.task))) this.#parts.foresee(task);
    const shell = this.#shellOf(first.instance);
    const due = pending.flatMap(({ task, instance }) =>
      instance.changes.map((change) => ({ change, timeoutMs: task.task.timeoutMs })),
    );
    const same = next.filter((instance) => this.#shellOf(instance) === shell);
    const sent = await sendChanges(shell, due, shell.answers.inquire(probesOf(same), 'after-success'));
    const failed = giveReplies(
      pending.map(({ instance }) => instance),
      sent,
    );
    const again = failed === null ? [] : this.#behindFailed(failed);
    this.#report();
    for (const { task, instance } of again) {
      if (!this.#failed) await this.#settle(task, instance);
      // Others may wait for it before the next one may go on.
      this.#report();
    }
  }

  /** What has to be planned anew: what was expected of the change that failed has not come about. */
  #behindFailed(failed: InstanceRun): Pending[] {
    this.#parts.course.shellsFor(failed.instance.delegate ?? this.#parts.run).forget();
    const open = this.#open.filter(isTaskRun).flatMap((task) => task.instances.map((instance) => ({ task, instance })));
    const behind = open.slice(open.findIndex(({ instance }) => instance === failed) + 1);
    const again = behind.filter(({ instance }) => this.#planned.delete(instance));
    for (const { instance } of again) Object.assign(instance, { end: null, changes: [], replies: [] });
    return again.filter(({ instance }) => !this.#waiting.has(instance));
  }

  /** Reports what has ended, in order. */
  #report(): void {
    while (!this.#failed) {
      const [first] = this.#open;
      if (first === undefined || (isTaskRun(first) && !isEnded(first))) return;
      this.#open.shift();
      if (!isTaskRun(first)) this.#parts.passed(first);
      else if (this.#parts.finish(first) === 'failed') {
        this.#failed = true;
        this.#pending = [];
        return;
      }
      this.#tellStarted();
    }
  }

  // Tasks behind one that is not done yet may be sent with it, but their turn has not come.
  #tellStarted(): void {
    const [task] = this.#open;
    if (task === undefined || !isTaskRun(task) || this.#started.has(task)) return;
    this.#started.add(task);
    task.startedAt = Date.now();
    this.#parts.course.started(task.placed, this.#parts.run);
  }

  async #ask(instances: readonly InstanceRun[]): Promise<void> {
    const shells = new Set(instances.filter((i) => i.end === null).map((i) => this.#shellOf(i)));
    for (const shell of shells) {
      const own = instances.filter((i) => i.end === null && this.#shellOf(i) === shell);
      const inquiries = shell.answers.inquire(probesOf(own), 'always');
      if (inquiries.length === 0) continue;
      const replies = await shell.run(inquiries.map(({ fragment }) => fragment));
      for (const [i, inquiry] of inquiries.entries()) {
        const reply = replies[i];
        if (reply !== null && reply !== undefined) inquiry.take(reply);
      }
      const asked = inquiries.flatMap(({ probes }) => probes);
      const host = own[0]?.instance.delegate ?? this.#parts.run;
      if (this.#parts.course.check) for (const planned of host.planned) shell.answers.expect(planned, asked);
    }
  }

  #behind(instance: InstanceRun): InstanceRun[] {
    const all = this.#runs.flatMap((task) => task.instances);
    return all.slice(all.indexOf(instance)).filter((one) => one.end === null);
  }

  #wasPlanned(): boolean {
    return this.#parts.run.planned.length > 0;
  }

  #shellOf({ instance }: InstanceRun): Shell {
    return this.#parts.course.shellsFor(instance.delegate ?? this.#parts.run).of(instance.becomeUser);
  }

  #isOver(placed: Placed | undefined): boolean {
    return placed !== undefined && this.#parts.course.isOver(placed.position);
  }
}

function isTaskRun(open: TaskRun | Placed): open is TaskRun {
  return 'instances' in open;
}

function isEnded(task: TaskRun): boolean {
  return !task.isHeld && task.instances.every((instance) => instance.end !== null);
}

function probesOf(instances: readonly InstanceRun[]): InstanceRun['instance']['probes'][string][] {
  return instances.flatMap(({ instance }) => Object.values(instance.probes));
}

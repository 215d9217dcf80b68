import type { Meta, Phase, Play, Step } from '../playbook/playbook.ts';
import { batchesOf } from './batches.ts';
import { checkArguments } from './check-arguments.ts';
import type { EndOfPlay } from './course.ts';
import type { HostRecap, Listener, PlayEnd } from './events.ts';
import { hasHandlersToRun } from './steps/flush-handlers.ts';
import { HostAccess } from './hosts/host-access.ts';
import type { HostRun } from './variables/host-run.ts';
import { isSame } from './steps/owed-handlers.ts';
import { runCourse } from './run-course.ts';
import { activeOf, type RunParts } from './run-parts.ts';
import type { AssignedPlay } from './input/site-hosts.ts';
import { nameOf } from './steps/task-ref.ts';

/** Runs the plays on their hosts. Everything that happens goes to the listener; only a bug of kmesh is thrown. */
export async function run(parts: RunParts): Promise<readonly HostRecap[]> {
  const startedAt = Date.now();
  const { runs, listener } = parts;
  const access = new HostAccess(parts);
  try {
    announce(parts);
    await access.open();
    await new Story(parts, access).tell();
  } finally {
    await access.close();
  }
  const recap = runs.map((one) => ({ ...one.recap, traffic: one.connection?.counts ?? one.recap.traffic }));
  listener({ kind: 'run-finished', recap, durationMs: Date.now() - startedAt, interrupted: parts.stop.aborted });
  return recap;
}

function announce({ playbook, plays, site, runs, listener }: RunParts): void {
  const phases = plays.flatMap(({ play }) => play.phases);
  const tasks = phases.reduce((sum, { steps }) => sum + steps.filter(({ kind }) => kind !== 'meta').length, 0);
  const hosts = runs.map(({ host }) => host.name);
  listener({ kind: 'run-started', playbook, plays: plays.length, tasks, hosts, check: site.check, diff: site.diff });
}

/** Preflight, then play after play, batch after batch. */
class Story {
  readonly #parts: RunParts;
  readonly #access: HostAccess;
  /** Something failed that no later batch or play may follow. */
  #isOver = false;

  constructor(parts: RunParts, access: HostAccess) {
    this.#parts = parts;
    this.#access = access;
  }

  async tell(): Promise<void> {
    await this.#preflight();
    // By index: an inventory that is read anew gives later plays other hosts.
    for (let i = 0; i < this.#parts.plays.length; i++) {
      const assigned = this.#parts.plays[i];
      if (assigned === undefined || this.#isStopped()) continue;
      if (this.#parts.phases === 'verify') await this.#verify(assigned);
      else await this.#play(assigned);
    }
  }

  /** The gates alone, on all hosts at once: nothing is rolled that one of them could stop. */
  async #verify(assigned: AssignedPlay): Promise<void> {
    const { play } = assigned;
    const active = this.#activeIn(assigned);
    if (active.length === 0 || stepsOf(play, 'verify').length === 0) return;
    await this.#access.enter(play, active);
    const hosts = activeOf(active).map(({ host }) => host.name);
    this.#parts.listener({ kind: 'play-started', play: play.name, hosts, batch: 1, of: 1 });
    await this.#course(stepsOf(play, 'verify'), assigned, activeOf(active));
  }

  /** The assertions of all plays, before anything is written. An invariant is about all hosts: one failure ends the run. */
  async #preflight(): Promise<void> {
    const { runs, plays, listener } = this.#parts;
    const asked = new Set<number>();
    const failed = new Set<number>();
    const counting: Listener = (event) => {
      if (event.kind === 'task-finished') asked.add(event.task.id);
      if (event.kind === 'task-finished' && event.outcome.status === 'failed') failed.add(event.task.id);
      listener(event);
    };
    for (const assigned of plays) {
      const { play, hosts: playHosts } = assigned;
      if (stepsOf(play, 'preflight').length > 0) await this.#access.enter(play, this.#activeIn(assigned));
      checkArguments({ ...this.#parts, play, playHosts, listener: counting }, this.#activeIn(assigned));
      await this.#course(stepsOf(play, 'preflight'), assigned, this.#activeIn(assigned), counting);
    }
    if (asked.size > 0) listener({ kind: 'preflight-finished', assertions: asked.size, failed: failed.size });
    this.#isOver = runs.some(({ status }) => status === 'failed');
  }

  async #play(assigned: AssignedPlay): Promise<void> {
    await this.#access.enter(assigned.play, this.#activeIn(assigned));
    const batches = batchesOf(assigned.play, this.#activeIn(assigned));
    for (const [i, batch] of batches.entries()) {
      if (this.#isStopped()) return;
      const hosts = batch.map(({ host }) => host.name);
      this.#parts.listener({ kind: 'play-started', play: assigned.play.name, hosts, batch: i + 1, of: batches.length });
      for (const one of batch) this.#takeOver(one, assigned.play);
      const end = await this.#batch(assigned, batch);
      this.#tellOwed(assigned.play, batch);
      if (end === null || end === 'end_batch') continue;
      this.#isOver = end !== 'end_play';
      this.#tellEnd(assigned.play, end, batches.slice(i + 1).flat());
      return;
    }
  }

  /** Runs the play on a batch. Gives why nothing may follow it, or `null`. */
  async #batch(assigned: AssignedPlay, batch: readonly HostRun[]): Promise<PlayEnd | null> {
    const { play } = assigned;
    const wanted = activeOf(batch);
    const ended = await this.#course(mainSteps(play), assigned, wanted);
    if (ended === 'any_errors_fatal' || ended === 'max_fail_percentage') return ended;
    // Nothing that was notified is lost because a play ends early.
    const owing = activeOf(batch).filter((one) => hasHandlersToRun(one, play));
    if (ended !== null) await this.#course([flushOf(play)], assigned, owing);
    const active = activeOf(batch);
    const isPassed = ended !== null || (await this.#gate(stepsOf(play, 'verify'), assigned, active));
    if (!isPassed) return 'gate-failed';
    if (activeOf(batch).length === 0 && !goesOnWithoutHosts(play)) return 'every-host-failed';
    return ended;
  }

  /** What the roles say must be true now; a roll goes on only when it is, on all hosts of the batch. */
  async #gate(steps: readonly Step[], assigned: AssignedPlay, hosts: readonly HostRun[]): Promise<boolean> {
    // Where a check left something undone, its effect can not be seen.
    const ready = this.#parts.site.check ? hosts.filter(({ planned }) => planned.length === 0) : hosts;
    await this.#course(steps, assigned, ready);
    return activeOf(hosts).length === hosts.length;
  }

  /** What an earlier run owes a host is notified now. */
  #takeOver({ host, notified }: HostRun, { handlers }: Play): void {
    const { owed, listener } = this.#parts;
    const known = owed?.of(host) ?? [];
    const meant = handlers.filter((handler) => known.some((one) => isSame(one, handler)) && !notified.has(handler.id));
    for (const { id } of meant) notified.add(id);
    if (meant.length === 0) return;
    listener({ kind: 'handlers-owed', host: host.name, handlers: meant.map(nameOf), from: 'earlier-run' });
  }

  #tellOwed({ handlers }: Play, batch: readonly HostRun[]): void {
    for (const { host, notified } of batch) {
      const owed = handlers.filter(({ id }) => notified.has(id)).map(nameOf);
      if (owed.length > 0)
        this.#parts.listener({ kind: 'handlers-owed', host: host.name, handlers: owed, from: 'this-run' });
      notified.clear();
    }
  }

  async #course(
    steps: readonly Step[],
    { play, hosts: playHosts }: AssignedPlay,
    hosts: readonly HostRun[],
    listener: Listener = this.#parts.listener,
  ): Promise<EndOfPlay | null> {
    const isStopped = (): boolean => this.#isStopped();
    // As in Ansible: those that failed or could not be reached play no more.
    const stillPlaying = playHosts.filter((name) => this.#parts.site.hosts.get(name)?.status === 'active');
    const parts = { ...this.#parts, listener, access: this.#access, play, playHosts: stillPlaying, steps, hosts };
    return runCourse({ ...parts, isStopped });
  }

  #activeIn({ hosts }: AssignedPlay): HostRun[] {
    const { site } = this.#parts;
    return activeOf(hosts.map((name) => site.hosts.get(name)).filter((one) => one !== undefined));
  }

  #tellEnd({ name }: Play, why: PlayEnd, notTouched: readonly HostRun[]): void {
    const untouched = notTouched.map(({ host }) => host.name);
    // The report shows it by itself when no host is left out.
    if (why === 'every-host-failed' && untouched.length === 0) return;
    this.#parts.listener({ kind: 'play-ended', play: name, why, message: endings[why], untouched });
  }

  #isStopped(): boolean {
    return this.#isOver || this.#parts.stop.aborted;
  }
}

const endings: Readonly<Record<PlayEnd, string>> = {
  'preflight-failed': 'The run ends here, because an assertion of the preflight failed.',
  'gate-failed': 'The roll ends here, because the gate of this batch failed.',
  'every-host-failed': 'The roll ends here, because every host of this batch failed.',
  interrupted: 'The run was interrupted.',
  max_fail_percentage: 'The run ends here, because more hosts failed than `max_fail_percentage` allows.',
  any_errors_fatal: 'The run ends here, because a host failed and `any_errors_fatal` says so.',
  end_play: 'The play ends here, as `meta: end_play` says.',
  end_batch: 'The batch ends here, as `meta: end_batch` says.',
};

// Who allows that all fail wants the other batches all the same.
function goesOnWithoutHosts({ maxFailPercentage }: Play): boolean {
  return maxFailPercentage !== null && maxFailPercentage >= 100;
}

function stepsOf({ phases }: Play, name: Phase['name']): readonly Step[] {
  return phases.find((phase) => phase.name === name)?.steps ?? [];
}

/** All that a batch does before its gate: each list of steps, and behind it the handlers that were notified. */
function mainSteps(play: Play): Step[] {
  const names = ['pre_tasks', 'tasks', 'post_tasks'] as const;
  const lists = names.map((name) => stepsOf(play, name)).filter((steps) => steps.length > 0);
  if (lists.length === 0) return [flushOf(play)];
  return lists.flatMap((steps) => [...steps, flushOf(play)]);
}

function flushOf({ at }: Play): Meta {
  return {
    kind: 'meta',
    action: 'flush_handlers',
    id: 0,
    name: null,
    at,
    role: null,
    when: [],
    tags: new Set(),
    sections: [],
    vars: [],
    loop: null,
    runOnce: false,
    phase: 'tasks',
  };
}

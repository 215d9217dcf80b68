import type { Play, Task } from '../playbook/playbook.ts';
import { batchesOf } from './batches.ts';
import { checkArguments } from './check-arguments.ts';
import type { HostRecap, Listener } from './events.ts';
import { HostAccess } from './host-access.ts';
import type { HostRun } from './host-run.ts';
import { activeOf, type RunParts } from './run-parts.ts';
import { runPhase } from './run-phase.ts';
import type { AssignedPlay } from './site-hosts.ts';
import { nameOf } from './task-ref.ts';

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
  const tasks = phases.reduce((sum, phase) => sum + phase.tasks.length, 0);
  const hosts = runs.map(({ host }) => host.name);
  listener({ kind: 'run-started', playbook, plays: plays.length, tasks, hosts, check: site.check, diff: site.diff });
}

/** Preflight, then play after play, batch after batch, phase after phase. */
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
    for (const assigned of this.#parts.plays) if (!this.#isStopped()) await this.#play(assigned);
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
      checkArguments({ ...this.#parts, play, playHosts, listener: counting }, this.#activeIn(assigned));
      const tasks = play.phases.find(({ name }) => name === 'preflight')?.tasks ?? [];
      await this.#phase(tasks, assigned, this.#activeIn(assigned), counting);
    }
    if (asked.size > 0) listener({ kind: 'preflight-finished', assertions: asked.size, failed: failed.size });
    this.#isOver = runs.some(({ status }) => status === 'failed');
  }

  async #play(assigned: AssignedPlay): Promise<void> {
    const batches = batchesOf(assigned.play, this.#activeIn(assigned));
    for (const [i, batch] of batches.entries()) {
      if (this.#isStopped()) return;
      const hosts = batch.map(({ host }) => host.name);
      this.#parts.listener({ kind: 'play-started', play: assigned.play.name, hosts, batch: i + 1, of: batches.length });
      const gate = await this.#batch(assigned, batch);
      if (gate === 'passed' && activeOf(batch).length > 0) continue;
      this.#isOver = true;
      this.#tellUntouched(batches.slice(i + 1).flat(), gate);
    }
  }

  async #batch(assigned: AssignedPlay, batch: readonly HostRun[]): Promise<'passed' | 'failed'> {
    let gate: 'passed' | 'failed' = 'passed';
    for (const { name, tasks } of assigned.play.phases) {
      if (name === 'verify') gate = await this.#gate(tasks, assigned, activeOf(batch));
      else if (name !== 'preflight') {
        await this.#phase(tasks, assigned, activeOf(batch));
        await this.#handlers(assigned, batch);
      }
    }
    return gate;
  }

  /** What the roles say must be true now; a roll goes on only when it is, on all hosts of the batch. */
  async #gate(tasks: readonly Task[], assigned: AssignedPlay, hosts: readonly HostRun[]): Promise<'passed' | 'failed'> {
    // Where a check left something undone, its effect can not be seen.
    const ready = this.#parts.site.check ? hosts.filter(({ planned }) => planned.length === 0) : hosts;
    await this.#phase(tasks, assigned, ready);
    return activeOf(hosts).length === hosts.length ? 'passed' : 'failed';
  }

  /** What is owed runs in the order of its definition, then what that has notified; each handler once. */
  async #handlers({ play, ...assigned }: AssignedPlay, batch: readonly HostRun[]): Promise<void> {
    const isOwed = ({ id }: Task): boolean => activeOf(batch).some(({ notified }) => notified.has(id));
    const done = new Set<Task>();
    for (let owed = play.handlers.filter(isOwed); owed.length > 0 && !this.#isStopped();) {
      for (const handler of owed) done.add(handler);
      await this.#phase(owed, { play, ...assigned }, activeOf(batch));
      owed = play.handlers.filter((handler) => isOwed(handler) && !done.has(handler));
    }
    if (!this.#isStopped()) this.#tellLost(play, batch);
  }

  #tellLost({ handlers }: Play, batch: readonly HostRun[]): void {
    for (const { host, status, notified } of batch) {
      const lost = handlers.filter(({ id }) => notified.has(id)).map(nameOf);
      const why = status === 'active' ? 'was notified again by another handler after' : 'failed before';
      if (lost.length > 0) this.#warn(`${host.name} ${why} its handlers ran: ${lost.join(', ')}.`);
      notified.clear();
    }
  }

  async #phase(
    tasks: readonly Task[],
    { play, hosts: playHosts }: AssignedPlay,
    hosts: readonly HostRun[],
    listener: Listener = this.#parts.listener,
  ): Promise<void> {
    const isStopped = (): boolean => this.#isStopped();
    // As in Ansible: those that failed or could not be reached play no more.
    const stillPlaying = playHosts.filter((name) => this.#parts.site.hosts.get(name)?.status === 'active');
    const parts = { ...this.#parts, listener, access: this.#access, play, playHosts: stillPlaying, tasks, hosts };
    await runPhase({ ...parts, isStopped });
  }

  #activeIn({ hosts }: { readonly play: Play; readonly hosts: readonly string[] }): HostRun[] {
    const { site } = this.#parts;
    return activeOf(hosts.map((name) => site.hosts.get(name)).filter((one) => one !== undefined));
  }

  #tellUntouched(hosts: readonly HostRun[], gate: 'passed' | 'failed'): void {
    if (hosts.length === 0) return;
    const why = gate === 'failed' ? 'the gate of this batch failed' : 'every host of this batch failed';
    this.#warn(`The roll ends here, because ${why}. Not touched: ${hosts.map(({ host }) => host.name).join(', ')}.`);
  }

  #warn(message: string): void {
    this.#parts.listener({ kind: 'warning', message });
  }

  #isStopped(): boolean {
    return this.#isOver || this.#parts.stop.aborted;
  }
}

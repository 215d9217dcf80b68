import pLimit from 'p-limit';
import { KmeshError } from '../base/errors.ts';
import type { ConnectionSettings } from '../inventory/connection.ts';
import type { Play, Task } from '../playbook/playbook.ts';
import type { Connection, Target } from '../transport/session.ts';
import { Barrier } from './barrier.ts';
import type { Course } from './course.ts';
import type { HostRecap, Listener, TaskOutcome } from './events.ts';
import { failureOf } from './finish.ts';
import { gatherFacts } from './gather-facts.ts';
import type { HostRun } from './host-run.ts';
import { HostShells } from './host-shells.ts';
import { effectPositions, runHostTasks } from './host-tasks.ts';
import type { InputFiles } from './inputs.ts';
import type { Preparation } from './prepare.ts';
import type { AssignedPlay } from './site-hosts.ts';
import { Tally } from './tally.ts';
import { becomeAs, becomeUserOf, type ConnectDefaults, targetOf } from './target.ts';
import { nameOf, refOf } from './task-ref.ts';
import { HostScope, type Site } from './variables.ts';

/** All that a run needs; its input is checked already. */
export interface RunParts {
  readonly site: Site;
  readonly playbook: string;
  readonly plays: readonly AssignedPlay[];
  /** The hosts of the plays. */
  readonly runs: readonly HostRun[];
  readonly settings: ReadonlyMap<string, ConnectionSettings>;
  readonly defaults: ConnectDefaults;
  readonly files: InputFiles;
  readonly forks: number;
  readonly verbosity: number;
  readonly connect: (target: Target) => Promise<Connection>;
  /** Aborted: nothing new is begun, what runs may end. */
  readonly stop: AbortSignal;
  readonly listener: Listener;
}

/** Runs the plays on their hosts. Everything that happens goes to the listener; only a bug of kmesh is thrown. */
export async function run(parts: RunParts): Promise<readonly HostRecap[]> {
  return new Run(parts).go();
}

class Run {
  readonly #parts: RunParts;
  readonly #shells = new Map<HostRun, HostShells>();
  readonly #limiter: ReturnType<typeof pLimit>;
  readonly #startedAt = Date.now();
  #ended = false;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#limiter = pLimit(parts.forks);
  }

  async go(): Promise<readonly HostRecap[]> {
    const { runs } = this.#parts;
    try {
      this.#announce();
      await this.#connect();
      await this.#preflight();
      for (const assigned of this.#parts.plays) if (!this.#isStopped()) await this.#play(assigned);
    } finally {
      await Promise.all(runs.map(async (one) => one.connection?.close()));
    }
    const recap = runs.map(({ recap: own }) => own);
    const durationMs = Date.now() - this.#startedAt;
    this.#tell({ kind: 'run-finished', recap, durationMs, interrupted: this.#parts.stop.aborted });
    return recap;
  }

  #announce(): void {
    const { playbook, plays, site, runs } = this.#parts;
    const tasks = plays.flatMap(({ play }) => play.phases).reduce((sum, phase) => sum + phase.tasks.length, 0);
    const hosts = runs.map(({ host }) => host.name);
    this.#tell({
      kind: 'run-started',
      playbook,
      plays: plays.length,
      tasks,
      hosts,
      check: site.check,
      diff: site.diff,
    });
  }

  async #connect(): Promise<void> {
    const startedAt = Date.now();
    await Promise.all(this.#parts.runs.map((one) => this.#limiter(() => this.#connectHost(one))));
    const reachable = this.#active(this.#parts.runs).length;
    const unreachable = this.#parts.runs.length - reachable;
    this.#tell({ kind: 'connected', reachable, unreachable, durationMs: Date.now() - startedAt });
  }

  async #connectHost(one: HostRun): Promise<void> {
    if (this.#isStopped()) return;
    const startedAt = Date.now();
    const play = this.#parts.plays.find(({ hosts }) => hosts.includes(one.host.name))?.play;
    try {
      one.connection = await this.#parts.connect(targetOf(one, this.#settings(one), this.#parts.defaults));
      if (play?.gatherFacts ?? false) await this.#gather(one, play as Play);
      else await one.connection.session(null);
      this.#tell({ kind: 'host-connected', host: one.host.name, durationMs: Date.now() - startedAt });
    } catch (error) {
      one.status = 'unreachable';
      one.recap.unreachable = true;
      this.#tell({ kind: 'host-unreachable', host: one.host.name, failure: failureOf(error) });
    } finally {
      one.recap.durationMs = Date.now() - startedAt;
    }
  }

  async #gather(one: HostRun, play: Play): Promise<void> {
    const scope = this.#scope(one, play, null, undefined);
    const user = becomeUserOf(play.become, scope, this.#settings(one), this.#parts.defaults);
    const connection = one.connection;
    if (connection === null) return;
    const session = await connection.session(
      user === null ? null : becomeAs(user, this.#settings(one), this.#parts.defaults),
    );
    one.known.setFacts(await gatherFacts(session));
  }

  /** The assertions of all plays, before anything is written. */
  async #preflight(): Promise<void> {
    let assertions = 0;
    for (const { play, hosts } of this.#parts.plays) {
      const tasks = play.phases.find(({ name }) => name === 'preflight')?.tasks ?? [];
      assertions += tasks.length;
      if (tasks.length > 0) await this.#tasks(tasks, play, this.#activeOf(hosts));
    }
    const failed = this.#parts.runs.filter(({ status }) => status === 'failed').length;
    if (assertions > 0) this.#tell({ kind: 'preflight-finished', assertions, failed });
    // An invariant is about all hosts: where one does not hold, none is written to.
    if (failed > 0) this.#ended = true;
  }

  async #play({ play, hosts }: AssignedPlay): Promise<void> {
    const batches = batchesOf(play, this.#activeOf(hosts));
    for (const [i, batch] of batches.entries()) {
      if (this.#isStopped()) return;
      const names = batch.map(({ host }) => host.name);
      this.#tell({ kind: 'play-started', play: play.name, hosts: names, batch: i + 1, of: batches.length });
      const gate = await this.#batch(play, batch);
      if (gate === 'passed' && this.#active(batch).length > 0) continue;
      this.#endRoll(batches.slice(i + 1).flat(), gate);
      return;
    }
  }

  async #batch(play: Play, batch: readonly HostRun[]): Promise<'passed' | 'failed'> {
    for (const { name, tasks } of play.phases) {
      if (name === 'preflight') continue;
      const before = this.#active(batch);
      if (name === 'verify') return this.#verify(tasks, play, before);
      await this.#tasks(tasks, play, before);
      await this.#handlers(play, batch);
    }
    return 'passed';
  }

  /** The gate of a roll: what the roles say must be true now. */
  async #verify(tasks: readonly Task[], play: Play, hosts: readonly HostRun[]): Promise<'passed' | 'failed'> {
    // Where a check left things undone, their effect can not be seen.
    const ready = this.#parts.site.check ? hosts.filter(({ planned }) => planned.length === 0) : hosts;
    await this.#tasks(tasks, play, ready);
    return this.#active(hosts).length === hosts.length ? 'passed' : 'failed';
  }

  #endRoll(untouched: readonly HostRun[], gate: 'passed' | 'failed'): void {
    const isLast = untouched.length === 0;
    const everybody = this.#active(this.#parts.runs).length === 0;
    if (!isLast || gate === 'failed' || everybody) this.#ended = true;
    if (isLast) return;
    const names = untouched.map(({ host }) => host.name).join(', ');
    const why = gate === 'failed' ? 'the gate of this batch failed' : 'every host of this batch failed';
    this.#tell({ kind: 'warning', message: `The roll ends here, because ${why}. Not touched: ${names}.` });
  }

  async #handlers(play: Play, batch: readonly HostRun[]): Promise<void> {
    const owed = play.handlers.filter(({ id }) => batch.some(({ notified }) => notified.has(id)));
    if (owed.length === 0) return;
    await this.#tasks(owed, play, this.#active(batch));
    for (const one of batch) {
      const lost = owed.filter(({ id }) => one.notified.has(id)).map((task) => nameOf(task));
      if (lost.length > 0 && one.status !== 'active') {
        this.#tell({
          kind: 'warning',
          message: `${one.host.name} failed before its handlers ran: ${lost.join(', ')}.`,
        });
      }
    }
  }

  async #tasks(tasks: readonly Task[], play: Play, hosts: readonly HostRun[]): Promise<void> {
    if (hosts.length === 0 || tasks.length === 0) return;
    const names = hosts.map(({ host }) => host.name);
    const tally = new Tally(tasks, names, this.#parts.listener);
    const course: Course = {
      tasks,
      barrier: new Barrier(names, this.#parts.site.check ? [] : effectPositions(tasks)),
      check: this.#parts.site.check,
      verbosity: this.#parts.verbosity,
      isStopped: () => this.#isStopped(),
      preparationFor: (one) => this.#preparation(one, play, names),
      shellsFor: (one) => this.#shellsOf(one),
      started: (task, one) => this.#tell({ kind: 'task-started', task: refOf(task), host: one.host.name }),
      finished: (task, one, outcome) => {
        count(one.recap, outcome);
        one.notified.delete(task.id);
        this.#tell({ kind: 'task-finished', task: refOf(task), host: one.host.name, outcome });
        tally.add(task, one.host.name, outcome.status);
      },
      handlersOf: (name) => handlersOf(play, name),
      concerns: (task, one) => !task.isHandler || one.notified.has(task.id),
    };
    await Promise.all(
      hosts.map(async (one) => {
        const startedAt = Date.now();
        this.#shellsOf(one).forget();
        await runHostTasks(one, course);
        one.recap.durationMs += Date.now() - startedAt;
        tally.leave(one.host.name);
      }),
    );
  }

  #preparation(one: HostRun, play: Play, batch: readonly string[]): Preparation {
    const scopes = new Map<Task['role'], HostScope>();
    return {
      files: this.#parts.files,
      scope: (task, item) => {
        if (task.vars !== null || item !== undefined) return this.#scope(one, play, task, item, batch);
        const known = scopes.get(task.role) ?? this.#scope(one, play, task, undefined, batch);
        scopes.set(task.role, known);
        return known;
      },
      becomeUser: (task, scope) => becomeUserOf(task.become, scope, this.#settings(one), this.#parts.defaults),
      environment: (task) => [play.environment, task.environment].filter((map) => map !== null),
    };
  }

  // oxlint-disable-next-line max-params -- a scope has this many sides, and this is the one place that makes them
  #scope(
    one: HostRun,
    play: Play,
    task: Task | null,
    item: Parameters<Preparation['scope']>[1],
    batch: readonly string[] = [],
  ): HostScope {
    const assigned = this.#parts.plays.find((p) => p.play === play);
    const loop = item === undefined ? null : new Map([['item', item]]);
    const place = {
      play,
      playHosts: assigned?.hosts ?? [],
      batch,
      role: task?.role ?? null,
      taskVars: task?.vars ?? null,
      loop,
    };
    return new HostScope(this.#parts.site, one, place);
  }

  #shellsOf(one: HostRun): HostShells {
    const known = this.#shells.get(one);
    if (known !== undefined) return known;
    const made = new HostShells({
      connection: () => one.connection as Connection,
      becomeAs: (user) => becomeAs(user, this.#settings(one), this.#parts.defaults),
      limiter: (work) => this.#limiter(work),
      wants: { diff: this.#parts.site.diff },
    });
    this.#shells.set(one, made);
    return made;
  }

  #settings(one: HostRun): ConnectionSettings {
    const settings = this.#parts.settings.get(one.host.name);
    if (settings === undefined) throw new KmeshError(`bug: no connection settings of ${one.host.name}`);
    return settings;
  }

  #activeOf(names: readonly string[]): HostRun[] {
    return names.flatMap((name) => this.#active([this.#parts.site.hosts.get(name)].filter((one) => one !== undefined)));
  }

  #active(runs: readonly HostRun[]): HostRun[] {
    return runs.filter(({ status }) => status === 'active');
  }

  #isStopped(): boolean {
    return this.#ended || this.#parts.stop.aborted;
  }

  #tell(event: Parameters<Listener>[0]): void {
    this.#parts.listener(event);
  }
}

function batchesOf(play: Play, hosts: readonly HostRun[]): HostRun[][] {
  if (play.serial.length === 0) return hosts.length === 0 ? [] : [[...hosts]];
  const batches: HostRun[][] = [];
  for (let at = 0; at < hosts.length;) {
    const size = play.serial[Math.min(batches.length, play.serial.length - 1)];
    if (size === undefined) break;
    const take = size.kind === 'count' ? size.count : Math.max(1, Math.floor((hosts.length * size.percent) / 100));
    batches.push(hosts.slice(at, at + take));
    at += take;
  }
  return batches;
}

/** The handlers that a `notify` means: by name, by `role : name`, or because they listen to it. */
export function handlersOf(play: Play, name: string): number[] {
  const matches = ({ name: own, role, listen }: Task): boolean =>
    listen.includes(name) || own?.value === name || (role !== null && `${role.name} : ${String(own?.value)}` === name);
  return play.handlers.filter(matches).map(({ id }) => id);
}

function count(recap: HostRun['recap'], { status, ignored }: TaskOutcome): void {
  if (status === 'ok') recap.ok++;
  else if (status === 'changed' || status === 'would-change') recap.changed++;
  else if (status === 'deferred') recap.deferred++;
  else if (status === 'skipped') recap.skipped++;
  else if (status === 'unreachable') recap.unreachable = true;
  else if (ignored) recap.ignored++;
  else recap.failed++;
}

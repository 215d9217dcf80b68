import pLimit from 'p-limit';
import { must } from '../base/errors.ts';
import type { ConnectionSettings } from '../inventory/connection.ts';
import { failureOf } from './failure.ts';
import { describeMisprediction } from './foretold.ts';
import { gatherFacts } from './gather-facts.ts';
import type { HostRun } from './host-run.ts';
import { HostShells } from './host-shells.ts';
import { noMemory } from '../probes/hash-memory.ts';
import { activeOf, type RunParts } from './run-parts.ts';
import { becomeAs, becomeUserOf, targetOf } from './target.ts';
import { BecomeError } from '../transport/session.ts';
import { Transfers } from './transfers.ts';
import { HostScope } from './variables.ts';

/** The connections of a run and the open shells on them: opened at its start, closed at its end. */
export class HostAccess {
  readonly #parts: RunParts;
  readonly #shells = new Map<HostRun, HostShells>();
  readonly #asked = new Map<HostRun, Promise<void>>();
  readonly #limiter: ReturnType<typeof pLimit>;
  readonly #transfers: Transfers;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#limiter = pLimit(parts.forks);
    this.#transfers = new Transfers(parts.uploadLimitBytesPerSecond);
  }

  /** Connects to all hosts and asks their facts. Who can not be reached is out of the run. */
  async open(): Promise<void> {
    const { runs, listener, files, statCache } = this.#parts;
    const startedAt = Date.now();
    const hashing = files.hashNamed(statCache?.ofController());
    await Promise.all([hashing, ...runs.map((run) => this.#limiter(() => this.#connect(run)))]);
    const reachable = activeOf(runs).length;
    listener({
      kind: 'connected',
      reachable,
      unreachable: runs.length - reachable,
      durationMs: Date.now() - startedAt,
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#parts.runs.map(async ({ connection }) => connection?.close()));
    this.#parts.statCache?.save();
  }

  shellsOf(run: HostRun): HostShells {
    const known = this.#shells.get(run);
    if (known !== undefined) return known;
    const target = targetOf(run, this.settingsOf(run), this.#parts.defaults);
    const made = new HostShells({
      connection: () => must(run.connection, `connection to ${run.host.name}`),
      becomeAs: (user) => becomeAs(user, this.settingsOf(run), this.#parts.defaults),
      limiter: (work) => this.#limiter(work),
      wants: { diff: this.#parts.site.diff },
      hashes: this.#parts.statCache?.of(target) ?? noMemory,
      mispredicted: (found) =>
        this.#parts.listener({ kind: 'warning', message: describeMisprediction(found, run.host.name) }),
      send: this.#transfers.toHost({ isLocal: target.connection === 'local' }),
    });
    this.#shells.set(run, made);
    return made;
  }

  settingsOf({ host }: HostRun): ConnectionSettings {
    return must(this.#parts.settings.get(host.name), `connection settings of ${host.name}`);
  }

  async #connect(run: HostRun): Promise<void> {
    const { stop, listener, defaults, connect } = this.#parts;
    if (stop.aborted) return;
    const startedAt = Date.now();
    const host = run.host.name;
    try {
      run.connection = await connect(targetOf(run, this.settingsOf(run), defaults));
      if (run.known.factsWanted) await this.#factsIfAllowed(run);
      listener({ kind: 'host-connected', host, durationMs: Date.now() - startedAt });
    } catch (error) {
      run.status = 'unreachable';
      run.recap.unreachable = true;
      listener({ kind: 'host-unreachable', host, failure: failureOf(error) });
    } finally {
      run.recap.durationMs += Date.now() - startedAt;
    }
  }

  /** Asks the facts of a host, and of all others whose facts somebody has looked at in vain. Each is asked once. */
  async gatherFacts(run: HostRun): Promise<void> {
    const others = this.#parts.runs.filter((one) => one !== run && one.known.factsWanted && one.status === 'active');
    await Promise.allSettled(others.map((one) => this.#facts(one)));
    await this.#facts(run);
  }

  // Who may not become the play's user is told so by the task that needs the facts.
  async #factsIfAllowed(run: HostRun): Promise<void> {
    try {
      await this.#facts(run);
    } catch (error) {
      if (!(error instanceof BecomeError)) throw error;
    }
  }

  #facts(run: HostRun): Promise<void> {
    const known = this.#asked.get(run) ?? this.#askFacts(run);
    this.#asked.set(run, known);
    return known;
  }

  async #askFacts(run: HostRun): Promise<void> {
    const { site, defaults, plays } = this.#parts;
    const play = plays.find(({ play: one, hosts }) => one.gatherFacts && hosts.includes(run.host.name))?.play;
    if (play === undefined || run.connection === null) return;
    const place = { play, playHosts: [], batch: [], role: null, taskVars: null, loop: null };
    const settings = this.settingsOf(run);
    const user = becomeUserOf(play.become, new HostScope(site, run, place), settings, defaults);
    const session = await run.connection.session(user === null ? null : becomeAs(user, settings, defaults));
    run.known.setFacts(await gatherFacts(session));
  }
}

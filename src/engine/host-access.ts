import pLimit from 'p-limit';
import { must } from '../base/errors.ts';
import type { ConnectionSettings } from '../inventory/connection.ts';
import type { Play } from '../playbook/playbook.ts';
import { failureOf } from './failure.ts';
import { gatherFacts } from './gather-facts.ts';
import type { HostRun } from './host-run.ts';
import { HostShells } from './host-shells.ts';
import { activeOf, type RunParts } from './run-parts.ts';
import { becomeAs, becomeUserOf, targetOf } from './target.ts';
import { HostScope } from './variables.ts';

/** The connections of a run and the open shells on them: opened at its start, closed at its end. */
export class HostAccess {
  readonly #parts: RunParts;
  readonly #shells = new Map<HostRun, HostShells>();
  readonly #limiter: ReturnType<typeof pLimit>;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#limiter = pLimit(parts.forks);
  }

  /** Connects to all hosts and asks their facts. Who can not be reached is out of the run. */
  async open(): Promise<void> {
    const { runs, listener } = this.#parts;
    const startedAt = Date.now();
    await Promise.all(runs.map((run) => this.#limiter(() => this.#connect(run))));
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
  }

  shellsOf(run: HostRun): HostShells {
    const known = this.#shells.get(run);
    if (known !== undefined) return known;
    const made = new HostShells({
      connection: () => must(run.connection, `connection to ${run.host.name}`),
      becomeAs: (user) => becomeAs(user, this.settingsOf(run), this.#parts.defaults),
      limiter: (work) => this.#limiter(work),
      wants: { diff: this.#parts.site.diff },
    });
    this.#shells.set(run, made);
    return made;
  }

  settingsOf({ host }: HostRun): ConnectionSettings {
    return must(this.#parts.settings.get(host.name), `connection settings of ${host.name}`);
  }

  async #connect(run: HostRun): Promise<void> {
    const { stop, listener, defaults, plays, connect } = this.#parts;
    if (stop.aborted) return;
    const startedAt = Date.now();
    const host = run.host.name;
    try {
      run.connection = await connect(targetOf(run, this.settingsOf(run), defaults));
      const play = plays.find(({ play: one, hosts }) => one.gatherFacts && hosts.includes(host))?.play;
      if (play !== undefined) run.known.setFacts(await this.#facts(run, play));
      listener({ kind: 'host-connected', host, durationMs: Date.now() - startedAt });
    } catch (error) {
      run.status = 'unreachable';
      run.recap.unreachable = true;
      listener({ kind: 'host-unreachable', host, failure: failureOf(error) });
    } finally {
      run.recap.durationMs += Date.now() - startedAt;
    }
  }

  async #facts(run: HostRun, play: Play): ReturnType<typeof gatherFacts> {
    const { site, defaults } = this.#parts;
    const place = { play, playHosts: [], batch: [], role: null, taskVars: null, loop: null };
    const settings = this.settingsOf(run);
    const user = becomeUserOf(play.become, new HostScope(site, run, place), settings, defaults);
    const connection = must(run.connection, `connection to ${run.host.name}`);
    return gatherFacts(await connection.session(user === null ? null : becomeAs(user, settings, defaults)));
  }
}

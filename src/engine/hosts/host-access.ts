import pLimit from 'p-limit';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { KmeshError, must } from '../../base/errors.ts';
import type { ConnectionSettings } from '../../inventory/connection.ts';
import type { Host } from '../../inventory/inventory.ts';
import { failureOf } from '../steps/failure.ts';
import { describeMisprediction } from './foretold.ts';
import { gatherFacts } from './gather-facts.ts';
import { type HostRun, newHostRun } from '../variables/host-run.ts';
import { HostShells } from './host-shells.ts';
import { nobodyKnows } from './predict.ts';
import type { Play } from '../../playbook/playbook.ts';
import { withPlay } from './play-connection.ts';
import { noMemory } from '../../probes/hash-memory.ts';
import { activeOf, type RunParts } from '../run-parts.ts';
import { nowhere } from '../variables/site.ts';
import { becomeAs, becomeUserOf, settingsOf, targetOf } from './target.ts';
import { BecomeError, type Target } from '../../transport/session.ts';
import { Transfers } from './transfers.ts';
import { HostScope } from '../variables/variables.ts';

/** The connections of a run and the open shells on them: opened at its start, closed at its end. */
export class HostAccess {
  readonly #parts: RunParts;
  readonly #shells = new Map<HostRun, HostShells>();
  /** The play that a host is in: it has a say in how it is reached. */
  readonly #plays = new Map<HostRun, Play>();
  readonly #asked = new Map<HostRun, Promise<void>>();
  readonly #limiter: ReturnType<typeof pLimit>;
  readonly #transfers: Transfers;
  readonly #settings = new Map<HostRun, ConnectionSettings>();
  /** Hosts that the inventory does not have. */
  readonly #others = new Map<string, HostRun>();
  readonly #reaching = new Map<HostRun, Promise<void>>();
  /** Hosts of no play that were connected to all the same. */
  readonly #late = new Set<HostRun>();

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#limiter = pLimit(parts.forks);
    this.#transfers = new Transfers(parts.uploadLimitBytesPerSecond);
  }

  /** Connects to all hosts and asks their facts. Who can not be reached is out of the run. */
  async open(): Promise<void> {
    const { runs, plays, listener, files, statCache } = this.#parts;
    const startedAt = Date.now();
    for (const run of runs) {
      const first = plays.find(({ hosts }) => hosts.includes(run.host.name));
      if (first !== undefined) this.#plays.set(run, first.play);
    }
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
    const all = [...this.#parts.runs, ...this.#late];
    await Promise.all(all.map(async ({ connection }) => connection?.close()));
    this.#parts.statCache?.save();
  }

  /** Before the hosts of a play begin: those that it reaches in another way are connected to anew. */
  async enter(play: Play, runs: readonly HostRun[]): Promise<void> {
    await Promise.all(runs.map((run) => this.#enter(play, run)));
  }

  async #enter(play: Play, run: HostRun): Promise<void> {
    const isConnected = run.connection !== null;
    const before = isConnected ? this.#targetOf(run) : null;
    this.#plays.set(run, play);
    try {
      const target = this.#targetOf(run);
      const isSame = (['user', 'port', 'connection'] as const).every((key) => before?.[key] === target[key]);
      if (isConnected && isSame) return;
    } catch (error) {
      this.#unreachable(run, error);
      return;
    }
    await run.connection?.close();
    run.connection = null;
    this.#shells.delete(run);
    await this.#limiter(() => this.#connect(run));
  }

  #targetOf(run: HostRun): Target {
    const play = this.#plays.get(run);
    const { site, defaults } = this.#parts;
    const known = play === undefined ? defaults : withPlay(defaults, play, site, run);
    return targetOf(run, this.settingsOf(run), known);
  }

  #unreachable(run: HostRun, error: unknown): void {
    run.status = 'unreachable';
    run.recap.unreachable = true;
    this.#parts.listener({ kind: 'host-unreachable', host: run.host.name, failure: failureOf(error) });
  }

  shellsOf(run: HostRun): HostShells {
    const known = this.#shells.get(run);
    if (known !== undefined) return known;
    const target = this.#targetOf(run);
    const made = new HostShells({
      connection: () => must(run.connection, `connection to ${run.host.name}`),
      becomeAs: (user) => becomeAs(user, this.settingsOf(run), this.#parts.defaults),
      limiter: (work) => this.#limiter(work),
      wants: { diff: this.#parts.site.diff },
      maker: this.#parts.site.check ? 'root' : nobodyKnows,
      hashes: this.#parts.statCache?.of(target) ?? noMemory,
      mispredicted: (found) =>
        this.#parts.listener({ kind: 'warning', message: describeMisprediction(found, run.host.name) }),
      send: this.#transfers.toHost({ isLocal: target.connection === 'local' }),
    });
    this.#shells.set(run, made);
    return made;
  }

  /** The settings of a host. @throws KmeshError when those of a host that no play is for are not right */
  settingsOf(run: HostRun): ConnectionSettings {
    const known = this.#parts.settings.get(run.host.name) ?? this.#settings.get(run);
    if (known !== undefined) return known;
    const problems: Diagnostic[] = [];
    const made = settingsOf(this.#parts.site, run, problems);
    const [first] = problems;
    if (first !== undefined) throw new KmeshError(first.message, first);
    this.#settings.set(run, made);
    return made;
  }

  /** A host that a task is delegated to: of the inventory, this machine, or one that is known by its address alone. */
  hostNamed(name: string): HostRun | null {
    const { hosts, inventory } = this.#parts.site;
    const known = hosts.get(name) ?? this.#others.get(name);
    if (known !== undefined) return known;
    if (!/^[\w.:%-]+$/.test(name)) return null;
    const unknown: Host = { name, groups: [], at: null, inventoryFile: null, inventoryDir: null };
    const made = newHostRun(inventory.host(name) ?? unknown);
    this.#others.set(name, made);
    return made;
  }

  /** Connects to a host that is not connected yet. @throws ConnectError */
  async reach(run: HostRun): Promise<void> {
    if (run.connection !== null) return;
    const known = this.#reaching.get(run) ?? this.#connectLate(run);
    this.#reaching.set(run, known);
    await known;
  }

  /** Ends the connection and opens another one: the login is another one, too. @throws ConnectError */
  async reconnect(run: HostRun): Promise<void> {
    await run.connection?.close();
    run.connection = null;
    this.shellsOf(run).forget();
    this.#reaching.delete(run);
    await this.reach(run);
  }

  async #connectLate(run: HostRun): Promise<void> {
    run.connection = await this.#limiter(() => this.#parts.connect(this.#targetOf(run)));
    if (!this.#parts.runs.includes(run)) this.#late.add(run);
  }

  async #connect(run: HostRun): Promise<void> {
    const { stop, listener, connect } = this.#parts;
    if (stop.aborted) return;
    const startedAt = Date.now();
    const host = run.host.name;
    try {
      const target = this.#targetOf(run);
      run.connection = await connect(target);
      if (run.known.factsWanted) await this.#factsIfAllowed(run);
      const { connection, address, port, user } = target;
      const reached = { connection, address, port, user };
      listener({ kind: 'host-connected', host, durationMs: Date.now() - startedAt, reached });
    } catch (error) {
      this.#unreachable(run, error);
    } finally {
      run.recap.durationMs += Date.now() - startedAt;
    }
  }

  /** Asks the facts of a host, and of all others whose facts somebody has looked at in vain. Each is asked once. */
  async gatherFacts(run: HostRun): Promise<void> {
    const { hosts } = this.#parts.site;
    const others = [...hosts.values()].filter(
      (one) => one !== run && one.known.factsWanted && one.known.facts === null && one.status === 'active',
    );
    await Promise.allSettled(others.map((one) => this.#facts(one)));
    await this.#facts(run);
  }

  /** The next who looks at the facts of a host asks them anew. */
  forgetFacts(run: HostRun): void {
    this.#asked.delete(run);
    run.known.clearFacts();
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
    const play = plays.find(({ play: one, allHosts }) => one.gatherFacts && allHosts.includes(run.host.name))?.play;
    if (play === undefined) return;
    // Of a host outside of `--limit` only facts are read.
    await this.reach(run);
    if (run.connection === null) return;
    const place = { ...nowhere, play };
    const settings = this.settingsOf(run);
    const user = becomeUserOf(play.become, new HostScope(site, run, place), settings, defaults);
    const session = await run.connection.session(user === null ? null : becomeAs(user, settings, defaults));
    run.known.setFacts(await gatherFacts(session));
  }
}

import type { Layer } from '../../base/layer.ts';
import type { Data, Entry } from '../../base/node.ts';
import type { Change } from '../../changes/change.ts';
import type { Host } from '../../inventory/inventory.ts';
import type { Connection } from '../../transport/session.ts';
import type { HostRecap } from '../events.ts';
import { gatheringFacts } from './not-yet-known.ts';

/** One host in a run: what it is, what is known of it, and how far it has come. */
export interface HostRun {
  /** Another one after `meta: refresh_inventory`. */
  host: Host;
  /** What tasks and facts have told; the variables of the user's files are not here. */
  readonly known: Known;
  /** `null` until it is connected. */
  connection: Connection | null;
  status: 'active' | 'failed' | 'unreachable';
  /** What a check would have done so far, in order: later answers depend on it. */
  readonly planned: PlannedChange[];
  /** Handlers that are owed, by id. */
  readonly notified: Set<number>;
  readonly recap: { -readonly [K in keyof HostRecap]: HostRecap[K] };
}

/** A change that a check has not made, and the task it belongs to. */
export interface PlannedChange {
  readonly change: Change;
  readonly task: string;
}

/** Values that came into being during the run. They come from hosts, so they are data and never templates. */
export class Known {
  /** `null`: not asked; then `facts` is not defined, or not yet. */
  facts: Data | null = null;
  /** Set while facts will be there later: why they are not yet. */
  factsWaitFor: string | null = null;
  /** Somebody looked at facts that were not there. */
  factsWanted = false;
  /** Grows with every change, so that values made of these are made anew. */
  version = 0;
  readonly #values = new Map<string, Data>();
  readonly #awaited = new Map<string, string>();
  /** Of `include_vars`, the latest last. */
  readonly #included: Layer[] = [];

  get(name: string): Data | undefined {
    return this.#awaited.has(name) ? undefined : this.#values.get(name);
  }

  set(name: string, value: Data): void {
    this.#values.set(name, value);
    this.#awaited.delete(name);
    this.version++;
  }

  /** Variables of a file that was included: the user's own, so they may be templates. Gives how to take them back. */
  include(layer: Layer): () => void {
    this.#included.push(layer);
    this.version++;
    return () => {
      this.#included.splice(this.#included.lastIndexOf(layer), 1);
      this.version++;
    };
  }

  /** Layers of `include_vars`, the latest first. */
  included(): readonly Layer[] {
    return this.#included.toReversed();
  }

  entry(name: string): Entry | null {
    return this.#included.findLast(({ entries }) => entries.has(name))?.entries.get(name) ?? null;
  }

  /** Facts are to be asked again when somebody looks at them. */
  clearFacts(): void {
    if (this.facts !== null) this.factsWaitFor = gatheringFacts;
    this.facts = null;
    this.version++;
  }

  /** What lies outside has changed: values are made anew. */
  renew(): void {
    this.version++;
  }

  setFacts(facts: Data): void {
    this.facts = facts;
    this.factsWaitFor = null;
    this.version++;
  }

  /** From now on the name has no value, until the task has ended. */
  awaitResult(name: string, task: string): void {
    this.#awaited.set(name, task);
    this.version++;
  }

  /** The task does not run after all: the name has the value that it had. */
  awaitNoLonger(name: string): void {
    if (this.#awaited.delete(name)) this.version++;
  }

  /** Sets what a task will tell, ahead of its turn. Gives how to take it back. */
  foretell(values: Readonly<Record<string, Data>>): () => void {
    const names = Object.keys(values);
    const before = names.map((name) => this.#values.get(name));
    for (const [name, value] of Object.entries(values)) this.set(name, value);
    return () => {
      for (const [i, name] of names.entries()) {
        const old = before[i];
        if (this.#values.get(name) !== values[name]) continue;
        if (old === undefined) this.#values.delete(name);
        else this.#values.set(name, old);
        this.version++;
      }
    };
  }

  /** The task that will give the name its value, or `null`. */
  waitsFor(name: string): string | null {
    return this.#awaited.get(name) ?? null;
  }

  names(): string[] {
    return [
      ...this.#values.keys(),
      ...this.#awaited.keys(),
      ...this.#included.flatMap((one) => [...one.entries.keys()]),
    ];
  }
}

/** A host before anything was done with it. */
export function newHostRun(host: Host): HostRun {
  return {
    host,
    known: new Known(),
    connection: null,
    status: 'active',
    planned: [],
    notified: new Set(),
    recap: {
      host: host.name,
      ok: 0,
      changed: 0,
      deferred: 0,
      skipped: 0,
      failed: 0,
      ignored: 0,
      rescued: 0,
      unreachable: false,
      durationMs: 0,
      traffic: { roundTrips: 0, channels: 0, bytesSent: 0, bytesReceived: 0 },
    },
  };
}

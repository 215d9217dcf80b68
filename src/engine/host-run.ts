import type { Data } from '../base/node.ts';
import type { Change } from '../changes/change.ts';
import type { Host } from '../inventory/inventory.ts';
import type { Connection } from '../transport/session.ts';
import type { HostRecap } from './events.ts';

/** One host in a run: what it is, what is known of it, and how far it has come. */
export interface HostRun {
  readonly host: Host;
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

  get(name: string): Data | undefined {
    return this.#values.get(name);
  }

  set(name: string, value: Data): void {
    this.#values.set(name, value);
    this.#awaited.delete(name);
    this.version++;
  }

  setFacts(facts: Data): void {
    this.facts = facts;
    this.factsWaitFor = null;
    this.version++;
  }

  /** From now on the name has no value, until the task has ended. */
  awaitResult(name: string, task: string): void {
    this.#values.delete(name);
    this.#awaited.set(name, task);
    this.version++;
  }

  /** The task that will give the name its value, or `null`. */
  waitsFor(name: string): string | null {
    return this.#awaited.get(name) ?? null;
  }

  names(): string[] {
    return [...this.#values.keys(), ...this.#awaited.keys()];
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
      rescued: 0,
      ignored: 0,
      unreachable: false,
      durationMs: 0,
      traffic: { roundTrips: 0, channels: 0, bytesSent: 0, bytesReceived: 0 },
    },
  };
}

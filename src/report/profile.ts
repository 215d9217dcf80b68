import type { RunEvent, TaskRef } from '../engine/events.ts';
import { HostClock } from './host-clock.ts';

/** Where the time of a run went, slowest first. */
export interface ProfileResult {
  readonly tasks: readonly TaskTime[];
  readonly hosts: readonly HostTime[];
}

/** How long a task took, over all hosts and on the one where it took longest. */
export interface TaskTime {
  readonly task: TaskRef;
  /** How often it ended: once a host, as a rule. */
  readonly times: number;
  readonly totalMs: number;
  readonly maxMs: number;
  readonly maxHost: string;
}

/** How long the tasks of a host took. */
export interface HostTime {
  readonly host: string;
  readonly totalMs: number;
}

/** Adds up durations. */
export class Profile {
  readonly #clock: HostClock;
  readonly #tasks = new Map<number, TaskTime>();
  readonly #hosts = new Map<string, number>();

  constructor(now?: () => Date) {
    this.#clock = new HostClock(now);
  }

  handle(event: RunEvent): void {
    const tookMs = this.#clock.tookMs(event);
    if (event.kind === 'task-finished') this.#add(event.task, event.host, tookMs ?? 0);
  }

  result(): ProfileResult {
    const hosts = [...this.#hosts].map(([host, totalMs]) => ({ host, totalMs }));
    return { tasks: slowestFirst([...this.#tasks.values()]), hosts: slowestFirst(hosts) };
  }

  #add(task: TaskRef, host: string, tookMs: number): void {
    this.#hosts.set(host, (this.#hosts.get(host) ?? 0) + tookMs);
    const { times, totalMs, maxMs, maxHost } = this.#tasks.get(task.id) ?? noTime;
    const longest = tookMs > maxMs ? { maxMs: tookMs, maxHost: host } : { maxMs, maxHost };
    this.#tasks.set(task.id, { task, times: times + 1, totalMs: totalMs + tookMs, ...longest });
  }
}

const noTime = { times: 0, totalMs: 0, maxMs: -1, maxHost: '' };

function slowestFirst<T extends { readonly totalMs: number }>(times: readonly T[]): T[] {
  return times.toSorted((a, b) => b.totalMs - a.totalMs);
}

import type { RunEvent, Status, TaskOutcome, TaskRef } from '../../engine/events.ts';
import type { Counts } from './format-counts.ts';
import { failureHead } from './format-failure.ts';
import {
  formatConnected,
  formatHostConnected,
  formatOwedBefore,
  formatPlayEnd,
  formatPreflight,
  formatRetry,
  formatStart,
  formatUnreachable,
  playLabel,
} from './format-heading.ts';
import { formatRecap } from './format-recap.ts';
import { formatTask, type HostResult, taskLabel } from './format-task.ts';
import { Profile } from '../profile.ts';
import type { ReporterOptions } from '../reporter.ts';
import type { Style } from './style.ts';
import { oneLine } from './text.ts';

interface PendingTask {
  readonly task: TaskRef;
  readonly results: HostResult[];
  readonly running: Set<string>;
}

type TaskFinished = Extract<RunEvent, { kind: 'task-finished' }>;

/** Turns events into the text of a report, in the order of the playbook; `print` gets whole lines. */
export class Narrator {
  readonly #style: Style;
  readonly #print: (text: string) => void;
  readonly #pending = new Map<number, PendingTask>();
  readonly #hostOrder = new Map<string, number>();
  readonly #reasons = new Map<string, string>();
  readonly #owed = new Map<string, readonly string[]>();
  readonly #profile: Profile | null;
  readonly #journal: string | null;

  constructor(style: Style, options: ReporterOptions, print: (text: string) => void) {
    this.#style = style;
    this.#print = print;
    this.#profile = options.profile === true ? new Profile(options.now) : null;
    this.#journal = options.journal ?? null;
  }

  handle(event: RunEvent): void {
    this.#profile?.handle(event);
    switch (event.kind) {
      case 'input-problem':
        // Whoever reads the input has told it on stderr.
        return;
      case 'run-started':
        for (const [index, host] of event.hosts.entries()) this.#hostOrder.set(host, index);
        return this.#say(formatStart(event, this.#style));
      case 'warning':
        return this.#say(`${this.#style.colours.yellow('warning:')} ${oneLine(event.message)}`);
      case 'host-connected':
        return this.#say(formatHostConnected(event, this.#style));
      case 'host-unreachable':
        this.#reasons.set(event.host, `unreachable: ${failureHead(event.failure)}`);
        return this.#say(formatUnreachable(event.host, event.failure, this.#style));
      case 'connected':
        return this.#say(formatConnected(event, this.#style));
      case 'preflight-finished':
        this.close();
        return this.#say(formatPreflight(event, this.#style));
      case 'play-started':
        this.close();
        return this.#say(`\n${this.#style.colours.bold(playLabel(event))}`);
      case 'play-ended':
        this.close();
        return this.#say(formatPlayEnd(event, this.#style));
      case 'handlers-owed':
        if (event.from === 'earlier-run') return this.#say(formatOwedBefore(event, this.#style));
        this.#owed.set(event.host, event.handlers);
        return;
      case 'task-retried':
        return this.#say(formatRetry(event, this.#style));
      case 'task-started':
        this.#pendingOf(event.task).running.add(event.host);
        return;
      case 'task-finished':
        return this.#keep(event);
      case 'task-completed':
        return this.#tellTask(this.#pendingOf(event.task), event.counts);
      case 'run-finished':
        this.close();
        return this.#tellEnd(event);
    }
  }

  /** Tells the tasks that ended on some hosts and were never completed, as in a run that was cut short. */
  close(): void {
    for (const pending of this.#pending.values()) this.#tellTask(pending, countsOf(pending.results));
  }

  #tellEnd({ recap, durationMs, interrupted }: Extract<RunEvent, { kind: 'run-finished' }>): void {
    const told = { reasons: this.#reasons, owed: this.#owed, journal: this.#journal };
    const profile = this.#profile?.result() ?? null;
    this.#print(`\n${formatRecap({ recap, durationMs, interrupted, profile, ...told }, this.#style)}`);
  }

  #keep({ task, host, outcome }: TaskFinished): void {
    const pending = this.#pendingOf(task);
    pending.running.delete(host);
    pending.results.push({ host, outcome });
    if (outcome.failure !== null && !isMadeGood(outcome)) {
      this.#reasons.set(host, `${outcome.status} at \`${taskLabel(task)}\`: ${failureHead(outcome.failure)}`);
    }
  }

  #tellTask({ task, results, running }: PendingTask, counts: Counts): void {
    this.#pending.delete(task.id);
    const unfinished = this.#inOrder([...running], (host) => host);
    if (results.length === 0 && unfinished.length === 0 && Object.keys(counts).length === 0) return;
    if (isQuiet(task, counts) && unfinished.length === 0 && this.#style.verbosity === 0) return;
    const ordered = this.#inOrder(results, ({ host }) => host);
    this.#print(formatTask({ task, counts, results: ordered, unfinished }, this.#style));
  }

  #pendingOf(task: TaskRef): PendingTask {
    const known = this.#pending.get(task.id);
    if (known !== undefined) return known;
    const pending = { task, results: [], running: new Set<string>() };
    this.#pending.set(task.id, pending);
    return pending;
  }

  // Hosts end in any order; the same run is to read the same each time.
  #inOrder<T>(values: readonly T[], hostOf: (value: T) => string): T[] {
    const rank = (value: T): number => this.#hostOrder.get(hostOf(value)) ?? this.#hostOrder.size;
    return values.toSorted((a, b) => rank(a) - rank(b));
  }

  #say(line: string | null): void {
    if (line !== null) this.#print(`${line}\n`);
  }
}

/** A failure that does not count as one. */
function isMadeGood({ ignored, rescued }: TaskOutcome): boolean {
  return ignored || rescued;
}

function countsOf(results: readonly HostResult[]): Counts {
  const counts: Partial<Record<Status, number>> = {};
  for (const { outcome } of results) counts[outcome.status] = (counts[outcome.status] ?? 0) + 1;
  return counts;
}

// Worth a line only to who asks: what is nothing to any host, as for another system, and an invariant that holds.
function isQuiet({ phase }: TaskRef, counts: Counts): boolean {
  const statuses = Object.keys(counts);
  return statuses.every((status) => status === 'skipped' || (phase === 'preflight' && status === 'ok'));
}

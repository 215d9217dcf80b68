import type { Description } from '../../changes/describe.ts';
import type {
  Details,
  Failure,
  HostRecap,
  ItemOutcome,
  Reached,
  RunEvent,
  TaskOutcome,
  TaskRef,
} from '../../engine/events.ts';
import type { Output } from '../output.ts';
import { Profile, type ProfileResult } from '../profile.ts';
import type { Reporter, ReporterOptions } from '../reporter.ts';

// It grows when a field changes its meaning or goes away.
const jsonVersion = 1;

/** JSON Lines: one object per event, for programs. The fields are documented in `docs/json-events.md`. */
export function jsonReporter(output: Output, options: ReporterOptions): Reporter {
  const now = options.now ?? (() => new Date());
  const profile = options.profile === true ? new Profile(now) : null;
  const { diff, journal = null } = options;
  return {
    handle(event) {
      profile?.handle(event);
      const told = fieldsOf(event, { diff, journal, profile: () => profile?.result() ?? null });
      const fields = { event: event.kind, time: now().toISOString(), ...told };
      output.write(`${escapeControls(JSON.stringify(fields))}\n`);
    },
    pause: () => () => {},
    async close() {},
  };
}

interface Telling {
  readonly diff: boolean;
  readonly journal: string | null;
  readonly profile: () => ProfileResult | null;
}

// Field by field, not the event as it is: what is inside may be renamed, what users' programs read may not.
function fieldsOf(event: RunEvent, { diff, journal, profile }: Telling): object {
  switch (event.kind) {
    case 'input-problem':
      return inputProblemOf(event);
    case 'run-started': {
      const { playbook, plays, tasks, hosts, check } = event;
      return { version: jsonVersion, playbook, plays, tasks, hosts, check, diff: event.diff, journal };
    }
    case 'warning':
      return { message: event.message };
    case 'host-connected':
      return { host: event.host, durationMs: event.durationMs, reached: reachedOf(event.reached) };
    case 'host-unreachable':
      return { host: event.host, failure: failureOf(event.failure) };
    case 'connected':
      return { reachable: event.reachable, unreachable: event.unreachable, durationMs: event.durationMs };
    case 'preflight-finished':
      return { assertions: event.assertions, failed: event.failed };
    case 'play-started':
      return { play: event.play, hosts: event.hosts, batch: event.batch, of: event.of };
    case 'play-ended':
      return { play: event.play, why: event.why, message: event.message, untouched: event.untouched };
    case 'handlers-owed':
      return { host: event.host, handlers: event.handlers, from: event.from };
    case 'task-started':
      return { task: taskOf(event.task), host: event.host };
    case 'task-finished':
      return { task: taskOf(event.task), host: event.host, ...outcomeOf(event.outcome, diff) };
    case 'task-retried':
      return retryOf(event);
    case 'task-completed':
      return { task: taskOf(event.task), counts: event.counts };
    case 'run-finished': {
      const { durationMs, interrupted, recap } = event;
      return { durationMs, interrupted, hosts: recap.map(recapOf), profile: profileOf(profile()) };
    }
  }
}

type EventOf<Kind extends RunEvent['kind']> = Extract<RunEvent, { kind: Kind }>;

function inputProblemOf({ severity, message, hint, at, excerpt }: EventOf<'input-problem'>): object {
  return { severity, message, hint, at, excerpt };
}

function reachedOf({ connection, address, port, user }: Reached): object {
  return { connection, address, port, user };
}

function retryOf({ task, host, item, attempt, of, delayMs }: EventOf<'task-retried'>): object {
  return { task: taskOf(task), host, item, attempt, of, delayMs };
}

function profileOf(profile: ProfileResult | null): object | null {
  if (profile === null) return null;
  const tasks = profile.tasks.map(({ task, times, totalMs, maxMs, maxHost }) => ({
    task: taskOf(task),
    times,
    totalMs,
    maxMs,
    maxHost,
  }));
  return { tasks, hosts: profile.hosts.map(({ host, totalMs }) => ({ host, totalMs })) };
}

function taskOf({ id, name, role, module, at, phase }: TaskRef): object {
  return { id, name, role, module, at, phase };
}

function outcomeOf(outcome: TaskOutcome, diff: boolean): object {
  const { status, changes, message, failure, ignored, rescued, waitsFor, items } = outcome;
  const { durationMs, name = null, details } = outcome;
  return {
    name,
    status,
    changes: changes.map((change) => changeOf(change, diff)),
    message,
    failure: failure === null ? null : failureOf(failure),
    ignored,
    rescued,
    waitsFor,
    items: items.map((item) => itemOf(item, diff)),
    durationMs,
    details: detailsOf(details),
  };
}

function detailsOf(details: Details | undefined): object | null {
  if (details === undefined) return null;
  const { args, status, stdout, stderr } = details;
  return { args, status, stdout, stderr };
}

function itemOf({ label, status, changes, message, failure, details }: ItemOutcome, diff: boolean): object {
  return {
    label,
    status,
    changes: changes.map((change) => changeOf(change, diff)),
    message,
    failure: failure === null ? null : failureOf(failure),
    details: detailsOf(details),
  };
}

function changeOf({ kind, summary, diff }: Description, withDiff: boolean): object {
  return { kind, summary, diff: withDiff && diff !== '' ? diff : null };
}

function failureOf({ message, hint, excerpt, command, status, stderr, stdout }: Failure): object {
  return { message, hint, excerpt, command, status, stderr, stdout };
}

function recapOf(recap: HostRecap): object {
  const { host, ok, changed, deferred, skipped, failed, rescued, ignored, unreachable, durationMs, traffic } = recap;
  const { roundTrips, channels, bytesSent, bytesReceived } = traffic;
  const wire = { roundTrips, channels, bytesSent, bytesReceived };
  const counts = { ok, changed, deferred, skipped, failed, rescued, ignored };
  return { host, ...counts, unreachable, durationMs, traffic: wire };
}

// JSON escapes the controls below space itself. The others can steer a terminal too, and a reader of JSON gets
// the same text either way.
export function escapeControls(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

import type { Description } from '../changes/describe.ts';
import type { Failure, HostRecap, ItemOutcome, RunEvent, TaskOutcome, TaskRef } from '../engine/events.ts';
import type { Output } from './output.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';

// It grows when a field changes its meaning or goes away.
const jsonVersion = 1;

/** JSON Lines: one object per event, for programs. The fields are documented in `docs/json-events.md`. */
export function jsonReporter(output: Output, options: ReporterOptions): Reporter {
  const now = options.now ?? (() => new Date());
  return {
    handle(event) {
      const fields = { event: event.kind, time: now().toISOString(), ...fieldsOf(event, options.diff) };
      output.write(`${escapeControls(JSON.stringify(fields))}\n`);
    },
    pause: () => () => {},
    async close() {},
  };
}

// Field by field, not the event as it is: what is inside may be renamed, what users' programs read may not.
function fieldsOf(event: RunEvent, diff: boolean): object {
  switch (event.kind) {
    case 'run-started': {
      const { playbook, plays, tasks, hosts, check } = event;
      return { version: jsonVersion, playbook, plays, tasks, hosts, check, diff: event.diff };
    }
    case 'warning':
      return { message: event.message };
    case 'host-connected':
      return { host: event.host, durationMs: event.durationMs };
    case 'host-unreachable':
      return { host: event.host, failure: failureOf(event.failure) };
    case 'connected':
      return { reachable: event.reachable, unreachable: event.unreachable, durationMs: event.durationMs };
    case 'preflight-finished':
      return { assertions: event.assertions, failed: event.failed };
    case 'play-started':
      return { play: event.play, hosts: event.hosts, batch: event.batch, of: event.of };
    case 'task-started':
      return { task: taskOf(event.task), host: event.host };
    case 'task-finished':
      return { task: taskOf(event.task), host: event.host, ...outcomeOf(event.outcome, diff) };
    case 'task-completed':
      return { task: taskOf(event.task), counts: event.counts };
    case 'run-finished':
      return { durationMs: event.durationMs, interrupted: event.interrupted, hosts: event.recap.map(recapOf) };
  }
}

function taskOf({ id, name, role, module, at, phase }: TaskRef): object {
  return { id, name, role, module, at, phase };
}

function outcomeOf(outcome: TaskOutcome, diff: boolean): object {
  const { status, changes, message, failure, ignored, waitsFor, items, durationMs } = outcome;
  return {
    status,
    changes: changes.map((change) => changeOf(change, diff)),
    message,
    failure: failure === null ? null : failureOf(failure),
    ignored,
    waitsFor,
    items: items.map((item) => itemOf(item, diff)),
    durationMs,
  };
}

function itemOf({ label, status, changes, message, failure }: ItemOutcome, diff: boolean): object {
  return {
    label,
    status,
    changes: changes.map((change) => changeOf(change, diff)),
    message,
    failure: failure === null ? null : failureOf(failure),
  };
}

function changeOf({ kind, summary, diff }: Description, withDiff: boolean): object {
  return { kind, summary, diff: withDiff && diff !== '' ? diff : null };
}

function failureOf({ message, hint, excerpt, command, status, stderr, stdout }: Failure): object {
  return { message, hint, excerpt, command, status, stderr, stdout };
}

function recapOf(recap: HostRecap): object {
  const { host, ok, changed, deferred, skipped, failed, ignored, unreachable, durationMs, traffic } = recap;
  const { roundTrips, channels, bytesSent, bytesReceived } = traffic;
  const wire = { roundTrips, channels, bytesSent, bytesReceived };
  return { host, ok, changed, deferred, skipped, failed, ignored, unreachable, durationMs, traffic: wire };
}

// JSON escapes the controls below space itself. The others can steer a terminal too, and a reader of JSON gets
// the same text either way.
export function escapeControls(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

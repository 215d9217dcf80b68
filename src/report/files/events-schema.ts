import type { Schema } from '../../base/schema.ts';
import type { HostRecap, PlayEnd, RunEvent, Status, TaskRef } from '../../engine/events.ts';

const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
const amount: Schema = { type: 'integer', minimum: 0 };
const milliseconds: Schema = { type: 'number', minimum: 0, description: 'Milliseconds.' };
const texts: Schema = listOf(text);
const task: Schema = { $ref: '#/$defs/task' };
const change: Schema = { $ref: '#/$defs/change' };
const place: Schema = { type: ['string', 'null'], description: '`file:line:col`.' };

// Written as an object, so that the compiler misses a status that is forgotten.
const statuses: Readonly<Record<Status, true>> = {
  ok: true,
  changed: true,
  'would-change': true,
  deferred: true,
  skipped: true,
  failed: true,
  unreachable: true,
};
const phases: Readonly<Record<TaskRef['phase'], true>> = {
  preflight: true,
  pre_tasks: true,
  tasks: true,
  post_tasks: true,
  verify: true,
  handlers: true,
};
const playEnds: Readonly<Record<PlayEnd, true>> = {
  'preflight-failed': true,
  'gate-failed': true,
  'every-host-failed': true,
  interrupted: true,
  max_fail_percentage: true,
  any_errors_fatal: true,
  end_play: true,
  end_batch: true,
};
const status: Schema = { enum: Object.keys(statuses) };

const recap: Readonly<Record<keyof HostRecap, Schema>> = {
  host: text,
  ok: amount,
  changed: { ...amount, description: 'In a check: would change.' },
  deferred: amount,
  skipped: amount,
  failed: amount,
  rescued: amount,
  ignored: amount,
  unreachable: flag,
  durationMs: milliseconds,
  traffic: record({ roundTrips: amount, channels: amount, bytesSent: amount, bytesReceived: amount }),
};

const ended = {
  status,
  changes: listOf(change),
  message: orNull(text),
  failure: orNull({ $ref: '#/$defs/failure' }),
  details: orNull({ $ref: '#/$defs/details' }),
};

/** The fields of each kind of event beside `event` and `time`; the compiler misses a kind that is forgotten. */
const fields: Readonly<Record<RunEvent['kind'], Readonly<Record<string, Schema>>>> = {
  'input-problem': {
    severity: { enum: ['error', 'warning'] },
    message: text,
    hint: orNull(text),
    at: place,
    excerpt: text,
  },
  'run-started': {
    version: { const: 1 },
    playbook: text,
    plays: amount,
    tasks: amount,
    hosts: texts,
    check: flag,
    diff: flag,
    journal: orNull(text),
  },
  warning: { message: text },
  'host-connected': {
    host: text,
    durationMs: milliseconds,
    reached: record({
      connection: { enum: ['ssh', 'openssh', 'local'] },
      address: text,
      port: { type: ['integer', 'null'] },
      user: orNull(text),
    }),
  },
  'host-unreachable': { host: text, failure: { $ref: '#/$defs/failure' } },
  connected: { reachable: amount, unreachable: amount, durationMs: milliseconds },
  'preflight-finished': { assertions: amount, failed: amount },
  'play-started': { play: text, hosts: texts, batch: amount, of: amount },
  'play-ended': { play: text, why: { enum: Object.keys(playEnds) }, message: text, untouched: texts },
  'handlers-owed': { host: text, handlers: texts, from: { enum: ['this-run', 'earlier-run'] } },
  'task-started': { task, host: text },
  'task-retried': { task, host: text, item: orNull(text), attempt: amount, of: amount, delayMs: milliseconds },
  'task-finished': {
    task,
    host: text,
    name: orNull(text),
    ...ended,
    ignored: flag,
    rescued: flag,
    waitsFor: orNull(text),
    items: listOf(record({ label: text, ...ended })),
    durationMs: milliseconds,
  },
  'task-completed': {
    task,
    counts: { type: 'object', propertyNames: status, additionalProperties: amount },
  },
  'run-finished': {
    durationMs: milliseconds,
    interrupted: flag,
    hosts: listOf(record(recap)),
    profile: orNull(
      record({
        tasks: listOf(record({ task, times: amount, totalMs: milliseconds, maxMs: milliseconds, maxHost: text })),
        hosts: listOf(record({ host: text, totalMs: milliseconds })),
      }),
    ),
  },
};

const kinds = Object.keys(fields);

/** The JSON Schema of one line of `--output json`; `$defs` has one for each kind of event under its name. */
export const eventsSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'An event of a run of kmesh',
  oneOf: kinds.map((kind) => ({ $ref: `#/$defs/${kind}` })),
  $defs: {
    ...Object.fromEntries(Object.entries(fields).map(([kind, own]) => [kind, eventOf(kind, own)])),
    task: record({
      id: amount,
      name: text,
      role: orNull(text),
      module: text,
      at: text,
      phase: { enum: Object.keys(phases) },
    }),
    failure: record({
      message: text,
      hint: orNull(text),
      excerpt: orNull(text),
      command: orNull(text),
      status: { type: ['integer', 'null'] },
      stderr: orNull(text),
      stdout: orNull(text),
    }),
    change: record({ kind: text, summary: text, diff: orNull(text) }),
    details: record({
      args: orNull(text),
      status: { type: ['integer', 'null'] },
      stdout: orNull(text),
      stderr: orNull(text),
    }),
  },
};

function eventOf(kind: string, own: Readonly<Record<string, Schema>>): Schema {
  return record({ event: { const: kind }, time: { type: 'string', description: 'UTC, ISO 8601.' }, ...own });
}

/** An object with these fields, all of them and no other. */
function record(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', required: Object.keys(properties), additionalProperties: false, properties };
}

function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

function orNull(schema: Schema): Schema {
  return schema.type === 'string' ? { ...schema, type: ['string', 'null'] } : { anyOf: [schema, { type: 'null' }] };
}

import type {
  Failure,
  HostRecap,
  ItemOutcome,
  RunEvent,
  Status,
  TaskOutcome,
  TaskRef,
} from '../../src/engine/events.ts';
import type { Output } from '../../src/report/output.ts';
import type { ReporterOptions } from '../../src/report/reporter.ts';

type EventOf<Kind extends RunEvent['kind']> = Extract<RunEvent, { kind: Kind }>;

/** An output that keeps what it is given. */
export function memoryOutput(parts: Partial<Output> = {}): Output & { text(): string; writes(): number } {
  const written: string[] = [];
  return {
    write: (text) => void written.push(text),
    columns: null,
    rows: null,
    isTty: false,
    colour: false,
    ...parts,
    text: () => written.join(''),
    writes: () => written.length,
  };
}

/** Options of a run without switches. */
export function optionsOf(parts: Partial<ReporterOptions> = {}): ReporterOptions {
  return { verbosity: 0, diff: false, check: false, ...parts };
}

export function taskRef(parts: Partial<TaskRef> = {}): TaskRef {
  return {
    id: 1,
    name: 'bird.conf',
    role: 'bird2',
    module: 'template',
    at: 'roles/bird2/tasks/main.yml:12:3',
    phase: 'tasks',
    ...parts,
  };
}

export function outcome(status: Status, parts: Partial<TaskOutcome> = {}): TaskOutcome {
  return {
    status,
    changes: [],
    message: null,
    failure: null,
    ignored: false,
    rescued: false,
    waitsFor: null,
    items: [],
    durationMs: 120,
    ...parts,
  };
}

export function item(label: string, status: Status, parts: Partial<ItemOutcome> = {}): ItemOutcome {
  return { label, status, changes: [], message: null, failure: null, ...parts };
}

export function failure(parts: Partial<Failure> = {}): Failure {
  return {
    message: 'The command ended with status 1.',
    hint: null,
    excerpt: null,
    command: null,
    status: null,
    stderr: null,
    stdout: null,
    ...parts,
  };
}

export function recapOf(host: string, parts: Partial<HostRecap> = {}): HostRecap {
  return {
    host,
    ok: 0,
    changed: 0,
    deferred: 0,
    skipped: 0,
    failed: 0,
    rescued: 0,
    ignored: 0,
    unreachable: false,
    durationMs: 2100,
    traffic: { roundTrips: 0, channels: 0, bytesSent: 0, bytesReceived: 0 },
    ...parts,
  };
}

export function runStarted(parts: Partial<EventOf<'run-started'>> = {}): RunEvent {
  const hosts = ['node1', 'node2', 'node3'];
  return { kind: 'run-started', playbook: 'site.yml', plays: 1, tasks: 2, hosts, check: false, diff: false, ...parts };
}

export function playStarted(parts: Partial<EventOf<'play-started'>> = {}): RunEvent {
  return { kind: 'play-started', play: 'Nodes', hosts: ['node1', 'node2', 'node3'], batch: 1, of: 1, ...parts };
}

export function finished(host: string, result: TaskOutcome, task: TaskRef = taskRef()): RunEvent {
  return { kind: 'task-finished', task, host, outcome: result };
}

export function completed(counts: EventOf<'task-completed'>['counts'], task: TaskRef = taskRef()): RunEvent {
  return { kind: 'task-completed', task, counts };
}

/** The diff of one setting. */
export const birdDiff = [
  '--- /etc/bird/bird.conf',
  '+++ /etc/bird/bird.conf',
  '@@ -1,3 +1,3 @@',
  ' log syslog all;',
  '-router id 10.0.0.1;',
  '+router id 10.0.0.2;',
  ' protocol device {}',
  '',
].join('\n');

/** A change of a file, with that diff. */
export const birdChange = { kind: 'write-file', summary: 'write /etc/bird/bird.conf', diff: birdDiff } as const;

const sampleFailure = failure({
  command: 'bird -p -c /etc/bird/bird.conf',
  status: 1,
  stderr: '/etc/bird/bird.conf:3:1 syntax error\n',
  stdout: '',
  hint: 'Look at the template.',
});

/** A host that was connected to. */
export function connected(host: string, parts: Partial<EventOf<'host-connected'>> = {}): RunEvent {
  const reached = { connection: 'ssh', address: '10.0.0.1', port: 22, user: 'root' } as const;
  return { kind: 'host-connected', host, durationMs: 312, reached, ...parts };
}

/** One event of each kind, as a small run might give them. */
export const sampleRun: readonly RunEvent[] = [
  {
    kind: 'input-problem',
    severity: 'warning',
    message: '`bird2_asn` is set and never used.',
    hint: 'Did you mean `bird2_as`?',
    at: 'group_vars/all.yml:3:1',
    excerpt: 'group_vars/all.yml:3:1: `bird2_asn` is set and never used.\n    3 | bird2_asn: 65000\n      | ^^^^^^^^^',
  },
  runStarted({ hosts: ['rr1', 'node1'], diff: true }),
  { kind: 'warning', message: 'group_vars/old.yml belongs to no group.' },
  connected('rr1'),
  {
    kind: 'host-unreachable',
    host: 'node1',
    failure: failure({ message: 'Connection refused by 10.0.0.9:22.', hint: 'Is sshd running there?' }),
  },
  { kind: 'connected', reachable: 1, unreachable: 1, durationMs: 412 },
  { kind: 'preflight-finished', assertions: 12, failed: 0 },
  playStarted({ play: 'Route reflectors', hosts: ['rr1'] }),
  { kind: 'handlers-owed', host: 'rr1', handlers: ['Reload bird'], from: 'earlier-run' },
  { kind: 'task-started', task: taskRef(), host: 'rr1' },
  finished('rr1', outcome('changed', { changes: [birdChange] })),
  finished(
    'rr1',
    outcome('failed', { failure: sampleFailure }),
    taskRef({ id: 2, name: 'Check the config', module: 'command', at: 'roles/bird2/tasks/main.yml:20:3' }),
  ),
  completed({ changed: 1 }),
  {
    kind: 'task-retried',
    task: taskRef({ id: 3, name: 'sessions are established', phase: 'verify', module: 'command' }),
    host: 'rr1',
    item: 'node1',
    attempt: 1,
    of: 10,
    delayMs: 5000,
  },
  {
    kind: 'play-ended',
    play: 'Route reflectors',
    why: 'gate-failed',
    message: 'The gate of batch 1 failed.',
    untouched: ['rr2', 'rr3'],
  },
  { kind: 'handlers-owed', host: 'rr1', handlers: ['Reload bird'], from: 'this-run' },
  {
    kind: 'run-finished',
    recap: [
      recapOf('rr1', {
        ok: 14,
        changed: 1,
        skipped: 1,
        failed: 1,
        traffic: { roundTrips: 4, channels: 2, bytesSent: 9120, bytesReceived: 3310 },
      }),
      recapOf('node1', { unreachable: true, durationMs: 0 }),
    ],
    durationMs: 6234,
    interrupted: false,
  },
];

const liveHosts = Array.from({ length: 6 }, (_, index) => `node${index + 1}`);

/** A run of three tasks on six hosts, long enough to be watched. */
export const liveRun: readonly RunEvent[] = [
  runStarted({ hosts: liveHosts, tasks: 3 }),
  ...liveHosts.map((host) => connected(host)),
  { kind: 'connected', reachable: 6, unreachable: 0, durationMs: 412 },
  playStarted({ hosts: liveHosts }),
  ...[
    'Install bird',
    'A task with a name that is a good deal longer than any terminal would like 日本',
    'Done',
  ].flatMap((name, index) => liveTask(taskRef({ id: index + 1, name }))),
  {
    kind: 'run-finished',
    recap: liveHosts.map((host) => recapOf(host, { changed: 3 })),
    durationMs: 6234,
    interrupted: false,
  },
];

function liveTask(task: TaskRef): RunEvent[] {
  return [
    ...liveHosts.map((host): RunEvent => ({ kind: 'task-started', task, host })),
    ...liveHosts.map((host) => finished(host, outcome('changed', { changes: [birdChange] }), task)),
    completed({ changed: 6 }, task),
  ];
}

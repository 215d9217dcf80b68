import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunEvent } from '../../../src/engine/events.ts';
import type { Output } from '../../../src/report/output.ts';
import { linesReporter } from '../../../src/report/text/lines.ts';
import type { ReporterOptions } from '../../../src/report/reporter.ts';
import * as sample from '../sample.ts';

const test = suite('report/lines');
const { outcome, failure, finished, completed, taskRef, item, birdChange, birdDiff } = sample;

function tell(
  events: readonly RunEvent[],
  options: Partial<ReporterOptions> = {},
  outputParts: Partial<Output> = {},
): string {
  const output = sample.memoryOutput(outputParts);
  const reporter = linesReporter(output, sample.optionsOf(options));
  for (const event of events) reporter.handle(event);
  return output.text();
}

const hosts = ['node1', 'node2', 'node3'];

/** The text of one task that ended on hosts, without what stands before it. */
function tellTask(outcomes: readonly ReturnType<typeof outcome>[], options: Partial<ReporterOptions> = {}): string {
  const counts: Record<string, number> = {};
  for (const { status } of outcomes) counts[status] = (counts[status] ?? 0) + 1;
  const events = outcomes.map((result, index) => finished(hosts[index] ?? '?', result));
  return tell([...events, completed(counts)], options);
}

test('tells a run from its start to its end', () => {
  assert.equal(
    tell(sample.sampleRun, { diff: true }),
    `site.yml: 1 play, 2 tasks, 2 hosts
warning: group_vars/old.yml belongs to no group.
✖ node1 is unreachable: Connection refused by 10.0.0.9:22.
    hint: Is sshd running there?
✖ connected to 1 of 2 hosts (0.4 s)
✔ 12 invariants hold

Route reflectors
owed: an earlier run ended before rr1 got its handlers: Reload bird. They run now.
  bird2 : bird.conf                                changed 1
    rr1:
      --- /etc/bird/bird.conf
      +++ /etc/bird/bird.conf
      @@ -1,3 +1,3 @@
       log syslog all;
      -router id 10.0.0.1;
      +router id 10.0.0.2;
       protocol device {}
  retrying on rr1: bird2 : sessions are established (gate) [node1] (attempt 1 of 10 failed, next in 5.0 s)
  bird2 : Check the config                         failed 1
    rr1: The command ended with status 1.
      command: bird -p -c /etc/bird/bird.conf
      status: 1
      stderr: /etc/bird/bird.conf:3:1 syntax error
      at roles/bird2/tasks/main.yml:20:3
      hint: Look at the template.
✖ The gate of batch 1 failed.
  not touched: rr2, rr3

HOST        ok  changed  skipped  failed  unreachable     time
rr1         14        1        1       1            0    2.1 s
node1        0        0        0       0            1    0.0 s
rr1: failed at \`bird2 : Check the config\`: The command ended with status 1.
node1: unreachable: Connection refused by 10.0.0.9:22.
rr1 owes: Reload bird (run again, or see \`kmesh status\`)
2 hosts, 1 changed, 1 failed, 1 unreachable in 6.2 s.
`,
  );
});

test('colours what is worth a look', () => {
  const events = [
    sample.playStarted(),
    finished('node1', outcome('changed', { changes: [birdChange] })),
    completed({ changed: 1, ok: 2, skipped: 1, failed: 1, 'would-change': 1, deferred: 1 }),
  ];
  assert.equal(
    tell(events, { diff: true }, { colour: true }),
    `
\u001b[1mNodes\u001b[22m
  bird2 : bird.conf                                \u001b[31mfailed 1\u001b[39m  \u001b[33mchanged 1\u001b[39m  \
\u001b[33mwould change 1\u001b[39m  \u001b[35mdeferred 1\u001b[39m  \u001b[32mok 2\u001b[39m  \u001b[36mskipped 1\u001b[39m
    node1:
      \u001b[1m--- /etc/bird/bird.conf\u001b[22m
      \u001b[1m+++ /etc/bird/bird.conf\u001b[22m
      \u001b[36m@@ -1,3 +1,3 @@\u001b[39m
       log syslog all;
      \u001b[31m-router id 10.0.0.1;\u001b[39m
      \u001b[32m+router id 10.0.0.2;\u001b[39m
       protocol device {}
`,
  );
});

test('keeps a task that did nothing to one line', () => {
  assert.equal(
    tellTask([outcome('ok'), outcome('skipped', { message: 'when: is_router' })]),
    '  bird2 : bird.conf                                ok 1  skipped 1\n',
  );
});

test('shows the same diff of several hosts once, in the order of the inventory', () => {
  const changed = outcome('changed', { changes: [birdChange] });
  const other = outcome('changed', { changes: [{ ...birdChange, diff: birdDiff.replace('10.0.0.2', '10.0.0.3') }] });
  const events = [
    sample.runStarted(),
    finished('node3', changed),
    finished('node2', other),
    finished('node1', changed),
    completed({ changed: 3 }),
  ];
  const lines = tell(events, { diff: true }).split('\n');
  assert.is(lines[2], '    node1, node3:');
  assert.is(lines[8], '      +router id 10.0.0.2;');
  assert.is(lines[10], '    node2:');
  assert.is(lines[16], '      +router id 10.0.0.3;');
  assert.is(lines.length, 19);
});

test('names all hosts as such when there are many', () => {
  const many = Array.from({ length: 50 }, (_, index) => `node${index + 1}`);
  const changed = outcome('changed', { changes: [birdChange] });
  const events = [...many.map((host) => finished(host, changed)), completed({ changed: 50 })];
  assert.is(tell(events, { diff: true }).split('\n')[1], '    all 50 hosts:');
});

test('keeps the line of a task in one on a terminal, and its name whole in a log', () => {
  const task = taskRef({ name: 'a name that is longer than there is room for on this terminal', role: null });
  const events = [finished('node1', outcome('changed'), task), completed({ changed: 1 }, task)];
  const line = '  a name that is longer than there is room for o… changed 1\n';
  assert.is(tell(events, {}, { columns: 60 }), line);
  assert.is(tell(events), `  ${task.name} changed 1\n`);
});

test('names every host that failed, however many', () => {
  const many = Array.from({ length: 12 }, (_, index) => `node${index + 1}`);
  const failed = outcome('failed', { failure: failure() });
  const events = [...many.map((host) => finished(host, failed)), completed({ failed: 12 })];
  assert.equal(tell(events).split('\n').slice(1, 3), [
    '    node1, node2, node3, node4, node5, node6, node7, node8, node9, node10, node11, node12: The command ended with \
status 1.',
    '      at roles/bird2/tasks/main.yml:12:3',
  ]);
});

test('says in words what has no diff', () => {
  const run = { kind: 'run-command', summary: 'run systemctl restart bird', diff: null } as const;
  const changed = outcome('changed', { changes: [birdChange, run] });
  assert.is(tellTask([changed]).split('\n').length, 2);
  assert.equal(tellTask([changed], { verbosity: 1 }).split('\n').slice(1), [
    '    node1:',
    '      write /etc/bird/bird.conf',
    '      run systemctl restart bird',
    '',
  ]);
  assert.match(tellTask([changed], { diff: true }), 'protocol device {}\n      run systemctl restart bird\n');
});

test('shows messages of debug, others at -v', () => {
  const debug = taskRef({ module: 'debug', role: null, name: 'Hello' });
  const events = [
    finished('node1', outcome('ok', { message: 'hi' }), debug),
    finished('node2', outcome('ok', { message: 'two\nlines' }), debug),
    finished('node3', outcome('ok', { message: 'hi' }), debug),
    completed({ ok: 3 }, debug),
  ];
  assert.equal(
    tell([sample.runStarted(), ...events])
      .split('\n')
      .slice(1),
    [
      '  Hello                                            ok 3',
      '    node1, node3: hi',
      '    node2:',
      '      two',
      '      lines',
      '',
    ],
  );
  const other = outcome('ok', { message: 'pong' });
  assert.not.match(tellTask([other]), 'pong');
  assert.match(tellTask([other], { verbosity: 1 }), '    node1: pong\n');
  assert.match(tellTask([other], { messages: true }), '    node1: pong\n');
});

test('leaves out a task that was skipped on all hosts', () => {
  assert.is(tellTask([outcome('skipped'), outcome('skipped')]), '');
  assert.is(
    tellTask([outcome('skipped')], { verbosity: 1 }).split('\n')[0],
    '  bird2 : bird.conf                                skipped 1',
  );
});

test('says why a task was skipped at -v', () => {
  const text = tellTask([outcome('skipped', { message: 'when: is_router' })], { verbosity: 1 });
  assert.is(text.split('\n')[1], '    node1: skipped: when: is_router');
});

test('says what a deferred task waits for', () => {
  const text = tellTask([outcome('deferred', { waitsFor: 'Install bird' }), outcome('ok')], { check: true });
  assert.equal(text.split('\n'), [
    '  bird2 : bird.conf                                deferred 1  ok 1',
    '    node1: waits for `Install bird`',
    '',
  ]);
});

test('shows all that is known of a failure', () => {
  const known = failure({
    message: 'The command ended with status 2.',
    command: 'birdc configure',
    status: 2,
    stderr: 'first\nsecond\n',
    stdout: 'not shown',
    excerpt:
      'site.yml:14:9: The command ended with status 2.\n   14 |         command: birdc configure\n      |         ^^^^^^^',
    hint: 'Look at the log.',
  });
  assert.equal(
    tellTask([outcome('failed', { failure: known })])
      .split('\n')
      .slice(1),
    [
      '    node1: The command ended with status 2.',
      '      command: birdc configure',
      '      status: 2',
      '      stderr:',
      '        first',
      '        second',
      '      at site.yml:14:9',
      '         14 |         command: birdc configure',
      '            |         ^^^^^^^',
      '      hint: Look at the log.',
      '',
    ],
  );
});

test('tells a command that failed once', () => {
  const known = failure({ command: 'birdc configure', status: 2 });
  const changes = [birdChange, { kind: 'run-command', summary: 'run birdc configure', diff: null }] as const;
  const text = tellTask([outcome('failed', { failure: known, changes })], { verbosity: 1 });
  assert.match(text, '      command: birdc configure\n');
  assert.match(text, '      write /etc/bird/bird.conf\n');
  assert.not.match(text, 'run birdc configure');
});

test('shows stdout of a failure that said nothing on stderr', () => {
  const known = failure({ stdout: 'why', stderr: ' \n' });
  assert.match(tellTask([outcome('failed', { failure: known })]), '      stdout: why\n');
});

test('shows the end of a long output', () => {
  const stderr = Array.from({ length: 50 }, (_, index) => `line ${index + 1}`).join('\n');
  const failed = outcome('failed', { failure: failure({ stderr }) });
  const lines = tellTask([failed]).split('\n');
  assert.is(lines[3], '        (30 lines before; -v shows them)');
  assert.is(lines[4], '        line 31');
  assert.match(tellTask([failed], { verbosity: 1 }), '        line 1\n');
});

test('says that a failure was ignored', () => {
  const failed = outcome('failed', { failure: failure(), ignored: true });
  assert.equal(
    tellTask([failed, outcome('failed', { failure: failure() })])
      .split('\n')
      .slice(0, 2),
    [
      '  bird2 : bird.conf                                failed 2 (1 ignored)',
      '    node1: The command ended with status 1. (ignored)',
    ],
  );
});

test('shows the items of a loop that changed or failed, all at -v', () => {
  const looped = outcome('failed', {
    failure: failure({ message: '1 of 3 items failed.' }),
    items: [
      item('net.ipv4.ip_forward', 'changed', { changes: [birdChange] }),
      item('vm.swappiness', 'ok'),
      item('net.x', 'failed', { failure: failure({ status: 255 }) }),
    ],
  });
  assert.equal(tellTask([looped]).split('\n').slice(1), [
    '    node1: 1 of 3 items failed.',
    '      [net.ipv4.ip_forward] changed',
    '      [net.x] failed: The command ended with status 1.',
    '        status: 255',
    '        at roles/bird2/tasks/main.yml:12:3',
    '',
  ]);
  const all = tellTask([looped], { verbosity: 1 });
  assert.match(
    all,
    '      [net.ipv4.ip_forward] changed\n        write /etc/bird/bird.conf\n      [vm.swappiness] ok\n',
  );
});

test('says where a task is and how long it took at -vv', () => {
  const text = tellTask([outcome('ok', { durationMs: 90 }), outcome('ok', { durationMs: 2340 })], { verbosity: 2 });
  assert.is(text.split('\n')[1], '    at roles/bird2/tasks/main.yml:12:3, 2.3 s on node2');
});

test('marks a handler and the batch of a play', () => {
  const handler = taskRef({ name: 'Restart bird', phase: 'handlers' });
  const text = tell([sample.playStarted({ batch: 2, of: 3 }), completed({ ok: 1 }, handler)]);
  assert.is(text, '\nNodes (batch 2 of 3)\n  bird2 : Restart bird (handler)                   ok 1\n');
});

test('says that a check writes nothing', () => {
  const text = tell(
    [
      sample.runStarted({ check: true }),
      {
        kind: 'run-finished',
        recap: [sample.recapOf('node1', { ok: 3, changed: 2, deferred: 1 })],
        durationMs: 900,
        interrupted: false,
      },
    ],
    { check: true },
  );
  assert.equal(text.split('\n'), [
    'site.yml: 1 play, 2 tasks, 3 hosts (check: nothing will be written)',
    '',
    'HOST        ok  would change  deferred  skipped  failed  unreachable     time',
    'node1        3             2         1        0       0            0    2.1 s',
    '1 host, 2 would change, 1 deferred, 0 failed in 0.9 s; nothing was written.',
    '',
  ]);
});

test('says how many invariants do not hold', () => {
  assert.is(tell([{ kind: 'preflight-finished', assertions: 12, failed: 1 }]), '✖ 1 of 12 invariants does not hold\n');
  assert.is(tell([{ kind: 'preflight-finished', assertions: 0, failed: 0 }]), '');
});

test('tells the tasks that a cut short run never completed', async () => {
  const output = sample.memoryOutput();
  const reporter = linesReporter(output, sample.optionsOf());
  reporter.handle(finished('node1', outcome('failed', { failure: failure() })));
  reporter.handle({ kind: 'task-started', task: taskRef(), host: 'node2' });
  await reporter.close();
  await reporter.close();
  assert.is(
    output.text(),
    `  bird2 : bird.conf                                failed 1  unfinished 1
    node1: The command ended with status 1.
      at roles/bird2/tasks/main.yml:12:3
    node2: did not finish
`,
  );
});

test('lets nothing steer the terminal', () => {
  const evil = 'a\u001b[2Jb\u0007\r\u009b31m\u202e';
  const task = taskRef({ name: evil, role: evil, module: 'debug', at: evil });
  const known = failure({
    message: `${evil}\n${evil}`,
    command: evil,
    stderr: evil,
    stdout: evil,
    excerpt: evil,
    hint: evil,
  });
  const change = { kind: 'write-file', summary: evil, diff: `--- ${evil}\n+++ x\n+${evil}\n` } as const;
  const details = { args: evil, status: 1, stdout: evil, stderr: evil };
  const items = [item(evil, 'failed', { failure: known, message: evil, changes: [change], details })];
  const events: RunEvent[] = [
    sample.runStarted({ playbook: evil, hosts: [evil] }),
    { kind: 'warning', message: evil },
    sample.connected(evil, { reached: { connection: 'ssh', address: evil, port: 22, user: evil } }),
    { kind: 'host-unreachable', host: evil, failure: known },
    sample.playStarted({ play: evil }),
    { kind: 'task-retried', task, host: evil, item: evil, attempt: 1, of: 2, delayMs: 1 },
    { kind: 'handlers-owed', host: evil, handlers: [evil], from: 'earlier-run' },
    { kind: 'handlers-owed', host: evil, handlers: [evil], from: 'this-run' },
    finished(evil, outcome('failed', { failure: known, message: evil, changes: [change], details, name: evil }), task),
    finished('x', outcome('deferred', { waitsFor: evil }), task),
    finished('y', outcome('failed', { failure: known, message: evil, items }), task),
    completed({ failed: 2, deferred: 1 }, task),
    { kind: 'play-ended', play: evil, why: 'gate-failed', message: evil, untouched: [evil] },
    { kind: 'run-finished', recap: [sample.recapOf(evil, { failed: 1 })], durationMs: 1, interrupted: false },
  ];
  for (const diff of [true, false]) {
    const told = tell(events, { diff, verbosity: 3, profile: true, journal: evil });
    // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
    assert.not.match(told, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  }
});

const commandDetails = { args: '{"cmd":"birdc show\\u001b"}', status: 0, stdout: 'BIRD 2.0.12\nready', stderr: 'hm\n' };

test('shows with -v what a command said, with -vv its args and its place', () => {
  const asked = outcome('changed', { message: 'BIRD 2.0.12\nready\nhm', details: commandDetails });
  assert.is(tellTask([asked]), '  bird2 : bird.conf                                changed 1\n');
  const said = ['      status: 0', '      stdout:', '        BIRD 2.0.12', '        ready', '      stderr: hm', ''];
  assert.equal(tellTask([asked], { verbosity: 1 }).split('\n').slice(1), ['    node1:', ...said]);
  assert.equal(tellTask([asked], { verbosity: 2 }).split('\n').slice(1), [
    '    at roles/bird2/tasks/main.yml:12:3, 0.1 s on node1',
    '    node1:',
    '      args: {"cmd":"birdc show\\u001b"}',
    ...said,
  ]);
});

test('shows with -v what the command of each item said', () => {
  const items = [item('a', 'ok', { message: 'x', details: { args: null, status: 0, stdout: 'x', stderr: null } })];
  assert.equal(
    tellTask([outcome('ok', { items })], { verbosity: 1 })
      .split('\n')
      .slice(1),
    ['    node1:', '      [a] ok', '        status: 0', '        stdout: x', ''],
  );
});

test('shows with -vvv how hosts were reached and what went over the wire', () => {
  const traffic = { roundTrips: 4, channels: 2, bytesSent: 9120, bytesReceived: 3_310_000 };
  const events: RunEvent[] = [
    sample.connected('rr1'),
    sample.connected('rr2', { reached: { connection: 'openssh', address: '10.0.0.2', port: null, user: null } }),
    sample.connected('rr3', { reached: { connection: 'local', address: 'rr3', port: null, user: null } }),
    { kind: 'run-finished', recap: [sample.recapOf('rr1', { traffic })], durationMs: 1, interrupted: false },
  ];
  const lines = tell(events, { verbosity: 3 }).split('\n');
  assert.equal(lines.slice(0, 6), [
    '  rr1 (0.3 s) by ssh to root@10.0.0.1 port 22',
    '  rr2 (0.3 s) by openssh to 10.0.0.2',
    '  rr3 (0.3 s) on this machine',
    '',
    'HOST        round trips  channels    sent  received',
    'rr1                   4         2  9.1 kB    3.3 MB',
  ]);
  assert.not.match(tell(events, { verbosity: 2 }), 'round trips');
});

test('tells failures that do not count as such, and gives them for no reason of the end', () => {
  const told = tell([
    finished('node1', outcome('failed', { failure: failure(), rescued: true })),
    finished('node2', outcome('failed', { failure: failure(), ignored: true })),
    finished('node3', outcome('failed', { failure: failure() })),
    completed({ failed: 3 }),
    {
      kind: 'run-finished',
      recap: [sample.recapOf('node1', { rescued: 1 }), sample.recapOf('node2', { ignored: 1 })],
      durationMs: 1,
      interrupted: false,
    },
  ]);
  const lines = told.split('\n');
  assert.is(lines[0], '  bird2 : bird.conf                                failed 3 (1 ignored, 1 rescued)');
  assert.is(lines[1], '    node1: The command ended with status 1. (rescued)');
  assert.not.match(told, 'failed at');
});

test('calls a task what it is called on all hosts, else what the playbook calls it', () => {
  const raw = taskRef({ name: 'peer {{ peer }}', role: null });
  const told = (names: readonly string[]) =>
    tell([
      ...names.map((name, i) => finished(hosts[i] ?? '?', outcome('changed', { name }), raw)),
      completed({ changed: 2 }, raw),
    ]);
  assert.match(told(['peer rr1', 'peer rr1']), /^ {2}peer rr1 /);
  assert.match(told(['peer rr1', 'peer rr2']), /^ {2}peer \{\{ peer \}\} /);
});

test('tells which tasks and hosts took long, when asked', () => {
  const clock = { ms: 0 };
  const output = sample.memoryOutput();
  const now = () => new Date(clock.ms);
  const reporter = linesReporter(output, sample.optionsOf({ profile: true, now }));
  const [slow, quick] = [taskRef({ id: 1, name: 'slow' }), taskRef({ id: 2, name: 'quick' })];
  const at = (ms: number, event: RunEvent): void => {
    clock.ms = ms;
    reporter.handle(event);
  };
  at(1000, { kind: 'task-started', task: quick, host: 'a' });
  at(1000, { kind: 'task-started', task: quick, host: 'b' });
  at(1500, finished('a', outcome('ok'), quick));
  at(2500, finished('b', outcome('ok'), quick));
  // Both travelled together: the second ends right behind the first.
  at(9000, { kind: 'task-started', task: slow, host: 'a' });
  at(12_000, finished('a', outcome('ok'), slow));
  at(12_000, finished('a', outcome('ok'), taskRef({ id: 3, name: 'with it' })));
  at(12_000, { kind: 'run-finished', recap: [], durationMs: 1, interrupted: false });
  assert.is(
    output.text().split('\n\n').slice(-3, -1).join('\n\n'),
    `TASK            all hosts   longest  on
bird2 : slow        3.0 s     3.0 s  a
bird2 : quick       2.0 s     1.5 s  b
bird2 : with it     0.0 s     0.0 s  a

HOST            all tasks
a                   3.5 s
b                   1.5 s`,
  );
});

test.run();

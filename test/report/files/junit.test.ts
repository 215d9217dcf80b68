import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunEvent } from '../../../src/engine/events.ts';
import { junitReporter } from '../../../src/report/files/junit.ts';
import type { ReporterOptions } from '../../../src/report/reporter.ts';
import { birdChange, completed, connected, failure, finished, item, memoryOutput, optionsOf } from '../sample.ts';
import { outcome, playStarted, runStarted, taskRef } from '../sample.ts';

const test = suite('report/junit');

/** The document that a run comes to; each event takes half a second. */
async function tell(events: readonly RunEvent[], options: Partial<ReporterOptions> = {}): Promise<string> {
  const output = memoryOutput();
  let ms = Date.parse('2026-11-20T09:31:02.123Z');
  const reporter = junitReporter(output, optionsOf({ now: () => new Date(ms), ...options }));
  for (const event of events) {
    reporter.handle(event);
    ms += 500;
  }
  await reporter.close();
  await reporter.close();
  return output.text();
}

const task = taskRef();
const gate = taskRef({ id: 2, name: 'sessions <are> "up"', phase: 'verify', at: 'roles/bird2/verify/main.yml:3:3' });
const failed = failure({ command: 'birdc show', status: 1, stderr: 'no & never\u001b[31m\ud800\ufffe\u0000\n' });

test('has a suite for each play and host, and a test for each task and item', async () => {
  const events: readonly RunEvent[] = [
    runStarted(),
    connected('rr1'),
    { kind: 'host-unreachable', host: 'n2', failure: failure({ message: 'Refused.', hint: 'Is sshd there?' }) },
    playStarted({ play: 'Route reflectors' }),
    { kind: 'task-started', task, host: 'rr1.lab' },
    finished('rr1.lab', outcome('changed', { changes: [birdChange] })),
    finished('rr1.lab', outcome('failed', { failure: failed, changes: [birdChange] }), gate),
    finished(
      'n1',
      outcome('failed', { items: [item('a', 'ok'), item('b', 'failed', { failure: failed })], failure: failed }),
    ),
    { kind: 'run-finished', recap: [], durationMs: 6234, interrupted: false },
  ];
  assert.is(
    await tell(events),
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="site.yml" tests="6" failures="2" errors="1" skipped="0" time="6.234">
  <testsuite name="Connect" timestamp="2026-11-20T09:31:02" tests="2" failures="0" errors="1" skipped="0" time="0.312">
    <testcase name="connect to rr1" classname="Connect" time="0.312"/>
    <testcase name="connect to n2" classname="Connect">
      <error message="Refused." type="unreachable">Refused.
hint: Is sshd there?</error>
    </testcase>
  </testsuite>
  <testsuite name="Route reflectors: rr1.lab" hostname="rr1.lab" timestamp="2026-11-20T09:31:04" tests="2" failures="1" \
errors="0" skipped="0" time="1.000">
    <testcase name="bird2 : bird.conf on rr1.lab" classname="Route reflectors.rr1_lab" \
file="roles/bird2/tasks/main.yml" line="12" time="0.500">
      <system-out>write /etc/bird/bird.conf</system-out>
    </testcase>
    <testcase name="bird2 : sessions &lt;are&gt; &quot;up&quot; (gate) on rr1.lab" classname="Route reflectors.rr1_lab" \
file="roles/bird2/verify/main.yml" line="3" time="0.500">
      <failure message="The command ended with status 1." type="failed">The command ended with status 1.
command: birdc show
status: 1
stderr: no &amp; never\\x1b[31m\\ud800\\ufffe\\x00
at roles/bird2/verify/main.yml:3:3</failure>
      <system-out>write /etc/bird/bird.conf</system-out>
    </testcase>
  </testsuite>
  <testsuite name="Route reflectors: n1" hostname="n1" timestamp="2026-11-20T09:31:05" tests="2" failures="1" errors="0" \
skipped="0" time="0.000">
    <testcase name="bird2 : bird.conf [a] on n1" classname="Route reflectors.n1" file="roles/bird2/tasks/main.yml" \
line="12" time="0.000"/>
    <testcase name="bird2 : bird.conf [b] on n1" classname="Route reflectors.n1" file="roles/bird2/tasks/main.yml" \
line="12">
      <failure message="The command ended with status 1." type="failed">The command ended with status 1.
command: birdc show
status: 1
stderr: no &amp; never\\x1b[31m\\ud800\\ufffe\\x00
at roles/bird2/tasks/main.yml:12:3</failure>
    </testcase>
  </testsuite>
</testsuites>
`,
  );
});

test('counts as passed only what is known to be right, or was ignored', async () => {
  const xml = await tell([
    finished('a', outcome('skipped', { message: 'when: is_router' })),
    finished('a', outcome('deferred', { waitsFor: 'Install bird' })),
    finished('a', outcome('failed', { failure: failed, ignored: true })),
    finished('a', outcome('failed', { failure: failed, rescued: true })),
    finished('a', outcome('ok', { message: 'said' })),
  ]);
  assert.match(xml, '<testsuites name="kmesh" tests="5" failures="0" errors="0" skipped="2">');
  assert.match(xml, '<skipped message="when: is_router"/>');
  assert.match(xml, '<skipped message="deferred: it waits for `Install bird`"/>');
  assert.match(xml, '<system-out>failed, and that is ignored: The command ended with status 1.\n');
  assert.match(xml, '<system-out>failed, and that is made good by a rescue: The command');
  assert.match(xml, '<system-out>said</system-out>');
});

test('has what was cut short, what was not touched, and what is wrong with the files', async () => {
  const why = 'The gate failed.';
  const problem = { message: 'No.', hint: null, at: 'site.yml:3:1', excerpt: 'site.yml:3:1: No.\n  3 | x' } as const;
  const xml = await tell([
    { kind: 'input-problem', severity: 'error', ...problem },
    { kind: 'input-problem', severity: 'warning', ...problem, message: 'Hm.' },
    { kind: 'task-started', task, host: 'a' },
    { kind: 'play-ended', play: 'Nodes', why: 'gate-failed', message: why, untouched: ['b'] },
  ]);
  assert.match(xml, '<testsuites name="kmesh" tests="4" failures="0" errors="2" skipped="1">');
  assert.match(
    xml,
    `    <testcase name="No." classname="Input" file="site.yml" line="3">
      <error message="No." type="input">site.yml:3:1: No.
  3 | x</error>
    </testcase>
    <testcase name="Hm." classname="Input" file="site.yml" line="3">
      <system-out>warning: site.yml:3:1: No.
`,
  );
  assert.match(xml, '<error message="The run ended before this task did." type="unfinished">');
  assert.match(xml, '<skipped message="not touched: The gate failed."/>');
});

test('shows diffs when they are asked for', async () => {
  const events = [finished('a', outcome('would-change', { changes: [birdChange] })), completed({ 'would-change': 1 })];
  assert.match(await tell(events, { diff: true }), '<system-out>write /etc/bird/bird.conf\n--- /etc/bird/bird.conf\n');
});

test.run();

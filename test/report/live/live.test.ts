import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createReporter } from '../../../src/report/create-reporter.ts';
import { linesReporter } from '../../../src/report/text/lines.ts';
import { liveReporter } from '../../../src/report/live/live.ts';
import { LiveState } from '../../../src/report/live/live-state.ts';
import { styleOf } from '../../../src/report/text/style.ts';
import * as sample from '../sample.ts';
import { terminalOf } from '../terminal.ts';

const test = suite('report/live');

const columns = 70;

/** What the live reporter writes to a pseudo-terminal of `columns`. */
function watch(mode = ''): string {
  const driver = fileURLToPath(new URL('live-driver.ts', import.meta.url));
  const command = `stty cols ${columns} rows 24; exec '${process.execPath}' --import tsx '${driver}' ${mode} 2>/dev/null`;
  const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8', timeout: 20_000 });
  return stdout;
}

/** What the plain lines of the same run are. */
function plain(): string {
  const output = sample.memoryOutput({ columns });
  const reporter = linesReporter(output, sample.optionsOf({ diff: true }));
  for (const event of sample.liveRun) reporter.handle(event);
  return output.text();
}

test('leaves on a terminal what plain lines are, and the cursor', () => {
  const output = watch();
  const { text, isCursorShown, column } = terminalOf(output, columns);
  assert.is(text, terminalOf(plain(), columns).text);
  assert.equal({ isCursorShown, column }, { isCursorShown: true, column: 0 });
});

test('shows what is going on while it goes on', () => {
  const output = watch();
  const end = output.lastIndexOf('running on');
  const frame = terminalOf(output.slice(0, output.indexOf('\r', end)), columns)
    .text.split('\n')
    .slice(-2);
  assert.match(frame[0] ?? '', /^\S Nodes {2}\d+\.\d s$/);
  assert.match(frame[1] ?? '', /^ {2}› bird2 : .* running on /);
});

test('gives the cursor back when the program dies', () => {
  const { text, isCursorShown } = terminalOf(watch('crash'), columns);
  assert.ok(isCursorShown);
  assert.not.match(text, 'running on');
});

test('shows nothing of a run that is over before it can be drawn', async () => {
  const output = sample.memoryOutput({ columns, rows: 24, isTty: true });
  const reporter = liveReporter(output, sample.optionsOf({ diff: true }));
  for (const event of sample.liveRun) reporter.handle(event);
  await reporter.close();
  await sleep(150);
  assert.is(output.text(), plain());
  assert.equal(
    process.listeners('exit').filter((listener) => String(listener).includes('close')),
    [],
  );
});

test('is plain lines where nothing can be drawn over again', () => {
  const output = sample.memoryOutput();
  createReporter('live', output, sample.optionsOf()).handle({ kind: 'warning', message: 'x' });
  assert.is(output.text(), 'warning: x\n');
});

test('tells the phase and the tasks that hosts are at', () => {
  const state = new LiveState(styleOf(sample.memoryOutput({ columns: 80 }), sample.optionsOf()));
  const hosts = ['a', 'b', 'c', 'd', 'e'];
  state.handle(sample.runStarted({ hosts }));
  state.handle(sample.connected('a', { durationMs: 1 }));
  assert.is(state.title(300), 'Connecting: 1 of 5 hosts  0.3 s');
  state.handle(sample.playStarted({ hosts, batch: 2, of: 3 }));
  assert.is(state.title(12_340), 'Nodes (batch 2 of 3)  12.3 s');
  for (const id of [1, 2, 3, 4, 5, 6]) {
    const task = sample.taskRef({ id, name: `t${id}` });
    for (const host of hosts) state.handle({ kind: 'task-started', task, host });
  }
  for (const host of hosts) state.handle(sample.finished(host, sample.outcome('ok'), sample.taskRef({ id: 1 })));
  for (const host of ['a', 'b', 'c']) {
    state.handle(sample.finished(host, sample.outcome('changed'), sample.taskRef({ id: 2 })));
  }
  assert.equal(state.tasks(), [
    'bird2 : t2                                   changed 3  running on d, e',
    'bird2 : t3                                   running on 5 hosts',
    'bird2 : t4                                   running on 5 hosts',
    'bird2 : t5                                   running on 5 hosts',
    'and 1 task more',
  ]);
});

test('keeps counts and times in sight where names are long', () => {
  const state = new LiveState(styleOf(sample.memoryOutput({ columns: 60 }), sample.optionsOf()));
  const hosts = ['node1.cluster-a.example.org', 'node2.cluster-a.example.org'];
  state.handle(
    sample.playStarted({ play: 'A play with a name that no terminal of sixty columns can show whole', hosts }),
  );
  const task = sample.taskRef({ name: 'a task of which the same can be said, and more', role: null });
  for (const host of hosts) state.handle({ kind: 'task-started', task, host });
  assert.is(state.title(2800), 'A play with a name that no terminal of sixty colu…  2.8 s');
  assert.equal(state.tasks(), ['a task of which the same … running on 2 hosts']);
  state.handle({ kind: 'task-retried', task, host: hosts[0] ?? '', item: null, attempt: 2, of: 5, delayMs: 1 });
  assert.match(state.tasks()[0] ?? '', / running on 2 hosts, attempt 3 of 5$/);
});

test.run();

import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ProbeError } from '../../../src/base/errors.ts';
import type { Footprint } from '../../../src/base/footprint.ts';
import { type Change, runCommand, unchanged } from '../../../src/changes/change.ts';
import { contentOf } from '../../../src/changes/content.ts';
import { Answers } from '../../../src/engine/hosts/answers.ts';
import { fileState } from '../../../src/probes/file-state.ts';
import { ask, type Probe, type ProbeKind, textOf } from '../../../src/probes/probe.ts';
import { realPath } from '../../../src/probes/real-path.ts';
import { failing, replyOf, runInShell } from '../../support/fake-session.ts';
import { thrown } from '../../support/rejects.ts';
import { tempDir } from '../../support/temp-dir.ts';

const test = suite('engine/answers');

/** A kind whose reply has a line for each question. */
const lines: ProbeKind<string, string> = {
  name: 'lines',
  script: (questions, { diff }) => `${questions.join(' ')}${diff ? ' with diff' : ''}`,
  parse: (reply, questions) => textOf(reply, 'lines').split('\n').slice(0, questions.length),
  reads: (question): Footprint => (question === 'all' ? 'host' : [`unit:${question}`]),
};
const other: ProbeKind<string, string> = { ...lines, name: 'other' };
const slow: ProbeKind<string, string> = { ...lines, name: 'slow', patient: (q) => ({ timeoutMs: Number(q) }) };

const one = ask(lines, 'one');
const two = ask(lines, 'two');

function newAnswers(diff = false): Answers {
  return new Answers({ wants: { diff } });
}

/** Asks, and answers each fragment with this text. */
function learn(answers: Answers, probes: readonly Probe<unknown>[], text: string): void {
  for (const { take } of answers.inquire(probes, 'always')) take(replyOf(text));
}

/** A change that touches units. */
function touching(...names: string[]): Change {
  return runCommand({ command: ['x'], touches: names.map((name) => `unit:${name}` as const) });
}

test('asks all questions of a kind in one fragment', () => {
  const [inquiry, ...more] = newAnswers().inquire([one, two], 'always');
  assert.equal(inquiry?.fragment, { script: 'one two', timeoutMs: 120_000, gate: 'always', isTidy: false });
  assert.is(more.length, 0);
});

test('asks equal questions once', () => {
  const [inquiry] = newAnswers().inquire([one, ask(lines, 'one'), two, one], 'always');
  assert.is(inquiry?.fragment.script, 'one two');
});

test('asks each kind by itself', () => {
  const inquiries = newAnswers().inquire([one, ask(other, 'one')], 'after-success');
  assert.equal(
    inquiries.map(({ fragment }) => [fragment.script, fragment.gate]),
    [
      ['one', 'after-success'],
      ['one', 'after-success'],
    ],
  );
});

test('says what the run wants to the kind', () => {
  assert.is(newAnswers(true).inquire([one], 'always')[0]?.fragment.script, 'one with diff');
});

test('waits as long as the most patient question', () => {
  const probes = [ask(slow, '500'), ask(slow, '9000')];
  assert.is(newAnswers().inquire(probes, 'always')[0]?.fragment.timeoutMs, 9000);
});

test('gives each question its own answer', () => {
  const answers = newAnswers();
  learn(answers, [one, two], 'first\nsecond');
  assert.equal(answers.stateOf({ b: two, a: one }), { state: { b: 'second', a: 'first' }, doubt: null });
});

test('asks nothing twice', () => {
  const answers = newAnswers();
  learn(answers, [one], 'first');
  assert.equal(answers.inquire([one], 'always'), []);
  assert.is(answers.inquire([one, two], 'always')[0]?.fragment.script, 'two');
});

test('knows what was never asked', () => {
  const answers = newAnswers();
  learn(answers, [one], 'first');
  assert.not.ok(answers.lacks({ one }));
  assert.ok(answers.lacks({ one, two }));
  assert.not.ok(answers.lacks({}));
});

test('takes it for a bug to need what was never asked', () => {
  assert.match(thrown(() => newAnswers().stateOf({ one }), Error).message, 'bug: `lines` was not asked');
});

test('throws to who needs an answer that could not be read', () => {
  const answers = newAnswers();
  for (const { take } of answers.inquire([one], 'always')) take(replyOf(failing('no such thing')));
  assert.is(thrown(() => answers.stateOf({ one }), ProbeError).message, 'lines: no such thing');
});

test('doubts an answer that a change puts in doubt, and names the task', () => {
  const answers = newAnswers();
  learn(answers, [one, two], 'first\nsecond');
  answers.expect({ change: touching('two'), task: 'Restart' });
  assert.is(answers.doubtOf({ one }), null);
  assert.is(answers.doubtOf({ one, two }), 'Restart');
  assert.equal(answers.stateOf({ two }), { state: { two: 'second' }, doubt: 'Restart' });
});

test('names the first task that put an answer in doubt', () => {
  const answers = newAnswers();
  learn(answers, [one], 'first');
  answers.expect({ change: touching('one'), task: 'First' });
  answers.expect({ change: touching('one'), task: 'Second' });
  assert.is(answers.doubtOf({ one }), 'First');
});

test('asks again what is in doubt, and believes the new answer', () => {
  const answers = newAnswers();
  learn(answers, [one, two], 'first\nsecond');
  answers.expect({ change: touching('one'), task: 'x' });
  learn(answers, [one, two], 'new');
  assert.equal(answers.stateOf({ one, two }), { state: { one: 'new', two: 'second' }, doubt: null });
});

test('doubts an answer that could not be read, when a change may alter it', () => {
  const answers = newAnswers();
  for (const { take } of answers.inquire([one], 'always')) take(replyOf(failing('not yet')));
  answers.expect({ change: touching('one'), task: 'Make it' });
  assert.is(answers.doubtOf({ one }), 'Make it');
  assert.throws(() => answers.stateOf({ one }), /not yet/);
});

const file = fileState('/nowhere/f');

/** Answers that know that there is no `/nowhere/f`. */
async function withoutFile(): Promise<Answers> {
  const answers = newAnswers();
  for (const { take, fragment } of answers.inquire([file], 'always')) take(await runInShell(fragment.script));
  return answers;
}

test('keeps an answer true where a change tells it', async () => {
  const answers = await withoutFile();
  answers.expect({ change: writing('/nowhere/f'), task: 'Write it' });
  const { state, doubt } = answers.stateOf({ file });
  assert.is((state.file as { size: number }).size, 5);
  assert.is(doubt, null);
});

test('believes no longer what was only foretold, when the host itself is asked for', async () => {
  const answers = await withoutFile();
  answers.distrust({ file });
  assert.is(answers.doubtOf({ file }), null);
  answers.expect({ change: writing('/nowhere/f'), task: 'Write it' });
  answers.distrust({ file });
  assert.is(answers.doubtOf({ file }), 'Write it');
});

test('doubts what is seen through a link to a file that is written', () => {
  const answers = newAnswers();
  learn(answers, [realPath('/link')], '/real\0');
  const through = ask({ ...lines, reads: () => ['path:/link'] }, 'through');
  learn(answers, [through], 'old');
  answers.expect({ change: writing('/real'), task: 'Write it' });
  assert.is(answers.doubtOf({ through }), 'Write it');
});

test('does not doubt a directory for what changes behind a link in it', async () => {
  const { dir, remove } = tempDir({ 'real/f': 'x' });
  symlinkSync('real', join(dir, 'link'));
  const above = fileState(dir, { follow: true });
  const link = fileState(join(dir, 'link'));
  const through = fileState(join(dir, 'link', 'f'));
  const answers = newAnswers();
  for (const { take, fragment } of answers.inquire([above, link, through], 'always')) {
    take(await runInShell(fragment.script));
  }
  remove();
  answers.expect({ change: writing(join(dir, 'real', 'f')), task: 'Write it' });
  assert.is(answers.doubtOf({ above }), null);
  assert.is(answers.doubtOf({ through }), 'Write it');
});

test('forgets everything', () => {
  const answers = newAnswers();
  learn(answers, [one], 'first');
  answers.forget();
  assert.ok(answers.lacks({ one }));
});

function writing(path: string): Change {
  return {
    kind: 'write-file',
    path,
    content: contentOf('hello'),
    attributes: unchanged,
    before: null,
    validate: null,
    backup: null,
  };
}

test.run();

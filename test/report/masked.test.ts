import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Mask } from '../../src/base/mask.ts';
import type { RunEvent } from '../../src/engine/events.ts';
import { hideIn, maskedReporter } from '../../src/report/masked.ts';
import { finished, item, outcome, sampleRun, taskRef } from './sample.ts';

const test = suite('report/masked');

/** What is heard of events once these are secrets. */
function heard(events: readonly RunEvent[], ...secrets: readonly string[]): RunEvent[] {
  const mask = new Mask();
  for (const secret of secrets) mask.add(secret);
  const told: RunEvent[] = [];
  const kept = { handle: (event: RunEvent) => void told.push(event), pause: () => () => {}, close: async () => {} };
  const reporter = maskedReporter(kept, mask);
  for (const event of events) reporter.handle(event);
  return told;
}

test('leaves events as they are without secrets', () => {
  const told = heard(sampleRun);
  assert.ok(told.every((event, i) => event === sampleRun[i]));
});

test('hides secrets in every text of every event', () => {
  // Every word of the sample that may be any text, at least four letters long.
  const words = new Set(JSON.stringify(sampleRun).match(/[A-Za-z]{4,}/g));
  const told = heard(sampleRun, '/etc/bird/bird.conf', 'refused', 'Route', 'running', 'belongs', 'roles/bird2');
  const text = JSON.stringify(told);
  assert.ok(words.has('refused') && words.has('Route') && words.has('running') && words.has('belongs'));
  assert.not.match(text, /refused|Route|running|belongs|etc\/bird\/bird\.conf|roles\/bird2/);
  assert.is(told.length, sampleRun.length);
});

test('hides secrets in what items of a loop say', () => {
  const result = outcome('failed', {
    items: [
      item('key s3cr3t', 'failed', {
        message: 's3cr3t',
        changes: [{ kind: 'run-command', summary: 'run s3cr3t', diff: '+s3cr3t' }],
      }),
    ],
  });
  assert.not.match(JSON.stringify(heard([finished('rr1', result)], 's3cr3t')), 's3cr3t');
});

test('leaves words of its own alone, and the names of hosts', () => {
  const event = finished('rr1', outcome('changed', { message: 'changed template rr1-of' }), taskRef());
  const [told] = heard([event], 'changed', 'template', 'task-finished', 'rr1-of');
  if (told?.kind !== 'task-finished') throw new Error('another event');
  assert.is(told.outcome.status, 'changed');
  assert.is(told.task.module, 'template');
  assert.is(told.host, 'rr1');
  assert.is(told.outcome.message, '****** ****** ******');
});

test('hides secrets in data, keeping its form', () => {
  const mask = new Mask();
  mask.add('s3cr3t');
  const data = { a: ['s3cr3t', 1, null, true], s3cr3t: { b: 'x s3cr3t' } };
  assert.equal(hideIn(data, mask), { a: ['******', 1, null, true], s3cr3t: { b: 'x ******' } });
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunEvent } from '../../../src/engine/events.ts';
import { eventsSchema } from '../../../src/report/files/events-schema.ts';
import { jsonReporter } from '../../../src/report/files/json.ts';
import { EventParser } from '../../../src/report/files/parse-event.ts';
import { birdChange, failure, finished, item, memoryOutput, optionsOf, outcome, sampleRun } from '../sample.ts';

const test = suite('report/events-schema');

const parser = new EventParser();

function linesOf(events: readonly RunEvent[], profile = false): string[] {
  const output = memoryOutput();
  const reporter = jsonReporter(output, optionsOf({ diff: true, profile }));
  for (const event of events) reporter.handle(event);
  return output.text().split('\n').slice(0, -1);
}

/** Lines that are not as the schema wants them. */
function refused(events: readonly RunEvent[]): string[] {
  return [...linesOf(events), ...linesOf(events, true)].filter((line) => parser.parse(line) === null);
}

const details = { args: '{}', status: 1, stdout: 'x', stderr: null };
const everything: readonly RunEvent[] = [
  ...sampleRun,
  finished(
    'a',
    outcome('changed', { name: 'x', details, items: [item('i', 'failed', { failure: failure(), details })] }),
  ),
  finished('a', outcome('would-change', { changes: [birdChange], items: [item('i', 'ok')] })),
];

test('describes each kind of event', () => {
  assert.equal(refused(everything), []);
});

test('is tried with each kind of event that there is', () => {
  const { oneOf } = eventsSchema as unknown as { readonly oneOf: readonly { readonly $ref: string }[] };
  const kinds = oneOf.map(({ $ref }) => $ref.replace('#/$defs/', ''));
  const tried = new Set<string>(sampleRun.map(({ kind }) => kind));
  assert.equal(kinds.sort(), [...tried].sort());
});

test('gives back the very events that were written', () => {
  assert.equal(
    linesOf(everything).map((line) => parser.parse(line)?.event),
    everything,
  );
});

test('describes no field that is not there, and each that is', () => {
  const [line = ''] = linesOf([{ kind: 'warning', message: 'x' }]);
  const data = JSON.parse(line) as Record<string, unknown>;
  assert.is.not(parser.parse(JSON.stringify(data)), null);
  assert.is(parser.parse(JSON.stringify({ ...data, more: 1 })), null);
  assert.is(parser.parse(JSON.stringify({ ...data, message: undefined })), null);
  assert.is(parser.parse(JSON.stringify({ ...data, event: 'toString' })), null);
  for (const broken of ['', '{', '3', 'null', '[]']) assert.is(parser.parse(broken), null);
});

test.run();

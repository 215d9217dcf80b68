import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunEvent } from '../../../src/engine/events.ts';
import { jsonReporter } from '../../../src/report/files/json.ts';
import type { ReporterOptions } from '../../../src/report/reporter.ts';
import { birdChange, failure, finished, item, memoryOutput, optionsOf, outcome, sampleRun } from '../sample.ts';

const test = suite('report/json');

const now = (): Date => new Date('2026-11-20T09:31:02.123Z');

function tell(events: readonly RunEvent[], options: Partial<ReporterOptions> = { diff: true }): string[] {
  const output = memoryOutput();
  const reporter = jsonReporter(output, optionsOf({ journal: '20261120-0931-k7', now, ...options }));
  for (const event of events) reporter.handle(event);
  return output.text().split('\n').slice(0, -1);
}

const documentation = readFileSync(new URL('../../../docs/json-events.md', import.meta.url), 'utf8');

test('writes what the documentation shows, and that shows each kind of event', () => {
  const examples = [...documentation.matchAll(/```json\n([^]*?)\n```/g)].map(([, example = '']) => example);
  // The page goes kind by kind, a run does not.
  assert.equal([...examples].sort(), tell(sampleRun).sort());
  const kinds = tell(sampleRun).map((line) => (JSON.parse(line) as { event: string }).event);
  const described = [...documentation.matchAll(/^### `(.*)`$/gm)].map(([, kind = '']) => kind);
  assert.equal([...new Set(kinds)].sort(), described.sort());
});

test('documents every field', () => {
  const names = new Set<string>();
  const details = { args: '{}', status: 1, stdout: 'x', stderr: 'y' };
  const everything: readonly RunEvent[] = [
    finished(
      'rr1',
      outcome('failed', { items: [item('x', 'failed', { failure: failure(), changes: [birdChange], details })] }),
    ),
    ...sampleRun,
  ];
  for (const line of tell(everything, { diff: true, profile: true })) collectNames(JSON.parse(line), names);
  const missing = [...names].filter((name) => !documentation.includes(`\`${name}\``));
  assert.equal(missing, []);
});

function collectNames(value: unknown, names: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (!Array.isArray(value)) names.add(name);
    collectNames(inner, names);
  }
}

test('has no diffs unless they are asked for', () => {
  const [line = ''] = tell([finished('rr1', outcome('changed', { changes: [birdChange] }))], { diff: false });
  assert.match(line, '"changes":[{"kind":"write-file","summary":"write /etc/bird/bird.conf","diff":null}]');
});

test('gives text from hosts unharmed and without a raw control character', () => {
  const message = 'a\u001b[31m\u009b31m\u007f\u2028\u202e\ud800"\nz';
  const lines = tell([{ kind: 'warning', message }]);
  assert.is(lines.length, 1);
  const [line = ''] = lines;
  assert.match(line, /^[ -~]*$/);
  assert.is((JSON.parse(line) as { message: string }).message, message);
});

test.run();

import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { KmeshError } from '../../../src/base/errors.ts';
import { formatJournals } from '../../../src/report/text/format-journals.ts';
import { openJournal } from '../../../src/report/files/journal.ts';
import { eventsIn, listJournals, readJournal } from '../../../src/report/files/journal-files.ts';
import { styleOf } from '../../../src/report/text/style.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { connected, memoryOutput, optionsOf, recapOf, runStarted, sampleRun } from '../sample.ts';

interface Context {
  dir: string;
  remove: () => void;
}

const test = suite<Context>('report/journal');

test.before.each((context) => void Object.assign(context, tempDir()));
test.after.each(({ remove }) => remove());

const fails = (message: string): void => {
  throw new Error(message);
};

/** Begins a journal at a minute of the day. */
function open(stateDir: string, minute = 31, failed = fails) {
  const now = (): Date => new Date(Date.UTC(2026, 10, 20, 9, minute));
  const journal = openJournal({ stateDir, diff: true, failed, now });
  if (journal === null) throw new Error('no journal');
  return journal;
}

test('keeps the events of a run for the user alone, as they happen', async ({ dir }) => {
  const stateDir = join(dir, 'state');
  const { run, reporter } = open(stateDir);
  assert.match(run, /^20261120-0931-[a-z2-9]{2}$/);
  for (const event of sampleRun) reporter.handle(event);
  await setImmediate();
  assert.equal(
    eventsIn(readJournal(stateDir, run)).events.map(({ event }) => event),
    sampleRun,
  );
  await reporter.close();
  assert.is(statSync(join(stateDir, 'journal')).mode & 0o777, 0o700);
  assert.is(statSync(join(stateDir, `journal/${run}.jsonl`)).mode & 0o777, 0o600);
});

test('forgets a run that never began', async ({ dir }) => {
  const { reporter } = open(dir);
  reporter.handle({ kind: 'warning', message: 'x' });
  await reporter.close();
  assert.equal(readdirSync(join(dir, 'journal')), []);
});

test('keeps the last fifty runs', async ({ dir }) => {
  const names = Array.from({ length: 60 }, (_, i) => `20261119-00${String(i).padStart(2, '0')}-aa.jsonl`);
  mkdirSync(join(dir, 'journal'));
  for (const name of [...names, 'other']) writeFileSync(join(dir, 'journal', name), '');
  const { run, reporter } = open(dir);
  reporter.handle(runStarted());
  await reporter.close();
  assert.equal(readdirSync(join(dir, 'journal')).sort(), [...names.slice(11), `${run}.jsonl`, 'other']);
});

test('finds a run by its name, the beginning of it, or as the last one', async ({ dir }) => {
  const first = open(dir, 31);
  first.reporter.handle(runStarted({ playbook: 'first.yml' }));
  const second = open(dir, 45);
  second.reporter.handle(runStarted({ playbook: 'second.yml' }));
  await Promise.all([first.reporter.close(), second.reporter.close()]);
  assert.match(readJournal(dir, first.run), 'first.yml');
  assert.match(readJournal(dir, '20261120-0931'), 'first.yml');
  assert.match(readJournal(dir, 'last'), 'second.yml');
  const message = (wanted: string): string => {
    try {
      return readJournal(dir, wanted);
    } catch (error) {
      return error instanceof KmeshError ? error.message : String(error);
    }
  };
  assert.is(message('2026'), `\`2026\` may be ${[first.run, second.run].join(' or ')}.`);
  assert.is(message('../journal'), `There is no run \`../journal\` in ${dir}/journal.`);
  assert.is(message(''), `There is no run \`\` in ${dir}/journal.`);
});

test('lists runs, the last first, also one that was killed, and no other files', async ({ dir }) => {
  assert.is(formatJournals(listJournals(dir), styleOf(memoryOutput(), optionsOf())), 'No run is kept yet.\n');
  const killed = open(dir, 30).reporter;
  killed.handle(runStarted({ hosts: ['a'] }));
  const ended = open(dir, 31).reporter;
  ended.handle(runStarted({ check: true }));
  // More than is looked at when runs are listed.
  for (let i = 0; i < 10_000; i++) ended.handle(connected(`host-with-a-name-that-takes-room-${i}`));
  const recap = [recapOf('a', { changed: 2, failed: 1 }), recapOf('b', { unreachable: true })];
  ended.handle({ kind: 'run-finished', recap, durationMs: 6234, interrupted: true });
  await Promise.all([killed.close(), ended.close()]);
  writeFileSync(join(dir, 'journal/20261120-0932-xx.jsonl'), '{"event":"run-started"}\nnonsense\n');
  const text = formatJournals(listJournals(dir), styleOf(memoryOutput(), optionsOf()));
  assert.equal(text.replaceAll(/-[a-z2-9]{2} /g, '-k7 ').split('\n'), [
    'RUN               BEGAN (UTC)       WHAT              RESULT',
    '20261120-0931-k7  2026-11-20 09:31  site.yml (check)  2 hosts, 2 would change, 1 failed, 1 unreachable, interrupted in 6.2 s',
    '20261120-0930-k7  2026-11-20 09:30  site.yml          1 host, has not ended',
    '',
  ]);
});

test('reads what it can of a journal that was cut off', async ({ dir }) => {
  const { run, reporter } = open(dir);
  for (const event of sampleRun) reporter.handle(event);
  await reporter.close();
  const path = join(dir, `journal/${run}.jsonl`);
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, -20));
  const { events, unread } = eventsIn(readJournal(dir, run));
  assert.is(unread, 1);
  assert.is(events.length, sampleRun.length - 1);
});

test('lets the run go on where it can not be written', ({ dir }) => {
  const told: string[] = [];
  writeFileSync(join(dir, 'journal'), '');
  chmodSync(join(dir, 'journal'), 0o600);
  assert.is(openJournal({ stateDir: dir, diff: false, failed: (message) => told.push(message) }), null);
  assert.match(told.join('\n'), /^This run is not kept in the journal: E/);
  assert.ok(existsSync(join(dir, 'journal')));
});

test.run();

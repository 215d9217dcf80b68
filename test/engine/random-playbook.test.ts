import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunEvent } from '../../src/engine/events.ts';
import { runSite } from '../support/run-site.ts';
import { randomPlaybook } from './random-playbook.ts';

// Tasks are looked at ahead of their turn, and what they change travels together. None of that may be noticed.
const test = suite('engine/random-playbook');

// The last two have found what the others did not.
const seeds = [...Array.from({ length: 12 }, (_, i) => i + 1), 383, 624];

for (const seed of seeds) {
  test(`comes to the same in few round trips as task by task (${seed})`, async () => {
    const [together, oneByOne] = await Promise.all([comesTo(seed, 'together'), comesTo(seed, 'one by one')]);
    assert.equal(together, oneByOne);
  });
}

for (const seed of seeds) {
  test(`takes nothing for right in a check that a run changes, and writes nothing (${seed})`, async () => {
    const [check, run] = await Promise.all([comesTo(seed, 'check'), comesTo(seed, 'together')]);
    assert.equal(check.disk, {});
    // Behind a failure that only the run can see, other things are true than the check could know.
    if (Object.values(run.told).flat().some(isFailure)) return;
    for (const host of ['a', 'b']) {
      const right = new Set(check.told[host]?.filter((told) => told.endsWith(' ok')).map(nameIn));
      assert.equal(
        run.told[host]?.filter((told) => told.endsWith(' changed') && right.has(nameIn(told))),
        [],
      );
    }
  });
}

function nameIn(told: string): string {
  return told.split(' ')[0] ?? '';
}

function isFailure(told: string): boolean {
  return told.split(' ')[1] === 'failed';
}

interface Outcome {
  readonly told: Readonly<Record<string, readonly string[]>>;
  readonly disk: Readonly<Record<string, string>>;
}

/** What a playbook comes to. One by one: as with `--step`, everything before a task is done before it is looked at. */
async function comesTo(seed: number, how: 'together' | 'one by one' | 'check'): Promise<Outcome> {
  const { playbook, files } = randomPlaybook(seed);
  const disk: Record<string, string> = {};
  const { events } = await runSite(playbook, {
    hosts: ['a', 'b'],
    files,
    check: how === 'check',
    ...(how === 'one by one' ? { confirm: async () => true } : {}),
    look: (dir) => Object.assign(disk, filesIn(dir)),
  });
  return { told: { a: events.flatMap(toldOf('a')), b: events.flatMap(toldOf('b')) }, disk };
}

function toldOf(host: string): (event: RunEvent) => readonly string[] {
  return (event) => {
    if (event.kind === 'handlers-owed' && event.host === host) return [`owes ${event.handlers.join(', ')}`];
    if (event.kind !== 'task-finished' || event.host !== host) return [];
    const { status, rescued, ignored, items } = event.outcome;
    const more = [rescued ? 'rescued' : '', ignored ? 'ignored' : '', ...items.map((item) => item.status)];
    return [[event.task.name, status, ...more.filter((word) => word !== '')].join(' ')];
  };
}

function filesIn(dir: string): Record<string, string> {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).toSorted();
  const files = names.filter((name) => statSync(join(dir, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(dir, name), 'utf8')]));
}

test.run();

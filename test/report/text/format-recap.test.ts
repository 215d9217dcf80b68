import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { HostRecap } from '../../../src/engine/events.ts';
import { formatRecapTable } from '../../../src/report/text/format-recap-table.ts';
import { formatRecap, type RunResult } from '../../../src/report/text/format-recap.ts';
import { styleOf } from '../../../src/report/text/style.ts';
import { memoryOutput, optionsOf, recapOf } from '../sample.ts';

const test = suite('report/format-recap');

function recapText(recap: readonly HostRecap[], parts: Partial<RunResult> = {}, verbosity = 0): string {
  const nothing = {
    reasons: new Map<string, string>(),
    owed: new Map<string, string[]>(),
    profile: null,
    journal: null,
  };
  const result = { recap, durationMs: 6234, interrupted: false, ...nothing, ...parts };
  return formatRecap(result, styleOf(memoryOutput(), optionsOf({ verbosity })));
}

test('shows a column only where it says something', () => {
  const recap = [recapOf('rr1', { ok: 14, changed: 3, skipped: 1 }), recapOf('a-much-longer-name', { ignored: 2 })];
  assert.is(
    recapText(recap),
    `HOST                ok  changed  skipped  failed  ignored  unreachable     time
rr1                 14        3        1       0        0            0    2.1 s
a-much-longer-name   0        0        0       0        2            0    2.1 s
2 hosts, 3 changed, 0 failed in 6.2 s.
`,
  );
});

test('tells the reasons of hosts that failed, the same ones together', () => {
  const recap = [recapOf('a', { failed: 1 }), recapOf('b'), recapOf('c', { failed: 1 })];
  const reasons = new Map([
    ['a', 'failed at `x`: y'],
    ['b', 'rescued'],
    ['c', 'failed at `x`: y'],
  ]);
  assert.equal(recapText(recap, { reasons }).split('\n').slice(4), [
    'a, c: failed at `x`: y',
    '3 hosts, 0 changed, 2 failed in 6.2 s.',
    '',
  ]);
});

test('sums up the hosts of a large run that were right already', () => {
  const recap = Array.from({ length: 50 }, (_, index) =>
    recapOf(`n${index}`, index === 7 ? { changed: 1 } : { ok: 1 }),
  );
  assert.equal(recapText(recap).split('\n').slice(1), [
    'n7           0        1        0       0            0    2.1 s',
    '49 other hosts are as they should be: nothing changed (-v shows each)',
    '50 hosts, 1 changed, 0 failed in 6.2 s.',
    '',
  ]);
  assert.is(recapText(recap, {}, 1).split('\n').length, 53);
});

test('counts failures that were made good and names the journal and what hosts are owed', () => {
  const owed = new Map([
    ['a', ['Reload bird', 'Restart x']],
    ['b', ['Reload bird', 'Restart x']],
  ]);
  assert.is(
    recapText([recapOf('a', { rescued: 1 }), recapOf('b')], { owed, journal: '20261120-0931-k7' }),
    `HOST        ok  changed  skipped  failed  rescued  unreachable     time
a            0        0        0       0        1            0    2.1 s
b            0        0        0       0        0            0    2.1 s
a, b owe: Reload bird, Restart x (run again, or see \`kmesh status\`)
2 hosts, 0 changed, 0 failed, 1 rescued in 6.2 s.
Journal: run 20261120-0931-k7
`,
  );
});

test('keeps to one line a host on a terminal with little room', () => {
  const recap = [recapOf('node01.cluster-a.example.org', { ok: 13, changed: 27, failed: 1 }), recapOf('n2')];
  const at = (columns: number): string[] => {
    const style = styleOf(memoryOutput({ columns }), optionsOf());
    return formatRecapTable(recap, style);
  };
  assert.equal(at(70), [
    'HOST                          ok  changed  skipped  failed     time',
    'node01.cluster-a.example.org  13       27        0       1    2.1 s',
    'n2                             0        0        0       0    2.1 s',
  ]);
  assert.equal(at(50), [
    'HOST                  ok  changed  failed     time',
    'node01.cluster-a.ex…  13       27       1    2.1 s',
    'n2                     0        0       0    2.1 s',
  ]);
});

test('says that a run was interrupted', () => {
  const lines = recapText([recapOf('a')], { interrupted: true }).split('\n');
  assert.is(lines.at(-2), 'Interrupted: 1 host, 0 changed, 0 failed in 6.2 s.');
});

test.run();

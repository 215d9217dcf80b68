import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LoadedSite } from '../../src/engine/input/load-site.ts';
import { OwedHandlers } from '../../src/engine/steps/owed-handlers.ts';
import { failing } from '../support/fake-session.ts';
import { runSite } from '../support/run-site.ts';
import type { Told } from '../support/run-site.ts';
import { listening, runPlay, said } from './support.ts';

const test = suite('engine/rolls');

test('takes batch after batch', async () => {
  const { answers, order } = listening();
  const told = await runPlay('  serial: 2\n  tasks: [{command: one}, {command: two}]\n', {
    hosts: ['a', 'b', 'c'],
    answers,
  });
  // Which host of a batch comes first is open.
  assert.equal(
    [...order.slice(0, 2).sort(), ...order.slice(2, 4).sort(), ...order.slice(4)],
    ['a: one', 'b: one', 'a: two', 'b: two', 'c: one', 'c: two'],
  );
  assert.equal(
    told.events.flatMap((event) => (event.kind === 'play-started' ? [[event.batch, event.of, ...event.hosts]] : [])),
    [
      [1, 2, 'a', 'b'],
      [2, 2, 'c'],
    ],
  );
});

test('runs the handlers of a batch before the next batch begins', async () => {
  const { answers, order } = listening();
  await runPlay(`  serial: 1\n  tasks: [{command: x, notify: first}]\n  handlers: [{name: first, command: first}]\n`, {
    hosts: ['a', 'b'],
    answers,
  });
  assert.equal(order, ['a: x', 'a: first', 'b: x', 'b: first']);
});

const gated = {
  'roles/r/tasks/main.yml': '- {name: work, command: work}\n',
  'roles/r/verify/main.yml': '- {name: gate, command: gate, changed_when: false, check_mode: false}\n',
};

function ended({ events }: Told): object | undefined {
  const end = events.find((event) => event.kind === 'play-ended');
  return end?.kind === 'play-ended' ? { why: end.why, untouched: end.untouched } : undefined;
}

test('begins no further batch when the gate of one fails', async () => {
  const told = await runPlay('  serial: 1\n  roles: [r]\n', {
    hosts: ['a', 'b', 'c'],
    files: gated,
    answers: { gate: (_, host) => (host === 'b' ? { status: 1 } : ''), '(exec ': '' },
  });
  assert.equal(told.ends, { work: { a: 'changed', b: 'changed' }, gate: { a: 'ok', b: 'failed' } });
  assert.equal(ended(told), { why: 'gate-failed', untouched: ['c'] });
  assert.equal(told.sent('c'), []);
});

test('asks the gates alone of all hosts, and runs nothing that they owe', async () => {
  const owing: { loaded: LoadedSite | null; left: readonly string[] } = { loaded: null, left: [] };
  const told = await runPlay('  serial: 1\n  roles: [r]\n  handlers: [{name: reload, command: reload}]\n', {
    hosts: ['a', 'b', 'c'],
    files: gated,
    phases: 'verify',
    answers: { gate: (_, host) => (host === 'a' ? { status: 1 } : '') },
    prepare: (loaded) => Object.assign(owing, { loaded }),
    owed: (dir) => owedBy(owing.loaded, join(dir, 'state')),
    look: (dir) => {
      const [first] = owing.loaded?.runs ?? [];
      const left = first === undefined ? [] : new OwedHandlers(join(dir, '../state')).of(first.host);
      Object.assign(owing, { left: left.map(({ handler }) => handler) });
    },
  });
  assert.equal(told.ends, { gate: { a: 'failed', b: 'ok', c: 'ok' } });
  assert.equal(owing.left, ['reload']);
});

/** What hosts owe when the first of them owes all the handlers of the first play. */
function owedBy(loaded: LoadedSite | null, stateDir: string): OwedHandlers {
  const owed = new OwedHandlers(stateDir);
  const host = loaded?.runs[0]?.host;
  if (host !== undefined) owed.add(host, loaded?.plays[0]?.play.handlers ?? [], 'site.yml');
  return owed;
}

test('begins no further play when a gate fails', async () => {
  const playbook = `- hosts: a
  gather_facts: no
  roles: [r]
- hosts: b
  gather_facts: no
  tasks: [{name: other, command: other}]
`;
  const told = await runSite(playbook, {
    hosts: ['a', 'b'],
    files: gated,
    answers: { gate: failing('', 1), '(exec ': '' },
  });
  assert.equal(told.ends, { work: { a: 'changed' }, gate: { a: 'failed' } });
});

test('asks the gate behind the handlers', async () => {
  const { answers, order } = listening();
  const files = {
    ...gated,
    'roles/r/tasks/main.yml': '- {name: work, command: work, notify: restart}\n',
    'roles/r/handlers/main.yml': '- {name: restart, command: restart}\n',
  };
  await runPlay('  roles: [r]\n', { files, answers });
  assert.equal(order, ['a: work', 'a: restart', 'a: gate']);
});

test('begins no further batch when all hosts of one have failed', async () => {
  const told = await runPlay('  serial: 1\n  tasks: [{name: t, command: x}]\n', {
    hosts: ['a', 'b'],
    answers: { '(exec ': failing('', 1) },
  });
  assert.equal(told.ends, { t: { a: 'failed' } });
  assert.equal(ended(told), { why: 'every-host-failed', untouched: ['b'] });
});

const invariant = {
  'roles/r/preflight/main.yml': '- {name: invariant, assert: {that: good}}\n',
  'roles/r/tasks/main.yml': '- {name: work, command: work}\n',
};

test('writes to no host when an invariant does not hold on one', async () => {
  const told = await runPlay('  roles: [r]\n', {
    inventory: 'a good=True\nb good=False\n',
    hosts: ['a', 'b'],
    files: invariant,
  });
  assert.equal(told.ends, { invariant: { a: 'ok', b: 'failed' } });
  assert.equal([...told.sent('a'), ...told.sent('b')], []);
  const finished = told.events.find(({ kind }) => kind === 'preflight-finished');
  assert.equal(finished, { kind: 'preflight-finished', assertions: 1, failed: 1 });
});

test('judges the invariants of all plays before the first of them begins', async () => {
  const playbook = `- hosts: all
  gather_facts: no
  tasks: [{name: early, command: early}]
- hosts: all
  gather_facts: no
  roles: [r]
`;
  const told = await runSite(playbook, { inventory: 'a good=False\n', files: invariant, answers: said });
  assert.equal(told.ends, { invariant: { a: 'failed' } });
});

test('judges the invariants of all hosts, whatever the batches', async () => {
  const told = await runPlay('  serial: 1\n  roles: [r]\n', {
    inventory: 'a good=True\nb good=False\n',
    hosts: ['a', 'b'],
    files: invariant,
  });
  assert.equal(told.ends, { invariant: { a: 'ok', b: 'failed' } });
});

test('goes on where all invariants hold', async () => {
  const told = await runPlay('  roles: [r]\n', { inventory: 'a good=True\n', files: invariant });
  assert.equal(told.ends, { invariant: { a: 'ok' }, work: { a: 'changed' } });
  const finished = told.events.find(({ kind }) => kind === 'preflight-finished');
  assert.equal(finished, { kind: 'preflight-finished', assertions: 1, failed: 0 });
});

test.run();

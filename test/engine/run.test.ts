import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunEvent } from '../../src/engine/events.ts';
import { type Answer, dies, failing } from '../support/fake-session.ts';
import { rejects } from '../support/rejects.ts';
import { runSite, type SiteParts } from '../support/run-site.ts';
import { runPlay, said } from './support.ts';

const test = suite('engine/run');

function kinds(events: readonly RunEvent[]): string[] {
  return events.map(({ kind }) => kind);
}

test('tells the story of a run from its start to its end', async () => {
  const told = await runPlay('  tasks: [{name: t, command: x}]\n', { hosts: ['a', 'b'] });
  assert.equal(kinds(told.events), [
    'run-started',
    'host-connected',
    'host-connected',
    'connected',
    'play-started',
    'task-started',
    'task-started',
    'task-finished',
    'task-finished',
    'task-completed',
    'run-finished',
  ]);
});

test('says what it is about to do', async () => {
  const told = await runPlay('  tasks: [{debug: }, {debug: }]\n  post_tasks: [{debug: }]\n', {
    hosts: ['a', 'b'],
    diff: true,
  });
  assert.equal(told.events[0], {
    kind: 'run-started',
    playbook: 'site.yml',
    plays: 1,
    tasks: 3,
    hosts: ['a', 'b'],
    check: false,
    diff: true,
  });
});

test('counts for each host what became of its tasks', async () => {
  const told = await runPlay(
    `  tasks:
    - {debug: }
    - {command: x}
    - {command: x, when: false}
    - {command: bad, ignore_errors: yes}
    - {command: bad, when: inventory_hostname == "a"}
`,
    { hosts: ['a', 'b'], answers: { bad: failing('', 1), '(exec ': '' } },
  );
  const last = told.events.at(-1);
  const counts = last?.kind === 'run-finished' ? last.recap : [];
  assert.equal(
    counts.map(({ host, ok, changed, skipped, ignored, failed, unreachable }) => [
      host,
      [ok, changed, skipped, ignored, failed],
      unreachable,
    ]),
    [
      ['a', [1, 1, 1, 1, 1], false],
      ['b', [1, 1, 2, 1, 0], false],
    ],
  );
});

test('connects to each host once and lets go of all at the end', async () => {
  const told = await runSite(
    '- hosts: all\n  gather_facts: no\n  tasks: [{command: x}]\n- hosts: all\n  gather_facts: no\n  tasks: [{command: y}]\n',
    { hosts: ['a', 'b'], answers: said },
  );
  assert.equal(
    told.hosts.targets.map(({ name }) => name),
    ['a', 'b'],
  );
  assert.is(told.hosts.closed, 2);
});

test('lets go of hosts even when something is thrown', async () => {
  const closed: number[] = [];
  const parts: SiteParts = {
    answers: {
      '(exec ': () => {
        throw new Error('a bug');
      },
    },
    prepare: ({ runs }) => {
      const [one] = runs;
      let connection = one?.connection ?? null;
      Object.defineProperty(one, 'connection', {
        get: () => connection,
        set: (value: NonNullable<typeof connection>) => {
          connection = { ...value, close: async () => void closed.push(1) };
        },
      });
    },
  };
  const error = await rejects(runPlay('  tasks: [{command: x}]\n', parts), Error);
  assert.is(error.message, 'a bug');
  assert.equal(closed, [1]);
});

test('goes on without a host that can not be reached', async () => {
  const told = await runPlay('  tasks: [{name: t, command: x}]\n', { hosts: ['a', 'b', 'c'], unreachable: ['b'] });
  assert.equal(told.ends, { t: { a: 'changed', c: 'changed' } });
  const unreachable = told.events.find(({ kind }) => kind === 'host-unreachable');
  assert.is(unreachable?.kind === 'host-unreachable' ? unreachable.failure.message : '', 'Connection refused by b.');
  const last = told.events.at(-1);
  assert.equal(last?.kind === 'run-finished' && last.recap.map((recap) => recap.unreachable), [false, true, false]);
});

test('goes on without a host on which a task failed', async () => {
  const told = await runPlay('  tasks: [{name: t, command: x}, {name: u, command: y}]\n', {
    hosts: ['a', 'b'],
    answers: { '(exec ': (_, host) => (host === 'a' ? { status: 1 } : '') },
  });
  assert.equal(told.ends, { t: { a: 'failed', b: 'changed' }, u: { b: 'changed' } });
});

test('goes on without a host whose shell dies', async () => {
  const told = await runPlay('  tasks: [{name: t, command: x}, {name: u, command: y}]\n', {
    hosts: ['a', 'b'],
    answers: { '(exec ': (_, host) => (host === 'a' ? dies() : '') },
  });
  assert.equal(told.ends, { t: { a: 'failed', b: 'changed' }, u: { b: 'changed' } });
});

test('keeps no more hosts busy than there are forks', async () => {
  let busy = 0;
  let most = 0;
  const slow: Answer = async () => {
    most = Math.max(most, ++busy);
    await new Promise((resolve) => setTimeout(resolve, 5));
    busy--;
    return '';
  };
  await runPlay('  tasks: [{command: x}, {command: y}]\n', {
    hosts: ['a', 'b', 'c', 'd', 'e', 'f'],
    forks: 2,
    answers: { '(exec ': slow },
  });
  assert.is(most, 2);
});

test('ends a play at once that has no hosts', async () => {
  const told = await runPlay('  tasks: [{name: t, command: x}]\n', { limit: '!a' });
  assert.equal(kinds(told.events), ['run-started', 'connected', 'run-finished']);
});

test.run();

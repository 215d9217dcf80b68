import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Answer, failing } from '../support/fake-session.ts';
import { listening, runPlay } from './support.ts';

const test = suite('engine/order');

test('lets all hosts finish what stands before an effect, and nobody go past it before all have done it', async () => {
  const { answers, order } = listening();
  await runPlay('  tasks: [{command: one}, {command: two}, {command: three}]\n', { hosts: ['a', 'b', 'c'], answers });
  assert.equal(
    order.map((entry) => entry.split(' ')[1]),
    ['one', 'one', 'one', 'two', 'two', 'two', 'three', 'three', 'three'],
  );
});

test('waits at an effect for a host that is slow', async () => {
  const order: string[] = [];
  const answer: Answer = async (script, host) => {
    const command = /exec ([^)]*)/.exec(script)?.[1];
    if (host === 'b') await new Promise((resolve) => setTimeout(resolve, 20));
    order.push(`${host} ${command}`);
    return '';
  };
  await runPlay('  tasks: [{command: one}, {command: two}]\n', { hosts: ['a', 'b'], answers: { '(exec ': answer } });
  assert.equal(order, ['a one', 'b one', 'a two', 'b two']);
});

const joining = (first: string): string => `  tasks:
    - {name: token, command: token, register: r, when: inventory_hostname == "${first}"}
    - {name: join, command: "join {{ hostvars.${first}.r.stdout }}", when: inventory_hostname != "${first}"}
`;

test('waits for the result of another host, whichever comes first', async () => {
  for (const first of ['a', 'b', 'c']) {
    const told = await runPlay(joining(first), {
      hosts: ['a', 'b', 'c'],
      answers: { '(exec token': `of ${first}`, '(exec ': '' },
    });
    for (const host of ['a', 'b', 'c'].filter((name) => name !== first))
      assert.equal(told.sent(host), [[`(exec join of ${first})`]]);
  }
});

test('defers in a check what needs the result of another host', async () => {
  const told = await runPlay(joining('b'), { hosts: ['a', 'b'], check: true });
  assert.equal(told.ends, { token: { a: 'skipped', b: 'would-change' }, join: { b: 'skipped', a: 'deferred' } });
  assert.is(told.outcome('join', 'a').waitsFor, 'token');
});

const slow: Answer = async () => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return '';
};

test('sees of another host what it has set last before, however slow it is', async () => {
  const told = await runPlay(
    `  vars: {seen: "{{ hostvars.b.n }}"}
  tasks:
    - set_fact: {n: 1}
    - {name: one, debug: {msg: "{{ seen }}"}}
    - {command: slow, when: inventory_hostname == "b"}
    - {set_fact: {n: 2}, when: inventory_hostname == "b"}
    - {name: two, debug: {msg: "{{ seen }}"}}
`,
    { hosts: ['a', 'b'], answers: { slow } },
  );
  assert.equal(
    ['one', 'two'].map((task) => told.outcome(task, 'a').message),
    ['1', '2'],
  );
});

test('waits for nobody where two hosts look at each other', async () => {
  const told = await runPlay(
    `  tasks:
    - set_fact: {own: "{{ inventory_hostname }}"}
    - {name: t, debug: {msg: "{{ hostvars.a.own }}{{ hostvars.b.own }}"}}
    - set_fact: {own: again}
    - {name: u, debug: {msg: "{{ hostvars.a.own }}{{ hostvars.b.own }}"}}
`,
    { hosts: ['a', 'b'] },
  );
  for (const host of ['a', 'b']) assert.is(told.outcome('u', host).message, 'againagain');
});

test('waits for nobody where two hosts look at each other behind their handlers', async () => {
  const told = await runPlay(
    '  pre_tasks: [{command: x}]\n  tasks: [{name: t, command: "see {{ hostvars.a.own }} {{ hostvars.b.own }}"}]\n',
    { inventory: 'a own=1\nb own=2\n' },
  );
  assert.equal(told.ends.t, { a: 'changed', b: 'changed' });
});

test('waits for nobody where two hosts fail that were doing something on each other', async () => {
  const told = await runPlay(
    '  tasks: [{name: t, command: bad, delegate_to: "{{ other }}"}, {name: u, command: x}]\n',
    { inventory: 'a other=b\nb other=a\nc other=a\n', answers: { bad: failing('', 1), '(exec ': '' } },
  );
  assert.equal(told.ends, { t: { a: 'failed', b: 'failed', c: 'failed' } });
});

const behindFatal = `  any_errors_fatal: true
  tasks:
    - {name: t, command: "{{ first }}"}
    - {name: u, assert: {that: false}}
`;

test('lets nobody go past what may end the play for all, not even to look', async () => {
  const told = await runPlay(behindFatal, {
    inventory: 'a first=bad\nb first=good\n',
    answers: { bad: failing('', 1), '(exec ': '' },
  });
  assert.equal(told.ends, { t: { a: 'failed', b: 'changed' } });
});

test('lets all fail for whom one has failed, so that all are rescued', async () => {
  const play = `  tasks:
    - block: [{name: once, command: bad, run_once: true}, {name: never, command: x}]
      rescue: [{name: mend, command: "mend {{ ansible_failed_task.name }}"}]
`;
  const told = await runPlay(play, { hosts: ['a', 'b'], answers: { bad: failing('', 1), '(exec ': '' } });
  assert.equal(told.ends, { once: { a: 'failed' }, mend: { a: 'changed', b: 'changed' } });
  assert.equal(told.sent('b'), [['(exec mend once)']]);
});

test('does once each of the steps that stand in the same place of different files', async () => {
  const files = { 'a.yml': '- {command: in a, run_once: true}\n', 'b.yml': '- {command: in b, run_once: true}\n' };
  const told = await runPlay('  tasks: [{include_tasks: "{{ inventory_hostname }}.yml"}]\n', {
    hosts: ['a', 'b'],
    files,
  });
  assert.equal([told.sent('a'), told.sent('b')], [[['(exec in a)']], [['(exec in b)']]]);
});

test('fails where the other host can not tell anything', async () => {
  const told = await runPlay(joining('b'), { hosts: ['a', 'b'], unreachable: ['b'] });
  assert.equal(told.ends, { token: { a: 'skipped' }, join: { a: 'failed' } });
  assert.match(told.outcome('join').failure?.message ?? '', '`hostvars.b` has no `r`');
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { failing } from '../support/fake-session.ts';
import { factsAnswer } from '../support/facts-answer.ts';
import { runSite } from '../support/run-site.ts';

const test = suite('engine/facts');

test('gathers facts once, and only where a play wants them', async () => {
  const playbook = `- hosts: a
  tasks: [{name: t, debug: {msg: "{{ facts.hostname }} {{ ansible_hostname }}"}}]
- hosts: all
  gather_facts: no
  tasks: [{debug: }]
`;
  const told = await runSite(playbook, {
    hosts: ['a', 'b'],
    answers: { 's files': (_, host) => factsAnswer({ hostname: `node-${host}` }) },
  });
  assert.is(told.outcome('t').message, 'node-a node-a');
  assert.is(told.sent('a').length, 1);
  assert.is(told.sent('b').length, 0);
});

test('gathers facts anew when they are cleared', async () => {
  let asked = 0;
  const playbook = `- hosts: all
  tasks:
    - {name: t, debug: {msg: "{{ facts.hostname }}"}}
    - {meta: clear_facts}
    - {name: u, debug: {msg: "{{ facts.hostname }}"}}
`;
  const told = await runSite(playbook, {
    hosts: ['a'],
    answers: { 's files': () => factsAnswer({ hostname: `node-${++asked}` }) },
  });
  assert.equal([told.outcome('t').message, told.outcome('u').message], ['node-1', 'node-2']);
});

test('connects again where the connection is reset', async () => {
  const tasks = '[{command: x}, {meta: reset_connection}, {command: y}]';
  const told = await runSite(`- hosts: all\n  gather_facts: no\n  tasks: ${tasks}\n`, {
    hosts: ['a'],
    answers: { '(exec ': '' },
  });
  assert.equal([told.hosts.targets.length, told.hosts.closed], [2, 2]);
});

test('sees the facts of other hosts', async () => {
  const told = await runSite('- hosts: all\n  tasks: [{name: t, debug: {msg: "{{ hostvars.b.facts.hostname }}"}}]\n', {
    hosts: ['a', 'b'],
    answers: { 's files': (_, host) => factsAnswer({ hostname: `node-${host}` }) },
  });
  assert.is(told.outcome('t', 'a').message, 'node-b');
});

test('takes a host whose facts can not be read for unreachable', async () => {
  const told = await runSite('- hosts: all\n  tasks: [{name: t, debug: {msg: "{{ facts.kernel }}"}}]\n', {
    hosts: ['a', 'b'],
    answers: { 's files': (_, host) => (host === 'a' ? failing('no') : factsAnswer()) },
  });
  assert.equal(told.ends, { t: { b: 'ok' } });
});

test('gathers facts as the user that the play becomes', async () => {
  const playbook = '- hosts: all\n  become: yes\n  tasks: [{debug: {msg: "{{ facts.kernel }}"}}]\n';
  const told = await runSite(playbook, { answers: { 's files': factsAnswer() } });
  assert.equal(
    told.hosts.batches('a').map(({ user }) => user),
    ['root'],
  );
});

test.run();

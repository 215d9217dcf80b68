import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { failing } from '../../support/fake-session.ts';
import type { Told } from '../../support/run-site.ts';
import { listening, runPlay } from '../support.ts';

const test = suite('engine/handlers');

const handlers = `  handlers:
    - {name: first, command: first}
    - {name: second, command: second}
    - {name: third, command: third, listen: [topic]}
`;

test('runs handlers once, in the order of their definition', async () => {
  const { answers, order } = listening();
  await runPlay(`  tasks: [{command: x, notify: [second, first]}, {command: y, notify: second}]\n${handlers}`, {
    answers,
  });
  assert.equal(order, ['a: x', 'a: y', 'a: first', 'a: second']);
});

test('runs a handler by what it listens to', async () => {
  const { answers, order } = listening();
  await runPlay(`  tasks: [{command: x, notify: topic}]\n${handlers}`, { answers });
  assert.equal(order, ['a: x', 'a: third']);
});

test('runs a handler only where something has changed', async () => {
  const { answers, order } = listening();
  const play = `  tasks: [{command: x, notify: first, changed_when: inventory_hostname == "b"}]\n${handlers}`;
  await runPlay(play, { answers, hosts: ['a', 'b'] });
  assert.equal(order, ['a: x', 'b: x', 'b: first']);
});

test('runs handlers at the end of each list of tasks', async () => {
  const { answers, order } = listening();
  await runPlay(
    `  pre_tasks: [{command: pre, notify: first}]\n  tasks: [{command: x, notify: first}]\n  post_tasks: [{command: post}]\n${handlers}`,
    { answers },
  );
  assert.equal(order, ['a: pre', 'a: first', 'a: x', 'a: first', 'a: post']);
});

/** A role that notifies its own handler. */
function restarting(name: string): Record<string, string> {
  return {
    [`roles/${name}/tasks/main.yml`]: `- {command: ${name}, notify: restart}\n`,
    [`roles/${name}/handlers/main.yml`]: `- {name: restart, command: "restart ${name} {{ x }}"}\n`,
  };
}

test('runs of several handlers of one name that of the role which notifies', async () => {
  const { answers, order } = listening();
  const roles = '  vars: {x: 0}\n  roles: [{role: r, vars: {x: 1}}, {role: r, vars: {x: 2}, when: false}, s]\n';
  await runPlay(roles, { answers, files: { ...restarting('r'), ...restarting('s') } });
  assert.equal(order, ['a: r', 'a: s', 'a: restart r 1', 'a: restart s 0']);
});

test('runs a handler of a role once, whoever sees its variables and whichever of its tasks notified it', async () => {
  const { answers, order } = listening();
  const uses = ['name: r', 'name: r, public: true', 'name: r, tasks_from: more'].map(
    (use) => `{include_role: {${use}}}`,
  );
  const more = '- {command: more, notify: restart}\n';
  await runPlay(`  vars: {x: 0}\n  tasks: [${uses.join(', ')}, {import_role: {name: r}}]\n`, {
    answers,
    files: { ...restarting('r'), 'roles/r/tasks/more.yml': more },
  });
  assert.equal(order, ['a: r', 'a: r', 'a: more', 'a: r', 'a: restart r 0']);
});

test('runs a handler whose name is a template', async () => {
  const play = `  tasks: [{name: t, command: ask, register: r, notify: "{{ r.stdout }}"}]\n${handlers}`;
  const told = await runPlay(play, { answers: { '(exec ask': 'first', '(exec ': '' } });
  assert.equal(told.ends, { t: { a: 'changed' }, first: { a: 'changed' } });
});

test('fails a task that turns out to notify nobody', async () => {
  const play = `  tasks: [{name: t, command: ask, register: r, notify: "{{ r.stdout }}"}]\n${handlers}`;
  const told = await runPlay(play, { answers: { '(exec ask': 'other', '(exec ': '' } });
  assert.equal(told.ends, { t: { a: 'failed' } });
  assert.is(told.outcome('t').failure?.message, 'There is no handler `other`.');
});

const circle = `  handlers:
    - {name: first, command: first, notify: [third]}
    - {name: second, command: second, notify: [first, third]}
    - {name: third, command: third}
`;

/** What hosts owe when the run is over. */
function owed({ events }: Told): string[] {
  return events.flatMap((event) =>
    event.kind === 'handlers-owed' && event.from === 'this-run' ? [`${event.host}: ${event.handlers.join(', ')}`] : [],
  );
}

test('runs what a handler itself notifies', async () => {
  const { answers, order } = listening();
  const told = await runPlay(`  tasks: [{command: x, notify: second}]\n${circle}`, { answers });
  assert.equal(order, ['a: x', 'a: second', 'a: first', 'a: third']);
  assert.equal(told.warnings, []);
});

test('runs no handler twice in a row, but says that it would have to', async () => {
  const { answers, order } = listening();
  const told = await runPlay(`  tasks: [{command: x, notify: [first, second]}]\n${circle}`, { answers });
  assert.equal(order, ['a: x', 'a: first', 'a: second', 'a: third']);
  assert.equal(owed(told), ['a: first']);
});

test('says once that a host failed before its handlers ran', async () => {
  const play = `  pre_tasks: [{command: x, notify: [first, topic]}, {command: bad, when: inventory_hostname == "a"}]
  tasks: [{debug: }]
  post_tasks: [{debug: }]
${handlers}`;
  const told = await runPlay(play, { hosts: ['a', 'b'], answers: { bad: failing('', 1), '(exec ': '' } });
  assert.equal(owed(told), ['a: first, third']);
});

test('takes a failed handler for a failure', async () => {
  const told = await runPlay(
    `  tasks: [{command: x, notify: first}]\n  post_tasks: [{name: post, debug: }]\n${handlers}`,
    {
      answers: { first: failing('', 1), '(exec ': '' },
    },
  );
  assert.equal(told.ends, { command: { a: 'changed' }, first: { a: 'failed' } });
});

test.run();

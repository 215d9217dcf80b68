import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunEvent } from '../../src/engine/events.ts';
import { type Answer, dies, failing, runInShell } from '../support/fake-session.ts';
import { factsAnswer } from '../support/facts-answer.ts';
import { runSite, type SiteParts, type Told } from '../support/run-site.ts';
import { rejects } from '../support/rejects.ts';

const test = suite('engine/run');

const said: Record<string, Answer> = { '(exec ': '' };

/** Runs a play on hosts whose commands all succeed. */
function run(play: string, parts: SiteParts = {}): Promise<Told> {
  return runSite(`- hosts: all\n  gather_facts: no\n${play}`, { answers: said, ...parts });
}

/** Lists what was sent to all hosts, in order: `a: (exec x)`. */
function listening(): { readonly answers: Record<string, Answer>; readonly order: string[] } {
  const order: string[] = [];
  const answer: Answer = (script, host) => {
    order.push(`${host}: ${/exec ([^)]*)/.exec(script)?.[1]}`);
    return '';
  };
  return { answers: { '(exec ': answer }, order };
}

function kinds(events: readonly RunEvent[]): string[] {
  return events.map(({ kind }) => kind);
}

test('tells the story of a run from its start to its end', async () => {
  const told = await run('  tasks: [{name: t, command: x}]\n', { hosts: ['a', 'b'] });
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
  const told = await run('  tasks: [{debug: }, {debug: }]\n  post_tasks: [{debug: }]\n', {
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
  const told = await run(
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
  const error = await rejects(run('  tasks: [{command: x}]\n', parts), Error);
  assert.is(error.message, 'a bug');
  assert.equal(closed, [1]);
});

test('goes on without a host that can not be reached', async () => {
  const told = await run('  tasks: [{name: t, command: x}]\n', { hosts: ['a', 'b', 'c'], unreachable: ['b'] });
  assert.equal(told.ends, { t: { a: 'changed', c: 'changed' } });
  const unreachable = told.events.find(({ kind }) => kind === 'host-unreachable');
  assert.is(unreachable?.kind === 'host-unreachable' ? unreachable.failure.message : '', 'Connection refused by b.');
  const last = told.events.at(-1);
  assert.equal(last?.kind === 'run-finished' && last.recap.map((recap) => recap.unreachable), [false, true, false]);
});

test('goes on without a host on which a task failed', async () => {
  const told = await run('  tasks: [{name: t, command: x}, {name: u, command: y}]\n', {
    hosts: ['a', 'b'],
    answers: { '(exec ': (_, host) => (host === 'a' ? { status: 1 } : '') },
  });
  assert.equal(told.ends, { t: { a: 'failed', b: 'changed' }, u: { b: 'changed' } });
});

test('goes on without a host whose shell dies', async () => {
  const told = await run('  tasks: [{name: t, command: x}, {name: u, command: y}]\n', {
    hosts: ['a', 'b'],
    answers: { '(exec ': (_, host) => (host === 'a' ? dies() : '') },
  });
  assert.equal(told.ends, { t: { a: 'failed', b: 'changed' }, u: { b: 'changed' } });
});

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

test('keeps no more hosts busy than there are forks', async () => {
  let busy = 0;
  let most = 0;
  const slow: Answer = async () => {
    most = Math.max(most, ++busy);
    await new Promise((resolve) => setTimeout(resolve, 5));
    busy--;
    return '';
  };
  await run('  tasks: [{command: x}, {command: y}]\n', {
    hosts: ['a', 'b', 'c', 'd', 'e', 'f'],
    forks: 2,
    answers: { '(exec ': slow },
  });
  assert.is(most, 2);
});

test('lets all hosts finish what stands before an effect, and nobody go past it before all have done it', async () => {
  const { answers, order } = listening();
  await run('  tasks: [{command: one}, {command: two}, {command: three}]\n', { hosts: ['a', 'b', 'c'], answers });
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
  await run('  tasks: [{command: one}, {command: two}]\n', { hosts: ['a', 'b'], answers: { '(exec ': answer } });
  assert.equal(order, ['a one', 'b one', 'a two', 'b two']);
});

const joining = (first: string): string => `  tasks:
    - {name: token, command: token, register: r, when: inventory_hostname == "${first}"}
    - {name: join, command: "join {{ hostvars.${first}.r.stdout }}", when: inventory_hostname != "${first}"}
`;

test('waits for the result of another host, whichever comes first', async () => {
  for (const first of ['a', 'b', 'c']) {
    const told = await run(joining(first), {
      hosts: ['a', 'b', 'c'],
      answers: { '(exec token': `of ${first}`, '(exec ': '' },
    });
    for (const host of ['a', 'b', 'c'].filter((name) => name !== first))
      assert.equal(told.sent(host), [[`(exec join of ${first})`]]);
  }
});

test('defers in a check what needs the result of another host', async () => {
  const told = await run(joining('b'), { hosts: ['a', 'b'], check: true });
  assert.equal(told.ends, { token: { a: 'skipped', b: 'would-change' }, join: { b: 'skipped', a: 'deferred' } });
  assert.is(told.outcome('join', 'a').waitsFor, 'token');
});

const slow: Answer = async () => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return '';
};

test('sees of another host what it has set last before, however slow it is', async () => {
  const told = await run(
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
  const told = await run(
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

test('fails where the other host can not tell anything', async () => {
  const told = await run(joining('b'), { hosts: ['a', 'b'], unreachable: ['b'] });
  assert.equal(told.ends, { token: { a: 'skipped' }, join: { a: 'failed' } });
  assert.match(told.outcome('join').failure?.message ?? '', '`hostvars.b` has no `r`');
});

const handlers = `  handlers:
    - {name: first, command: first}
    - {name: second, command: second}
    - {name: third, command: third, listen: [topic]}
`;

test('runs handlers once, in the order of their definition', async () => {
  const { answers, order } = listening();
  await run(`  tasks: [{command: x, notify: [second, first]}, {command: y, notify: second}]\n${handlers}`, { answers });
  assert.equal(order, ['a: x', 'a: y', 'a: first', 'a: second']);
});

test('runs a handler by what it listens to', async () => {
  const { answers, order } = listening();
  await run(`  tasks: [{command: x, notify: topic}]\n${handlers}`, { answers });
  assert.equal(order, ['a: x', 'a: third']);
});

test('runs a handler only where something has changed', async () => {
  const { answers, order } = listening();
  const play = `  tasks: [{command: x, notify: first, changed_when: inventory_hostname == "b"}]\n${handlers}`;
  await run(play, { answers, hosts: ['a', 'b'] });
  assert.equal(order, ['a: x', 'b: x', 'b: first']);
});

test('runs handlers at the end of each list of tasks', async () => {
  const { answers, order } = listening();
  await run(
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
  await run(roles, { answers, files: { ...restarting('r'), ...restarting('s') } });
  assert.equal(order, ['a: r', 'a: s', 'a: restart r 1', 'a: restart s 0']);
});

test('runs a handler whose name is a template', async () => {
  const play = `  tasks: [{name: t, command: ask, register: r, notify: "{{ r.stdout }}"}]\n${handlers}`;
  const told = await run(play, { answers: { '(exec ask': 'first', '(exec ': '' } });
  assert.equal(told.ends, { t: { a: 'changed' }, first: { a: 'changed' } });
});

test('fails a task that turns out to notify nobody', async () => {
  const play = `  tasks: [{name: t, command: ask, register: r, notify: "{{ r.stdout }}"}]\n${handlers}`;
  const told = await run(play, { answers: { '(exec ask': 'other', '(exec ': '' } });
  assert.equal(told.ends, { t: { a: 'failed' } });
  assert.is(told.outcome('t').failure?.message, 'There is no handler `other`.');
});

const circle = `  handlers:
    - {name: first, command: first, notify: [third]}
    - {name: second, command: second, notify: [first, third]}
    - {name: third, command: third}
`;

test('runs what a handler itself notifies', async () => {
  const { answers, order } = listening();
  const told = await run(`  tasks: [{command: x, notify: second}]\n${circle}`, { answers });
  assert.equal(order, ['a: x', 'a: second', 'a: first', 'a: third']);
  assert.equal(told.warnings, []);
});

test('runs no handler twice in a row, but says that it would have to', async () => {
  const { answers, order } = listening();
  const told = await run(`  tasks: [{command: x, notify: [first, second]}]\n${circle}`, { answers });
  assert.equal(order, ['a: x', 'a: first', 'a: second', 'a: third']);
  assert.equal(told.warnings, ['a was notified again by another handler after its handlers ran: first.']);
});

test('says once that a host failed before its handlers ran', async () => {
  const play = `  pre_tasks: [{command: x, notify: [first, topic]}, {command: bad, when: inventory_hostname == "a"}]
  tasks: [{debug: }]
  post_tasks: [{debug: }]
${handlers}`;
  const told = await run(play, { hosts: ['a', 'b'], answers: { bad: failing('', 1), '(exec ': '' } });
  assert.equal(told.warnings, ['a failed before its handlers ran: first, third.']);
});

test('takes a failed handler for a failure', async () => {
  const told = await run(`  tasks: [{command: x, notify: first}]\n  post_tasks: [{name: post, debug: }]\n${handlers}`, {
    answers: { first: failing('', 1), '(exec ': '' },
  });
  assert.equal(told.ends, { command: { a: 'changed' }, first: { a: 'failed' } });
});

test('takes batch after batch', async () => {
  const { answers, order } = listening();
  const told = await run('  serial: 2\n  tasks: [{command: one}, {command: two}]\n', {
    hosts: ['a', 'b', 'c'],
    answers,
  });
  assert.equal(order, ['a: one', 'b: one', 'a: two', 'b: two', 'c: one', 'c: two']);
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
  await run(`  serial: 1\n  tasks: [{command: x, notify: first}]\n${handlers}`, { hosts: ['a', 'b'], answers });
  assert.equal(order, ['a: x', 'a: first', 'b: x', 'b: first']);
});

const gated = {
  'roles/r/tasks/main.yml': '- {name: work, command: work}\n',
  'roles/r/verify/main.yml': '- {name: gate, command: gate, changed_when: false, check_mode: false}\n',
};

test('begins no further batch when the gate of one fails', async () => {
  const told = await run('  serial: 1\n  roles: [r]\n', {
    hosts: ['a', 'b', 'c'],
    files: gated,
    answers: { gate: (_, host) => (host === 'b' ? { status: 1 } : ''), '(exec ': '' },
  });
  assert.equal(told.ends, { work: { a: 'changed', b: 'changed' }, gate: { a: 'ok', b: 'failed' } });
  assert.equal(told.warnings, ['The roll ends here, because the gate of this batch failed. Not touched: c.']);
  assert.equal(told.sent('c'), []);
});

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
  await run('  roles: [r]\n', { files, answers });
  assert.equal(order, ['a: work', 'a: restart', 'a: gate']);
});

test('begins no further batch when all hosts of one have failed', async () => {
  const told = await run('  serial: 1\n  tasks: [{name: t, command: x}]\n', {
    hosts: ['a', 'b'],
    answers: { '(exec ': failing('', 1) },
  });
  assert.equal(told.ends, { t: { a: 'failed' } });
  assert.equal(told.warnings, ['The roll ends here, because every host of this batch failed. Not touched: b.']);
});

const invariant = {
  'roles/r/preflight/main.yml': '- {name: invariant, assert: {that: good}}\n',
  'roles/r/tasks/main.yml': '- {name: work, command: work}\n',
};

test('writes to no host when an invariant does not hold on one', async () => {
  const told = await run('  roles: [r]\n', {
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
  const told = await run('  serial: 1\n  roles: [r]\n', {
    inventory: 'a good=True\nb good=False\n',
    hosts: ['a', 'b'],
    files: invariant,
  });
  assert.equal(told.ends, { invariant: { a: 'ok', b: 'failed' } });
});

test('goes on where all invariants hold', async () => {
  const told = await run('  roles: [r]\n', { inventory: 'a good=True\n', files: invariant });
  assert.equal(told.ends, { invariant: { a: 'ok' }, work: { a: 'changed' } });
  const finished = told.events.find(({ kind }) => kind === 'preflight-finished');
  assert.equal(finished, { kind: 'preflight-finished', assertions: 1, failed: 0 });
});

/** A stop signal, and an answer that gives it. */
function stopping(): { readonly stop: AbortSignal; readonly here: Answer } {
  const controller = new AbortController();
  const here: Answer = (script) => {
    controller.abort();
    return script.startsWith('(exec') ? '' : runInShell(script);
  };
  return { stop: controller.signal, here };
}

function wasInterrupted(told: Told): boolean {
  const last = told.events.at(-1);
  return last?.kind === 'run-finished' && last.interrupted;
}

test('begins nothing when it is stopped before it starts', async () => {
  const stop = AbortSignal.abort();
  const told = await run('  tasks: [{name: t, command: x}]\n', { stop });
  assert.equal([told.hosts.targets, told.ends, wasInterrupted(told)], [[], {}, true]);
});

test('lets a command end that runs when it is stopped, and begins no other', async () => {
  const { stop, here } = stopping();
  const told = await run('  tasks: [{name: t, command: x}, {name: u, command: y}]\n', {
    stop,
    answers: { '(exec ': here },
  });
  assert.equal(told.ends, { t: { a: 'changed' } });
  assert.ok(wasInterrupted(told));
});

test('writes nothing that was only planned when it is stopped', async () => {
  const { stop, here } = stopping();
  let isThere = true;
  const told = await run('  tasks: [{name: t, copy: {dest: /HOST/f, content: x}}]\n', {
    stop,
    answers: { '%f %u': here },
    look: (dir) => {
      isThere = existsSync(join(dir, 'f'));
    },
  });
  assert.equal(told.ends, {});
  assert.not.ok(isThere);
});

test('begins no handler, no batch and no play when it is stopped', async () => {
  const { stop, here } = stopping();
  const playbook = `- hosts: all
  gather_facts: no
  serial: 1
  tasks: [{name: t, command: x, notify: h}]
  handlers: [{name: h, command: h}]
- hosts: all
  gather_facts: no
  tasks: [{name: later, command: y}]
`;
  const told = await runSite(playbook, { hosts: ['a', 'b'], stop, answers: { '(exec ': here } });
  assert.equal(told.ends, { t: { a: 'changed' } });
});

test('leaves no host waiting at a barrier when it is stopped', async () => {
  const { stop, here } = stopping();
  const told = await run('  tasks: [{name: t, command: x}, {name: u, command: y}]\n', {
    hosts: ['a', 'b', 'c'],
    stop,
    answers: { '(exec ': here },
  });
  assert.is(told.ends.u, undefined);
});

test('ends a play at once that has no hosts', async () => {
  const told = await run('  tasks: [{name: t, command: x}]\n', { limit: '!a' });
  assert.equal(kinds(told.events), ['run-started', 'connected', 'run-finished']);
});

test.run();

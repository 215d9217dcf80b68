import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunEvent } from '../../src/engine/events.ts';
import { type Answer, failing } from '../support/fake-session.ts';
import { factsAnswer } from '../support/facts-answer.ts';
import { problemsOf, type SiteParts, type Told } from '../support/run-site.ts';
import { listening, runPlay } from './support.ts';

const test = suite('engine/language');

/** What was run on all hosts, in order: `a: x`. */
async function ran(play: string, parts: SiteParts = {}): Promise<string[]> {
  return (await listened(play, parts)).order;
}

async function listened(
  play: string,
  parts: SiteParts = {},
): Promise<{ readonly order: string[]; readonly told: Told }> {
  const { answers, order } = listening();
  const one = await runPlay(play, { ...parts, answers: { ...parts.answers, ...answers } });
  return { order, told: one };
}

/** Commands whose name begins with `bad` fail; all are listed. */
function listeningWithFailures(): { readonly answers: Record<string, Answer>; readonly order: string[] } {
  const order: string[] = [];
  const bad = failing('broken');
  const answer: Answer = (script, host) => {
    const command = /exec ([^)]*)/.exec(script)?.[1] ?? '';
    order.push(`${host}: ${command}`);
    return command.startsWith('bad') ? bad : '';
  };
  return { answers: { '(exec ': answer }, order };
}

async function ranWithFailures(play: string, parts: SiteParts = {}): Promise<{ order: string[]; told: Told }> {
  const { answers, order } = listeningWithFailures();
  const one = await runPlay(play, { ...parts, answers });
  return { order, told: one };
}

const rescued = `  tasks:
    - block:
        - {name: "breaks {{ inventory_hostname }}", command: bad}
        - {name: left out, command: b}
      rescue:
        - {name: mends, command: "mend {{ ansible_failed_task.name }} {{ ansible_failed_result.rc }}"}
      always:
        - {name: cleans, command: clean}
    - {name: goes on, command: after}
`;

test('rescues a block, cleans up, and goes on', async () => {
  const { order, told: one } = await ranWithFailures(rescued);
  assert.equal(order, ['a: bad', 'a: mend breaks a 1', 'a: clean', 'a: after']);
  assert.ok(one.outcome('breaks {{ inventory_hostname }}').rescued);
  assert.equal(recap(one), { ok: 0, changed: 3, failed: 0, rescued: 1 });
});

test('leaves rescue out where nothing fails', async () => {
  assert.equal(await ran(rescued), ['a: bad', 'a: b', 'a: clean', 'a: after']);
});

test('runs always on a host that fails, and ends it then', async () => {
  const play = `  tasks:
    - block: [{command: bad}]
      always: [{command: clean}]
    - command: after
`;
  const { order, told: one } = await ranWithFailures(play);
  assert.equal(order, ['a: bad', 'a: clean']);
  assert.equal(recap(one), { ok: 0, changed: 1, failed: 1, rescued: 0 });
});

test('takes back what was looked at ahead of a failure', async () => {
  const play = `  tasks:
    - block:
        - command: bad
        - {command: x, register: later}
        - set_fact: {n: 2}
      rescue:
        - {command: "rescue {{ n }} {{ default later.rc 'none' }}"}
  vars: {n: 1, later: {}}
`;
  const { order } = await ranWithFailures(play);
  assert.equal(order, ['a: bad', 'a: rescue 1 none']);
});

test('rescues what fails when it is sent, also where steps stand behind it that are left out', async () => {
  const play = `  tasks:
    - block: [{name: bad, copy: {dest: /HOST/f, content: x, validate: refuse %s}}]
      rescue: [{name: mends, command: mend}]
    - {include_tasks: more.yml, when: false}
    - {meta: end_host, when: false}
    - {name: goes on, command: after}
`;
  const told = await runPlay(play, {
    files: { 'more.yml': '- debug:\n' },
    answers: { refuse: { status: 1 }, '(exec ': '' },
  });
  assert.equal(told.ends, { bad: { a: 'failed' }, mends: { a: 'changed' }, 'goes on': { a: 'changed' } });
});

test('does nothing behind a task that can not be planned, though changes before it are not sent yet', async () => {
  const play = `  tasks:
    - {name: file, copy: {dest: /HOST/f, content: x}}
    - {name: no such file, lineinfile: {path: /HOST/none, line: x}}
    - {name: behind, command: behind}
`;
  const { told, order } = await listened(play);
  assert.equal(told.ends, { file: { a: 'changed' }, 'no such file': { a: 'failed' } });
  assert.equal(order, []);
});

test('goes on, and does nothing twice, behind a failure that is ignored', async () => {
  const play = `  tasks:
    - {copy: {dest: /HOST/f, content: x, validate: refuse %s}, ignore_errors: true}
    - {assert: {that: true}}
    - {command: behind}
`;
  const { order } = await listened(play, { hosts: ['a', 'b'], answers: { refuse: { status: 1 } } });
  assert.equal(order.sort(), ['a: behind', 'b: behind']);
});

test('has not done what it has not sent, whatever is left out behind it', async () => {
  const play = `  tasks:
    - {name: file, copy: {dest: /HOST/f, content: x}}
    - {include_tasks: more.yml, when: false}
`;
  const { events } = await runPlay(play, { hosts: ['a', 'b'], files: { 'more.yml': '- debug:\n' } });
  const completed = events.filter((event) => event.kind === 'task-completed');
  assert.equal(
    completed.map(({ counts }) => counts),
    [{ changed: 2 }],
  );
});

test('keeps the order between hosts when one of them is rescued', async () => {
  const play = `  tasks:
    - block: [{command: "{{ first }}"}, {command: two}]
      rescue: [{command: mend}]
    - command: three
`;
  const inventory = 'a first=bad\nb first=one\n';
  const { order } = await ranWithFailures(play, { inventory });
  assert.equal(order.filter((entry) => entry.endsWith('three')).length, 2);
  assert.ok(order.indexOf('a: mend') < order.indexOf('b: three'));
  assert.ok(order.indexOf('b: two') < order.indexOf('a: three'));
});

test('includes tasks for each item, with what is given to them', async () => {
  const play = `  tasks:
    - include_tasks: more.yml
      loop: [x, y]
      vars: {given: "_{{ item }}_"}
    - command: after
`;
  const files = { 'more.yml': '- command: "one {{ given }}"\n- command: "two {{ item }}"\n' };
  assert.equal(await ran(play, { files }), ['a: one _x_', 'a: two x', 'a: one _y_', 'a: two y', 'a: after']);
});

test('includes another file on each host, and keeps the order', async () => {
  const play = `  tasks:
    - include_tasks: "{{ inventory_hostname }}.yml"
    - command: after
`;
  const files = { 'a.yml': '- command: a1\n- command: a2\n', 'b.yml': '- command: b1\n' };
  const order = await ran(play, { files, hosts: ['a', 'b'] });
  assert.equal(order.slice(0, 3).sort(), ['a: a1', 'a: a2', 'b: b1']);
  assert.equal(order.slice(3).sort(), ['a: after', 'b: after']);
});

test('includes what a result tells', async () => {
  const play = `  tasks:
    - {command: ask, register: r, changed_when: false}
    - include_tasks: "{{ r.stdout }}.yml"
`;
  const files = { 'one.yml': '- command: one\n', 'two.yml': '- command: two\n' };
  const told = await runPlay(play, { files, answers: { '(exec ask': 'two', '(exec ': '' } });
  assert.equal(told.sent().flat(), ['(exec ask)', '(exec two)']);
});

test('fails on a file that is not there to include, with those that are', async () => {
  const play = `  tasks:
    - {command: ask, register: r, changed_when: false}
    - {name: more, include_tasks: "{{ r.stdout }}.yml"}
`;
  const told = await runPlay(play, {
    files: { 'one.yml': '- debug:\n' },
    answers: { '(exec ask': 'tow', '(exec ': '' },
  });
  assert.match(told.outcome('more').failure?.message ?? '', 'There is no file `tow.yml` to include.');
});

test('rescues an include that fails', async () => {
  const play = `  tasks:
    - block:
        - {command: ask, register: r, changed_when: false}
        - {include_tasks: "{{ r.stdout }}.yml"}
      rescue: [{command: "mend {{ ansible_failed_task.name }} {{ ansible_failed_task.action }}"}]
`;
  const told = await runPlay(play, {
    files: { 'one.yml': '- debug:\n' },
    answers: { '(exec ask': 'tow', '(exec ': '' },
  });
  assert.equal(told.sent().flat(), ['(exec ask)', '(exec mend include_tasks include_tasks)']);
});

test('asks a site with includes and handlers that is right in one round trip', async () => {
  const play = `  pre_tasks: [{copy: {dest: /HOST/f, content: x}, notify: h}]
  tasks:
    - include_tasks: more.yml
    - {copy: {dest: /HOST/f, content: x}, notify: h}
  post_tasks: [{copy: {dest: /HOST/g, content: y}, notify: h}]
  handlers: [{name: h, command: h}]
`;
  const files = { 'more.yml': '- copy: {dest: /HOST/g, content: y}\n' };
  const told = await runPlay(play, { files, disk: { f: 'x', g: 'y' } });
  assert.is(told.sent().length, 1);
});

test('does once what is to be done once, and tells it to all', async () => {
  const play = `  tasks:
    - {command: token, register: t, run_once: true}
    - {command: "join {{ t.stdout }}"}
`;
  const told = await runPlay(play, { hosts: ['a', 'b', 'c'], answers: { '(exec token': 'secret', '(exec ': '' } });
  assert.equal(told.sent('a').flat(), ['(exec token)', '(exec join secret)']);
  assert.equal(told.sent('b').flat(), ['(exec join secret)']);
});

test('lets the next host do what the first can not come to any more', async () => {
  const play = `  tasks:
    - {command: bad, when: inventory_hostname == "a"}
    - {command: once, run_once: true}
`;
  const { order } = await ranWithFailures(play, { hosts: ['a', 'b', 'c'] });
  assert.equal(order, ['a: bad', 'b: once']);
});

test('ends the play for all when what is done once fails', async () => {
  const { order } = await ranWithFailures('  tasks: [{command: bad, run_once: true}, {command: x}]\n', {
    hosts: ['a', 'b'],
  });
  assert.equal(order, ['a: bad']);
});

test('does on another host what is delegated to it, with its own variables', async () => {
  const play = `  tasks:
    - {command: "drain {{ inventory_hostname }}", delegate_to: b}
    - command: x
`;
  const order = await ran(play, { hosts: ['a', 'b'] });
  assert.equal(order.slice(0, 2).sort(), ['b: drain a', 'b: drain b']);
  assert.equal(order.slice(2).sort(), ['a: x', 'b: x']);
});

test('gives facts to the host that it is delegated to', async () => {
  const play = `  tasks:
    - {set_fact: {n: 7}, delegate_to: b, delegate_facts: true, when: inventory_hostname == "a"}
    - {command: "n {{ default n 0 }}"}
`;
  const order = await ran(play, { hosts: ['a', 'b'] });
  assert.equal(order.sort(), ['a: n 0', 'b: n 7']);
});

/** Answers in turn. */
function inTurn(...texts: readonly string[]): Answer {
  const left = [...texts];
  return () => left.shift() ?? '';
}

test('knows the facts that a task asks for where the play asks for none', async () => {
  const told = await runPlay('  tasks:\n    - setup:\n    - {name: own, debug: {msg: "{{ facts.hostname }}"}}\n', {
    answers: { 's files': factsAnswer() },
  });
  assert.is(told.outcome('own').message, 'node');
});

test('knows the facts of another host that a task asks for', async () => {
  const setup = '{setup: , delegate_to: b, delegate_facts: true, run_once: true}';
  const told = await runPlay(
    `  tasks:\n    - ${setup}\n    - {name: its, debug: {msg: "{{ hostvars.b.facts.hostname }}"}}\n`,
    { hosts: ['a', 'b'], limit: 'a', answers: { 's files': factsAnswer() } },
  );
  assert.is(told.outcome('its').message, 'node');
});

test('uses the facts that a check has asked behind a change, though they may be others then', async () => {
  const told = await runPlay(
    '  tasks:\n    - {command: x}\n    - setup:\n    - {name: own, debug: {msg: "{{ facts.hostname }}"}}\n',
    { check: true, answers: { 's files': factsAnswer() } },
  );
  assert.equal(told.ends, { command: { a: 'would-change' }, setup: { a: 'deferred' }, own: { a: 'ok' } });
  assert.is(told.outcome('own').message, 'node');
});

test('keeps the other facts when some are asked anew', async () => {
  const told = await runPlay(
    '  tasks:\n    - setup:\n    - setup: {filter: kernel}\n    - {name: own, debug: {msg: "{{ facts.hostname }}"}}\n',
    { answers: { 's files': factsAnswer() } },
  );
  assert.is(told.outcome('own').message, 'node');
});

test('refuses facts before a play in which a task asks for them', () => {
  const playbook = `
- hosts: a
  gather_facts: no
  tasks: [{debug: {msg: "{{ facts.hostname }}"}}]
- hosts: a
  gather_facts: no
  tasks: [setup: , {debug: {msg: "{{ facts.hostname }}"}}]
`;
  assert.equal(problemsOf(playbook), [
    'site.yml:4:29: `facts` is undefined. | Facts are not gathered: the play says `gather_facts: no`.',
  ]);
});

test('tries again until it is as it should be', async () => {
  const play = `  tasks:
    - {name: wait, command: ask, register: r, until: r.stdout == "ready", retries: 5, delay: 0}
    - {command: "after {{ r.attempts }}"}
`;
  const told = await runPlay(play, { answers: { '(exec ask': inTurn('no', 'no', 'ready'), '(exec ': '' } });
  assert.equal(told.sent().flat(), ['(exec ask)', '(exec ask)', '(exec ask)', '(exec after 3)']);
  const retried = told.events.filter(({ kind }) => kind === 'task-retried');
  assert.equal(
    retried.map((event) => event.kind === 'task-retried' && [event.attempt, event.of]),
    [
      [1, 6],
      [2, 6],
    ],
  );
});

test('fails when it has tried often enough', async () => {
  const play = '  tasks: [{name: wait, command: ask, register: r, until: r.stdout == "ready", retries: 2, delay: 0}]\n';
  const told = await runPlay(play);
  assert.is(told.sent().flat().length, 3);
  assert.match(told.outcome('wait').failure?.message ?? '', 'tried 3 times: r.stdout == "ready"');
});

test('tries again what only looks', async () => {
  const play =
    '  tasks: [{name: look, stat: {path: /HOST/f}, register: r, until: r.stat.exists, retries: 2, delay: 0}]\n';
  const told = await runPlay(play);
  assert.is(told.sent().length, 3);
  assert.is(told.outcome('look').status, 'failed');
});

test('ends the play for all where any error is fatal', async () => {
  const play = `  any_errors_fatal: true
  tasks:
    - {command: bad, when: inventory_hostname == "b"}
    - command: x
`;
  const { order, told: one } = await ranWithFailures(play, { hosts: ['a', 'b', 'c'] });
  assert.equal(order, ['b: bad']);
  assert.equal(endOf(one), 'any_errors_fatal');
});

function halfFail(percent: number): string {
  return `  max_fail_percentage: ${percent}
  serial: 4
  tasks:
    - command: bad
      when: inventory_hostname in ["a", "b"]
    - command: x
`;
}

test('ends the play when more hosts fail than may', async () => {
  const hosts = ['a', 'b', 'c', 'd', 'e'];
  const ended = await ranWithFailures(halfFail(49), { hosts });
  assert.equal(ended.order.sort(), ['a: bad', 'b: bad']);
  assert.equal(endOf(ended.told), 'max_fail_percentage');
  const went = await ranWithFailures(halfFail(50), { hosts });
  assert.equal(went.order.sort(), ['a: bad', 'b: bad', 'c: x', 'd: x', 'e: x']);
});

test('goes on behind a batch that failed whole where that is allowed', async () => {
  const play = `  max_fail_percentage: 100
  serial: 1
  tasks: [{command: bad, when: inventory_hostname == "a"}, {command: x}]
`;
  const { order } = await ranWithFailures(play, { hosts: ['a', 'b'] });
  assert.equal(order, ['a: bad', 'b: x']);
});

function orderOf(how: string): Promise<string[]> {
  return ran(`  order: ${how}\n  serial: 1\n  tasks: [{command: x}]\n`, { hosts: ['b', 'c', 'a'] });
}

test('takes hosts in the order that the play says', async () => {
  assert.equal(await orderOf('inventory'), ['b: x', 'c: x', 'a: x']);
  assert.equal(await orderOf('reverse_inventory'), ['a: x', 'c: x', 'b: x']);
  assert.equal(await orderOf('sorted'), ['a: x', 'b: x', 'c: x']);
  assert.equal(await orderOf('reverse_sorted'), ['c: x', 'b: x', 'a: x']);
  assert.equal((await orderOf('shuffle')).sort(), ['a: x', 'b: x', 'c: x']);
});

test('lets hosts run free of each other', async () => {
  const order: string[] = [];
  const answer: Answer = async (script, host) => {
    if (host === 'b') await new Promise((resolve) => setTimeout(resolve, 20));
    order.push(`${host} ${/exec ([^)]*)/.exec(script)?.[1]}`);
    return '';
  };
  const play = '  strategy: free\n  tasks: [{command: one}, {command: two}]\n';
  await runPlay(play, { hosts: ['a', 'b'], answers: { '(exec ': answer } });
  assert.equal(order, ['a one', 'a two', 'b one', 'b two']);
});

test('keeps hosts in step, also where they only write files', async () => {
  const sent: string[] = [];
  const play = `  strategy: lockstep
  tasks: [{copy: {dest: "{{ root }}/f", content: x}}, {copy: {dest: "{{ root }}/g", content: x}}]
`;
  const onEvent = (event: RunEvent): void => {
    if (event.kind === 'task-finished') sent.push(`${event.task.at.split(':')[1]} ${event.task.id} ${event.host}`);
  };
  await runPlay(play, { hosts: ['a', 'b'], onEvent });
  const [first, second, third, fourth] = sent.map((text) => text.split(' ')[1]);
  assert.is(first, second);
  assert.is(third, fourth);
});

test('flushes handlers where it says so, and ends a host where it says so', async () => {
  const play = `  tasks:
    - {command: x, notify: h}
    - meta: flush_handlers
    - command: y
    - {meta: end_host, when: inventory_hostname == "a"}
    - {command: z, notify: h}
  handlers: [{name: h, command: h}]
`;
  const order = await ran(play, { hosts: ['a', 'b'] });
  assert.equal(
    order.filter((entry) => entry.startsWith('a')),
    ['a: x', 'a: h', 'a: y'],
  );
  assert.equal(
    order.filter((entry) => entry.startsWith('b')),
    ['b: x', 'b: h', 'b: y', 'b: z', 'b: h'],
  );
});

test('ends the play, not the run, and loses no handler', async () => {
  const play = `  tasks:
    - {command: x, notify: h}
    - meta: end_play
    - command: never
  handlers: [{name: h, command: h}]
- hosts: all
  gather_facts: no
  tasks: [{command: next}]
`;
  assert.equal(await ran(play), ['a: x', 'a: h', 'a: next']);
});

test('runs what is owed on a host that failed, where the play says so', async () => {
  const play = `  force_handlers: true
  tasks: [{command: x, notify: h}, {command: bad}, {command: never}]
  handlers: [{name: h, command: h}]
`;
  const { order, told: one } = await ranWithFailures(play);
  assert.equal(order, ['a: x', 'a: bad', 'a: h']);
  assert.equal(recap(one), { ok: 0, changed: 2, failed: 1, rescued: 0 });
});

test('limits on how many hosts a task is done at once', async () => {
  let busy = 0;
  let most = 0;
  const answer: Answer = async () => {
    most = Math.max(most, ++busy);
    await new Promise((resolve) => setTimeout(resolve, 5));
    busy--;
    return '';
  };
  const hosts = ['a', 'b', 'c', 'd'];
  await runPlay('  tasks: [{command: x, throttle: 2}]\n', { hosts, answers: { '(exec ': answer } });
  assert.is(most, 2);
});

test('only looks where a task says so', async () => {
  const play = '  tasks: [{name: t, command: x, check_mode: true}, {command: y}]\n';
  const { order, told: one } = await listened(play);
  assert.equal(order, ['a: y']);
  assert.is(one.outcome('t').status, 'would-change');
});

test('loops with the names that the task wants, its index and its label', async () => {
  const play = `  tasks:
    - name: t
      command: "{{ at }} {{ one.n }} {{ ansible_loop.last }}"
      loop: [{n: x}, {n: y}]
      loop_control: {loop_var: one, index_var: at, label: "{{ one.n }}", extended: true}
`;
  const { order, told: one } = await listened(play);
  assert.equal(order, ['a: 0 x false', 'a: 1 y true']);
  assert.equal(
    one.outcome('t').items.map(({ label }) => label),
    ['x', 'y'],
  );
});

test('knows the variables of a file that it has included, below what tasks set', async () => {
  const play = `  vars: {a: 0, b: 0, c: 0}
  tasks:
    - set_fact: {a: 1}
    - include_vars: more.yml
    - {command: "{{ a }} {{ b }} {{ c }}"}
    - {command: "{{ all.b }}"}
    - include_vars: {file: more.yml, name: all}
    - {command: "{{ all.b }}"}
`;
  const files = { 'more.yml': 'a: 2\nb: "{{ c }}2"\nc: 3\n' };
  const parts = { files, extraVars: ['{"c": 9, "all": {"b": "none"}}'] };
  assert.equal((await ran(play.replace('all.b', 'all.b'), parts)).slice(0, 1), ['a: 1 92 9']);
});

function recap({ events }: Told): object {
  const end = events.find((event) => event.kind === 'run-finished');
  const [first] = end?.kind === 'run-finished' ? end.recap : [];
  const { ok, changed, failed, rescued: saved } = first ?? { ok: 0, changed: 0, failed: 0, rescued: 0 };
  return { ok, changed, failed, rescued: saved };
}

function endOf({ events }: Told): string | null {
  const end = events.find((event) => event.kind === 'play-ended');
  return end?.kind === 'play-ended' ? end.why : null;
}

test('passes over a loop whose list is missing where the task is not wanted without it', async () => {
  const play = `  tasks:
    - {command: "x {{ item }}", loop: "{{ nobody }}", when: defined(nobody)}
    - {include_tasks: more.yml, loop: "{{ nobody }}", when: defined(nobody)}
    - {command: "y {{ item }}", loop: "{{ somebody }}", when: defined(somebody), vars: {somebody: [1]}}
`;
  assert.equal(await ran(play, { files: { 'more.yml': '- command: z' } }), ['a: y 1']);
});

test('misses the list of a loop where the task is wanted, or nobody can tell', async () => {
  const play = `  tasks:
    - {command: "x {{ item }}", loop: "{{ nobody }}", when: inventory_hostname == 'a'}
    - {command: "x {{ item }}", loop: "{{ no_one }}", when: item == 'a'}
`;
  assert.equal(problemsOf(`- hosts: all\n  gather_facts: no\n${play}`), [
    'site.yml:4:43: `nobody` is undefined.',
    'site.yml:5:43: `no_one` is undefined.',
  ]);
});

test('shows each item of a loop what set_fact has set before', async () => {
  const play = `  tasks:
    - set_fact: {all: "{{ concat (default all '') item }}"}
      loop: [a, b, c]
      when: item != 'b'
    - command: "x {{ all }}"
`;
  assert.equal(await ran(play), ['a: x ac']);
});

test('tells of a loop that failed what has changed, and that it failed', async () => {
  const play = `  tasks:
    - {command: "{{ item }}", loop: [bad, good], register: said, ignore_errors: true}
    - {command: "x {{ said.failed }} {{ said.changed }} {{ said.msg }}"}
    - {command: bad, register: said, ignore_errors: true}
    - {command: "y {{ said.changed }} {{ said.msg }}"}
    - {command: bad, register: said, ignore_errors: true, changed_when: false}
    - {command: "z {{ said.changed }}"}
    - {command: good, register: said, ignore_errors: true, failed_when: true}
    - {command: "q {{ said.changed }} {{ said.failed_when_result }}"}
`;
  const { order } = await ranWithFailures(play);
  assert.equal(
    order.filter((one) => !/good|bad$/.test(one)),
    ['a: x true true One or more items failed', 'a: y true Exit status 1.', 'a: z false', 'a: q true true'],
  );
});

test('passes over an include of a role that has been run', async () => {
  const play = `  roles: [r]
  tasks:
    - include_role: {name: r, allow_duplicates: false}
    - command: after
`;
  assert.equal(await ran(play, { files: { 'roles/r/tasks/main.yml': '- command: of r' } }), ['a: of r', 'a: after']);
});

test.run();

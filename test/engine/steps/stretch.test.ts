import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Answer, dies, failing } from '../../support/fake-session.ts';
import { runSite, type SiteParts, type Told } from '../../support/run-site.ts';

const test = suite('engine/stretch');

/** Runs tasks on one host; a line each. */
function run(tasks: string, parts: SiteParts = {}, play = ''): Promise<Told> {
  const lines = tasks
    .trim()
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('');
  return runSite(`- hosts: all\n  gather_facts: no\n${play}  tasks:\n${lines}`, parts);
}

/** What each batch was for, in short. */
function trips(told: Told, host = 'a'): string[] {
  return told.sent(host).map((batch) => batch.map(shortOf).join(', '));
}

function shortOf(script: string): string {
  if (script.includes('%f %u')) return 'look';
  if (script.includes('printf %s')) return 'write';
  const commands = { 'mkdir --': 'mkdir', chmod: 'chmod', 'rm -': 'rm', '(exec ': 'exec', readlink: 'real' };
  return Object.entries(commands).find(([part]) => script.includes(part))?.[1] ?? script;
}

/** What is in a file of the hosts' disk after the run. */
function disk(name: string): { readonly parts: SiteParts; readonly text: () => string | null } {
  let text: string | null = null;
  const look = (dir: string): void => {
    const path = join(dir, name);
    text = existsSync(path) ? readFileSync(path, 'utf8') : null;
  };
  return { parts: { look }, text: () => text };
}

const right = { 'd/f': 'x', 'd/g': 'y' };

test('asks everything in one round trip where all is right', async () => {
  const told = await run(
    `- {name: dir, file: {path: /HOST/d, state: directory}}
- {name: f, copy: {dest: /HOST/d/f, content: x}}
- {name: g, copy: {dest: /HOST/d/g, content: y}}
- {name: mode, file: {path: /HOST/d/g, mode: '0644'}}
- {name: none, file: {path: /HOST/d/none, state: absent}}`,
    { disk: right },
  );
  assert.equal(
    Object.values(told.ends),
    Array.from({ length: 5 }, () => ({ a: 'ok' })),
  );
  assert.equal(trips(told), ['look']);
});

test('asks nothing at all where no task needs to', async () => {
  const told = await run('- {name: t, debug: }\n- {name: u, command: x, when: false}');
  assert.equal(trips(told), []);
});

test('asks the same question once', async () => {
  const told = await run('- {name: t, stat: {path: /HOST/d/f}}\n- {name: u, stat: {path: /HOST/d/f}}', { disk: right });
  const once = await run('- {name: t, stat: {path: /HOST/d/f}}', { disk: right });
  assert.equal(told.sent(), once.sent());
});

test('makes all changes in one more round trip', async () => {
  const told = await run(
    `- {name: dir, file: {path: /HOST/new, state: directory}}
- {name: f, copy: {dest: /HOST/new/f, content: x}}
- {name: g, copy: {dest: /HOST/new/g, content: y}}`,
  );
  assert.equal(
    Object.values(told.ends),
    Array.from({ length: 3 }, () => ({ a: 'changed' })),
  );
  assert.equal(trips(told), ['look', 'mkdir, write, write, look']);
});

test('looks past assertions, conditions, and variables that are set', async () => {
  const told = await run(
    `- {name: one, copy: {dest: /HOST/d/f, content: x}}
- {name: sure, assert: {that: 1 == 1}}
- {name: not, command: x, when: false}
- {name: set, set_fact: {name: g}}
- {name: two, copy: {dest: "/HOST/d/{{ name }}", content: y}}`,
    { disk: right },
  );
  assert.equal(trips(told), ['look']);
  assert.is(told.ends.two?.a, 'ok');
});

test('looks no further than an assertion that fails', async () => {
  const told = await run(
    '- {name: one, copy: {dest: /HOST/d/f, content: z}}\n- {name: no, assert: {that: 1 == 2}}\n- {name: two, copy: {dest: /HOST/x, content: x}}',
    { disk: right },
  );
  assert.equal(told.ends, { one: { a: 'changed' }, no: { a: 'failed' } });
  assert.not.match(JSON.stringify(told.sent()), '/HOST/x');
});

test('stops before a task that needs a result that is not there', async () => {
  const told = await run(
    `- {name: ask, stat: {path: /HOST/d/f}, register: r}
- {name: use, copy: {dest: /HOST/d/g, content: "{{ r.stat.size }}"}}`,
    { disk: right },
  );
  assert.equal(trips(told), ['look', 'look', 'write']);
});

const anywhere: Record<string, Answer> = { '(exec ': '' };

test('asks again in the same round trip what a change puts in doubt', async () => {
  const told = await run('- {name: do, command: do}\n- {name: f, copy: {dest: /HOST/d/f, content: x}}', {
    disk: right,
    answers: anywhere,
  });
  assert.equal(trips(told), ['look', 'exec, look']);
  assert.equal(told.ends, { do: { a: 'changed' }, f: { a: 'ok' } });
});

test('plans on what a change brings where it tells that itself', async () => {
  const told = await run(
    `- {name: f, copy: {dest: /HOST/f, content: x}}
- {name: mode, file: {path: /HOST/f, mode: '0600'}}
- {name: again, copy: {dest: /HOST/f, content: x, mode: '0600'}}
- {name: gone, file: {path: /HOST/f, state: absent}}
- {name: still, file: {path: /HOST/f, state: absent}}`,
  );
  assert.equal(trips(told), ['look', 'write, chmod, rm, look']);
  assert.equal(
    Object.values(told.ends).map(({ a }) => a),
    ['changed', 'changed', 'ok', 'changed', 'ok'],
  );
});

test('takes two things that it makes for two', async () => {
  const told = await run(
    `- {name: dir, file: {path: /HOST/x, state: directory}}
- {name: f, file: {path: /HOST/f, state: touch}}
- {name: same, file: {path: /HOST/x, src: /HOST/f, state: hard, force: true}}`,
  );
  assert.equal(told.ends.same, { a: 'failed' });
});

test('plans on it whatever the spelling of the path', async () => {
  const told = await run(
    `- {name: one, file: {path: /HOST/x, state: directory}}
- {name: two, file: {path: /HOST/x/, state: directory}}
- {name: three, file: {path: /HOST//x, state: directory}}`,
  );
  assert.equal(told.ends, { one: { a: 'changed' }, two: { a: 'ok' }, three: { a: 'ok' } });
});

test('asks the host again for what a task is to tell', async () => {
  const told = await run(
    `- {name: f, copy: {dest: /HOST/f, content: x}}
- {name: ask, stat: {path: /HOST/f}, register: r}
- {name: tell, assert: {that: [r.stat.inode > 0, r.stat.mtime > 1000]}}`,
  );
  assert.equal(told.ends.tell, { a: 'ok' });
  assert.equal(trips(told), ['look', 'write, look']);
});

test('keeps both of two edits of a file through a link', async () => {
  const { parts, text } = disk('f');
  await run(
    '- {name: one, lineinfile: {path: /HOST/l, line: one}}\n- {name: two, lineinfile: {path: /HOST/l, line: two}}',
    { ...parts, disk: { f: 'zero\n' } },
    '  pre_tasks: [{name: link, file: {path: /HOST/l, src: /HOST/f, state: link}}]\n',
  );
  assert.is(text(), 'zero\none\ntwo\n');
});

test('keeps both of two edits of a file, one of them through a link', async () => {
  const { parts, text } = disk('f');
  await run(
    '- {name: one, lineinfile: {path: /HOST/f, line: one}}\n- {name: two, lineinfile: {path: /HOST/l, line: two}}',
    { ...parts, disk: { f: 'zero\n' } },
    '  pre_tasks: [{name: link, file: {path: /HOST/l, src: /HOST/f, state: link}}]\n',
  );
  assert.is(text(), 'zero\none\ntwo\n');
});

const linked = '  pre_tasks: [{name: link, file: {path: /HOST/l, src: /HOST/d, state: link}}]\n';

test('asks again behind a change through a link that it has seen', async () => {
  const told = await run(
    '- {name: gone, file: {path: /HOST/l/f, state: absent}}\n- {name: see, file: {path: /HOST/l, state: link, src: /HOST/d}}\n- {name: still, file: {path: /HOST/d/f, state: absent}}',
    { disk: right },
    linked,
  );
  assert.equal([told.ends.gone, told.ends.see, told.ends.still], [{ a: 'changed' }, { a: 'ok' }, { a: 'ok' }]);
});

test('sees through a link that what it leads to is gone', async () => {
  const told = await run(
    '- {name: gone, file: {path: /HOST/d, state: absent}}\n- {name: touch, file: {path: /HOST/l, state: touch}}',
    { disk: right },
    linked,
  );
  assert.equal(told.ends.touch, { a: 'failed' });
});

test('makes no change behind one that failed', async () => {
  const { parts, text } = disk('g');
  const told = await run(
    '- {name: f, copy: {dest: /HOST/f, content: x, validate: "false %s"}}\n- {name: g, copy: {dest: /HOST/g, content: y}}',
    parts,
  );
  assert.equal(told.ends, { f: { a: 'failed' } });
  assert.is(text(), null);
  assert.equal(trips(told), ['look', 'write, write']);
});

test('goes on behind a failure that is ignored', async () => {
  const { parts, text } = disk('g');
  const told = await run(
    '- {name: f, copy: {dest: /HOST/f, content: x, validate: "false %s"}, ignore_errors: yes}\n- {name: g, copy: {dest: /HOST/g, content: y}}',
    parts,
  );
  assert.equal(told.ends, { f: { a: 'failed' }, g: { a: 'changed' } });
  assert.is(text(), 'y');
});

test('plans anew what was planned on a change that then failed', async () => {
  const { parts, text } = disk('f');
  const told = await run(
    '- {name: one, copy: {dest: /HOST/f, content: bad, validate: "false %s"}, ignore_errors: yes}\n- {name: two, copy: {dest: /HOST/f, content: bad}}',
    { ...parts, disk: { f: 'good' } },
  );
  assert.equal(told.ends, { one: { a: 'failed' }, two: { a: 'changed' } });
  assert.is(text(), 'bad');
});

test('takes what stood behind a failure for what it is then', async () => {
  const told = await run(
    `- {name: one, copy: {dest: /HOST/f, content: x, validate: "false %s"}, ignore_errors: yes}
- {name: two, file: {path: /HOST/f, mode: '0600'}, ignore_errors: yes}
- {name: three, copy: {dest: /HOST/g, content: y}}`,
  );
  assert.equal(told.ends, { one: { a: 'failed' }, two: { a: 'failed' }, three: { a: 'changed' } });
  assert.match(told.outcome('two').failure?.message ?? '', 'does not exist');
});

test('does the other items of a loop when one fails', async () => {
  const told = await run(
    '- {name: t, copy: {dest: "/HOST/{{ item }}", content: x, validate: "test {{ item }} != b -a -n %s"}, loop: [a1, b, c]}',
  );
  assert.equal(
    told.outcome('t').items.map(({ status }) => status),
    ['changed', 'failed', 'changed'],
  );
});

test('does things in the order of the playbook', async () => {
  const told = await run(
    `- {name: f, copy: {dest: /HOST/f, content: x}}
- {name: do, command: do}
- {name: g, copy: {dest: /HOST/g, content: y}}
- {name: more, command: more}`,
    { answers: anywhere },
  );
  assert.equal(trips(told), ['look', 'write, exec, look', 'write, exec']);
});

test('asks for a wait only when its turn has come, and alone', async () => {
  const told = await run(
    '- {name: do, command: do}\n- {name: wait, wait_for: {path: /HOST/d/f, timeout: 5}}\n- {name: f, copy: {dest: /HOST/d/f, content: x}}',
    { disk: right, answers: anywhere },
  );
  assert.equal(told.ends, { do: { a: 'changed' }, wait: { a: 'ok' }, f: { a: 'ok' } });
  assert.is(told.sent().length, 3);
  assert.is(told.sent()[1]?.length, 1);
});

test('judges a task before anything behind it is done', async () => {
  const told = await run(
    '- {name: do, command: do, register: r, failed_when: r.stdout == "bad"}\n- {name: f, copy: {dest: /HOST/f, content: x}}',
    { answers: { '(exec ': 'bad' } },
  );
  assert.equal(told.ends, { do: { a: 'failed' } });
});

test('sends large content by itself, behind what it needs', async () => {
  const { parts, text } = disk('d/big');
  const big = 'x'.repeat(100_000);
  const told = await run(
    '- {name: dir, file: {path: /HOST/d, state: directory}}\n- {name: big, copy: {src: big, dest: /HOST/d/big}}',
    {
      ...parts,
      files: { 'files/big': big },
    },
  );
  assert.equal(told.ends, { dir: { a: 'changed' }, big: { a: 'changed' } });
  assert.is(text(), big);
  assert.is(told.hosts.uploads('a').length, 1);
});

test('keeps the shells of different users apart', async () => {
  const told = await run(
    `- {name: one, command: one}
- {name: two, command: two, become: yes}
- {name: three, command: three, become: yes, become_user: bird}`,
    { answers: anywhere },
  );
  assert.equal(
    told.hosts.batches('a').map(({ user, scripts }) => [user, ...scripts]),
    [
      [null, '(exec one)'],
      ['root', '(exec two)'],
      ['bird', '(exec three)'],
    ],
  );
});

test('sends what is pending as one user before it goes on as another one', async () => {
  const told = await run(
    `- {name: f, copy: {dest: /HOST/f, content: x}}
- {name: g, copy: {dest: /HOST/g, content: x}, become: yes}
- {name: h, copy: {dest: /HOST/h, content: x}}`,
  );
  assert.equal(
    told.hosts.batches('a').map(({ user }, i) => [user, shortOf(told.sent()[i]?.[0] ?? '')]),
    [
      [null, 'look'],
      ['root', 'look'],
      [null, 'write'],
      ['root', 'write'],
      [null, 'write'],
    ],
  );
});

test('sees through one shell what another one has changed', async () => {
  const told = await run(
    '- {name: f, copy: {dest: /HOST/f, content: x}, become: yes}\n- {name: g, copy: {dest: /HOST/f, content: x}}',
  );
  assert.equal(told.ends, { f: { a: 'changed' }, g: { a: 'ok' } });
});

test('fails a task whose question is not answered, and no earlier one', async () => {
  const told = await run('- {name: ok, debug: }\n- {name: bad, stat: {path: /HOST/f}}\n- {name: next, debug: }', {
    answers: { '%f %u': failing('stat: cannot statx: Input/output error') },
  });
  assert.equal(told.ends, { ok: { a: 'ok' }, bad: { a: 'failed' } });
});

test('fails the task whose change a shell dies in', async () => {
  const told = await run(
    '- {name: f, copy: {dest: /HOST/f, content: x}}\n- {name: do, command: do}\n- {name: g, copy: {dest: /HOST/g, content: x}}',
    { answers: { '(exec ': dies } },
  );
  assert.equal(told.ends, { f: { a: 'changed' }, do: { a: 'failed' } });
  assert.is(told.outcome('do').failure?.message, 'The shell of a was lost.');
});

test('tells tasks as begun and done in the order of the playbook', async () => {
  const told = await run(
    '- {name: f, copy: {dest: /HOST/f, content: x}}\n- {name: say, debug: }\n- {name: g, copy: {dest: /HOST/g, content: x}}',
  );
  const steps = told.events.flatMap((event) =>
    event.kind === 'task-started' || event.kind === 'task-finished'
      ? [`${event.task.name} ${event.kind.slice(5)}`]
      : [],
  );
  assert.equal(steps, ['f started', 'f finished', 'say started', 'say finished', 'g started', 'g finished']);
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConnectError } from '../../../src/base/errors.ts';
import { ShellLostError } from '../../../src/transport/session.ts';
import { failing } from '../../support/fake-session.ts';
import { plain } from '../../support/node.ts';
import { runSite, type SiteParts, type Told } from '../../support/run-site.ts';

const test = suite('engine/finish');

/** Runs tasks on one host; a line each. */
function run(tasks: string, answers: SiteParts['answers'] = {}, parts: SiteParts = {}): Promise<Told> {
  const lines = tasks
    .trim()
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('');
  return runSite(`- hosts: all\n  gather_facts: no\n  tasks:\n${lines}`, { ...parts, answers });
}

/** What a task gives to `register`. */
async function registered(task: string, answers: SiteParts['answers'] = {}, parts: SiteParts = {}): Promise<unknown> {
  let result: unknown = null;
  await run(`- {name: t, ${task}, register: r, ignore_errors: yes}`, answers, {
    ...parts,
    prepare: ({ runs }) => {
      result = runs[0]?.known;
    },
  });
  return plain((result as { get: (name: string) => unknown }).get('r'));
}

test('says of a command that it changed something', async () => {
  const told = await run('- {name: t, command: do it}', { exec: '' });
  const { status, changes, failure, ignored, items } = told.outcome('t');
  assert.is(status, 'changed');
  assert.equal(changes, [{ kind: 'run-command', summary: 'run do it', diff: null }]);
  assert.equal([failure, ignored, items], [null, false, []]);
});

test('tells what a command said, and how it ended', async () => {
  assert.equal(
    await registered('command: do it', { exec: { stdout: Buffer.from('a\nb\n'), stderr: Buffer.from('c\n') } }),
    {
      cmd: ['do', 'it'],
      rc: 0,
      stdout: 'a\nb',
      stderr: 'c',
      stdout_lines: ['a', 'b'],
      stderr_lines: ['c'],
      changed: true,
      failed: false,
      skipped: false,
    },
  );
});

test('tells of a command that failed what it said', async () => {
  const told = (await registered('command: do it', { exec: failing('no\n', 3) })) as Record<string, unknown>;
  assert.equal([told.rc, told.stderr, told.failed, told.changed], [3, 'no', true, true]);
  assert.is(told.msg, 'Exit status 3.');
});

test('tells of a skipped task that it was skipped', async () => {
  assert.equal(await registered('command: do it, when: false'), { changed: false, failed: false, skipped: true });
});

test('tells of a loop what each item came to', async () => {
  const told = (await registered('command: "do {{ item }}", loop: [1, 2, 3], when: item != 2', {
    'do 1': 'one',
    'do 3': failing('no', 4),
  })) as { results: Record<string, unknown>[] };
  assert.equal(
    told.results.map(({ item, rc, stdout, skipped, failed }) => [item, rc, stdout, skipped, failed]),
    [
      [1, 0, 'one', false, false],
      [2, undefined, undefined, true, false],
      [3, 4, '', false, true],
    ],
  );
  assert.equal([(told as Record<string, unknown>).changed, (told as Record<string, unknown>).failed], [true, true]);
});

test('fails a task whose command ends badly', async () => {
  const told = await run('- {name: t, command: do it}\n- {name: next, debug: }', { exec: failing('oh\nno\n', 2) });
  assert.equal(told.ends, { t: { a: 'failed' } });
  assert.equal(told.outcome('t').failure, {
    message: 'Exit status 2.',
    hint: null,
    excerpt: null,
    command: 'do it',
    status: 2,
    stderr: 'oh\nno',
    stdout: null,
  });
});

test('keeps the last twenty lines of what a failed command said', async () => {
  const lines = Array.from({ length: 50 }, (_, i) => `line ${i}`).join('\n');
  const told = await run('- {name: t, command: do it}', { exec: { status: 1, stdout: Buffer.from(lines) } });
  const { stdout } = told.outcome('t').failure ?? {};
  assert.is(stdout?.split('\n').length, 20);
  assert.match(stdout ?? '', /^line 30\n/);
});

test('says that a command took too long, or said too much', async () => {
  const late = await run('- {name: t, command: do it, timeout: 1}', { exec: { status: 137, timedOut: true } });
  assert.is(late.outcome('t').failure?.message, 'Took longer than its timeout and was ended: run do it.');
  const loud = await run('- {name: t, command: do it}', { exec: { status: 137, truncated: true } });
  assert.is(loud.outcome('t').failure?.message, 'Said more than is kept and was ended: run do it.');
});

test('says that a candidate was not accepted', async () => {
  const told = await run(
    '- {name: t, copy: {dest: /HOST/f, content: x, validate: "sh -c \'echo bad >&2; exit 1\' %s"}}',
  );
  assert.match(told.outcome('t').failure?.message ?? '', ': the candidate was not accepted.');
  assert.is(told.outcome('t').failure?.stderr, 'bad');
});

test('places a failure that is about the playbook', async () => {
  const told = await run('- {name: ask, command: ask, register: r}\n- {name: t, debug: {msg: "{{ r.nope }}"}}', {
    ask: '',
  });
  const { message, excerpt } = told.outcome('t').failure ?? {};
  assert.is(message, '`r.nope` is undefined: `r` has no `nope`.');
  assert.match(excerpt ?? '', 'site.yml:5:34');
});

test('goes on behind a failure that is ignored', async () => {
  const told = await run('- {name: t, command: do it, ignore_errors: yes}\n- {name: next, debug: }', {
    exec: failing('', 1),
  });
  assert.equal(told.ends, { t: { a: 'failed' }, next: { a: 'ok' } });
  assert.ok(told.outcome('t').ignored);
});

const gone = (): never => {
  const cause = new ConnectError('The connection to a was closed.');
  throw new ShellLostError('The shell of a was lost.', { fragment: 0, replies: [], cause });
};

test('ignores no host that is gone', async () => {
  const told = await run('- {name: t, command: do it, ignore_errors: yes}\n- {name: next, debug: }', { exec: gone });
  assert.equal(told.ends, { t: { a: 'unreachable' } });
  assert.not(told.outcome('t').ignored);
});

test('takes a template that says whether to ignore', async () => {
  const tasks = '- {name: t, command: do it, register: r, ignore_errors: "{{ eq r.rc 3 }}"}\n- {name: next, debug: }';
  const ignored = await run(tasks, { exec: failing('', 3) });
  assert.equal(ignored.ends, { t: { a: 'failed' }, next: { a: 'ok' } });
  const fatal = await run(tasks, { exec: failing('', 4) });
  assert.equal(fatal.ends, { t: { a: 'failed' } });
});

test('ignores nothing of a task that could not be made ready', async () => {
  const told = await run(
    '- {name: ask, command: ask, register: r}\n- {name: t, debug: {msg: "{{ r.nope }}"}, ignore_errors: yes}\n- {name: next, debug: }',
    { ask: '' },
  );
  assert.equal(told.ends, { ask: { a: 'changed' }, t: { a: 'failed' } });
});

test('lets failed_when decide', async () => {
  const fine = await run('- {name: t, command: do it, register: r, failed_when: r.rc > 2}', { exec: failing('', 2) });
  assert.equal(fine.ends, { t: { a: 'changed' } });
  const bad = await run('- {name: t, command: do it, register: r, failed_when: \'r.stdout.contains("bad")\'}', {
    exec: 'bad',
  });
  assert.equal(bad.ends, { t: { a: 'failed' } });
  assert.is(bad.outcome('t').failure?.message, '`failed_when` holds: r.stdout.contains("bad").');
});

test('wants all conditions of failed_when', async () => {
  const told = await run('- {name: t, command: do it, register: r, failed_when: [r.rc != 0, r.rc != 2]}', {
    exec: failing('', 2),
  });
  assert.equal(told.ends, { t: { a: 'changed' } });
});

test('never fails where failed_when is false', async () => {
  const told = await run('- {name: t, command: do it, failed_when: false}', { exec: failing('', 2) });
  assert.equal(told.ends, { t: { a: 'changed' } });
});

test('fails by a failed_when that is none', async () => {
  const told = await run('- {name: t, command: do it, register: r, failed_when: r.stdout}', { exec: 'x' });
  assert.match(told.outcome('t').failure?.message ?? '', 'A condition must be true or false');
});

test('lets changed_when decide', async () => {
  const task = '- {name: t, command: do it, register: r, changed_when: r.stdout != ""}';
  assert.equal((await run(task, { exec: '' })).ends, { t: { a: 'ok' } });
  assert.equal((await run(task, { exec: 'new' })).ends, { t: { a: 'changed' } });
  assert.equal((await run('- {name: t, debug: , changed_when: true}')).ends, { t: { a: 'changed' } });
});

test('sees in its conditions the value of a name before it is set anew', async () => {
  const told = await run(
    `- {name: one, command: first, register: r}
- {name: two, command: "second {{ r.stdout }}", changed_when: r.stdout == "1"}
- {name: three, command: third, register: r}`,
    { first: '1', second: '', third: '3' },
  );
  assert.equal(told.ends.two, { a: 'changed' });
});

test('sees in its conditions a variable before a later task sets it', async () => {
  const told = await run(
    '- {name: one, command: x, changed_when: v == "old"}\n- {name: two, set_fact: {v: new}}',
    { exec: '' },
    {
      inventory: 'a v=old\n',
    },
  );
  assert.equal(told.ends.one, { a: 'changed' });
});

test('counts a loop as what its worst item is', async () => {
  const told = await run('- {name: t, command: "do {{ item }}", loop: [1, 2], when: item == 1}', { exec: '' });
  assert.is(told.outcome('t').status, 'changed');
  const failed = await run('- {name: t, command: "do {{ item }}", loop: [1, 2]}', {
    'do 1': failing('', 1),
    'do 2': '',
  });
  assert.is(failed.outcome('t').status, 'failed');
  assert.equal(
    failed.outcome('t').items.map(({ status }) => status),
    ['failed', 'changed'],
  );
});

test('hides everything of a task with no_log', async () => {
  const told = await run(
    `- {name: command, command: "use s3cret", no_log: true}
- {name: loop, command: "use {{ item }}", loop: [s3cret], no_log: true}
- {name: file, copy: {dest: /HOST/f, content: s3cret}, no_log: true}
- {name: say, debug: {msg: s3cret}, no_log: true}
- {name: skip, debug: , when: '"s3cret" == ""', no_log: true}
- {name: assert, assert: {that: '"s3cret" == ""', fail_msg: s3cret}, no_log: true, ignore_errors: yes}
- {name: fail, command: "failing s3cret", no_log: true, ignore_errors: yes}
- {name: judge, command: "use s3cret", no_log: true, failed_when: '"s3cret" != ""', ignore_errors: yes}`,
    { failing: failing('s3cret'), exec: 's3cret' },
    { diff: true, verbosity: 3 },
  );
  assert.equal(Object.values(told.ends), [
    { a: 'changed' },
    { a: 'changed' },
    { a: 'changed' },
    { a: 'ok' },
    { a: 'skipped' },
    { a: 'failed' },
    { a: 'failed' },
    { a: 'failed' },
  ]);
  assert.not.match(JSON.stringify(told.events), 's3cret');
  assert.is(told.outcome('fail').failure?.message, 'It failed; the details are hidden by `no_log`.');
});

test('shows what debug says, from its verbosity on', async () => {
  const task = '- {name: t, debug: {msg: hello, verbosity: 2}}';
  assert.is((await run(task)).outcome('t').message, null);
  assert.is((await run(task, {}, { verbosity: 2 })).outcome('t').message, 'hello');
});

test('shows the diff of a file', async () => {
  const told = await run(
    '- {name: t, copy: {dest: /HOST/f, content: "new\\n"}}',
    {},
    { disk: { f: 'old\n' }, diff: true },
  );
  const [change] = told.outcome('t').changes;
  assert.match(change?.summary ?? '', /^write .*\/f$/);
  assert.match(change?.diff ?? '', '-old\n+new\n');
});

test('lets facts be set for the tasks behind it', async () => {
  const told = await run('- {name: one, set_fact: {x: {y: 5}}}\n- {name: two, debug: {msg: "{{ x.y }}"}}');
  assert.is(told.outcome('two').message, '5');
});

test('tells what a host has said as it is, template or not', async () => {
  const told = await run(
    `- {name: one, command: ask, register: r}
- {name: two, set_fact: {copy: "{{ r.stdout }}"}}
- {name: three, debug: {msg: "{{ copy }} {{ viaVar }}"}, vars: {viaVar: "{{ r.stdout }}"}}
- {name: four, command: "say {{ copy }}"}`,
    { ask: '{{ 1 }}', exec: '' },
  );
  assert.is(told.outcome('three').message, '{{ 1 }} {{ 1 }}');
  assert.equal(told.sent().flat().at(-1), "(exec say '{{' 1 '}}')");
});

test.run();

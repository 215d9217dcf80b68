import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { problemsOf, runSite, type SiteParts, type Told } from '../../support/run-site.ts';

const test = suite('engine/prepare');

/** Runs tasks on one host whose commands all succeed and say what they are. */
function run(tasks: string, parts: SiteParts = {}, play = ''): Promise<Told> {
  const answers = { ...parts.answers, exec: 'said\n' };
  return runSite(`- hosts: all\n  gather_facts: no\n${play}  tasks:\n${tasks}`, { ...parts, answers });
}

/** The scripts of one host, whatever batch they travelled in. */
function scripts(told: Told): string[] {
  return told.sent().flat();
}

test('runs a loop once for each item, in order', async () => {
  const told = await run('    - {name: t, command: "say {{ item }}", loop: [one, two]}\n');
  assert.equal(scripts(told), ['(exec say one)', '(exec say two)']);
  assert.equal(
    told.outcome('t').items.map(({ label, status }) => [label, status]),
    [
      ['one', 'changed'],
      ['two', 'changed'],
    ],
  );
});

test('takes a list out of a variable and of a result', async () => {
  const told = await run(
    `    - {name: ask, command: ask, register: r}
    - {name: t, command: "say {{ item }}", loop: "{{ words }}"}
    - {name: u, command: "say {{ item }}", loop: "{{ r.stdout_lines }}"}
`,
    { answers: { ask: 'x\ny\n' } },
    '  vars: {words: [a]}\n',
  );
  assert.equal(scripts(told).slice(1), ['(exec say a)', '(exec say x)', '(exec say y)']);
});

test('does nothing for a list without items', async () => {
  const told = await run('    - {name: t, command: "say {{ item }}", loop: []}\n');
  assert.equal(told.ends, { t: { a: 'skipped' } });
  assert.equal(scripts(told), []);
});

test('asks the condition for each item', async () => {
  const told = await run('    - {name: t, command: "say {{ item }}", loop: [1, 2, 3], when: item != 2}\n');
  assert.equal(scripts(told), ['(exec say 1)', '(exec say 3)']);
  assert.equal(
    told.outcome('t').items.map(({ status }) => status),
    ['changed', 'skipped', 'changed'],
  );
  assert.is(told.outcome('t').items[1]?.message, '`item != 2` is false');
});

test('needs nothing of a task that is skipped', async () => {
  const told = await run('    - {name: t, command: "say {{ facts.kernel }}", when: [false, nonsense.x == 1]}\n');
  assert.equal(told.ends, { t: { a: 'skipped' } });
  assert.is(told.outcome('t').message, '`false` is false');
});

test('names an item by its name, by its text, or in short', async () => {
  const long = 'x'.repeat(100);
  const told = await run(`    - {name: t, command: say, loop: [{name: rr1, ip: x}, {ip: x}, ${long}, [1, 2], 5]}\n`);
  assert.equal(
    told.outcome('t').items.map(({ label }) => label),
    ['rr1', '{"ip":"x"}', `${'x'.repeat(77)}...`, '[1,2]', '5'],
  );
});

test('leaves out args that are omit, before their schema is asked', async () => {
  const told = await run(`    - name: t
      command: {cmd: "say {{ item.what }}", chdir: "{{ default item.dir omit }}"}
      environment: {LANG: "{{ default item.lang omit }}"}
      loop: [{what: one}, {what: two, dir: /srv, lang: C}]
`);
  assert.equal(scripts(told), ['(exec say one)', 'cd -- /srv || exit 1\nexport LANG=C\n(exec say two)']);
});

test('refuses omit as the value of an arg that must be there, before any host is asked', () => {
  const [problem] = problemsOf(
    '- hosts: all\n  gather_facts: no\n  tasks:\n    - copy: {dest: "{{ default nowhere omit }}", content: x}\n',
  );
  assert.match(problem ?? '', '`dest`');
});

test('fails a loop over what turns out to be no list', async () => {
  const told = await run(
    '    - {name: ask, command: ask, register: r}\n    - {name: t, command: x, loop: "{{ r.stdout }}"}\n',
    { answers: { ask: 'text' } },
  );
  assert.is(told.outcome('t').failure?.message, '`loop` must give a list, not `text`.');
  assert.match(told.outcome('t').failure?.excerpt ?? '', 'site.yml:5:35');
});

test('says what to write for a loop over a mapping', async () => {
  const told = await run(
    '    - {name: ask, command: ask, register: r}\n    - {name: t, command: x, loop: "{{ r }}"}\n',
    { answers: { ask: '' } },
  );
  assert.is(told.outcome('t').failure?.hint, 'Go over a mapping with `with_dict`.');
});

test('checks args again once their values are known', async () => {
  const told = await run(
    '    - {name: ask, command: ask, register: r}\n    - {name: t, command: {cmd: x, chdir: "{{ r.stdout_lines }}"}}\n',
    { answers: { ask: 'x' } },
  );
  assert.is(told.outcome('t').failure?.message, '`chdir` must be text, not a list.');
  assert.is(told.outcome('t').failure?.hint, 'Directory to run it in.');
});

test('checks what args exclude each other once their values are known', async () => {
  const told = await run(
    '    - {name: ask, command: ask, register: r}\n    - {name: t, command: {cmd: "{{ r.stdout }}", argv: [x]}}\n',
    { answers: { ask: 'x' } },
  );
  assert.is(told.outcome('t').failure?.message, 'Only one of `cmd` and `argv` can be given.');
});

test('gives commands the environment of the play and of the task', async () => {
  const told = await run(
    '    - {name: t, command: say, environment: {B: "{{ x }}", C: "3 4"}}\n',
    {},
    '  environment: {A: 1, B: play}\n  vars: {x: task}\n',
  );
  assert.equal(scripts(told), [`export A=1\nexport B=task\nexport C='3 4'\n(exec say)`]);
});

test('refuses an environment that is none', async () => {
  const bad = await run(
    '    - {name: ask, command: ask, register: r}\n    - {name: t, command: say, environment: "{{ r.stdout }}"}\n',
    { answers: { ask: 'text' } },
  );
  assert.is(bad.outcome('t').status, 'failed');
  const list = await run(
    '    - {name: ask, command: ask, register: r}\n    - {name: t, command: say, environment: {A: "{{ r.stdout_lines }}"}}\n',
    { answers: { ask: 'text' } },
  );
  assert.is(list.outcome('t').failure?.message, '`A` must be text.');
});

/** The user that a task ran as. */
async function userOf(task: string, parts: SiteParts = {}, play = ''): Promise<string | null | undefined> {
  const told = await run(`    - {name: t, command: say${task}}\n`, parts, play);
  return told.hosts.batches('a')[0]?.user;
}

test('runs as the login user unless it becomes another one', async () => {
  assert.is(await userOf(''), null);
  assert.is(await userOf(', become: no', {}, '  become: yes\n'), null);
});

test('becomes root, or the user that is given', async () => {
  assert.is(await userOf(', become: yes'), 'root');
  assert.is(await userOf(', become: yes, become_user: bird'), 'bird');
  assert.is(await userOf(', become: yes, become_user: "{{ who }}"', { extraVars: ['who=bird'] }), 'bird');
  assert.is(await userOf('', {}, '  become: yes\n  become_user: admin\n'), 'admin');
  assert.is(await userOf(', become: yes, become_user: 1000'), '1000');
});

test('becomes nobody by a user alone', async () => {
  assert.is(await userOf(', become_user: bird'), null);
});

test('lets the inventory win over the playbook, and that over the command line', async () => {
  const inventory = 'a ansible_become=true ansible_become_user=ops\n';
  assert.is(await userOf(', become: no', { inventory }), 'ops');
  assert.is(await userOf('', { defaults: { become: true, becomeUser: 'cli' } }), 'cli');
  assert.is(await userOf(', become: no', { defaults: { become: true } }), null);
});

test('sees the variables of its task', async () => {
  const told = await run('    - {name: t, command: "say {{ x }}", vars: {x: "{{ y }}!"}}\n', { extraVars: ['y=hi'] });
  assert.equal(scripts(told), ["(exec say 'hi!')"]);
});

test('finds a role file, then one beside the playbook', async () => {
  const files = {
    'roles/r/tasks/main.yml':
      '- {name: t, template: {src: x.hbs, dest: /HOST/x}}\n- {name: u, template: {src: y.hbs, dest: /HOST/y}}\n',
    'roles/r/templates/x.hbs': 'role\n',
    'templates/x.hbs': 'playbook\n',
    'templates/y.hbs': 'playbook\n',
  };
  const told = await runSite('- hosts: all\n  gather_facts: no\n  roles: [r]\n', { files, diff: true });
  assert.match(told.outcome('t').changes[0]?.diff ?? '', '+role\n');
  assert.match(told.outcome('u').changes[0]?.diff ?? '', '+playbook\n');
});

test('says where it looked for a file', () => {
  const [problem = ''] = problemsOf('- hosts: all\n  tasks:\n    - copy: {src: nope.txt, dest: /x}\n');
  assert.match(problem, 'site.yml:3:19: There is no file `nope.txt`. | Looked in ');
});

test.run();

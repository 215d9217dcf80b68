import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toData } from '../../src/base/node.ts';
import type { Include } from '../../src/playbook/playbook.ts';
import type { Files } from '../support/temp-dir.ts';
import { asInclude, asTask, names, playOf, playWith, problemsOf, stepsOf, taskProblems } from './support.ts';

const test = suite('playbook/includes');

const one = '- {name: one, debug: , when: b, tags: y}\n';

function includeOf(text: string, files: Files): Include {
  return asInclude(stepsOf(text, files)[0]);
}

/** What an include may mean, without the directory. */
function candidates({ candidates: all }: Include): string[] {
  return all.map(({ path }) => path.replace(/^.*kmesh-test-\w+\//, ''));
}

const os = { 'debian.yml': one, 'redhat.yml': one, 'vars.yml': 'a: 1\n', 'hosts.yml': 'all: {hosts: {a: }}\n' };

test('reads the one file that a name means', () => {
  const include = includeOf('name: n\ninclude_tasks: debian.yml', os);
  assert.equal([include.what, include.name?.value, candidates(include)], ['tasks', 'n', ['debian.yml']]);
  assert.equal(names(include.candidates[0]?.steps ?? []), ['one']);
});

test('reads all files that a template may mean', () => {
  const include = includeOf('include_tasks: "{{ facts.os.family }}.yml"', os);
  assert.equal(candidates(include), ['debian.yml', 'redhat.yml']);
  const files = { ...os, 'setup/debian.yml': one, 'setup/other.txt': '' };
  assert.equal(candidates(includeOf('include_tasks: "setup/{{ facts.os.family }}.yml"', files)), ['setup/debian.yml']);
  assert.equal(candidates(includeOf('include_tasks: "{{ x }}/{{ y }}.yml"', files)), ['setup/debian.yml']);
  assert.equal(candidates(includeOf('include_tasks: "{{ playbook_dir }}/setup/{{ y }}"', files)), ['setup/debian.yml']);
  assert.equal(candidates(includeOf('include_tasks: "set{{#if x}}up{{else}}x{{/if}}/debian.yml"', files)), [
    'setup/debian.yml',
  ]);
});

test('takes a value with a slash in it where nothing else fits', () => {
  assert.equal(candidates(includeOf('include_tasks: "a-{{ x }}.yml"', { 'a-b/c.yml': one })), ['a-b/c.yml']);
});

test('reads the files that a loop over a list names', () => {
  for (const loop of ['loop: [debian.yml, redhat.yml]', 'with_items: [debian.yml, [redhat.yml]]'])
    assert.equal(candidates(includeOf(`include_tasks: "{{ item }}"\n${loop}`, os)), ['debian.yml', 'redhat.yml']);
  const named = 'include_tasks: "{{ os.name }}.yml"\nloop: [{name: debian}]\nloop_control: {loop_var: os}';
  assert.equal(candidates(includeOf(named, os)), ['debian.yml']);
});

test('reads the files that with_first_found may find', () => {
  const text = 'include_tasks: "{{ item }}"\nwith_first_found: ["{{ x }}-8.yml", "{{ x }}.yml", none.yml]';
  assert.equal(candidates(includeOf(text, os)), ['debian.yml', 'redhat.yml']);
  const paths = 'include_tasks: "{{ item }}"\nwith_first_found: [{files: [debian.yml], paths: [no, "."]}]';
  assert.equal(candidates(includeOf(paths, os)), ['debian.yml']);
});

test('finds a candidate by every name that means it', () => {
  const files = {
    'roles/r/tasks/main.yml': '- include_tasks: "{{ x }}.yml"\n',
    'roles/r/tasks/a.yml': one,
    'roles/r/tasks/b.yml': one,
  };
  const play = playOf('- hosts: all\n  roles: [r]\n', files);
  const include = asInclude(play.phases[0]?.steps[0]);
  const [a] = include.candidates;
  for (const name of ['a.yml', './a.yml', 'tasks/a.yml', a?.path ?? '']) assert.is(include.find(name), a, name);
  assert.equal([include.find('c.yml'), include.find('main.yml')], [null, null]);
});

test('hides what has the same name in a farther folder', () => {
  const files = {
    'roles/r/tasks/main.yml': '- include_tasks: "a-{{ x }}.yml"\n',
    'roles/r/tasks/a-1.yml': one,
    'a-1.yml': one,
    'a-2.yml': one,
  };
  const include = asInclude(playOf('- hosts: all\n  roles: [r]\n', files).phases[0]?.steps[0]);
  assert.equal(candidates(include), ['roles/r/tasks/a-1.yml', 'a-2.yml']);
});

test('gives what is included what stands around and beside the include, but for conditions and variables', () => {
  const [step] = stepsOf(
    `when: c
tags: z
become: yes
vars: {outer: 1}
block:
  - include_tasks: debian.yml
    when: a
    tags: x
    no_log: yes
    vars: {v: 1}
`,
    os,
  );
  const include = asInclude(step);
  assert.equal(
    include.when.map(({ value }) => value),
    ['c', 'a'],
  );
  assert.equal([...include.tags], ['z', 'x']);
  assert.equal([...(include.params?.entries.keys() ?? [])], ['v']);
  assert.equal(
    include.vars.map(({ entries }) => [...entries.keys()]),
    [['outer'], ['v']],
  );
  assert.is(include.sections.length, 1);
  const task = asTask(include.candidates[0]?.steps[0]);
  assert.equal(
    task.when.map(({ value }) => value),
    ['b'],
  );
  assert.equal([...task.tags], ['z', 'x', 'y']);
  assert.equal(
    task.vars.map(({ entries }) => [...entries.keys()]),
    [['outer']],
  );
  assert.equal([task.become.enabled && toData(task.become.enabled), task.noLog && toData(task.noLog)], ['yes', 'yes']);
  assert.equal(task.sections, []);
});

test('gives what is included what stands under apply', () => {
  const text = 'include_tasks: {file: debian.yml, apply: {become: yes, tags: [x], when: c, environment: {A: b}}}';
  const task = asTask(includeOf(text, os).candidates[0]?.steps[0]);
  assert.equal([...task.tags], ['x', 'y']);
  assert.equal(
    task.when.map(({ value }) => value),
    ['c', 'b'],
  );
  assert.equal([task.become.enabled && toData(task.become.enabled), task.environment.length], ['yes', 1]);
});

test('says what is wrong with an include, and in every file that it may mean', () => {
  const wrong: Readonly<Record<string, readonly string[]>> = {
    'include_tasks: debain.yml': ['site.yml:3:22: There is no file `debain.yml`. | Did you mean `debian.yml`?'],
    'include_tasks: "none-{{ x }}.yml"': ['site.yml:3:22: No file fits `none-*.yml`. | Looked in DIR.'],
    'include_tasks: "{{ item }}"\nloop: [debian.yml, none.yml]': [
      'site.yml:3:22: There is no file `none.yml`. | Looked in DIR.',
    ],
    'include_tasks: "{{ item }}"\nwith_first_found: [none.yml]': [
      'site.yml:3:22: There is no file `none.yml`. | Looked in DIR.',
    ],
    'include_tasks: "bad-{{ x }}.yml"': [
      'bad-1.yml:1:3: `debg` is not a module or a key of a task. | Did you mean `debug`?',
      'bad-2.yml:1:1: A file of tasks is a list, not a mapping. | Each task starts with `- `.',
    ],
    'include_tasks: {file: debian.yml, aply: {}}': [
      'site.yml:3:41: `aply` is not an argument of include_tasks. | Did you mean `apply`?',
    ],
    'include_tasks: {file: debian.yml, apply: {register: x}}': [
      'site.yml:3:49: `register` is not a key of apply. | Known: when, tags, vars, environment, become, become_user, become_method, ignore_errors, any_errors_fatal, delegate_to, delegate_facts, run_once, no_log, notify, throttle, timeout, check_mode, diff.',
    ],
  };
  const files = { ...os, 'bad-1.yml': '- debg:\n', 'bad-2.yml': 'a: b\n' };
  for (const [text, told] of Object.entries(wrong)) {
    const found = taskProblems(text, files).map((problem) => problem.replace(/Looked in .*/, 'Looked in DIR.'));
    assert.equal(found, told, text);
  }
  assert.match(
    taskProblems('include_tasks: debian.yml\nregister: x', files)[0] ?? '',
    '`register` has no meaning beside `include_tasks`.',
  );
});

test('needs nothing to be there where with_first_found may skip', () => {
  const text = 'include_tasks: "{{ item }}"\nwith_first_found: [{files: [none.yml], skip: true}]';
  assert.equal(candidates(includeOf(text, os)), []);
});

test('refuses a file that includes itself, also through others', () => {
  const files = { 'a.yml': '- include_tasks: b.yml\n', 'b.yml': '- include_tasks: a.yml\n' };
  assert.equal(taskProblems('include_tasks: a.yml', files), [
    'b.yml:1:18: `a.yml` includes itself: a.yml → b.yml → a.yml. | To repeat tasks, put a `loop` beside the include, or `until` beside a task.',
  ]);
});

test('ends where files may include each other in all possible ways', () => {
  const files = Object.fromEntries(
    ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => [`t/${name}.yml`, '- include_tasks: "{{ x }}.yml"\n']),
  );
  const [problem = ''] = taskProblems('include_tasks: "t/{{ x }}.yml"', files);
  assert.match(problem, 'Includes can mean more than 2000 files, one within the other.');
});

const vars = { 'vars/debian.yml': 'a: 1\n', 'vars/redhat.yml': 'a: 2\nb: "{{ a }}"\n', 'more.yml': 'c: 3\n' };

test('reads all files of variables that an include may mean', () => {
  const include = includeOf('include_vars: "{{ facts.os.family }}.yml"', vars);
  assert.equal([include.what, candidates(include)], ['vars', ['vars/debian.yml', 'vars/redhat.yml']]);
  assert.equal(
    include.candidates.map(({ variables }) => [variables?.name, ...(variables?.entries.keys() ?? [])]),
    [
      ['include_vars debian.yml', 'a'],
      ['include_vars redhat.yml', 'a', 'b'],
    ],
  );
  assert.is(include.find('redhat.yml'), include.candidates[1]);
});

test('looks for variables in the role first', () => {
  const files = {
    'roles/r/tasks/main.yml': '- include_vars: x.yml\n',
    'roles/r/vars/x.yml': 'a: 1\n',
    'vars/x.yml': 'a: 2\n',
  };
  const include = asInclude(playOf('- hosts: all\n  roles: [r]\n', files).phases[0]?.steps[0]);
  assert.equal(candidates(include), ['roles/r/vars/x.yml']);
});

test('takes every form of include_vars', () => {
  for (const text of [
    'include_vars: more.yml',
    'include_vars: file=more.yml name=x',
    'include_vars: more.yml name=x',
    'include_vars: {file: more.yml, name: x}',
  ]) {
    const include = includeOf(text, vars);
    assert.equal([candidates(include), include.into], [['more.yml'], text.includes('x') ? 'x' : null], text);
  }
});

test('reads a directory of variables, later files over earlier ones', () => {
  const files = {
    'vars/all/1.yml': 'a: 1\nb: 1\n',
    'vars/all/2.json': '{"b": 2}',
    'vars/all/deep/3.yaml': 'c: 3\n',
    'vars/all/skip.yml': 'd: 4\n',
    'vars/all/x.txt': 'no',
  };
  const read = (more: string): unknown => {
    const include = includeOf(`include_vars: {dir: all${more}}`, files);
    return Object.fromEntries(
      [...(include.candidates[0]?.variables?.entries ?? [])].map(([name, { value }]) => [name, toData(value)]),
    );
  };
  assert.equal(read(''), { a: 1, b: 2, c: 3, d: 4 });
  assert.equal(read(', depth: 1'), { a: 1, b: 2, d: 4 });
  assert.equal(read(', ignore_files: [skip.yml]'), { a: 1, b: 2, c: 3 });
  assert.equal(read(', files_matching: "^[12]"'), { a: 1, b: 2 });
  assert.equal(read(', extensions: [json]'), { b: 2 });
});

test('says what is wrong with an include of variables', () => {
  const wrong: Readonly<Record<string, string>> = {
    'include_vars: more.yaml': 'site.yml:3:21: There is no file `more.yaml`. | Did you mean `more.yml`?',
    'include_vars: {}': 'site.yml:3:7: One of `file` and `dir` must be given. | Write `include_vars: {file: x.yml}`.',
    'include_vars: {file: more.yml, dir: vars}': 'site.yml:3:38: Only one of `file` and `dir` can be given.',
    'include_vars: {file: more.yml, depth: 1}': 'site.yml:3:38: `depth` is for `dir`.',
    'include_vars: {dir: vars, files_matching: "("}': 'site.yml:3:49: `(` is no regular expression.',
    'include_vars: {file: more.yml, name: a-b}':
      'site.yml:3:44: `a-b` can not be the name of a variable. | Letters, digits and underscores, not a digit first.',
    'include_vars: list.yml': 'list.yml:1:1: A file of variables is a mapping, not a list.',
    'include_vars: bad.yml':
      'bad.yml:1:1: `a-b` can not be the name of a variable. | Letters, digits and underscores, not a digit first.',
    'include_vars: {file: more.yml, hash_behaviour: merge}':
      'site.yml:3:38: `hash_behaviour` is not an argument of include_vars.',
  };
  const files = { ...vars, 'list.yml': '- a\n', 'bad.yml': 'a-b: 1\n' };
  for (const [text, told] of Object.entries(wrong)) {
    const [problem = '', ...others] = taskProblems(text, files);
    assert.ok(problem.startsWith(told), `${text}: ${problem}`);
    assert.equal(others, [], text);
  }
});

test('takes any key of a file that goes into one variable', () => {
  assert.equal(taskProblems('include_vars: {file: bad.yml, name: x}', { 'bad.yml': 'a-b: 1\n' }), []);
});

const roles = {
  'roles/web/tasks/main.yml': '- {name: main, debug: }\n',
  'roles/web/tasks/on.yml': '- {name: on, debug: }\n',
  'roles/web/tasks/off.yml': '- {name: off, debug: }\n',
  'roles/web/handlers/main.yml': '- {name: restart, debug: }\n',
  'roles/web/preflight/main.yml': '- {name: before, assert: {that: true}}\n',
  'roles/db/tasks/main.yml': '- {name: main, debug: }\n',
};

test('reads a role that is included, and has its handlers in the play', () => {
  const play = playOf(playWith('include_role: {name: web}\nvars: {a: 1}'), roles);
  assert.equal(
    play.phases.map(({ name }) => name),
    ['tasks'],
  );
  const include = asInclude(play.phases[0]?.steps[0]);
  assert.equal([include.what, candidates(include)], ['role', ['roles/web']]);
  assert.equal(names(include.candidates[0]?.steps ?? []), ['web/before', 'web/main']);
  assert.equal([names(play.handlers), play.roles], [['web/restart'], []]);
  assert.is(include.find('web'), include.candidates[0]);
  assert.is(include.find('roles/web'), include.candidates[0]);
});

test('reads all roles that a template may mean', () => {
  const include = includeOf('include_role: {name: "{{ x }}"}', roles);
  const beside = candidates(include).filter((path) => path.startsWith('roles/'));
  assert.equal(beside, ['roles/db', 'roles/web']);
  const loop = includeOf('include_role: {name: "{{ item }}"}\nloop: [web]', roles);
  assert.equal(candidates(loop), ['roles/web']);
});

test('reads all files that tasks_from may mean', () => {
  const include = includeOf('include_role: {name: web, tasks_from: "o{{ state }}"}', roles);
  assert.equal(
    [include.file.value, candidates(include)],
    ['o{{ state }}', ['roles/web/tasks/off.yml', 'roles/web/tasks/on.yml']],
  );
  assert.is(include.find('on'), include.candidates[1]);
  assert.equal(names(include.find('off.yml')?.steps ?? []), ['web/before', 'web/off']);
});

test('shows the play the variables of a role that is public', () => {
  const play = playOf(playWith('include_role: {name: web, public: yes}'), roles);
  assert.equal(
    play.roles.map(({ name }) => name),
    ['web'],
  );
});

test('runs what an included role depends on before it', () => {
  const files = { ...roles, 'roles/web/meta/main.yml': 'dependencies: [db]\n' };
  const include = includeOf('include_role: {name: web}', files);
  assert.equal(names(include.candidates[0]?.steps ?? []), ['db/main', 'web/before', 'web/main']);
  const play = playOf('- hosts: all\n  roles: [db]\n  tasks: [include_role: {name: web}]\n', files);
  assert.equal(names(asInclude(play.phases[0]?.steps[1]).candidates[0]?.steps ?? []), ['web/before', 'web/main']);
});

test('says what is wrong with an include of a role', () => {
  const wrong: Readonly<Record<string, string>> = {
    'include_role: {name: wbe}': 'site.yml:3:28: There is no role `wbe`. | Did you mean `web`?',
    'include_role: {tasks_from: x}': 'site.yml:3:7: `include_role` needs a `name`.',
    'include_role: {name: web, tasks_from: nope}': 'site.yml:3:45: There is no `nope` in `roles/web/tasks`.',
    'include_role: {name: web, tasks_from: "x-{{ y }}"}': 'site.yml:3:45: No file fits `x-*`.',
    'include_role: {name: "{{ x }}", tasks_from: "{{ y }}"}':
      'site.yml:3:51: Only one of `name` and `tasks_from` can be a template that is not known before the run. | Write an include for each role.',
    'include_role: {name: "x-{{ y }}"}': 'site.yml:3:28: No file fits `x-*`.',
    'include_role: {name: web, handlers_from: "{{ x }}"}': 'site.yml:3:52: `include_role` is read before the run',
  };
  for (const [text, told] of Object.entries(wrong)) {
    const [problem = '', ...others] = taskProblems(text, roles);
    assert.ok(problem.startsWith(told), `${text}: ${problem}`);
    assert.equal(others, [], text);
  }
});

test('refuses roles that include each other', () => {
  const files = {
    'roles/a/tasks/main.yml': '- include_role: {name: b}\n',
    'roles/b/tasks/main.yml': '- include_role: {name: a}\n',
  };
  const [problem = '', ...others] = problemsOf('- hosts: all\n  roles: [a]\n', files);
  assert.match(problem, 'roles/b/tasks/main.yml:1:24: `roles/a/tasks/main.yml` includes itself: ');
  assert.equal(others, []);
});

test('wants a file', () => {
  assert.match(taskProblems('include_tasks: {file: }').join('\n'), '`include_tasks` needs a `file`.');
});

test.run();

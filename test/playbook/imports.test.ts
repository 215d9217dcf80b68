import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toData } from '../../src/base/node.ts';
import { asTask, extraVars, load, names, playOf, playWith, problemsOf, stepsOf, taskProblems } from './support.ts';

const test = suite('playbook/imports');

const one = '- {name: one, debug: , when: b, tags: y}\n';

test('puts the steps of a file in the place of its import', () => {
  assert.equal(names(stepsOf('import_tasks: x.yml', { 'x.yml': `${one}${one}` })), ['one', 'one']);
});

test('takes every form of its name', () => {
  const files = { 'x.yml': one };
  for (const text of [
    'import_tasks: x.yml',
    'import_tasks: file=x.yml',
    'import_tasks: {file: x.yml}',
    'ansible.builtin.import_tasks: x.yml',
    'import_tasks:\nargs: {file: x.yml}',
  ])
    if (!text.includes('args')) assert.equal(names(stepsOf(text, files)), ['one'], text);
});

test('gives the steps what stands beside the import', () => {
  const [step] = stepsOf('import_tasks: x.yml\nwhen: a\ntags: x\nbecome: yes\nvars: {v: 1}\nno_log: yes\n', {
    'x.yml': one,
  });
  const task = asTask(step);
  assert.equal(
    task.when.map(({ value }) => value),
    ['a', 'b'],
  );
  assert.equal([...task.tags], ['x', 'y']);
  assert.equal(
    task.vars.map(({ entries }) => [...entries.keys()]),
    [['v']],
  );
  assert.equal([task.become.enabled && toData(task.become.enabled), task.noLog && toData(task.noLog)], ['yes', 'yes']);
});

test('looks beside the file that imports, then in the role, then beside the playbook', () => {
  const files = {
    'roles/r/tasks/main.yml': '- import_tasks: sub/a.yml\n',
    'roles/r/tasks/sub/a.yml': '- import_tasks: b.yml\n- import_tasks: c.yml\n- import_tasks: d.yml\n',
    'roles/r/tasks/sub/b.yml': '- {name: beside, debug: }\n',
    'b.yml': '- {name: wrong, debug: }\n',
    'roles/r/tasks/c.yml': '- {name: role, debug: }\n',
    'd.yml': '- {name: playbook, debug: }\n',
  };
  const { phases } = playOf('- hosts: all\n  roles: [r]\n', files);
  assert.equal(names(phases[0]?.steps ?? []), ['r/beside', 'r/role', 'r/playbook']);
});

test('takes what is known before the run in its name', () => {
  const text = playWith('import_tasks: "{{ playbook_dir }}/{{ os }}.yml"');
  const { playbook, problems } = load({ 'site.yml': text, 'debian.yml': one }, extraVars({ os: 'debian' }));
  assert.equal([problems, names(playbook.plays[0]?.phases[0]?.steps ?? [])], [[], ['one']]);
});

test('imports among handlers', () => {
  const { handlers } = playOf('- hosts: all\n  handlers:\n    - import_tasks: h.yml\n', {
    'h.yml': '- {name: h, debug: }\n',
  });
  assert.equal([names(handlers), handlers[0]?.phase], [['h'], 'handlers']);
});

test('says what is wrong with an import of tasks', () => {
  const known = 'There may be name, args, when, tags, vars';
  const wrong = {
    'import_tasks: oen.yml': '3:21: There is no file `oen.yml`. | Did you mean `one.yml`?',
    'import_tasks: "{{ os }}.yml"':
      '3:25: `import_tasks` is read before the run, when only `-e`, `playbook_dir` and `role_path` are known: `os` is undefined. | Write `include_tasks`: it is read when its turn has come.',
    'import_tasks: {file: one.yml, apply: {}}': '3:37: `apply` is not an argument of import_tasks. | Known: file.',
    'import_tasks: [a]': '3:21: `import_tasks` must be given a name, not a list. | Write `import_tasks: {file: ...}`.',
    'import_tasks:': '3:7: `import_tasks` must be given a name, not null. | Write `import_tasks: {file: ...}`.',
    'import_tasks: one.yml\nloop: [1]':
      '4:7: `loop` has no meaning beside `import_tasks`. | A loop goes with `include_tasks`.',
    'import_tasks: map.yml': 'map.yml:1:1: A file of tasks is a list, not a mapping. | Each task starts with `- `.',
    'import_tasks: texts.yml': 'texts.yml:1:3: A task is a mapping, not `a`.',
  };
  const files = { 'one.yml': one, 'map.yml': 'a: b\n', 'texts.yml': '- a\n' };
  for (const [text, told] of Object.entries(wrong))
    assert.equal(taskProblems(text, files), [/^\d/.test(told) ? `site.yml:${told}` : told], text);
  assert.match(taskProblems('import_tasks: one.yml\nregister: x', files)[0] ?? '', known);
  assert.match(
    taskProblems('import_tasks: nothing.yml', files)[0] ?? '',
    'There is no file `nothing.yml`. | Looked in ',
  );
});

test('refuses files that import themselves, with all that lie between', () => {
  const files = { 'a.yml': '- import_tasks: b.yml\n', 'b.yml': '- import_tasks: a.yml\n' };
  const hint = 'To repeat tasks, put a `loop` beside the include, or `until` beside a task.';
  assert.equal(taskProblems('import_tasks: a.yml', files), [
    `b.yml:1:17: \`a.yml\` imports itself: a.yml → b.yml → a.yml. | ${hint}`,
  ]);
});

const role = {
  'roles/r/tasks/main.yml': '- {name: main, debug: }\n',
  'roles/r/tasks/install.yml': '- {name: install, debug: }\n',
  'roles/r/handlers/main.yml': '- {name: restart, debug: }\n',
  'roles/r/preflight/main.yml': '- {name: before, assert: {that: true}}\n',
  'roles/r/verify/main.yml': '- {name: after, assert: {that: true}}\n',
  'roles/r/defaults/main.yml': 'r_a: 1\n',
};

test('puts the steps of a role in the place of its import, and the rest where it belongs', () => {
  const play = playOf(playWith('import_role: {name: r}\nvars: {r_b: 2}\n'), role);
  assert.equal(
    play.phases.map(({ name, steps }) => [name, ...names(steps)]),
    [
      ['preflight', 'r/before'],
      ['tasks', 'r/main'],
      ['verify', 'r/after'],
    ],
  );
  assert.equal(names(play.handlers), ['r/restart']);
  assert.equal(
    play.roles.map(({ name, params, defaults }) => [name, ...params.entries.keys(), ...defaults.entries.keys()]),
    [['r', 'r_b', 'r_a']],
  );
});

test('asks the preflight of a role in its place where a condition needs a result', () => {
  const play = playOf(
    '- hosts: all\n  tasks:\n    - {command: x, register: r}\n    - {import_role: {name: r}, when: r.rc == 0}\n',
    role,
  );
  assert.equal(
    play.phases.map(({ name, steps }) => [name, ...names(steps)]),
    [
      ['tasks', 'command', 'r/before', 'r/main'],
      ['verify', 'r/after'],
    ],
  );
});

test('imports a part of a role', () => {
  assert.equal(names(stepsOf('import_role: name=r tasks_from=install', role)), ['r/install']);
});

test('has the handlers of a role once, however often the same is imported', () => {
  const twice =
    '- hosts: all\n  tasks:\n    - import_role: {name: r}\n    - import_role: {name: r, tasks_from: main}\n';
  const play = playOf(`${twice}    - import_role: {name: r}\n`, role);
  assert.equal(names(play.phases.find(({ name }) => name === 'tasks')?.steps ?? []), ['r/main', 'r/main', 'r/main']);
  assert.equal(play.roles.length, 2);
});

test('imports a role once where it says so', () => {
  const text = 'import_role: {name: r, allow_duplicates: no}';
  const play = playOf(`- hosts: all\n  tasks:\n    - ${text}\n    - ${text}\n`, role);
  assert.equal(names(play.phases.find(({ name }) => name === 'tasks')?.steps ?? []), ['r/main']);
});

test('imports other tasks of a role that is imported once', () => {
  const files = { ...role, 'roles/r/tasks/more.yml': '- {name: more, command: x}\n' };
  const texts = ['{name: r, allow_duplicates: no}', '{name: r, tasks_from: more, allow_duplicates: no}'];
  const play = playOf(`- hosts: all\n  tasks:\n${texts.map((text) => `    - import_role: ${text}\n`).join('')}`, files);
  assert.equal(names(play.phases.find(({ name }) => name === 'tasks')?.steps ?? []), ['r/main', 'r/more']);
});

test('keeps the variables of a role from the play', () => {
  assert.equal(playOf(playWith('import_role: {name: r, public: no}'), role).roles, []);
});

test("gives a role that is not the play's what it depends on", () => {
  const files = {
    ...role,
    'roles/r/meta/main.yml': 'dependencies: [base]\n',
    'roles/base/defaults/main.yml': 'b: 1\n',
  };
  const [step] = stepsOf('import_role: {name: r, public: no}', files);
  assert.equal([...(step?.role?.defaults.entries.keys() ?? [])], ['b', 'r_a']);
});

test('says what is wrong with an import of a role', () => {
  const wrong = {
    'import_role: {tasks_from: x}': '3:7: `import_role` needs a `name`. | Write `import_role: {name: x}`.',
    'import_role: {name: r, task_from: x}':
      '3:30: `task_from` is not an argument of import_role. | Did you mean `tasks_from`?',
    'import_role: {name: r, apply: {}}': '3:30: `apply` is not an argument of import_role.',
    'import_role: {name: r, tasks_from: nope}':
      '3:42: There is no `nope` in `roles/r/tasks`. | There is `install.yml`, `main.yml`.',
    'import_role: {name: "{{ x }}"}': '3:31: `import_role` is read before the run',
    'import_role: {name: r}\nwith_items: [1]':
      '4:7: `with_items` has no meaning beside `import_role`. | A loop goes with `include_role`.',
  };
  for (const [text, told] of Object.entries(wrong)) {
    const [problem = '', ...others] = taskProblems(text, role);
    assert.ok(problem.startsWith(`site.yml:${told}`), `${text}: ${problem}`);
    assert.equal(others, [], text);
  }
});

test('refuses roles that import each other', () => {
  const files = {
    'roles/a/tasks/main.yml': '- import_role: {name: b}\n',
    'roles/b/tasks/main.yml': '- import_role: {name: a}\n',
  };
  const [problem = '', ...others] = problemsOf('- hosts: all\n  roles: [a]\n', files);
  assert.match(problem, 'roles/b/tasks/main.yml:1:23: `roles/a/tasks/main.yml` includes itself: ');
  assert.equal(others, []);
});

test('imports playbooks', () => {
  const { playbook, problems } = load({
    'site.yml':
      '- import_playbook: sub/net.yml\n  vars: {a: 2}\n  tags: x\n  when: b\n- {hosts: last, tasks: [debug: ]}\n',
    'sub/net.yml': '- {hosts: first, vars: {a: 1, c: 1}, roles: [r], tasks: [import_tasks: t.yml]}\n',
    'sub/t.yml': one,
    'sub/roles/r/tasks/main.yml': one,
  });
  assert.equal(problems, []);
  assert.equal(
    playbook.plays.map(({ name }) => name),
    ['first', 'last'],
  );
  const [play] = playbook.plays;
  const steps = play?.phases[0]?.steps ?? [];
  assert.equal(names(steps), ['r/one', 'one']);
  assert.equal([...(steps[1]?.tags ?? [])], ['x', 'y']);
  assert.equal(
    steps[1]?.when.map(({ value }) => value),
    ['b', 'b'],
  );
  assert.equal(
    [...(play?.vars.entries ?? [])].map(([name, { value }]) => [name, toData(value)]),
    [
      ['a', 2],
      ['c', 1],
    ],
  );
});

test('says what is wrong with an import of a playbook', () => {
  const wrong: Readonly<Record<string, string>> = {
    'import_playbook: nope.yml': '1:20: There is no file `nope.yml`. | Looked in ',
    'import_playbook: site.yml':
      '1:20: `site.yml` imports itself: site.yml → site.yml. | To repeat tasks, put a `loop` beside the include, or `until` beside a task.',
    'import_playbook: "{{ x }}"': '1:24: `import_playbook` is read before the run',
    'import_playbook: [a]': '1:20: `import_playbook` must be text, not a list.',
  };
  for (const [text, told] of Object.entries(wrong)) {
    const [problem = '', ...others] = problemsOf(`- ${text}\n`);
    assert.ok(problem.startsWith(`site.yml:${told}`), `${text}: ${problem}`);
    assert.equal(others, [], text);
  }
  assert.equal(problemsOf('- import_playbook: a.yml\n  hosts: all\n', { 'a.yml': '- hosts: all\n' }), [
    'site.yml:2:3: `hosts` is not a key beside import_playbook. | Known: name, import_playbook, when, tags, vars.',
  ]);
});

test.run();

import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toData } from '../../src/base/node.ts';
import { formatSpan } from '../../src/base/source.ts';
import { loadPlaybook } from '../../src/playbook/load-playbook.ts';
import type { Play } from '../../src/playbook/playbook.ts';
import { type Files, withFiles } from '../support/temp-dir.ts';
import { asTask, extraVars, load, names, playOf, problemsOf } from './support.ts';

const test = suite('playbook/load-role');

const one = '- hosts: all\n  roles: [r]\n';
const tasks = (name: string): string => `- {name: ${name}, debug: }\n`;

/** The tasks of a play's phase. */
function phase({ phases }: Play, wanted: string): string[] {
  return names(phases.find(({ name }) => name === wanted)?.steps ?? []);
}

test('reads all files of a role', () => {
  const play = playOf(one, {
    'roles/r/meta/main.yml': 'description: Does it\nplatforms: [debian]\n',
    'roles/r/defaults/main.yml': 'r_a: 1\n',
    'roles/r/vars/main.yml': 'r_b: 2\n',
    'roles/r/tasks/main.yml': tasks('work'),
    'roles/r/handlers/main.yml': tasks('handle'),
    'roles/r/preflight/main.yml': tasks('before'),
    'roles/r/verify/main.yml': tasks('after'),
  });
  const [role] = play.roles;
  assert.is(role?.name, 'r');
  assert.is(role?.description, 'Does it');
  assert.equal([...(role?.defaults.entries.keys() ?? [])], ['r_a']);
  assert.is(role?.defaults.name, 'role defaults of r');
  assert.equal([...(role?.vars.entries.keys() ?? [])], ['r_b']);
  assert.equal(
    play.phases.map(({ name, steps: own }) => [name, ...names(own)]),
    [
      ['preflight', 'r/before'],
      ['tasks', 'r/work'],
      ['verify', 'r/after'],
    ],
  );
  assert.equal(names(play.handlers), ['r/handle']);
});

test('runs roles before the tasks of the play and after its pre_tasks', () => {
  const play = playOf(`${one}  pre_tasks: [{name: pre, debug: }]\n  tasks: [{name: own, debug: }]\n`, {
    'roles/r/tasks/main.yml': tasks('role'),
  });
  assert.equal(phase(play, 'pre_tasks'), ['pre']);
  assert.equal(phase(play, 'tasks'), ['r/role', 'own']);
});

test('takes main.yaml for main.yml', () => {
  assert.equal(phase(playOf(one, { 'roles/r/tasks/main.yaml': tasks('x') }), 'tasks'), ['r/x']);
});

test('takes empty files', () => {
  const play = playOf(one, {
    'roles/r/tasks/main.yml': '---\n',
    'roles/r/defaults/main.yml': '# nothing yet\n',
    'roles/r/meta/main.yml': '',
  });
  assert.equal(play.phases, []);
});

// From the nearest folder to the farthest.
const places = ['roles', 'vendor/roles', 'cwd/roles', 'bundled'];

/** Where a role is found that stands in these folders. */
function foundIn(folders: readonly string[]): string | undefined {
  const files: Files = { 'site.yml': one, 'cwd/': '' };
  const roles = Object.fromEntries(folders.map((folder) => [`${folder}/r/tasks/main.yml`, tasks('x')]));
  return withFiles({ ...files, ...roles }, (dir) => {
    const before = process.cwd();
    process.chdir(join(dir, 'cwd'));
    try {
      const { playbook } = loadPlaybook(join(dir, 'site.yml'), { bundledRoles: [join(dir, 'bundled')] });
      return playbook.plays[0]?.roles[0]?.path.slice(dir.length + 1, -'/r'.length);
    } finally {
      process.chdir(before);
    }
  });
}

test('looks beside the playbook, in vendor/roles, in the working directory, then among its own', () => {
  for (const [i, place] of places.entries()) assert.is(foundIn(places.slice(i)), place);
});

test('takes a path for the name of a role', () => {
  const play = playOf('- hosts: all\n  roles: [shared/net]\n', { 'shared/net/tasks/main.yml': tasks('x') });
  assert.equal(phase(play, 'tasks'), ['net/x']);
});

test('says where it looked for a role', () => {
  const [problem = ''] = problemsOf('- hosts: all\n  roles: [nope]\n');
  assert.match(problem, 'site.yml:2:11: There is no role `nope`. | Looked in roles, vendor/roles, ');
});

test('guesses at a misspelt role', () => {
  const [problem = ''] = problemsOf('- hosts: all\n  roles: [brid2]\n', { 'roles/bird2/': '' });
  assert.match(problem, 'There is no role `brid2`. | Did you mean `bird2`? Looked in');
});

test('takes params, tags, a condition and become beside the name of a role', () => {
  const play = playOf(
    `- hosts: all
  tags: outer
  become_user: admin
  roles:
    - role: r
      vars: {r_a: 5}
      tags: [net]
      when: wanted
      become: true
`,
    { 'roles/r/tasks/main.yml': '- {debug: , tags: own, when: really}\n', 'roles/r/handlers/main.yml': '- debug:\n' },
  );
  const task = asTask(play.phases[0]?.steps[0]);
  assert.equal([...(play.roles[0]?.params.entries.keys() ?? [])], ['r_a']);
  assert.equal([...task.tags], ['outer', 'net', 'own']);
  assert.equal(
    task.when.map(({ value }) => value),
    ['wanted', 'really'],
  );
  assert.is(task.become.enabled && toData(task.become.enabled), true);
  assert.is(task.become.user && toData(task.become.user), 'admin');
  assert.equal(
    play.handlers[0]?.when.map(({ value }) => value),
    ['wanted'],
  );
});

test('takes `name` for `role`, as Ansible does', () => {
  assert.is(playOf('- hosts: all\n  roles: [{name: r}]\n', { 'roles/r/tasks/main.yml': '' }).roles[0]?.name, 'r');
});

test('refuses an entry of roles that is none', () => {
  const told = 'An entry of `roles` is a name, or a mapping with `role: name`.';
  assert.equal(problemsOf('- hosts: all\n  roles: [5]\n'), [`site.yml:2:11: ${told}`]);
  assert.equal(problemsOf('- hosts: all\n  roles: [{tags: x}]\n'), [`site.yml:2:11: ${told}`]);
  assert.equal(problemsOf('- hosts: all\n  roles: [{role: r, vras: {}}]\n', { 'roles/r/tasks/main.yml': '' }), [
    'site.yml:2:21: `vras` is not a key of an entry of roles. | Did you mean `vars`?',
  ]);
});

test('runs what a role depends on before it', () => {
  const play = playOf(one, {
    'roles/r/meta/main.yml': 'dependencies: [base, {role: net, vars: {net_a: 1}, tags: deep}]\n',
    'roles/r/tasks/main.yml': tasks('own'),
    'roles/base/tasks/main.yml': tasks('first'),
    'roles/net/tasks/main.yml': tasks('second'),
  });
  assert.equal(phase(play, 'tasks'), ['base/first', 'net/second', 'r/own']);
  assert.equal([...(play.phases[0]?.steps[1]?.tags ?? [])], ['deep']);
  assert.ok(play.roles[1]?.params.entries.has('net_a'));
});

test('runs a dependency of several roles once', () => {
  const play = playOf('- hosts: all\n  roles: [a, b]\n', {
    'roles/a/meta/main.yml': 'dependencies: [base]\n',
    'roles/a/tasks/main.yml': tasks('one'),
    'roles/b/meta/main.yml': 'dependencies: [base]\n',
    'roles/b/tasks/main.yml': tasks('two'),
    'roles/base/tasks/main.yml': tasks('base'),
  });
  assert.equal(phase(play, 'tasks'), ['base/base', 'a/one', 'b/two']);
});

const base = { 'roles/base/tasks/main.yml': tasks('base') };

test('runs a role once that is named after it was a dependency', () => {
  const files = { ...base, 'roles/r/meta/main.yml': 'dependencies: [base]\n', 'roles/r/tasks/main.yml': tasks('own') };
  assert.equal(phase(playOf('- hosts: all\n  roles: [r, base, {role: base}]\n', files), 'tasks'), [
    'base/base',
    'r/own',
  ]);
});

test('runs a role again that is given something else', () => {
  const play = playOf('- hosts: all\n  roles: [base, {role: base, vars: {base_a: 1}}, {role: base, tags: x}]\n', base);
  assert.equal(phase(play, 'tasks'), ['base/base', 'base/base', 'base/base']);
});

test('runs a dependency again that is given something else', () => {
  const play = playOf('- hosts: all\n  roles: [a, b]\n', {
    ...base,
    'roles/a/meta/main.yml': 'dependencies: [{role: base, vars: {base_a: 1}}]\n',
    'roles/b/meta/main.yml': 'dependencies: [{role: base, vars: {base_a: 2}}]\n',
  });
  assert.equal(phase(play, 'tasks'), ['base/base', 'base/base']);
});

test('runs a role as often as it is named when it says so', () => {
  const play = playOf('- hosts: all\n  roles: [base, base]\n', {
    ...base,
    'roles/base/meta/main.yml': 'allow_duplicates: yes\n',
  });
  assert.equal(phase(play, 'tasks'), ['base/base', 'base/base']);
});

test('gives dependencies the tags and conditions of the role', () => {
  const play = playOf('- hosts: all\n  roles: [{role: r, tags: net, when: wanted}]\n', {
    'roles/r/meta/main.yml': 'dependencies: [base]\n',
    'roles/base/tasks/main.yml': tasks('base'),
  });
  const [task] = play.phases[0]?.steps ?? [];
  assert.equal([...(task?.tags ?? [])], ['net']);
  assert.is(task?.when[0]?.value, 'wanted');
});

test('refuses a circle of dependencies', () => {
  assert.equal(
    problemsOf(one, {
      'roles/r/meta/main.yml': 'dependencies: [other]\n',
      'roles/other/meta/main.yml': 'dependencies: [r]\n',
    }),
    ['roles/other/meta/main.yml:1:16: The role `r` depends on itself.'],
  );
});

test('refuses a dependency that is not there, at its place', () => {
  const [problem = ''] = problemsOf(one, { 'roles/r/meta/main.yml': 'description: x\ndependencies:\n  - nope\n' });
  assert.match(problem, 'roles/r/meta/main.yml:3:5: There is no role `nope`.');
});

test('refuses a misspelt folder of a role', () => {
  assert.equal(problemsOf(one, { 'roles/r/task/main.yml': tasks('x'), 'roles/r/default/main.yml': '' }), [
    '`roles/r/default` is not a folder of a role. | Did you mean `defaults`?',
    '`roles/r/task` is not a folder of a role. | Did you mean `tasks`?',
  ]);
});

test('refuses a folder of a role in which nothing is read', () => {
  const files = {
    'roles/r/tasks/mian.yml': '',
    'roles/r/vars/mian.yml': '',
    'roles/r/handlers/.gitkeep': '',
    'roles/r/defaults/other.yml': '',
  };
  assert.equal(problemsOf(one, files), [
    '`roles/r/defaults` has no `main.yml`, so that nothing in it is read. | There is `other.yml`.',
    '`roles/r/tasks` has no `main.yml`, so that nothing in it is read. | There is `mian.yml`.',
    '`roles/r/vars` has no `main.yml`, so that nothing in it is read. | There is `mian.yml`.',
  ]);
});

test('refuses a role that has nothing in it', () => {
  const told =
    'site.yml:2:11: The role `roles/r` has nothing in it. | ' +
    'A role has at least one of `tasks`, `handlers`, `defaults`, `vars`, `meta`, `preflight`, `verify`.';
  assert.equal(problemsOf(one, { 'roles/r/': '' }), [told]);
  assert.equal(problemsOf(one, { 'roles/r/README.md': '', 'roles/r/tests/x.yml': '' }), [told]);
});

test('says only what a misspelt folder is meant to be where it is all that a role has', () => {
  assert.equal(problemsOf(one, { 'roles/r/taks/main.yml': tasks('x') }), [
    '`roles/r/taks` is not a folder of a role. | Did you mean `tasks`?',
  ]);
});

test('leaves alone what else people keep in a role', () => {
  const others = ['README.md', 'LICENSE', 'tests/x.yml', 'molecule/x.yml', 'library/x.py', 'docs/x.md', '.github/x'];
  const files = Object.fromEntries(others.map((name) => [`roles/r/${name}`, '']));
  assert.equal(problemsOf(one, { ...files, 'roles/r/tasks/main.yml': tasks('x') }), []);
});

test('takes files of variables that are read by name', () => {
  assert.equal(problemsOf(one, { 'roles/r/vars/Debian.yml': 'a: 1\n', 'roles/r/vars/RedHat.yml': 'a: 2\n' }), []);
});

test('reads all files of a directory `main` of variables', () => {
  const files = { 'roles/r/defaults/main/a.yml': 'r_a: 1\nr_b: 1\n', 'roles/r/defaults/main/b.yml': 'r_b: 2\n' };
  const [role] = playOf(one, files).roles;
  assert.equal(
    [...(role?.defaults.entries ?? [])].map(([name, { value }]) => [name, toData(value)]),
    [
      ['r_a', 1],
      ['r_b', 2],
    ],
  );
});

const parts = {
  'roles/r/tasks/main.yml': tasks('main'),
  'roles/r/tasks/install.yml': tasks('install'),
  'roles/r/defaults/main.yml': 'r_a: main\n',
  'roles/r/defaults/small.yml': 'r_a: small\n',
  'roles/r/vars/other.yaml': 'r_b: other\n',
  'roles/r/handlers/few.yml': tasks('few'),
};

test('reads other files of a role than main.yml where it is told', () => {
  const play = playOf(
    '- hosts: all\n  roles: [{role: r, tasks_from: install, defaults_from: small.yml, vars_from: other, handlers_from: few}]\n',
    parts,
  );
  assert.equal(phase(play, 'tasks'), ['r/install']);
  assert.equal(names(play.handlers), ['r/few']);
  const [role] = play.roles;
  assert.equal(
    [...(role?.defaults.entries.values() ?? []), ...(role?.vars.entries.values() ?? [])].map(({ value }) =>
      toData(value),
    ),
    ['small', 'other'],
  );
});

test('says what there is when such a file is not there', () => {
  const files = { 'roles/r/tasks/main.yml': tasks('main'), 'roles/r/tasks/install.yml': tasks('install') };
  assert.equal(problemsOf('- hosts: all\n  roles: [{role: r, tasks_from: instal}]\n', files), [
    'site.yml:2:33: There is no `instal` in `roles/r/tasks`. | There is `install.yml`, `main.yml`.',
  ]);
});

test('takes variables directly beside the name of a role', () => {
  const play = playOf('- hosts: all\n  roles: [{role: r, port: 80, vars: {port: 1, name_of: x}}]\n', {
    'roles/r/tasks/main.yml': '',
  });
  assert.equal(
    [...(play.roles[0]?.params.entries ?? [])].map(([name, { value }]) => [name, toData(value)]),
    [
      ['port', 80],
      ['name_of', 'x'],
    ],
  );
});

test('takes a variable of the role that is named almost like a keyword', () => {
  const files = { 'roles/r/defaults/main.yml': 'tag: x\n' };
  assert.equal(problemsOf('- hosts: all\n  roles: [{role: r, tag: y}]\n', files), []);
  assert.equal(problemsOf('- hosts: all\n  roles: [{role: r, tag: y}]\n', { 'roles/r/tasks/main.yml': '' }), [
    'site.yml:2:21: `tag` is not a key of an entry of roles. | Did you mean `tags`?',
  ]);
});

test('gives the tasks of a role what stands beside its name', () => {
  const play = playOf(
    '- hosts: all\n  roles: [{role: r, environment: {A: b}, delegate_to: x, no_log: yes, ignore_errors: yes}]\n',
    { 'roles/r/tasks/main.yml': tasks('x') },
  );
  const task = asTask(play.phases[0]?.steps[0]);
  assert.equal(JSON.stringify(task.environment.map(toData)), '[{"A":"b"}]');
  assert.equal([task.delegateTo?.value, task.noLog?.kind, task.ignoreErrors?.kind], ['x', 'scalar', 'scalar']);
});

test('runs a dependency again where it was under a condition before', () => {
  const files = {
    'roles/a/meta/main.yml': 'dependencies: [base]\n',
    'roles/b/meta/main.yml': 'dependencies: [base]\n',
    ...base,
  };
  const twice = playOf('- hosts: all\n  roles: [{role: a, when: x}, b]\n', files);
  assert.equal(phase(twice, 'tasks'), ['base/base', 'base/base']);
  const once = playOf('- hosts: all\n  roles: [a, {role: b, when: x}]\n', files);
  assert.equal(phase(once, 'tasks'), ['base/base']);
});

test('takes a default out of the argument schema, beneath those of the role', () => {
  const [role] = playOf(one, {
    'roles/r/meta/main.yml':
      'argument_schema: {properties: {r_a: {type: integer, default: 1}, r_b: {type: integer, default: 1}}}\n',
    'roles/r/defaults/main.yml': 'r_b: 2\n',
  }).roles;
  assert.equal(
    [...(role?.defaults.entries ?? [])].map(([name, { value }]) => [name, toData(value)]),
    [
      ['r_a', 1],
      ['r_b', 2],
    ],
  );
});

test('takes the name of a role from what is known before the run', () => {
  const text = '- hosts: all\n  roles: ["{{ which }}", {role: "{{ which }}", tags: x}]\n';
  const { playbook, problems } = load(
    { 'site.yml': text, 'roles/r/tasks/main.yml': tasks('x') },
    extraVars({ which: 'r' }),
  );
  assert.equal([problems, names(playbook.plays[0]?.phases[0]?.steps ?? [])], [[], ['r/x', 'r/x']]);
  assert.equal(problemsOf('- hosts: all\n  roles: ["{{ which }}"]\n'), [
    'site.yml:2:15: `roles` is read before the run, when only `-e`, `playbook_dir` and `role_path` are known: `which` is undefined. | Write `include_role`: it is read when its turn has come.',
  ]);
});

test('leaves folders alone that are like nothing', () => {
  assert.equal(
    problemsOf(one, {
      'roles/r/tasks/main.yml': '',
      'roles/r/molecule/': '',
      'roles/r/.git/': '',
      'roles/r/docs/': '',
    }),
    [],
  );
});

test('places what is wrong in the files of a role', () => {
  assert.equal(
    problemsOf(one, {
      'roles/r/tasks/main.yml': '- name: x\n  copy: {dest: /x, contnt: y}\n',
      'roles/r/handlers/main.yml': '- {name: x, debg: }\n',
      'roles/r/defaults/main.yml': 'a-b: 1\n',
      'roles/r/meta/main.yml': 'dependancies: []\n',
    }),
    [
      'roles/r/defaults/main.yml:1:1: `a-b` can not be the name of a variable. | Letters, digits and underscores, not a digit first.',
      'roles/r/handlers/main.yml:1:13: `debg` is not a module or a key of a task. | Did you mean `debug`?',
      'roles/r/meta/main.yml:1:1: `dependancies` is not a key of meta/main.yml. | Did you mean `dependencies`?',
      'roles/r/tasks/main.yml:2:20: `contnt` is not an argument of copy. | Did you mean `content`?',
    ],
  );
});

test('refuses files of the wrong form', () => {
  assert.equal(
    problemsOf(one, {
      'roles/r/tasks/main.yml': 'debug:\n',
      'roles/r/defaults/main.yml': '- a\n',
      'roles/r/vars/main.yml': 'text\n',
      'roles/r/meta/main.yml': '[]\n',
    }),
    [
      'roles/r/defaults/main.yml:1:1: `defaults/main.yml` must be a mapping.',
      'roles/r/meta/main.yml:1:1: `meta/main.yml` must be a mapping.',
      'roles/r/tasks/main.yml:1:1: `tasks` must be a list of tasks, not a mapping. | Each starts with `- `.',
      'roles/r/vars/main.yml:1:1: `vars/main.yml` must be a mapping.',
    ],
  );
});

test('refuses a directory in place of a file', () => {
  assert.equal(problemsOf(one, { 'roles/r/tasks/main.yml/': '' }), [
    '`roles/r/tasks/main.yml` is a directory, not a file.',
  ]);
});

test('refuses a tab in a file of a role', () => {
  assert.equal(problemsOf(one, { 'roles/r/tasks/main.yml': '- debug:\n\tmsg: x\n' }), [
    'roles/r/tasks/main.yml:2:1: A tab indents this line. | Indent with spaces: YAML allows no tabs.',
  ]);
});

test('reads an argument schema', () => {
  const play = playOf(one, {
    'roles/r/meta/main.yml':
      'argument_schema:\n  required: [r_a]\n  properties: {r_a: {type: integer, description: How many.}}\n',
  });
  const [role] = play.roles;
  assert.is(role?.argumentSchema?.type, 'object');
  assert.equal(Object.keys(role?.argumentSchema?.properties ?? {}), ['r_a']);
  assert.is(role?.argumentSchemaAt && formatSpan(role.argumentSchemaAt).replace(/.*\//, ''), 'main.yml:2:3');
});

test('refuses an argument schema that is none', () => {
  const told = '`argument_schema` must be a JSON Schema with `properties`.';
  assert.equal(problemsOf(one, { 'roles/r/meta/main.yml': 'argument_schema: x\n' }), [
    `roles/r/meta/main.yml:1:18: ${told}`,
  ]);
  assert.equal(problemsOf(one, { 'roles/r/meta/main.yml': 'argument_schema: {properties: x}\n' }), [
    `roles/r/meta/main.yml:1:18: ${told}`,
  ]);
  const [problem = ''] = problemsOf(one, {
    'roles/r/meta/main.yml': 'argument_schema:\n  properties: {r_a: {tpye: integer}}\n',
  });
  assert.match(problem, 'roles/r/meta/main.yml:2:3: `argument_schema` is not a valid JSON Schema: ');
  assert.match(problem, 'unknown keyword: "tpye"');
});

test('takes roles of two plays whose schemas have one id', () => {
  const meta = 'argument_schema: {$id: "https://example.com/r", properties: {r_a: {type: integer}}}\n';
  assert.equal(problemsOf(`${one}${one}`, { 'roles/r/meta/main.yml': meta }), []);
});

test('does not take the folder of roles for a role', () => {
  for (const name of ["''", '.', '..']) {
    const problems = problemsOf(`- hosts: all\n  roles: [${name}]\n`, { 'roles/r/tasks/main.yml': '[]' });
    assert.is(problems.length, 1, name);
    assert.match(problems[0] ?? '', 'There is no role');
  }
});

test('does not suggest a file as a role', () => {
  const [problem = ''] = problemsOf('- hosts: all\n  roles: [r]\n', { 'roles/r': '' });
  assert.match(problem, 'There is no role `r`.');
  assert.not.match(problem, 'Did you mean');
});

test.run();

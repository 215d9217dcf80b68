import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { formatSpan } from '../../src/base/source.ts';
import { must } from '../../src/base/errors.ts';
import { toData } from '../../src/base/node.ts';
import { plain } from '../support/node.ts';
import { asTask, extraVars, load, names, playOf, problemsOf } from './support.ts';

const test = suite('playbook/load-play');

test('reads every key of a play', () => {
  const play = playOf(
    `- name: Nodes
  hosts: [nodes, "!old"]
  vars: {a: 1}
  vars_files: [one.yml, two.yml]
  pre_tasks: [{name: before, debug: }]
  tasks: [{name: middle, debug: }]
  post_tasks: [{name: after, debug: }]
  handlers: [{name: handler, debug: }]
  become: true
  become_user: admin
  become_method: sudo
  gather_facts: no
  tags: [x, "y,z"]
  serial: [1, "30%"]
  environment: {PATH: /opt/bin}
`,
    { 'one.yml': 'b: 2\n', 'vars/two.yml': 'c: 3\n' },
  );
  assert.is(play.name, 'Nodes');
  assert.equal(
    play.hosts.map(({ value }) => value),
    ['nodes', '!old'],
  );
  assert.equal([...play.vars.entries.keys()], ['a']);
  assert.equal(
    play.varsFiles.map(({ name, entries }) => [name, ...entries.keys()]),
    [
      ['vars_files one.yml', 'b'],
      ['vars_files two.yml', 'c'],
    ],
  );
  assert.equal(
    play.phases.map(({ name, steps }) => [name, ...names(steps)]),
    [
      ['pre_tasks', 'before'],
      ['tasks', 'middle'],
      ['post_tasks', 'after'],
    ],
  );
  assert.equal(names(play.handlers), ['handler']);
  assert.is(play.handlers[0]?.phase, 'handlers');
  assert.is(play.become.enabled && toData(play.become.enabled), true);
  assert.is(play.become.user && toData(play.become.user), 'admin');
  assert.is(play.gatherFacts, false);
  assert.equal([...(play.phases[0]?.steps[0]?.tags ?? [])], ['x', 'y', 'z']);
  assert.equal(play.serial, [
    { kind: 'count', count: 1 },
    { kind: 'percent', percent: 30 },
  ]);
  assert.equal(plain(asTask(play.phases[0]?.steps[0]).environment.map(toData)), [{ PATH: '/opt/bin' }]);
});

test('has a default for every key but hosts', () => {
  const play = playOf('- hosts: all\n');
  assert.is(play.name, 'all');
  assert.is(play.gatherFacts, true);
  assert.equal(play.become, { enabled: null, user: null });
  assert.equal([play.serial, play.roles, play.phases, play.handlers, play.varsFiles], [[], [], [], [], []]);
  assert.equal([play.order, play.strategy, play.maxFailPercentage], ['inventory', 'linear', null]);
  assert.equal([play.anyErrorsFatal, play.forceHandlers, play.varsPrompt], [false, false, []]);
  assert.equal(play.connection, { user: null, port: null, connection: null });
});

test('calls a play without name by its hosts', () => {
  assert.is(playOf('- hosts: [a, b]\n').name, 'a,b');
});

test('numbers all tasks of a playbook', () => {
  const { playbook } = load({
    'site.yml': '- hosts: a\n  tasks: [{debug: }, {debug: }]\n- hosts: b\n  tasks: [{debug: }]\n',
  });
  const tasks = playbook.plays.flatMap(({ phases }) => phases.flatMap((phase) => phase.steps));
  assert.is(new Set(tasks.map(({ id }) => id)).size, 3);
});

test('says that the playbook is not there', () => {
  assert.equal(load({}).problems, ['`site.yml` can not be read: it does not exist.']);
});

test('says that the playbook is a directory', () => {
  assert.equal(load({ 'site.yml/': '' }).problems, ['`site.yml` is a directory, not a file.']);
});

test('says that the playbook is empty', () => {
  const told = ['`site.yml` is empty. | A playbook is a list of plays: `- hosts: all`.'];
  assert.equal(problemsOf(''), told);
  assert.equal(problemsOf('---\n'), told);
});

test('says that a playbook is a list', () => {
  assert.equal(problemsOf('hosts: all\n'), [
    'site.yml:1:1: A playbook is a list of plays, not a mapping. | Each play starts with `- hosts: ...`.',
  ]);
  assert.equal(problemsOf('hello\n'), [
    'site.yml:1:1: A playbook is a list of plays, not `hello`. | Each play starts with `- hosts: ...`.',
  ]);
});

test('says that a play is a mapping', () => {
  assert.equal(problemsOf('- all\n'), [
    'site.yml:1:3: A play is a mapping, not `all`. | It starts with `- hosts: ...`.',
  ]);
});

test('says that hosts are missing', () => {
  assert.equal(problemsOf('- name: x\n'), ['site.yml:1:3: This play has no `hosts`. | Say which: `hosts: all`.']);
});

test('says where a tab indents', () => {
  assert.equal(problemsOf('- hosts: all\n  tasks:\n\t- debug:\n'), [
    'site.yml:3:1: A tab indents this line. | Indent with spaces: YAML allows no tabs.',
  ]);
});

test('guesses at a misspelt key', () => {
  assert.equal(problemsOf('- hosts: all\n  gather_fact: no\n'), [
    'site.yml:2:3: `gather_fact` is not a key of a play. | Did you mean `gather_facts`?',
  ]);
});

test('names all keys when it can not guess', () => {
  const [problem = ''] = problemsOf('- hosts: all\n  kubernetes: no\n');
  assert.match(problem, 'site.yml:2:3: `kubernetes` is not a key of a play. | Known: name, hosts, order, strategy,');
});

test('says of what Ansible has and kmesh has not what to do instead', () => {
  const hints = {
    collections: 'kmesh has no collections: modules are named directly.',
    module_defaults: 'Give them with YAML: an anchor, `&name`, and `<<: *name` in each task.',
    debugger: 'Show values with a `debug` task.',
    ignore_unreachable: 'A host that can not be reached is out of the run, and the others go on.',
    gather_subset: 'All facts are gathered at once, and only where something needs them.',
  };
  for (const [key, hint] of Object.entries(hints)) {
    assert.equal(problemsOf(`- hosts: all\n  ${key}: x\n`), [`site.yml:2:3: \`${key}\` is not supported. | ${hint}`]);
  }
});

test('reads how hosts are taken', () => {
  const play = playOf(`- hosts: all
  order: sorted
  strategy: free
  any_errors_fatal: yes
  max_fail_percentage: 30
  force_handlers: true
`);
  assert.equal([play.order, play.strategy], ['sorted', 'free']);
  assert.equal([play.anyErrorsFatal, play.maxFailPercentage, play.forceHandlers], [true, 30, true]);
});

test('reads how hosts are connected to', () => {
  const { connection } = playOf('- hosts: all\n  remote_user: admin\n  port: "2222"\n  connection: local\n');
  assert.equal(
    [connection.user, connection.port, connection.connection].map((node) => node && toData(node)),
    ['admin', 2222, 'local'],
  );
  assert.is(playOf('- hosts: all\n  user: "{{ who }}"\n').connection.user?.kind, 'scalar');
});

test('refuses a user that is given twice', () => {
  assert.equal(problemsOf('- hosts: all\n  user: a\n  remote_user: b\n'), [
    'site.yml:2:3: `user` and `remote_user` are the same. | Keep one of them.',
  ]);
});

test('reads what the user is asked for', () => {
  const { varsPrompt } = playOf(`- hosts: all
  vars_prompt:
    - name: token
      prompt: The token
      confirm: yes
    - {name: n, private: no, default: 5, unsafe: yes}
`);
  assert.equal(
    varsPrompt.map(({ at, ...one }) => ({ ...one, column: formatSpan(at).split(':').at(-1) })),
    [
      { name: 'token', prompt: 'The token', isPrivate: true, mustConfirm: true, byDefault: null, column: '13' },
      { name: 'n', prompt: 'n', isPrivate: false, mustConfirm: false, byDefault: 5, column: '14' },
    ],
  );
});

test('says what is wrong with a prompt', () => {
  const wrong = {
    '{prompt: x}': '2:17: This prompt has no `name`. | Which variable is asked for?',
    '{name: a-b}':
      '2:24: `a-b` can not be the name of a variable. | Letters, digits and underscores, not a digit first.',
    '{name: a, encrypt: x}': '2:27: `encrypt` is not supported. | Give the hash itself, as `mkpasswd` makes it.',
    '{name: a, promt: x}': '2:27: `promt` is not a key of vars_prompt. | Did you mean `prompt`?',
    x: '2:17: A prompt is a mapping, not `x`.',
  };
  for (const [text, told] of Object.entries(wrong))
    assert.equal(
      problemsOf(`- hosts: all\n  vars_prompt: [${text}]\n`),
      [`site.yml:${told.replace('2:17', '2:17')}`],
      text,
    );
});

test('gives its tasks what a play says of all of them', () => {
  const play = playOf(`- hosts: all
  ignore_errors: yes
  any_errors_fatal: yes
  no_log: yes
  run_once: yes
  check_mode: no
  diff: yes
  throttle: 2
  timeout: 5
  tasks:
    - debug:
    - {debug: , ignore_errors: no, any_errors_fatal: no, no_log: no, run_once: no, check_mode: yes, diff: no, throttle: 0, timeout: 0}
`);
  const [taken, own] = (play.phases[0]?.steps ?? [])
    .map(asTask)
    .map((task) => [
      task.ignoreErrors && toData(task.ignoreErrors),
      task.anyErrorsFatal,
      task.noLog && toData(task.noLog),
      task.runOnce,
      task.checkMode,
      task.diff,
      task.throttle,
      task.timeoutMs,
    ]);
  assert.equal(taken, ['yes', true, 'yes', true, false, true, 2, 5000]);
  assert.equal(own, ['no', false, 'no', false, true, false, null, null]);
});

test('takes what is known before the run in hosts and serial', () => {
  const extra = extraVars({ target: 'nodes', n: 2 });
  const play = must(
    load({ 'site.yml': '- hosts: "{{ target }}"\n  serial: "{{ n }}"\n' }, extra).playbook.plays[0],
    'play',
  );
  assert.equal(
    play.hosts.map(({ value }) => value),
    ['nodes'],
  );
  assert.equal(play.serial, [{ kind: 'count', count: 2 }]);
});

test('says of what is not known before the run', () => {
  const told = 'is read before the run, when only `-e`, `playbook_dir` and `role_path` are known: `n` is undefined.';
  assert.equal(problemsOf('- hosts: all\n  serial: "{{ n }}"\n'), [`site.yml:2:15: \`serial\` ${told}`]);
  assert.equal(problemsOf('- hosts: "{{ n }}"\n'), [`site.yml:1:14: \`hosts\` ${told}`]);
});

test('says what each key wants, and where', () => {
  const wrong = {
    'name: [x]': '2:9: `name` must be text, not a list.',
    'vars: x': '2:9: `vars` must be a mapping of variables, not `x`.',
    'vars_files: [[{a: b}]]': '2:17: `vars_files` must be text, or a list of texts, not a mapping.',
    'vars_files: {a: b}': '2:15: `vars_files` must be text, or a list of texts, not a mapping.',
    'roles: bird2': '2:10: `roles` must be a list, not `bird2`. | Each starts with `- `.',
    'strategy: fre': '2:13: `strategy` is `fre`; it can be `linear`, `free`, `lockstep`. | Did you mean `free`?',
    'strategy: host_pinned':
      '2:13: `strategy` is `host_pinned`; it can be `linear`, `free`, `lockstep`. | Write `free`: there no host waits for another.',
    'strategy: debug': '2:13: `strategy` is `debug`; it can be `linear`, `free`, `lockstep`. | Run with `--step`.',
    'order: random':
      '2:10: `order` is `random`; it can be `inventory`, `reverse_inventory`, `sorted`, `reverse_sorted`, `shuffle`.',
    'max_fail_percentage: 130': '2:24: `max_fail_percentage` must be a number from 0 to 100, not the number `130`.',
    'port: 99999': '2:9: `port` must be a port, not the number `99999`.',
    'any_errors_fatal: maybe': '2:21: `any_errors_fatal` must be true or false, not `maybe`.',
    'throttle: -1': '2:13: `throttle` must be a whole number, not the number `-1`.',
    'tasks: x': '2:10: `tasks` must be a list of tasks, not `x`. | Each starts with `- `.',
    'tasks: {debug: }': '2:10: `tasks` must be a list of tasks, not a mapping. | Each starts with `- `.',
    'tasks: [x]': '2:11: A task is a mapping, not `x`.',
    'handlers: 5': '2:13: `handlers` must be a list of tasks, not the number `5`. | Each starts with `- `.',
    'become_method: su': '2:18: `su` is not supported. | Only `sudo` is.',
    'gather_facts: maybe': '2:17: `gather_facts` must be true or false, not `maybe`.',
    'tags: {a: b}': '2:9: `tags` must be text, or a list of texts, not a mapping.',
    'environment: x': '2:16: `environment` must be a mapping, not `x`.',
  };
  for (const [text, told] of Object.entries(wrong)) {
    assert.equal(problemsOf(`- hosts: all\n  ${text}\n`), [`site.yml:${told}`], text);
  }
});

test('takes yes and no for gather_facts', () => {
  for (const word of ['no', 'false', 'off', 'No', '"no"'])
    assert.is(playOf(`- hosts: all\n  gather_facts: ${word}\n`).gatherFacts, false, word);
  assert.is(playOf('- hosts: all\n  gather_facts: yes\n').gatherFacts, true);
});

test('takes lists that were left empty', () => {
  const play = playOf('- hosts: all\n  tasks:\n  roles:\n  vars:\n  handlers: []\n  environment:\n  vars_files:\n');
  assert.equal([play.phases, play.roles, play.handlers], [[], [], []]);
});

const serial = (text: string): unknown => playOf(`- hosts: all\n  serial: ${text}\n`).serial;

test('takes all forms of serial', () => {
  assert.equal(serial('2'), [{ kind: 'count', count: 2 }]);
  assert.equal(serial('"2"'), [{ kind: 'count', count: 2 }]);
  assert.equal(serial('30%'), [{ kind: 'percent', percent: 30 }]);
  assert.equal(serial('[1, 50%, 5]'), [
    { kind: 'count', count: 1 },
    { kind: 'percent', percent: 50 },
    { kind: 'count', count: 5 },
  ]);
});

test('refuses what is no number of hosts', () => {
  const wanted = '`serial` must be a number of hosts or a share such as `30%`, not';
  const wrong = {
    '0': 'the number `0`',
    '-1': 'the number `-1`',
    '1.5': 'the number `1.5`',
    '0%': '`0%`',
    few: '`few`',
    true: 'the boolean `true`',
    '{a: b}': 'a mapping',
  };
  for (const [text, words] of Object.entries(wrong))
    assert.equal(problemsOf(`- hosts: all\n  serial: ${text}\n`), [`site.yml:2:11: ${wanted} ${words}.`], text);
  assert.equal(problemsOf('- hosts: all\n  serial: [1, x]\n'), [`site.yml:2:15: ${wanted} \`x\`.`]);
});

test('says that a file of variables is not there', () => {
  assert.equal(problemsOf('- hosts: all\n  vars_files:\n    - nope.yml\n'), [
    'site.yml:3:7: `nope.yml` can not be read: it does not exist.',
  ]);
});

test('says that a file of variables is no mapping', () => {
  assert.equal(problemsOf('- hosts: all\n  vars_files: v.yml\n', { 'v.yml': '- a\n' }), [
    'v.yml:1:1: A file of variables is a mapping, not a list.',
  ]);
});

test('takes the first file of variables that is there, of a list in the list', () => {
  const { varsFiles } = playOf('- hosts: all\n  vars_files:\n    - [no.yml, b.yml, c.yml]\n', {
    'b.yml': 'a: 1\n',
    'vars/c.yml': 'a: 2\n',
  });
  assert.equal(
    varsFiles.map(({ name }) => name),
    ['vars_files b.yml'],
  );
});

test('says where files of variables belong whose names are not known before the run', () => {
  assert.equal(problemsOf('- hosts: all\n  vars_files: "{{ facts.os.family }}.yml"\n'), [
    'site.yml:2:19: `vars_files` is read before the run, when only `-e`, `playbook_dir` and `role_path` are known: `facts` is undefined. | Write `include_vars` as a task: it is read when its turn has come.',
  ]);
});

/** The environment that a play gives its tasks. */
function environmentOf(text: string): unknown {
  return asTask(
    playOf(`- hosts: all\n  environment: ${text}\n  tasks: [debug: ]\n`).phases[0]?.steps[0],
  ).environment.map(toData);
}

test('takes environment in every form that Ansible takes', () => {
  assert.equal(environmentOf('"{{ proxy }}"'), ['{{ proxy }}']);
  assert.equal(plain(environmentOf('[{A: b}, "{{ proxy }}"]')), [{ A: 'b' }, '{{ proxy }}']);
});

test('takes a file of variables with nothing in it', () => {
  assert.equal(playOf('- hosts: all\n  vars_files: v.yml\n', { 'v.yml': '---\n# none yet\n' }).varsFiles, []);
});

test('checks names and templates of variables', () => {
  assert.equal(problemsOf('- hosts: all\n  vars:\n    a-b: 1\n    1st: x\n    ok: "{{ x"\n    groups: 1\n'), [
    'site.yml:3:5: `a-b` can not be the name of a variable. | Letters, digits and underscores, not a digit first.',
    'site.yml:4:5: `1st` can not be the name of a variable. | Letters, digits and underscores, not a digit first.',
    'site.yml:5:10: `{{` is never closed. | Write `}}` where it ends, or `\\{{` for braces that are text.',
    'site.yml:6:5: `groups` is set by kmesh itself. | Choose another name.',
  ]);
});

test('goes on behind a mistake, so that all are told at once', () => {
  const problems = problemsOf('- host: all\n  tasks:\n    - debg: {msg: x}\n- hosts: b\n  serial: x\n');
  assert.equal(
    problems.map((problem) => problem.split(':').slice(1, 3).join(':')),
    ['1:3', '1:3', '3:7', '5:11'],
  );
});

test('refuses `hosts` without any', () => {
  for (const hosts of ['hosts:', 'hosts: []']) {
    const [problem = '', ...more] = problemsOf(`- ${hosts}\n`);
    assert.match(problem, '`hosts` names no host.');
    assert.is(more.length, 0);
  }
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toData } from '../../../src/base/node.ts';
import { modules } from '../../../src/modules/index.ts';
import { callKeywords } from '../../../src/playbook/keywords.ts';
import { covered, plain } from '../../support/node.ts';
import { asTask, playOf, playWith, taskOf, taskProblems } from '../support.ts';

const test = suite('playbook/load-task');

test('reads every key of a task', () => {
  const task = taskOf(`name: Make it
copy: {dest: /x, content: y}
when: [a == 1, b == 2]
loop: [1, 2]
register: result
notify: [one, two]
listen: [three]
tags: [x, y]
ignore_errors: yes
failed_when: result.failed
changed_when: false
check_mode: false
become: true
become_user: admin
become_method: sudo
vars: {v: 1}
environment: {E: "1"}
no_log: true
timeout: 30
`);
  assert.is(task.name?.value, 'Make it');
  assert.is(task.module.name, 'copy');
  assert.equal(plain(toData(task.args)), { dest: '/x', content: 'y' });
  assert.equal(
    task.when.map(({ value }) => value),
    ['a == 1', 'b == 2'],
  );
  assert.equal(task.loop && toData(task.loop.node), [1, 2]);
  assert.is(task.register, 'result');
  assert.equal(
    task.notify.map(({ value }) => value),
    ['one', 'two'],
  );
  assert.equal(task.listen, ['three']);
  assert.equal([...task.tags], ['x', 'y']);
  assert.is(task.ignoreErrors && toData(task.ignoreErrors), 'yes');
  assert.equal(
    task.failedWhen?.map(({ value }) => value),
    ['result.failed'],
  );
  assert.equal(
    task.changedWhen?.map(({ value }) => value),
    [false],
  );
  assert.is(task.checkMode, false);
  assert.is(task.become.enabled && toData(task.become.enabled), true);
  assert.is(task.become.user && toData(task.become.user), 'admin');
  assert.equal(
    task.vars.map(({ entries }) => [...entries.keys()]),
    [['v']],
  );
  assert.equal(plain(task.environment.map(toData)), [{ E: '1' }]);
  assert.is(task.noLog && toData(task.noLog), true);
  assert.is(task.timeoutMs, 30_000);
});

test('has a default for every key but the module', () => {
  const task = taskOf('debug:');
  assert.is(task.name, null);
  assert.equal([task.when, task.notify, task.listen, [...task.tags]], [[], [], [], []]);
  assert.equal(
    [task.loop, task.register, task.ignoreErrors, task.failedWhen, task.changedWhen, task.checkMode, task.noLog],
    [null, null, null, null, null, null, null],
  );
  assert.equal([task.environment, task.vars, task.sections], [[], [], []]);
  assert.equal([task.timeoutMs, task.diff, task.retry, task.delegateTo, task.throttle], [null, null, null, null, null]);
  assert.equal([task.runOnce, task.delegateFacts, task.anyErrorsFatal, task.phase], [false, false, false, 'tasks']);
});

test('takes one text where a list may stand', () => {
  const task = taskOf('debug:\nwhen: a\nnotify: b\ntags: c, d\n');
  assert.equal(
    [...task.when, ...task.notify].map(({ value }) => value),
    ['a', 'b'],
  );
  assert.equal([...task.tags], ['c', 'd']);
});

test('places a task at its module', () => {
  assert.is(covered(taskOf('name: x\ndebug:\n').at), 'debug');
});

test('knows every module by its full names, too', () => {
  for (const prefix of ['ansible.builtin.', 'ansible.legacy.', 'ansible.posix.', 'community.general.'])
    assert.is(taskOf(`${prefix}debug: {msg: x}`).module.name, 'debug');
});

test('takes the plain text of a command', () => {
  assert.equal(plain(toData(taskOf('command: uptime --pretty').args)), { cmd: 'uptime --pretty' });
  assert.equal(plain(toData(taskOf('shell: echo $HOME | cat').args)), { cmd: 'echo $HOME | cat' });
  assert.equal(plain(toData(taskOf('command: 5').args)), { cmd: '5' });
});

test('refuses plain text where args must be named', () => {
  assert.equal(taskProblems('copy: hello'), [
    'site.yml:3:13: The args of copy must be a mapping, not `hello`. | Write `copy: {src: ..., content: ...}`.',
  ]);
});

test('reads until, retries and delay', () => {
  const { retry } = taskOf('command: x\nregister: r\nuntil: r.rc == 0\nretries: "5"\ndelay: 0.5\n');
  assert.equal(
    [
      retry?.until?.map(({ value }) => value),
      retry?.retries && toData(retry.retries),
      retry?.delay && toData(retry.delay),
    ],
    [['r.rc == 0'], 5, 0.5],
  );
  assert.equal(taskOf('command: x\nretries: "{{ n }}"\n').retry?.until, null);
});

test('reads where a task is done', () => {
  const task = taskOf(
    'command: x\ndelegate_to: "{{ groups.a.[0] }}"\ndelegate_facts: yes\nrun_once: yes\nthrottle: 1\n',
  );
  assert.equal(
    [task.delegateTo?.value, task.delegateFacts, task.runOnce, task.throttle],
    ['{{ groups.a.[0] }}', true, true, 1],
  );
});

test('takes args beside the module', () => {
  const task = taskOf('shell: make\nargs:\n  chdir: /src\n  creates: /opt/x\n');
  assert.equal(plain(toData(task.args)), { cmd: 'make', chdir: '/src', creates: '/opt/x' });
  assert.equal(plain(toData(taskOf('copy: {dest: /x}\nargs: {content: y}\n').args)), { dest: '/x', content: 'y' });
});

test('refuses an arg that is given twice', () => {
  assert.equal(taskProblems('copy: {dest: /x, content: y}\nargs: {dest: /z}'), [
    'site.yml:4:14: `dest` is given twice. | Keep one of them.',
  ]);
  assert.equal(taskProblems('copy: {dest: /x, content: y}\nargs: "{{ z }}"'), [
    'site.yml:4:13: `args` must be a mapping, not `{{ z }}`. | Write them one by one: `args: {chdir: /opt}`.',
  ]);
});

test('takes a module under action and local_action', () => {
  const copied = taskOf('action: copy content=y dest=/x');
  assert.equal(
    [copied.module.name, plain(toData(copied.args)), copied.delegateTo],
    ['copy', { content: 'y', dest: '/x' }, null],
  );
  const local = taskOf('local_action: command echo hi creates=/x');
  assert.equal([local.module.name, plain(toData(local.args))], ['command', { cmd: 'echo hi', creates: '/x' }]);
  assert.is(local.delegateTo?.value, 'localhost');
  const map = taskOf('local_action: {module: ansible.builtin.copy, content: y, dest: /x}');
  assert.equal([map.module.name, plain(toData(map.args))], ['copy', { content: 'y', dest: '/x' }]);
  assert.is(taskOf('action: debug').module.name, 'debug');
});

test('says what is wrong with an action', () => {
  assert.equal(taskProblems('action: cpoy src=a dest=/b'), [
    'site.yml:3:15: `cpoy` is not a module or a key of a task. | Did you mean `copy`?',
  ]);
  assert.equal(taskProblems('action: {src: a}'), [
    'site.yml:3:15: `action` needs the name of a module. | Write `module: copy` in it.',
  ]);
  assert.equal(taskProblems('action: [copy]'), ['site.yml:3:15: `action` must be a module with its args, not a list.']);
});

test('takes other names of args', () => {
  for (const name of ['path', 'dest', 'name'])
    assert.equal(plain(toData(taskOf(`file: {${name}: /x, state: touch}`).args)), { path: '/x', state: 'touch' });
});

test('refuses two names of one arg', () => {
  assert.equal(taskProblems('file: {path: /x, dest: /y}'), ['site.yml:3:24: `dest` and `path` are the same argument.']);
});

test('says that there is no module', () => {
  assert.equal(taskProblems('name: x'), [
    'site.yml:3:7: This task has no module. | A task is `module: args`, such as `package: {name: jq}`.',
  ]);
});

test('says that there are two modules', () => {
  assert.equal(taskProblems('debug:\ncommand: x'), [
    'site.yml:4:7: This task has two modules, `debug` and `command`. | Make them two tasks.',
  ]);
});

test('guesses at a misspelt module', () => {
  assert.equal(taskProblems('comand: uptime'), [
    'site.yml:3:7: `comand` is not a module or a key of a task. | Did you mean `command`?',
  ]);
});

test('names all modules when it can not guess', () => {
  const [problem = ''] = taskProblems('kubernetes: x');
  assert.is(
    problem,
    `site.yml:3:7: \`kubernetes\` is not a module or a key of a task. | Modules: ${[...modules.keys(), ...callKeywords].join(', ')}.`,
  );
});

test('guesses at a misspelt key of a task', () => {
  assert.equal(taskProblems('debug:\nnotfy: x'), [
    'site.yml:4:7: `notfy` is not a key of a task. | Did you mean `notify`?',
  ]);
  assert.equal(taskProblems('debug:\nxyzzy: x'), ['site.yml:4:7: `xyzzy` is not a key of a task.']);
});

test('says of what Ansible has and kmesh has not what to do instead', () => {
  const hints = {
    async: 'A task is waited for: give it a `timeout`. What runs for long is a unit: `command: systemd-run ...`.',
    poll: 'A task is waited for: give it a `timeout`.',
    with_lines: 'Run the program as a task with `register: out`, then `loop: "{{ out.stdout_lines }}"`.',
    with_inventory_hostnames: 'Write `loop: "{{ groups.NAME }}"`.',
    ignore_unreachable: 'A host that can not be reached is out of the run, and the others go on.',
  };
  for (const [key, hint] of Object.entries(hints))
    assert.equal(taskProblems(`debug:\n${key}: x`), [`site.yml:4:7: \`${key}\` is not supported. | ${hint}`]);
  assert.equal(taskProblems('include: x.yml'), [
    'site.yml:3:7: `include` is not supported. | Write `include_tasks`, or `import_tasks` where the name of the file is known before the run.',
  ]);
});

test('guesses at a misspelt arg', () => {
  assert.equal(taskProblems('copy: {dest: /x, contnt: y}'), [
    'site.yml:3:24: `contnt` is not an argument of copy. | Did you mean `content`?',
  ]);
});

test('says that an arg is missing', () => {
  assert.equal(taskProblems('copy: {content: y}'), [
    'site.yml:3:7: `dest` is missing: argument of copy that must be given.',
  ]);
});

test('says that an arg has the wrong type, and where', () => {
  assert.equal(taskProblems('file:\n  path: /x\n  recurse: maybe'), [
    'site.yml:5:18: `recurse` must be true or false, not `maybe`. | Sets the attributes of everything in a directory, too.',
  ]);
});

test('refuses a mode without quotes', () => {
  assert.equal(taskProblems('file: {path: /x, mode: 0644}'), [
    "site.yml:3:30: `mode` must be text, not the number `644`. | Quote it: `mode: '0644'`.",
  ]);
});

test('says that args exclude each other', () => {
  assert.equal(taskProblems('copy: {dest: /x, src: a, content: b}'), [
    'site.yml:3:41: Only one of `src` and `content` can be given.',
  ]);
});

test('leaves args that are templates for later', () => {
  assert.equal(taskProblems('file: {path: "{{ a }}", recurse: "{{ b }}", mode: "{{ c }}"}'), []);
});

test('checks templates in args', () => {
  assert.equal(taskProblems('debug: {msg: "{{ a | b }}"}').length, 1);
  assert.equal(taskProblems('copy: {dest: /x, content: {a: ["{{#if x}}"]}}').length, 1);
});

test('checks templates in names, notifications, loops and become', () => {
  for (const text of [
    'name: "{{ x"',
    'notify: "{{ x"',
    'loop: ["{{ x"]',
    'ignore_errors: "{{ x"',
    'become_user: "{{ x"',
  ])
    assert.equal(taskProblems(`debug:\n${text}`).length, 1, text);
  for (const text of ['vars: {v: "{{ x"}', 'environment: {E: "{{ x"}'])
    assert.equal(taskProblems(`debug:\n${text}`).length, 1, text);
});

test('checks conditions', () => {
  for (const key of ['when', 'failed_when', 'changed_when'])
    assert.match(taskProblems(`debug:\n${key}: x is defined`)[0] ?? '', `site.yml:4:`, key);
  assert.equal(taskProblems('assert: {that: [a == 1, b ==]}').length, 1);
});

test('takes no condition at all for none', () => {
  for (const key of ['failed_when', 'changed_when']) {
    for (const text of ['', ' []']) {
      const { failedWhen, changedWhen } = taskOf(`debug:\n${key}:${text}\n`);
      assert.equal([failedWhen, changedWhen], [null, null]);
    }
  }
});

test('takes a dry run of one task', () => {
  assert.is(taskOf('debug:\ncheck_mode: yes').checkMode, true);
});

test('says what each key wants, and where', () => {
  const wrong = {
    'name: [x]': '4:13: `name` must be text, not a list.',
    'register: {a: b}': '4:17: `register` must be text, not a mapping.',
    'register: a-b':
      '4:17: `a-b` can not be the name of a variable. | Letters, digits and underscores, not a digit first.',
    'register: facts': '4:17: `facts` is set by kmesh itself. | Choose another name.',
    'notify: {a: b}': '4:15: `notify` must be text, or a list of texts, not a mapping.',
    'when: {a: b}': '4:13: `when` must be text, or a list of texts, not a mapping.',
    'check_mode: maybe': '4:19: `check_mode` must be true or false, not `maybe`.',
    'no_log: maybe': '4:15: `no_log` must be true or false, not `maybe`.',
    'retries: few': '4:16: `retries` must be a whole number, not `few`.',
    'delay: 1': '4:7: `delay` needs `until` or `retries`. | To wait once: `wait_for: {timeout: 5}`.',
    'run_once: maybe': '4:17: `run_once` must be true or false, not `maybe`.',
    'ignore_errors: maybe': '4:22: `ignore_errors` must be true or false, not `maybe`.',
    'become: maybe': '4:15: `become` must be true or false, not `maybe`.',
    'delegate_to: [a]': '4:20: `delegate_to` must be text, not a list.',
    'timeout: long': '4:16: `timeout` must be a number of seconds, not `long`.',
    'timeout: -1': '4:16: `timeout` must be a number of seconds, not the number `-1`.',
    'vars: [a]': '4:13: `vars` must be a mapping of variables, not a list.',
    'environment: [a]': '4:21: `environment` must be a mapping, not `a`.',
    'become_method: su': '4:22: `su` is not supported. | Only `sudo` is.',
  };
  for (const [text, told] of Object.entries(wrong))
    assert.equal(taskProblems(`debug:\n${text}`), [`site.yml:${told}`], text);
});

test('takes a timeout of 0 for none', () => {
  assert.is(taskOf('debug:\ntimeout: 0').timeoutMs, null);
});

test('refuses to set what kmesh itself sets', () => {
  assert.equal(taskProblems('set_fact: {inventory_hostname: x, "groups": y}'), [
    'site.yml:3:18: `inventory_hostname` is set by kmesh itself. | Choose another name.',
    'site.yml:3:41: `groups` is set by kmesh itself. | Choose another name.',
  ]);
});

const inPlay = (task: string): string =>
  playWith(task).replace('- hosts: all\n', '- hosts: all\n  tags: outer\n  become: yes\n  become_user: admin\n');

test('takes over tags, become and its user from the play', () => {
  const task = asTask(playOf(inPlay('debug:\ntags: own')).phases[0]?.steps[0]);
  assert.equal([...task.tags], ['outer', 'own']);
  assert.is(task.become.enabled && toData(task.become.enabled), 'yes');
  assert.is(task.become.user && toData(task.become.user), 'admin');
});

test('lets a task say otherwise than its play', () => {
  const task = asTask(playOf(inPlay('debug:\nbecome: no\nbecome_user: root')).phases[0]?.steps[0]);
  assert.is(task.become.enabled && toData(task.become.enabled), 'no');
  assert.is(task.become.user && toData(task.become.user), 'root');
});

test('does not find args among what all objects have', () => {
  assert.match(taskProblems('debug: {constructor: 1}').join('\n'), '`constructor` is not an argument of debug.');
  assert.match(taskProblems('debug: {__proto__: 1}').join('\n'), '`__proto__` is not an argument of debug.');
});

test('wants the name of a user in become_user', () => {
  assert.match(taskProblems('debug: \nbecome_user: [a]').join('\n'), '`become_user` must be text, not a list.');
  assert.match(taskProblems("debug: \nbecome_user: ''").join('\n'), '`become_user` must be the name of a user');
});

test('refuses a number as a verdict', () => {
  for (const key of ['until', 'failed_when', 'changed_when'])
    for (const value of ['5', '"5"'])
      assert.match(taskProblems(`debug: \n${key}: ${value}`).join('\n'), `\`${key}\` must be a condition, not`);
});

test('takes a timeout in quotes, and none that no timer can hold', () => {
  assert.is(asTask(taskOf('debug: \ntimeout: "30"')).timeoutMs, 30_000);
  assert.match(taskProblems('debug: \ntimeout: 1e99').join('\n'), '`timeout` must be at most 2147483 seconds');
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toData } from '../../../src/base/node.ts';
import type { Step } from '../../../src/playbook/playbook.ts';
import { plain } from '../../support/node.ts';
import { asTask, names, playOf, stepsOf, taskProblems } from '../support.ts';

const test = suite('playbook/load-block');

const block = `block: [{name: one, debug: }, {name: two, debug: }]
rescue: [{name: three, debug: }]
always: [{name: four, debug: }]
`;

/** The blocks that a step stands in, as `1.rescue 2.block`; numbered as they come. */
function places(steps: readonly Step[]): string[] {
  const ids = [...new Set(steps.flatMap(({ sections }) => sections.map(({ block: { id } }) => id)))];
  return steps.map(({ sections }) =>
    sections.map(({ block: { id }, part }) => `${ids.indexOf(id) + 1}.${part}`).join(' '),
  );
}

test('puts the steps of a block, its rescue and its always one after the other', () => {
  const steps = stepsOf(block);
  assert.equal(names(steps), ['one', 'two', 'three', 'four']);
  assert.equal(places(steps), ['1.block', '1.block', '1.rescue', '1.always']);
  const [section] = steps[0]?.sections ?? [];
  assert.equal([section?.block.hasRescue, section?.block.hasAlways], [true, true]);
});

test('knows that a block has neither rescue nor always', () => {
  const [section] = stepsOf('block: [debug: ]')[0]?.sections ?? [];
  assert.equal([section?.block.hasRescue, section?.block.hasAlways], [false, false]);
});

test('knows every block that a step stands in, outermost first', () => {
  const steps = stepsOf('block:\n  - block: [debug: ]\n    rescue:\n      - block: [debug: ]\n  - debug:\n');
  assert.equal(places(steps), ['1.block 2.block', '1.block 2.rescue 3.block', '1.block']);
});

test('adds up conditions, tags, variables and environment', () => {
  const [step] = stepsOf(`when: a
tags: x
vars: {v: 1}
environment: {E: "1"}
block:
  - {debug: , when: b, tags: y, vars: {v: 2}, environment: {E: "2"}}
`);
  const task = asTask(step);
  assert.equal(
    task.when.map(({ value }) => value),
    ['a', 'b'],
  );
  assert.equal([...task.tags], ['x', 'y']);
  assert.equal(
    task.vars.map(({ name, entries }) => [name, ...[...entries.values()].map(({ value }) => toData(value))]),
    [
      ['vars of the block', 1],
      ['vars of the task', 2],
    ],
  );
  assert.equal(plain(task.environment.map(toData)), [{ E: '1' }, { E: '2' }]);
});

const handedDown = `become: yes
become_user: admin
ignore_errors: yes
any_errors_fatal: yes
delegate_to: x
delegate_facts: yes
run_once: yes
no_log: yes
notify: h
throttle: 3
timeout: 7
check_mode: no
diff: no
`;

/** What a task has of that. */
function kept(step: Step | undefined): unknown[] {
  const task = asTask(step);
  return [
    task.become.enabled && toData(task.become.enabled),
    task.become.user && toData(task.become.user),
    task.ignoreErrors && toData(task.ignoreErrors),
    task.anyErrorsFatal,
    task.delegateTo?.value,
    task.delegateFacts,
    task.runOnce,
    task.noLog && toData(task.noLog),
    task.notify.map(({ value }) => value),
    task.throttle,
    task.timeoutMs,
    task.checkMode,
    task.diff,
  ];
}

const all = ['yes', 'admin', 'yes', true, 'x', true, true, 'yes', ['h'], 3, 7000, false, false];

test('hands down whatever else is said of a block', () => {
  const steps = stepsOf(`${handedDown}block: [debug: ]\nrescue: [debug: ]\nalways: [block: [debug: ]]\n`);
  assert.equal(steps.map(kept), [all, all, all]);
});

test('lets a task say otherwise than its block', () => {
  const own =
    'become: no, become_user: root, ignore_errors: no, any_errors_fatal: no, delegate_to: y, delegate_facts: no, run_once: no, no_log: no, notify: [i], throttle: 0, timeout: 0, check_mode: yes, diff: yes';
  const [step] = stepsOf(`${handedDown}block: [{debug: , ${own}}]\n`);
  assert.equal(kept(step), ['no', 'root', 'no', false, 'y', false, false, 'no', ['i'], null, null, true, true]);
});

test('says what is wrong with a block', () => {
  const wrong = {
    'rescue: [debug: ]': '3:7: `rescue` needs a `block`. | Put the tasks that may fail under `block:`, beside it.',
    'always: [debug: ]': '3:7: `always` needs a `block`. | Put the tasks that may fail under `block:`, beside it.',
    'block: x': '3:14: `block` must be a list of tasks, not `x`. | Each starts with `- `.',
    'block: {debug: }': '3:14: `block` must be a list of tasks, not a mapping. | Each starts with `- `.',
    'block:': '3:7: This block has no tasks.',
    'block: [debug: ]\nloop: [1]':
      '4:7: `loop` is not a key of a block. | A loop needs tasks in a file: `include_tasks` with `loop`.',
    'block: [debug: ]\nregister: x': '4:7: `register` is not a key of a block. | Put it beside each of its tasks.',
    'block: [debug: ]\nresuce: []': '4:7: `resuce` is not a key of a block. | Did you mean `rescue`?',
    'block: [debg: ]': '3:15: `debg` is not a module or a key of a task. | Did you mean `debug`?',
    'block: [debug: ]\nwhen: a and b': '4:15: `and` is Jinja. | Write `a && b`.',
  };
  for (const [text, told] of Object.entries(wrong)) assert.equal(taskProblems(text), [`site.yml:${told}`], text);
});

test('refuses a block, an include and a meta among handlers', () => {
  const handlers = `- hosts: all
  handlers:
    - block: [{name: h, debug: }]
    - include_tasks: x.yml
    - meta: noop
`;
  assert.throws(
    () => playOf(handlers, { 'x.yml': '' }),
    (error: Error) => {
      assert.equal(error.message.split('\n'), [
        'site.yml:3:25: A handler is one task, not a block. | Write several handlers that `listen` to one word.',
        'site.yml:4:7: A handler is one task, not `include`. | Write `import_tasks`, or several handlers that `listen` to one word.',
        'site.yml:5:7: A handler is one task, not `meta`. | Write several handlers that `listen` to one word.',
      ]);
      return true;
    },
  );
});

test.run();

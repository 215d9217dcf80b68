import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toData } from '../../../src/base/node.ts';
import { withKeywords } from '../../../src/playbook/keywords.ts';
import type { Loop } from '../../../src/playbook/playbook.ts';
import { must } from '../../../src/base/errors.ts';
import { covered, plain } from '../../support/node.ts';
import { taskOf, taskProblems } from '../support.ts';

const test = suite('playbook/load-loop');

/** The loop of a task with these lines. */
function loopOf(lines: string): Loop {
  return must(taskOf(`debug:\n${lines}\n`).loop, 'loop');
}

test('reads a loop with all that controls it', () => {
  const { label, node, ...loop } = loopOf(`loop: [1, 2]
loop_control: {loop_var: port, index_var: i, label: "{{ port }}", pause: 0.5, extended: yes, extended_allitems: no}`);
  assert.equal(toData(node), [1, 2]);
  assert.is(label?.value, '{{ port }}');
  assert.equal(loop, { kind: 'list', variable: 'port', indexVariable: 'i', pauseMs: 500, isExtended: true });
});

test('has a default for everything that controls it', () => {
  const { node: _, ...loop } = loopOf('loop: [1]');
  assert.equal(loop, {
    kind: 'list',
    variable: 'item',
    indexVariable: null,
    label: null,
    pauseMs: 0,
    isExtended: false,
  });
});

test('knows every kind of loop', () => {
  for (const [key, kind] of Object.entries(withKeywords)) assert.is(loopOf(`${key}: [a]`).kind, kind, key);
});

test('takes a bare name for the variable, as Ansible does', () => {
  const { node } = loopOf('with_items: site.packages');
  assert.is(toData(node), '{{ site.packages }}');
  assert.is(covered(node.span), 'site.packages');
  for (const key of [
    'with_list',
    'with_dict',
    'with_indexed_items',
    'with_nested',
    'with_together',
    'with_subelements',
  ])
    assert.is(toData(loopOf(`${key}: packages`).node), '{{ packages }}', key);
});

test('takes text for text where files, patterns and ranges are meant', () => {
  for (const key of ['with_fileglob', 'with_first_found', 'with_sequence'])
    assert.is(toData(loopOf(`${key}: packages`).node), 'packages', key);
});

test('takes a text that can not be a variable, and items of a list, as they are', () => {
  assert.is(toData(loopOf('with_items: two words').node), 'two words');
  assert.equal(plain(toData(loopOf('with_items: [packages]').node)), ['packages']);
});

test('says what is wrong with a loop', () => {
  const wrong = {
    'loop: packages':
      '4:13: `loop` must be a list, not `packages`. | A variable is a template: `loop: "{{ packages }}"`.',
    'loop: two words': '4:13: `loop` must be a list, not `two words`. | A list of one: `loop: [two words]`.',
    'loop: {a: b}': '4:13: `loop` must be a list, not a mapping. | Go over a mapping with `with_dict`.',
    'loop: 5': '4:13: `loop` must be a list, not the number `5`. | A list of one: `loop: [5]`.',
    'loop: ["{{ x"]': '4:15: `{{` is never closed. | Write `}}` where it ends, or `\\{{` for braces that are text.',
    'loop: [1]\nwith_items: [2]': '5:7: `loop` and `with_items` are two loops. | Keep one of them.',
    'with_itmes: [2]': '4:7: `with_itmes` is not a key of a task. | Did you mean `with_items`?',
    'loop_control: {label: x}': '4:7: `loop_control` needs a loop. | Write `loop:` beside it.',
    'loop: [1]\nloop_control: {loop_vra: x}':
      '5:22: `loop_vra` is not a key of loop_control. | Did you mean `loop_var`?',
    'loop: [1]\nloop_control: {loop_var: a-b}':
      '5:32: `a-b` can not be the name of a variable. | Letters, digits and underscores, not a digit first.',
    'loop: [1]\nloop_control: {loop_var: groups}': '5:32: `groups` is set by kmesh itself. | Choose another name.',
    'loop: [1]\nloop_control: {pause: long}': '5:29: `pause` must be a number of seconds, not `long`.',
    'loop: [1]\nloop_control: {break_when: x}': '5:22: `break_when` is not supported. | Ask in `when` for each item.',
    'loop: [1]\nloop_control: x': '5:21: `loop_control` must be a mapping, not `x`.',
  };
  for (const [text, told] of Object.entries(wrong))
    assert.equal(taskProblems(`debug:\n${text}`), [`site.yml:${told}`], text);
});

test.run();

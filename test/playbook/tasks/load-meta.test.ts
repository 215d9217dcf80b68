import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { metaActions } from '../../../src/playbook/playbook.ts';
import { asMeta, stepsOf, taskProblems } from '../support.ts';

const test = suite('playbook/load-meta');

test('knows every action', () => {
  for (const action of metaActions) assert.is(asMeta(stepsOf(`meta: ${action}`)[0]).action, action);
  assert.is(asMeta(stepsOf('ansible.builtin.meta: noop')[0]).action, 'noop');
});

test('takes a condition, tags and a name', () => {
  const meta = asMeta(stepsOf('name: n\nmeta: end_host\nwhen: a\ntags: x\n')[0]);
  assert.equal([meta.name?.value, meta.when.map(({ value }) => value), [...meta.tags]], ['n', ['a'], ['x']]);
});

test('says what is wrong with it', () => {
  const known = metaActions.map((name) => `\`${name}\``).join(', ');
  const wrong = {
    'meta: flush_handler': '3:13: `meta` does not know `flush_handler`. | Did you mean `flush_handlers`?',
    'meta: [noop]': `3:13: \`meta\` does not know a list. | It can be ${known}.`,
    'meta: noop\nregister: x':
      '4:7: `register` has no meaning beside `meta`. | There may be name, when, tags, run_once, vars.',
    'meta: noop\ndebug:': '4:7: This task has two modules, `meta` and `debug`. | Make them two tasks.',
  };
  for (const [text, told] of Object.entries(wrong)) assert.equal(taskProblems(text), [`site.yml:${told}`], text);
});

test.run();

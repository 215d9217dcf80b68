import { suite } from '../support/suite.ts';
import * as assert from 'uvu/assert';
import { type Lab, requireLab } from '../lab/lab.ts';
import { openTestLab } from '../lab/test-lab.ts';
import { kmesh, kmeshOnTerminal, siteOf, statuses, why } from './kmesh.ts';
import { changes, threeTimes, writtenIn } from './three-times.ts';

const test = suite('scenario/language-terminal');
requireLab();

let lab: Lab;

const site = siteOf({
  'asks.yml': `
- hosts: all
  gather_facts: false
  vars_prompt:
    - {name: token, prompt: The token of the cluster, confirm: true}
    - {name: reason, prompt: Why, private: false, default: maintenance}
  tasks:
    - {name: token, copy: {content: "{{ token }}\\n", dest: /root/token, mode: '0600'}}
    - {name: reason, copy: {content: "{{ reason }}\\n", dest: /root/reason}}
    - {name: told, debug: {msg: "the token is {{ token }}"}}
`,
  'steps.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - {name: one, copy: {content: "1\\n", dest: /root/one}, notify: after}
    - {name: two, copy: {content: "2\\n", dest: /root/two}}
    - {name: three, copy: {content: "3\\n", dest: /root/three}}
    - {name: four, copy: {content: "4\\n", dest: /root/four}}
  handlers:
    - {name: after, copy: {content: "0\\n", dest: /root/after}}
`,
});

test.before(async () => {
  lab = await openTestLab({ name: 'language-terminal', hosts: 2, fresh: true });
});
test.after(async () => {
  site.remove();
  await lab.down();
});

async function on(host: string, script: string): Promise<string> {
  return (await lab.exec(host, ['sh', '-c', script])).stdout;
}

test('asks on a terminal for what a play wants to know, and shows no secret', async () => {
  const args = ['run', site.path('asks.yml'), '-i', lab.inventoryPath, '--diff', '-vv'];
  const { code, shown } = await kmeshOnTerminal(args, [
    ['The token of the cluster:', 'tok-4711-secret'],
    ['Once more: The token of the cluster:', 'tok-4712-slip'],
    ['The token of the cluster:', 'tok-4711-secret'],
    ['Once more: The token of the cluster:', 'tok-4711-secret'],
    ['Why [maintenance]:', ''],
  ]);
  assert.is(code, 0, shown);
  assert.match(shown, 'These are not the same.');
  assert.not.match(shown, /tok-471/);
  for (const host of ['h1', 'h2'])
    assert.is(
      await on(host, 'cat /root/token /root/reason; stat -c %a /root/token'),
      'tok-4711-secret\nmaintenance\n600',
    );
  const given = ['-e', 'token=tok-4711-secret', '-e', 'reason=other'];
  const { run } = await threeTimes({ lab, args: ['run', site.path('asks.yml'), ...given] });
  assert.equal(changes(run), ['h1: reason', 'h2: reason']);
});

test('asks nobody where there is no terminal, and says how to answer', async () => {
  const run = await kmesh(['run', site.path('asks.yml'), '-i', lab.inventoryPath]);
  assert.is(run.code, 1);
  assert.match(run.stderr, /There is no terminal to ask for `token`.*-e token=/s);
});

test('asks before each task with --step, and leaves out what is not wanted', async () => {
  lab.mark();
  const args = ['run', site.path('steps.yml'), '-i', lab.inventoryPath, '--step'];
  const { code, shown } = await kmeshOnTerminal(args, [
    ['one? (N)o, (y)es, (c)ontinue:', 'y'],
    ['two? (N)o, (y)es, (c)ontinue:', 'n'],
    ['three? (N)o, (y)es, (c)ontinue:', 'c'],
  ]);
  assert.is(code, 0, shown);
  assert.not.match(shown, 'four?');
  const written = ['after', 'four', 'one', 'three'].map((name) => `+ /root/${name}`);
  for (const host of ['h1', 'h2']) assert.equal(lab.changed(host), written);
});

test('begins at the task that it is told to', async () => {
  await lab.reset();
  const args = ['run', site.path('steps.yml'), '--start-at-task', 'th*'];
  const { run } = await threeTimes({ lab, args });
  assert.equal(statuses(run).h1, { three: 'changed', four: 'changed' });
  const slip = await kmesh(['run', site.path('steps.yml'), '-i', lab.inventoryPath, '--start-at-task', 'tree']);
  assert.is(slip.code, 1, why(slip));
  assert.match(slip.stderr, /no task `tree` to start at.*Did you mean `three`/s);
  assert.equal(writtenIn(lab), []);
});

test.run();

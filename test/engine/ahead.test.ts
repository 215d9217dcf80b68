import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Answer, failing } from '../support/fake-session.ts';
import type { SiteParts } from '../support/run-site.ts';
import { runPlay } from './support.ts';

// What is looked at ahead of its turn must be forgotten where it comes otherwise.
const test = suite('engine/ahead');

/** What is run; commands say their last word, and those that begin with `bad` fail. */
async function ran(play: string, parts: SiteParts = {}): Promise<string[]> {
  const order: string[] = [];
  const answer: Answer = (script) => {
    const command = /exec ([^)]*)/.exec(script)?.[1] ?? '';
    order.push(command);
    return command.startsWith('bad') ? failing('broken') : (command.split(' ').at(-1) ?? '');
  };
  await runPlay(play, { ...parts, answers: { '(exec ': answer } });
  return order;
}

const files = { 'one.yml': '- command: in one\n', 'two.yml': '- command: in two\n' };

test('includes what a handler says that runs before it', async () => {
  const play = `  vars: {r: {stdout: one}}
  pre_tasks: [{command: x, notify: h}]
  tasks: [{include_tasks: "{{ r.stdout }}.yml"}]
  handlers: [{name: h, command: say two, register: r}]
`;
  assert.equal(await ran(play, { files }), ['x', 'say two', 'in two']);
});

test('includes what a rescue says that runs before it', async () => {
  const play = `  vars: {file: one}
  tasks:
    - block: [{copy: {dest: /HOST/f, content: x, validate: "false %s"}}]
      rescue: [{set_fact: {file: two}}]
    - include_tasks: "{{ file }}.yml"
`;
  assert.equal(await ran(play, { files }), ['in two']);
});

test('rescues a block though what stands behind it was looked into', async () => {
  const play = `  tasks:
    - block: [{copy: {dest: /HOST/f, content: x, validate: "false %s"}}]
      rescue: [{command: mend}]
    - include_tasks: one.yml
`;
  assert.equal(await ran(play, { files }), ['mend', 'in one']);
});

test('includes what a result tells, whatever stands in for it until then', async () => {
  const play = `  tasks:
    - {command: say two, register: r}
    - include_tasks: "{{ default r.stdout 'one' }}.yml"
`;
  assert.equal(await ran(play, { files }), ['say two', 'in two']);
});

test('makes a value of the value before it, where a result decides', async () => {
  const play = `  vars: {n: 1}
  tasks:
    - {command: say yes, register: r}
    - {set_fact: {n: "{{ n }}{{ r.stdout }}"}}
    - {set_fact: {n: "{{ n }}{{ r.stdout }}"}}
    - {command: "end {{ n }}"}
`;
  assert.equal(await ran(play), ['say yes', 'end 1yesyes']);
});

const forced = `  force_handlers: true
  pre_tasks: [{command: x, notify: [h, i]}, {command: bad}, {command: never}]
  tasks: [{command: never}, {include_tasks: one.yml}]
`;

test('does nothing but its handlers on a host that has failed', async () => {
  const play = `${forced}  handlers: [{name: h, command: h}, {name: i, command: i}]\n`;
  assert.equal(await ran(play, { files }), ['x', 'bad', 'h', 'i']);
});

test('runs the other handlers where one fails that must be run', async () => {
  const play = `${forced}  handlers: [{name: h, command: bad h}, {name: i, command: i}]\n`;
  assert.equal(await ran(play, { files }), ['x', 'bad', 'bad h', 'i']);
});

test.run();

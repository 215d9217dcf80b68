import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadInventory } from '../../src/inventory/load.ts';
import { failing } from '../support/fake-session.ts';
import { tempDir } from '../support/temp-dir.ts';
import { listening, runPlay } from './support.ts';

const test = suite('engine/around-plays');

test('asks before each task, and skips what is not wanted', async () => {
  const { answers, order } = listening();
  const asked: string[] = [];
  const told = await runPlay(
    '  tasks: [{name: one, command: x}, {name: two, command: y}, {name: three, command: z}]\n',
    {
      answers,
      hosts: ['a', 'b'],
      confirm: ({ name }) => {
        asked.push(name);
        return Promise.resolve(name !== 'two');
      },
    },
  );
  assert.equal(asked, ['one', 'two', 'three']);
  assert.equal(order.toSorted(), ['a: x', 'a: z', 'b: x', 'b: z']);
  assert.equal(told.ends['two'], { a: 'skipped', b: 'skipped' });
});

test('takes a failed host along again behind clear_host_errors', async () => {
  const { order, answers } = listening();
  const play = `  tasks:
    - {command: bad, when: inventory_hostname == "a"}
    - meta: clear_host_errors
- hosts: all
  gather_facts: no
  tasks: [{command: next}]
`;
  await runPlay(play, { hosts: ['a', 'b'], answers: { '(exec bad': failing('', 1), ...answers } });
  assert.equal(order.toSorted(), ['a: next', 'b: next']);
});

test('reads the inventory anew: variables count at once, hosts from the next play on', async () => {
  const { order, answers } = listening();
  const { dir, remove } = tempDir({ hosts: 'a v=new\nb v=new\n' });
  const { inventory } = loadInventory([`${dir}/hosts`], { cwd: dir });
  const play = `  tasks:
    - {command: "before {{ v }}"}
    - {meta: refresh_inventory}
    - {command: "after {{ v }}"}
- hosts: all
  gather_facts: no
  tasks: [{command: "next {{ v }}"}]
`;
  await runPlay(play, {
    answers,
    inventory: 'a v=old\n',
    reload: () =>
      Promise.resolve({
        inventory,
        problems: [],
        assign: (one) => ({ play: one, hosts: ['a', 'b'], allHosts: ['a', 'b'] }),
      }),
  });
  remove();
  assert.equal(order.slice(0, 2), ['a: before old', 'a: after new']);
  assert.equal(order.slice(2).toSorted(), ['a: next new', 'b: next new']);
});

test('fails on an inventory that is not right any more, and keeps the old one', async () => {
  const { order, answers } = listening();
  const { inventory } = loadInventory([], { cwd: '/' });
  const problem = { at: null, message: 'It is broken.', hint: null };
  const play = `  tasks:
    - block: [{name: again, meta: refresh_inventory}]
      rescue: [{command: "still {{ v }}"}]
`;
  const told = await runPlay(play, {
    answers,
    inventory: 'a v=old\n',
    reload: () => Promise.resolve({ inventory, problems: [problem], assign: () => assert.unreachable() as never }),
  });
  assert.match(told.outcome('again').failure?.message ?? '', 'It is broken.');
  assert.equal(order, ['a: still old']);
});

test('begins at a task, with all that only asks', async () => {
  const { order, answers } = listening();
  const play = '  tasks: [{name: one, command: x}, {name: two, command: y}, {name: three, command: z}]\n';
  await runPlay(play, { answers, startAtTask: 't*o' });
  assert.equal(order, ['a: y', 'a: z']);
});

test('does only what a role verifies', async () => {
  const { order, answers } = listening();
  const files = {
    'roles/r/tasks/main.yml': '- {name: work, command: work}\n',
    'roles/r/verify/main.yml': '- {name: gate, command: gate, changed_when: false, check_mode: false}\n',
  };
  await runPlay('  roles: [r]\n', { files, answers, phases: 'verify' });
  assert.equal(order, ['a: gate']);
});

test.run();

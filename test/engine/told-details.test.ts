import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runSite } from '../support/run-site.ts';

const test = suite('engine/told-details');

const tasks = (text: string): string => `- hosts: all\n  gather_facts: no\n  vars: {peer: rr1}\n  tasks:\n${text}`;

test('tells the name of a task as the host has it', async () => {
  const told = await runSite(
    tasks(`
    - {name: "plain", debug: {msg: x}}
    - {name: "peer {{ peer }}", debug: {msg: x}}
    - {name: "hidden {{ peer }}", debug: {msg: x}, no_log: true}
    - {name: "item {{ item }}", debug: {msg: x}, loop: [1]}
`),
  );
  assert.is(told.outcome('plain').name, undefined);
  assert.is(told.outcome('peer {{ peer }}').name, 'peer rr1');
  assert.is(told.outcome('hidden {{ peer }}').name, undefined);
  assert.is(told.outcome('item {{ item }}').name, undefined);
});

test('tells with -vv what a command said and which args it had, but not under no_log', async () => {
  const playbook = tasks(`
    - {name: asks, command: do it, args: {chdir: /}}
    - {name: each, command: "do {{ item }}", loop: [it]}
    - {name: hidden, command: do it, no_log: true}
`);
  const answers = { exec: 'yes\n' };
  const told = await runSite(playbook, { answers, verbosity: 2 });
  const output = { status: 0, stdout: 'yes', stderr: null };
  assert.equal(told.outcome('asks').details, { args: '{"cmd":"do it","chdir":"/"}', ...output });
  assert.equal(told.outcome('each').items[0]?.details, { args: '{"cmd":"do it"}', ...output });
  assert.is(told.outcome('each').details, undefined);
  assert.is(told.outcome('hidden').details, undefined);
  assert.is((await runSite(playbook, { answers })).outcome('asks').details, undefined);
});

test.run();

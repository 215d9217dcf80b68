import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Answer, runInShell } from '../support/fake-session.ts';
import { runSite, type Told } from '../support/run-site.ts';
import { runPlay } from './support.ts';

const test = suite('engine/stop');

/** A stop signal, and an answer that gives it. */
function stopping(): { readonly stop: AbortSignal; readonly here: Answer } {
  const controller = new AbortController();
  const here: Answer = (script) => {
    controller.abort();
    return script.startsWith('(exec') ? '' : runInShell(script);
  };
  return { stop: controller.signal, here };
}

function wasInterrupted(told: Told): boolean {
  const last = told.events.at(-1);
  return last?.kind === 'run-finished' && last.interrupted;
}

test('begins nothing when it is stopped before it starts', async () => {
  const stop = AbortSignal.abort();
  const told = await runPlay('  tasks: [{name: t, command: x}]\n', { stop });
  assert.equal([told.hosts.targets, told.ends, wasInterrupted(told)], [[], {}, true]);
});

test('lets a command end that runs when it is stopped, and begins no other', async () => {
  const { stop, here } = stopping();
  const told = await runPlay('  tasks: [{name: t, command: x}, {name: u, command: y}]\n', {
    stop,
    answers: { '(exec ': here },
  });
  assert.equal(told.ends, { t: { a: 'changed' } });
  assert.ok(wasInterrupted(told));
});

test('writes nothing that was only planned when it is stopped', async () => {
  const { stop, here } = stopping();
  let isThere = true;
  const told = await runPlay('  tasks: [{name: t, copy: {dest: /HOST/f, content: x}}]\n', {
    stop,
    answers: { '%f %u': here },
    look: (dir) => {
      isThere = existsSync(join(dir, 'f'));
    },
  });
  assert.equal(told.ends, {});
  assert.not.ok(isThere);
});

test('begins no handler, no batch and no play when it is stopped', async () => {
  const { stop, here } = stopping();
  const playbook = `- hosts: all
  gather_facts: no
  serial: 1
  tasks: [{name: t, command: x, notify: h}]
  handlers: [{name: h, command: h}]
- hosts: all
  gather_facts: no
  tasks: [{name: later, command: y}]
`;
  const told = await runSite(playbook, { hosts: ['a', 'b'], stop, answers: { '(exec ': here } });
  assert.equal(told.ends, { t: { a: 'changed' } });
});

test('leaves no host waiting at a barrier when it is stopped', async () => {
  const { stop, here } = stopping();
  const told = await runPlay('  tasks: [{name: t, command: x}, {name: u, command: y}]\n', {
    hosts: ['a', 'b', 'c'],
    stop,
    answers: { '(exec ': here },
  });
  assert.is(told.ends.u, undefined);
});

test.run();

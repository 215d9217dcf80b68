import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from '../support/suite.ts';
import * as assert from 'uvu/assert';
import { type Lab, requireLab } from '../lab/lab.ts';
import { openTestLab } from '../lab/test-lab.ts';
import { changes, threeTimes, writtenIn } from './three-times.ts';
import { kmesh, type KmeshRun, said, siteOf, startKmesh, statuses, why } from './kmesh.ts';

const test = suite('scenario/language-handlers');
requireLab();

let lab: Lab;
const site = siteOf({
  'order.yml': `
- hosts: h1,h2
  gather_facts: false
  tasks:
    - {name: first, copy: {content: "1\\n", dest: /root/first}, notify: [late, early]}
    - {name: second, copy: {content: "2\\n", dest: /root/second}, notify: [late, the config]}
    - {name: before, shell: cat /root/log || echo nothing, register: before, changed_when: false}
    - meta: flush_handlers
    - {name: after, shell: cat /root/log, register: after, changed_when: false}
    - {name: log, debug: {msg: "{{ before.stdout }}, then {{ join after.stdout_lines ' ' }}"}}
    - {name: third, copy: {content: "3\\n", dest: /root/third}, notify: early}
  handlers:
    - {name: early, shell: echo early >>/root/log}
    - {name: listens, shell: echo listens >>/root/log, listen: the config}
    - {name: late, shell: echo late >>/root/log}
    - {name: never, shell: echo never >>/root/log}
`,
  // Fails behind the change that notifies, until /root/mended is there.
  'owed.yml': `
- hosts: h1,h2
  gather_facts: false
  tasks:
    - {name: config, copy: {content: "a\\n", dest: /root/owed.conf}, notify: [reload it, tell]}
    - name: breaks on h2
      shell: "test {{ inventory_hostname }} = h1 || test -e /root/mended"
      changed_when: false
  handlers:
    - {name: reload it, shell: echo reloaded >>/root/reloads}
    - {name: tell, shell: echo told >>/root/reloads}
`,
  'killed.yml': `
- hosts: h1,h2
  gather_facts: false
  tasks:
    - {name: config, copy: {content: "b\\n", dest: /root/killed.conf}, notify: reload it}
    - name: takes long
      shell: touch /root/in-the-middle; sleep "$(cat /root/seconds)"; touch /root/long-done
      args: {creates: /root/long-done}
    - {name: behind it, copy: {content: "c\\n", dest: /root/behind.conf}}
  handlers:
    - {name: reload it, shell: echo reloaded >>/root/killed-reloads}
`,
  'forced.yml': `
- hosts: h1,h2
  gather_facts: false
  force_handlers: true
  tasks:
    - {name: config, copy: {content: "f\\n", dest: /root/forced.conf}, notify: reload it}
    - {name: breaks, command: "test {{ inventory_hostname }} = h1", changed_when: false}
    - {name: behind, copy: {content: "f\\n", dest: /root/behind-forced}}
  handlers:
    - {name: reload it, shell: echo reloaded >>/root/forced-reloads}
`,
});
const state = join(site.dir, 'state');

test.before(async () => {
  mkdirSync(state, { mode: 0o700 });
  lab = await openTestLab({ name: 'language-handlers', hosts: 2, fresh: true });
});
test.after(async () => {
  site.remove();
  await lab.down();
});

const args = (playbook: string): string[] => ['run', site.path(playbook)];

async function run(playbook: string, ...more: string[]): Promise<KmeshRun> {
  return kmesh([...args(playbook), '-i', lab.inventoryPath, '-o', 'json', ...more], { env: { KMESH_STATE: state } });
}

async function on(host: string, script: string): Promise<string> {
  return (await lab.exec(host, ['sh', '-c', script])).stdout;
}

/** What `kmesh status` says that hosts owe. */
async function owed(): Promise<Record<string, string[]>> {
  const told = await kmesh(['status', '-i', lab.inventoryPath, '-o', 'json'], { env: { KMESH_STATE: state } });
  assert.is(told.code, 0, told.stderr);
  const hosts = JSON.parse(told.stdout) as { host: string; owed: { handler: string }[] }[];
  const owing = hosts.filter((one) => one.owed.length > 0);
  return Object.fromEntries(owing.map((one) => [one.host, one.owed.map(({ handler }) => handler)]));
}

function owedTold({ events }: KmeshRun): unknown[] {
  return events
    .filter(({ event }) => event === 'handlers-owed')
    .map(({ host, handlers, from }) => [host, handlers, from]);
}

test('runs handlers once, in the order of their definition, and at once where they are flushed', async () => {
  const { run: first } = await threeTimes({ lab, args: args('order.yml') });
  assert.is(said(first, 'log').h1, 'nothing, then early listens late');
  assert.is(await on('h1', 'cat /root/log'), 'early\nlistens\nlate\nearly');
});

test('keeps what a host owes that fails, and runs it next time', async () => {
  const failed = await run('owed.yml');
  assert.is(failed.code, 2, why(failed));
  assert.equal(statuses(failed), {
    h1: { config: 'changed', 'breaks on h2': 'ok', 'reload it': 'changed', tell: 'changed' },
    h2: { config: 'changed', 'breaks on h2': 'failed' },
  });
  assert.equal(owedTold(failed), [['h2', ['reload it', 'tell'], 'this-run']]);
  assert.equal(await owed(), { h2: ['reload it', 'tell'] });
  const text = await kmesh(['status', '-i', lab.inventoryPath], { env: { KMESH_STATE: state } });
  assert.match(text.stdout, /^h2 owes: reload it {2}\(of .*owed\.yml, since 20/m);

  await on('h2', 'touch /root/mended');
  const files = readdirSync(state, { recursive: true }).filter((name) => String(name).startsWith('owed'));
  lab.mark();
  const check = await run('owed.yml', '--check');
  assert.is(check.code, 0, why(check));
  assert.equal(changes(check), ['h2: reload it', 'h2: tell']);
  assert.equal(writtenIn(lab), []);
  assert.equal(await owed(), { h2: ['reload it', 'tell'] });
  assert.equal(
    readdirSync(state, { recursive: true }).filter((name) => String(name).startsWith('owed')),
    files,
  );

  const mended = await run('owed.yml');
  assert.is(mended.code, 0, why(mended));
  assert.equal(owedTold(mended), [['h2', ['reload it', 'tell'], 'earlier-run']]);
  assert.equal(changes(mended), ['h2: reload it', 'h2: tell']);
  assert.is(await on('h2', 'cat /root/reloads'), 'reloaded\ntold');
  assert.equal(await owed(), {});
  await threeTimes({ lab, args: args('owed.yml') });
  assert.is(await on('h1', 'cat /root/reloads'), 'reloaded\ntold');
});

test('runs next time what a run owed that was killed', async () => {
  for (const host of ['h1', 'h2']) await on(host, 'echo 4 >/root/seconds');
  const child = startKmesh([...args('killed.yml'), '-i', lab.inventoryPath, '-o', 'json'], {
    env: { KMESH_STATE: state },
  });
  await there('/root/in-the-middle');
  child.kill('SIGKILL');
  await child;
  assert.equal(await owed(), { h1: ['reload it'], h2: ['reload it'] });
  assert.is(await on('h1', 'cat /root/killed.conf; ls /root/killed-reloads /root/behind.conf 2>/dev/null'), 'b');

  await there('/root/long-done');
  const next = await run('killed.yml');
  assert.is(next.code, 0, why(next));
  assert.equal(owedTold(next), [
    ['h1', ['reload it'], 'earlier-run'],
    ['h2', ['reload it'], 'earlier-run'],
  ]);
  assert.equal(changes(next), ['h1: behind it', 'h1: reload it', 'h2: behind it', 'h2: reload it']);
  for (const host of ['h1', 'h2']) assert.is(await on(host, 'cat /root/killed-reloads'), 'reloaded');
  assert.equal(await owed(), {});
});

test('runs next time what a host owed that went away', async () => {
  for (const host of ['h1', 'h2']) await on(host, 'rm -f /root/*; echo 2 >/root/seconds');
  const going = run('killed.yml');
  await there('/root/in-the-middle');
  await lab.stop('h2');
  const cut = await going;
  assert.is(cut.code, 3, why(cut));
  assert.equal(owedTold(cut), [['h2', ['reload it'], 'this-run']]);
  assert.equal(await owed(), { h2: ['reload it'] });
  await lab.start('h2');
  const next = await run('killed.yml');
  assert.is(next.code, 0, why(next));
  assert.equal(owedTold(next), [['h2', ['reload it'], 'earlier-run']]);
  assert.is(await on('h2', 'cat /root/killed-reloads /root/behind.conf'), 'reloaded\nc');
  assert.is(await on('h1', 'cat /root/killed-reloads'), 'reloaded');
  assert.equal(await owed(), {});
});

async function there(path: string): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const found = await Promise.all(['h1', 'h2'].map((host) => on(host, `ls ${path} 2>/dev/null`)));
    if (found.every((one) => one === path)) return;
    await sleep(100);
  }
  throw new Error(`${path} is not there`);
}

test('runs what a failed host owes at once where handlers are forced', async () => {
  const failed = await run('forced.yml');
  assert.is(failed.code, 2, why(failed));
  assert.equal(statuses(failed).h2, { config: 'changed', breaks: 'failed', 'reload it': 'changed' });
  assert.equal(owedTold(failed), []);
  assert.equal(await owed(), {});
  assert.is(await on('h2', 'cat /root/forced-reloads; ls /root/behind-forced 2>/dev/null'), 'reloaded');
});

test('leaves no state behind in a check', async () => {
  await lab.reset();
  const clean = join(site.dir, 'clean-state');
  const check = await kmesh([...args('order.yml'), '-i', lab.inventoryPath, '-o', 'json', '--check'], {
    env: { KMESH_STATE: clean },
  });
  assert.is(check.code, 0, why(check));
  assert.equal(changes(check).length > 0, true);
  assert.not(existsSync(join(clean, 'owed-handlers')));
  assert.equal(writtenIn(lab), []);
});

test.run();

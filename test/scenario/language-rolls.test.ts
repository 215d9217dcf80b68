import { suite } from '../support/suite.ts';
import * as assert from 'uvu/assert';
import { type Lab, requireLab } from '../lab/lab.ts';
import { openTestLab } from '../lab/test-lab.ts';
import { kmesh, type KmeshRun, siteOf, statuses, why } from './kmesh.ts';
import { changes, threeTimes, writtenIn } from './three-times.ts';

const test = suite('scenario/language-rolls');
requireLab();

let lab: Lab;

/** A play on all hosts, with these keys; on h2 its first task fails. */
function failing(keys: string, more = ''): string {
  return `
- hosts: all
  gather_facts: false
${keys.replace(/^(?=.)/gm, '  ')}
  tasks:
    - {name: breaks on h2, command: "test {{ inventory_hostname }} != h2", changed_when: false${more}}
    - {name: behind, file: {path: /root/behind, state: directory}}
`;
}

const site = siteOf({
  'roll.yml': `
- hosts: all
  gather_facts: false
  serial: "{{ size }}"
  roles: [rolled]
`,
  'listed.yml': `
- hosts: all
  gather_facts: false
  serial: [1, 50%]
  order: reverse_inventory
  roles: [rolled]
`,
  'roles/rolled/tasks/main.yml': '- {name: roll, copy: {content: "{{ version }}\\n", dest: /root/version}}\n',
  'roles/rolled/defaults/main.yml': 'version: 1\n',
  'roles/rolled/verify/main.yml':
    '- {name: the version is right, shell: \'test "$(cat /root/version)" = {{ version }} && ! test -e /root/ill\', changed_when: false}\n',
  'fatal.yml': failing('any_errors_fatal: true'),
  'fatal-task.yml': failing('', ', any_errors_fatal: true'),
  'some.yml': failing('max_fail_percentage: 34'),
  'none.yml': failing('max_fail_percentage: 33'),
  'ends.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - {name: first, copy: {content: "1\\n", dest: /root/end-1}, notify: told}
    - meta: end_host
      when: inventory_hostname == 'h1'
    - {name: second, copy: {content: "2\\n", dest: /root/end-2}}
    - meta: end_play
    - {name: third, copy: {content: "3\\n", dest: /root/end-3}}
  handlers:
    - {name: told, shell: echo told >>/root/end-told}
- hosts: all
  gather_facts: false
  tasks:
    - {name: next play, copy: {content: "n\\n", dest: /root/end-next}}
`,
});

test.before(async () => {
  lab = await openTestLab({ name: 'language-rolls', hosts: 3, fresh: true });
});
test.after(async () => {
  site.remove();
  await lab.down();
});

async function run(playbook: string, ...more: string[]): Promise<KmeshRun> {
  return kmesh(['run', site.path(playbook), '-i', lab.inventoryPath, '-o', 'json', ...more]);
}

async function on(host: string, script: string): Promise<string> {
  return (await lab.exec(host, ['sh', '-c', script])).stdout;
}

function batches({ events }: KmeshRun): unknown[] {
  return events.filter(({ event }) => event === 'play-started').map(({ hosts }) => hosts);
}

function endOf({ events }: KmeshRun): unknown {
  const end = events.find(({ event }) => event === 'play-ended');
  return end === undefined ? null : [end.why, end.untouched];
}

test('takes as many hosts at once as a number, a share or a list says', async () => {
  const args = ['run', site.path('roll.yml')];
  const number = await threeTimes({ lab, args: [...args, '-e', 'size=2', '-e', 'version=2'] });
  assert.equal(batches(number.run), [['h1', 'h2'], ['h3']]);
  assert.equal(batches(await run('roll.yml', '-e', 'size=34%', '-e', 'version=2')), [['h1'], ['h2'], ['h3']]);
  assert.equal(batches(await run('listed.yml', '-e', 'version=2')), [['h3'], ['h2'], ['h1']]);
  const gates = number.run.events.filter(
    ({ event, task }) => event === 'task-finished' && task?.name === 'the version is right',
  );
  assert.is(gates.length, 3);
});

test('stops a roll at a gate that fails, and asks the gates alone', async () => {
  await on('h2', 'touch /root/ill');
  const asked = await kmesh([
    'verify',
    site.path('roll.yml'),
    '-i',
    lab.inventoryPath,
    '-o',
    'json',
    '-e',
    'size=1',
    '-e',
    'version=2',
  ]);
  assert.is(asked.code, 2, why(asked));
  const ask = { 'the version is right': 'ok' };
  assert.equal(statuses(asked), { h1: ask, h2: { 'the version is right': 'failed' }, h3: ask });

  lab.mark();
  const rolled = await run('roll.yml', '-e', 'size=1', '-e', 'version=3');
  assert.is(rolled.code, 2, why(rolled));
  assert.equal(changes(rolled), ['h1: roll', 'h2: roll']);
  assert.equal(endOf(rolled), ['gate-failed', ['h3']]);
  assert.equal(lab.changed('h3', { strict: true }), []);

  await on('h2', 'rm /root/ill');
  await threeTimes({ lab, args: ['run', site.path('roll.yml'), '-e', 'size=1', '-e', 'version=3'] });
  lab.mark();
  const well = await kmesh([
    'verify',
    site.path('roll.yml'),
    '-i',
    lab.inventoryPath,
    '-o',
    'json',
    '-e',
    'size=1',
    '-e',
    'version=3',
  ]);
  assert.is(well.code, 0, why(well));
  assert.equal(statuses(well), { h1: ask, h2: ask, h3: ask });
  assert.equal(writtenIn(lab), []);
});

for (const { playbook, ends } of [
  { playbook: 'fatal.yml', ends: 'any_errors_fatal' },
  { playbook: 'fatal-task.yml', ends: 'any_errors_fatal' },
  { playbook: 'none.yml', ends: 'max_fail_percentage' },
]) {
  test(`ends the play for all when one host fails, as ${playbook} says`, async () => {
    lab.mark();
    for (const more of [['--check'], []]) {
      const ended = await run(playbook, ...more);
      assert.is(ended.code, more.length === 0 ? 2 : 0, why(ended));
      if (more.length > 0) continue;
      assert.equal(endOf(ended), [ends, []]);
      assert.equal(changes(ended), []);
    }
    assert.equal(writtenIn(lab), []);
  });
}

test('goes on with the others when no more fail than may', async () => {
  const done = await run('some.yml');
  assert.is(done.code, 2, why(done));
  assert.equal(changes(done), ['h1: behind', 'h3: behind']);
  assert.is(endOf(done), null);
});

test('ends a host, and the play, where it says so, and loses no handler', async () => {
  const { run: done } = await threeTimes({ lab, args: ['run', site.path('ends.yml')] });
  const rest = { first: 'changed', second: 'changed', told: 'changed', 'next play': 'changed' };
  assert.equal(statuses(done), {
    h1: { first: 'changed', told: 'changed', 'next play': 'changed' },
    h2: rest,
    h3: rest,
  });
  for (const host of ['h1', 'h2', 'h3'])
    assert.is(await on(host, 'cat /root/end-told; ls /root/end-3 2>/dev/null'), 'told');
});

test.run();

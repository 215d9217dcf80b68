import { readFileSync } from 'node:fs';
import { suite } from '../support/suite.ts';
import * as assert from 'uvu/assert';
import { type Lab, requireLab } from '../lab/lab.ts';
import { openTestLab } from '../lab/test-lab.ts';
import { kmesh, type KmeshRun, said, siteOf, statuses, why } from './kmesh.ts';
import { changes, threeTimes } from './three-times.ts';

const test = suite('scenario/language-hosts');
requireLab();

let lab: Lab;

const site = siteOf({
  'delegated.yml': `
- hosts: h1,h2
  gather_facts: false
  vars: {here: "{{ playbook_dir }}/here"}
  tasks:
    - name: on another host
      copy: {content: "{{ inventory_hostname }}\\n", dest: "/root/of-{{ inventory_hostname }}"}
      delegate_to: h3
    - name: on this machine
      copy: {content: "{{ inventory_hostname }}\\n", dest: "{{ here }}-{{ inventory_hostname }}"}
      delegate_to: localhost
    - name: once for all
      command: hostname
      register: once
      run_once: true
      changed_when: false
      check_mode: false
    - name: what all know of it
      debug: {msg: "{{ once.stdout }}"}
    - name: facts of the other
      setup:
      delegate_to: h3
      delegate_facts: true
      run_once: true
    - name: what it is
      debug: {msg: "{{ hostvars.h3.facts.hostname }}"}
    - name: its answer
      command: hostname
      delegate_to: h3
      register: other
      changed_when: false
      check_mode: false
    - name: is kept here
      copy: {content: "{{ other.stdout }}\\n", dest: /root/other}
    - name: each of a list to its host
      copy: {content: "{{ item }}\\n", dest: /root/listed}
      delegate_to: "{{ item }}"
      loop: [h1, h2, h3]
      run_once: true
`,
  'throttled.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - {name: one at a time, shell: "date +%s%N; sleep 0.4; date +%s%N", register: at, throttle: 1}
    - {name: times, debug: {msg: "{{ join at.stdout_lines ' ' }}"}}
    - {name: all at once, shell: "date +%s%N; sleep 0.4; date +%s%N", register: together}
    - {name: times together, debug: {msg: "{{ join together.stdout_lines ' ' }}"}}
`,
  'limited.yml': `
- hosts: h3
  tasks:
    - {name: never on h3, copy: {content: "x\\n", dest: /root/never}}
- hosts: h1,h2
  tasks:
    - name: knows the others
      copy:
        content: |
          {{#each groups.all as |name|}}
          {{#with (lookup @root.hostvars name)}}
          {{ name }} {{ ansible_host }} {{ facts.hostname }}
          {{/with}}
          {{/each}}
        dest: /root/mesh
`,
  'two-ways.yml': `
- hosts: h1
  gather_facts: false
  remote_user: ops
  tasks:
    - {name: as ops, command: id -un, register: who, changed_when: false, check_mode: false}
    - {name: who ops is, debug: {msg: "{{ who.stdout }}"}}
- hosts: h1
  gather_facts: false
  remote_user: root
  port: 2022
  tasks:
    - {name: by another port, shell: 'echo "$SSH_CONNECTION"', register: way, changed_when: false, check_mode: false}
    - {name: which port, debug: {msg: "{{ last (split way.stdout ' ') }}"}}
    - {name: a file, copy: {content: "2022\\n", dest: /root/by-2022}}
- hosts: h1
  gather_facts: false
  connection: local
  tasks:
    - {name: on this machine, copy: {content: "local\\n", dest: "{{ playbook_dir }}/local"}}
`,
});

test.before(async () => {
  lab = await openTestLab({ name: 'language-hosts', hosts: 3, fresh: true });
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

test('does on another host, and on this machine, what is delegated to it', async () => {
  const { run: done } = await threeTimes({ lab, args: ['run', site.path('delegated.yml')] });
  assert.is(await on('h3', 'cat /root/of-h1 /root/of-h2 /root/listed; ls /root'), 'h1\nh2\nh3\nlisted\nof-h1\nof-h2');
  assert.is(await on('h1', 'cat /root/listed /root/other; ls /root'), 'h1\nh3\nlisted\nother');
  assert.is(await on('h2', 'cat /root/listed'), 'h2');
  assert.is(readFileSync(site.path('here-h2'), 'utf8'), 'h2\n');
  assert.equal(said(done, 'what all know of it'), { h1: 'h1', h2: 'h1' });
  assert.equal(said(done, 'what it is'), { h1: 'h3', h2: 'h3' });
  const once = done.events.filter(({ event, task }) => event === 'task-finished' && task?.name === 'once for all');
  assert.equal(
    once.map(({ host }) => host),
    ['h1'],
  );
});

test('lets only so many hosts at a task at once as it says', async () => {
  const done = await run('throttled.yml');
  assert.is(done.code, 0, why(done));
  const spans = (task: string): bigint[][] =>
    Object.values(said(done, task))
      .map((text) => (text ?? '').split(' ').map(BigInt))
      .toSorted(([a = 0n], [b = 0n]) => Number(a - b));
  const overlapping = (task: string): number =>
    spans(task).filter(([begun = 0n], i, all) => i > 0 && begun < (all[i - 1]?.[1] ?? 0n)).length;
  assert.is(spans('times').length, 3);
  assert.is(overlapping('times'), 0);
  // The hosts have one clock, and without a limit they do meet.
  assert.ok(overlapping('times together') > 0);
});

test('asks facts of a host outside of the limit, and writes nothing there', async () => {
  const { run: done } = await threeTimes({ lab, args: ['run', site.path('limited.yml'), '--limit', 'h1'] });
  assert.equal(changes(done), ['h1: knows the others']);
  const lines = lab.hosts.map(({ name, address }) => `${name} ${address} ${name}`);
  assert.is(await on('h1', 'cat /root/mesh'), lines.join('\n'));
  for (const host of ['h2', 'h3']) assert.equal(lab.changed(host, { strict: true }), []);
});

test('connects in each play as that play says', async () => {
  await on('h1', 'printf "Port 22\\nPort 2022\\n" >/etc/ssh/sshd_config.d/ports.conf; systemctl restart ssh');
  const inventory = inventoryWithoutUser();
  const { run: done } = await threeTimes({ lab, args: ['run', site.path('two-ways.yml')], inventory });
  assert.equal(said(done, 'who ops is'), { h1: 'ops' });
  assert.equal(said(done, 'which port'), { h1: '2022' });
  assert.equal(statuses(done).h1?.['on this machine'], 'changed');
  assert.is(readFileSync(site.path('local'), 'utf8'), 'local\n');
});

/** The lab, where only the play says who logs in, and where. The same key is known for both ports. */
function inventoryWithoutUser(): string {
  const address = lab.hosts[0]?.address ?? '';
  const known = readFileSync(lab.knownHostsPath, 'utf8');
  const more = known.replaceAll(
    new RegExp(`^(\\S*)${address.replaceAll('.', '\\.')}(\\S*) `, 'gm'),
    `[${address}]:2022 `,
  );
  const other = siteOf({ known_hosts: `${known}\n${more}` });
  made.push(other.remove);
  const text = readFileSync(lab.inventoryPath, 'utf8')
    .replace('ansible_user=root\n', '')
    .replace(lab.knownHostsPath, other.path('known_hosts'));
  const hosts = siteOf({ hosts: text });
  made.push(hosts.remove);
  return hosts.path('hosts');
}
const made: (() => void)[] = [];
test.after(() => made.forEach((remove) => remove()));

test.run();

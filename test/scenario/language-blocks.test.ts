import { suite } from '../support/suite.ts';
import * as assert from 'uvu/assert';
import { type Lab, requireLab } from '../lab/lab.ts';
import { openTestLab } from '../lab/test-lab.ts';
import { kmesh, recapOf, siteOf, statuses, why } from './kmesh.ts';
import { threeTimes } from './three-times.ts';

const test = suite('scenario/language-blocks');
requireLab();

let lab: Lab;
const site = siteOf({
  'block.yml': `
- hosts: h1,h2
  gather_facts: false
  tasks:
    - block:
        - name: config
          template: {src: app.conf.hbs, dest: /etc/app.conf, mode: '0644', validate: grep -q ^listen %s}
          notify: the config is new
        - name: behind the config
          file: {path: /root/behind, state: directory}
      rescue:
        - name: what went wrong
          copy: {content: "{{ ansible_failed_task.name }}\\n", dest: /root/rescued}
      always:
        - name: in any case
          copy: {content: "here\\n", dest: /root/always}
    - name: and on
      copy: {content: "on\\n", dest: /root/on}
  handlers:
    - name: the config is new
      copy: {content: "told\\n", dest: /root/told}
`,
  'templates/app.conf.hbs': "{{#if (eq inventory_hostname 'h2')}}lisen{{else}}listen{{/if}} 80\n",
  'unrescued.yml': `
- hosts: h1,h2
  gather_facts: false
  tasks:
    - block:
        - block:
            - {name: fails on h2, command: "test {{ inventory_hostname }} != h2", changed_when: false}
          always:
            - {name: inner always, file: {path: /root/inner, state: directory}}
      rescue:
        - {name: fails again, shell: echo no >&2; exit 3}
      always:
        - {name: outer always, file: {path: /root/outer, state: directory}}
    - {name: behind, file: {path: /root/behind-it, state: directory}}
`,
  'includes.yml': `
- hosts: all
  tasks:
    - name: the file of the system
      include_tasks: "setup-{{ ansible_os_family }}.yml"
    - name: values of the host
      include_vars: "{{ inventory_hostname }}.yml"
    - include_role: {name: volume}
      vars: {volume_size: "{{ item.size }}", volume_name: "{{ item.name }}"}
      loop: [{name: data, size: 10}, {name: logs, size: 20}]
    - import_role: {name: volume, tasks_from: report}
      vars: {volume_name: all, volume_size: 30}
    - include_role: {name: open, public: true}
    - include_role: {name: closed}
    - name: what is seen from outside
      copy:
        content: "{{ open_word }} {{ default closed_word 'unseen' }} {{ color }}\\n"
        dest: /root/seen
  roles:
    - {role: volume, volume_name: param, volume_size: 1}
`,
  'setup-Debian.yml': '- {name: by systemd, copy: {content: "by systemd\\n", dest: /root/manager}}\n',
  'setup-Linux.yml': '- {name: by hand, copy: {content: "by hand\\n", dest: /root/manager}}\n',
  'vars/h1.yml': 'color: red\n',
  'vars/h2.yml': 'color: green\n',
  'vars/b1.yml': 'color: blue\n',
  'roles/volume/defaults/main.yml': 'volume_size: 5\nvolume_unit: G\n',
  'roles/volume/tasks/main.yml':
    '- {name: a volume, copy: {content: "{{ volume_name }} {{ volume_size }}{{ volume_unit }}\\n", dest: "/root/volume-{{ volume_name }}"}}\n',
  'roles/volume/tasks/report.yml':
    '- {name: a report, copy: {content: "{{ volume_name }} {{ volume_size }}{{ volume_unit }}\\n", dest: "/root/report"}}\n',
  'roles/open/defaults/main.yml': 'open_word: open\n',
  'roles/open/tasks/main.yml': '- {name: in open, copy: {content: "{{ open_word }}\\n", dest: /root/open}}\n',
  'roles/closed/defaults/main.yml': 'closed_word: closed\n',
  'roles/closed/tasks/main.yml': '- {name: in closed, copy: {content: "{{ closed_word }}\\n", dest: /root/closed}}\n',
  'slow.yml': `
- hosts: h1,h2
  gather_facts: false
  tasks:
    - name: a unit that needs two seconds
      copy:
        dest: /etc/systemd/system/slow.service
        content: |
          [Service]
          Type=oneshot
          RemainAfterExit=yes
          ExecStart=/bin/sleep 2
    - name: a port that needs two seconds
      copy:
        dest: "/etc/systemd/system/{{ item.unit }}"
        content: "{{ item.text }}"
      loop:
        - {unit: late.socket, text: "[Socket]\\nExecStartPre=/bin/sleep 2\\nListenStream=7070\\nAccept=yes\\n"}
        - {unit: late@.service, text: "[Service]\\nExecStart=/bin/echo hello\\nStandardOutput=socket\\n"}
      loop_control: {label: "unit {{ item.unit }}", index_var: i, pause: 1}
      register: units
    - name: both are started
      command: systemctl start --no-block slow.service late.socket
      when: units.changed
    - name: until it is active
      command: systemctl is-active slow.service
      register: active
      until: active.stdout == 'active'
      retries: 20
      delay: 0.3
      changed_when: false
      failed_when: false
    - name: until it answers
      wait_for: {port: 7070, timeout: 20}
    - name: each with its number
      debug: {msg: "{{ n }}: {{ color }}"}
      loop: [red, green]
      loop_control: {loop_var: color, index_var: n, label: "<{{ color }}>"}
`,
});

test.before(async () => {
  lab = await openTestLab({ name: 'language-blocks', hosts: 2, busybox: 1, fresh: true });
  for (const host of ['h1', 'h2']) await on(host, 'echo old > /etc/app.conf');
});
test.after(async () => {
  site.remove();
  await lab.down();
});

async function on(host: string, script: string): Promise<string> {
  return (await lab.exec(host, ['sh', '-c', script])).stdout;
}

const runOf = (playbook: string): string[] => ['run', site.path(playbook)];

test('rescues a config that its own checker refuses: the old file stays, and always runs', async () => {
  // A check can not ask the checker, for it would have to write the file first.
  const shownOnly = ['h2: config', 'h2: behind the config', 'h2: the config is new'];
  const { run, again } = await threeTimes({
    lab,
    args: runOf('block.yml'),
    shownOnly,
    doneOnly: ['h2: what went wrong'],
    // The candidate, which is refused again.
    writtenAgain: ['h2: ~ /etc'],
  });
  assert.equal(statuses(run), {
    h1: {
      config: 'changed',
      'behind the config': 'changed',
      'in any case': 'changed',
      'and on': 'changed',
      'the config is new': 'changed',
    },
    h2: { config: 'failed', 'what went wrong': 'changed', 'in any case': 'changed', 'and on': 'changed' },
  });
  for (const one of [run, again]) {
    const { h1, h2 } = recapOf(one);
    assert.equal([h1?.rescued, h1?.failed, h2?.rescued, h2?.failed], [0, 0, 1, 0]);
  }
  assert.is(
    await on('h1', 'cat /etc/app.conf /root/always /root/on /root/told; ls /root'),
    'listen 80\nhere\non\ntold\nalways\nbehind\non\ntold',
  );
  assert.is(
    await on('h2', 'cat /etc/app.conf /root/rescued; ls /root; ls -A /etc | grep app'),
    'old\nconfig\nalways\non\nrescued\napp.conf',
  );
});

test('tells of a rescue in the lines that a user reads', async () => {
  const run = await kmesh([...runOf('block.yml'), '-i', lab.inventoryPath, '-o', 'lines']);
  assert.is(run.code, 0, why(run));
  assert.match(run.stdout, /rescued/);
  assert.match(run.stdout, /^h2 .*\b1\b/m);
});

test('runs always of blocks in blocks on a host that fails for good, and nothing behind them', async () => {
  const run = await kmesh([...runOf('unrescued.yml'), '-i', lab.inventoryPath, '-o', 'json']);
  assert.is(run.code, 2, why(run));
  assert.equal(statuses(run), {
    h1: { 'fails on h2': 'ok', 'inner always': 'changed', 'outer always': 'changed', behind: 'changed' },
    h2: { 'fails on h2': 'failed', 'inner always': 'changed', 'fails again': 'failed', 'outer always': 'changed' },
  });
  assert.is(await on('h2', 'ls -d /root/inner /root/outer /root/behind-it 2>/dev/null'), '/root/inner\n/root/outer');
});

test('includes tasks, roles and variables for each host by itself', async () => {
  await threeTimes({ lab, args: runOf('includes.yml') });
  const read = 'cd /root; cat manager seen report volume-param volume-data volume-logs open closed';
  const rest = 'all 30G\nparam 1G\ndata 10G\nlogs 20G\nopen\nclosed';
  assert.is(await on('h1', read), `by systemd\nopen unseen red\n${rest}`);
  assert.is(await on('h2', read), `by systemd\nopen unseen green\n${rest}`);
  assert.is(await on('b1', read), `by hand\nopen unseen blue\n${rest}`);
});

test('waits for what takes its time on a host', async () => {
  const { run } = await threeTimes({ lab, args: runOf('slow.yml') });
  assert.is(await on('h1', 'systemctl is-active slow.service late.socket'), 'active\nactive');
  const retries = run.events.filter(({ event, host }) => event === 'task-retried' && host === 'h1');
  assert.ok(retries.length >= 2, `${retries.length} retries`);
  const labels = (task: string): (string[] | undefined)[] =>
    run.events
      .filter(({ event, task: one }) => event === 'task-finished' && one?.name === task)
      .map(({ items }) => items?.map(({ label }) => label));
  assert.equal(labels('each with its number'), [
    ['<red>', '<green>'],
    ['<red>', '<green>'],
  ]);
});

test.run();

import { suite } from '../support/suite.ts';
import * as assert from 'uvu/assert';
import { type Lab, requireLab } from '../lab/lab.ts';
import { openTestLab } from '../lab/test-lab.ts';
import { kmesh, type KmeshRun, siteOf, statuses, why } from './kmesh.ts';

const test = suite('scenario/run');
requireLab();

let lab: Lab;
const names = ['h1', 'h2', 'h3', 'h4', 'h5'];

test.before(async () => {
  lab = await openTestLab({ name: 'run', hosts: 5, fresh: true });
});
test.after(async () => lab.down());

const site = siteOf({
  'site.yml': `
- name: Everything about files and units
  hosts: all
  become: true
  roles:
    - role: greeter
      vars: {greeter_word: servus}
  tasks:
    - name: a line
      lineinfile: {path: /etc/greeter/greeter.conf, line: "# kept by hand"}
      when: false
    - name: a package
      apt: {name: jq, update_cache: true, cache_valid_time: 3600}
    - name: a unit
      copy:
        dest: /etc/systemd/system/greeter.service
        mode: '0644'
        content: |
          [Service]
          Type=oneshot
          RemainAfterExit=yes
          ExecStart=/bin/true
          [Install]
          WantedBy=multi-user.target
      notify: restart greeter
    - name: it runs
      systemd: {name: greeter, enabled: true, state: started, daemon_reload: true}
    - name: guarded
      command: {cmd: touch /var/lib/greeted, creates: /var/lib/greeted}
    - name: asked
      command: jq --version
      register: jq
      changed_when: false
      check_mode: false
    - name: told
      debug: {msg: "{{ jq.stdout }} on {{ facts.hostname }}"}
  handlers:
    - name: restart greeter
      systemd: {name: greeter, state: restarted}
`,
  'roles/greeter/meta/main.yml': `
description: Says hello
argument_schema:
  properties:
    greeter_word: {type: string, description: The word}
    greeter_peers: {type: array, description: Whom to greet}
`,
  'roles/greeter/defaults/main.yml': 'greeter_word: hello\ngreeter_peers: "{{ groups.all }}"\n',
  'roles/greeter/tasks/main.yml': `
- name: directory
  file: {path: /etc/greeter, state: directory, mode: '0750'}
- name: config
  template:
    src: greeter.conf.hbs
    dest: /etc/greeter/greeter.conf
    mode: '0640'
    validate: grep -q {{greeter_word}} %s
  notify: greeter changed
- name: link
  file: {path: /etc/greeter.conf, state: link, src: /etc/greeter/greeter.conf}
`,
  'roles/greeter/handlers/main.yml': '- name: greeter changed\n  command: touch /run/greeter-changed\n',
  'roles/greeter/templates/greeter.conf.hbs':
    '# {{inventory_hostname}} {{facts.default_ipv4.address}}\n{{#each greeter_peers}}\n{{@root.greeter_word}} {{this}}\n{{/each}}\n',
  'roles/greeter/verify/main.yml': `
- name: the greeting is there
  command: grep -c {{greeter_word}} /etc/greeter/greeter.conf
  changed_when: false
  check_mode: false
`,
});

async function runSite(...args: string[]): Promise<KmeshRun> {
  return kmesh(['run', site.path('site.yml'), '-i', lab.inventoryPath, '-o', 'json', ...args]);
}

function changedTasks(run: KmeshRun): Record<string, string[]> {
  const wanted = new Set(['changed', 'would-change', 'deferred']);
  return Object.fromEntries(
    Object.entries(statuses(run)).map(([host, tasks]) => [
      host,
      Object.keys(tasks).filter((name) => wanted.has(tasks[name] ?? '')),
    ]),
  );
}

test('shows in a check what a run would do, and writes nothing', async () => {
  lab.mark();
  const check = await runSite('--check', '--diff');
  assert.is(check.code, 0, why(check));
  for (const host of names) assert.equal(lab.changed(host, { strict: true }), []);
  const config = check.events.find(
    ({ event, task, host }) => event === 'task-finished' && task?.name === 'config' && host === 'h2',
  );
  assert.match(config?.changes?.[0]?.diff ?? '', /\+# h2 10\.\d+\.\d+\.12\n\+servus h1\n\+servus h2\n/);
  const run = await runSite();
  assert.is(run.code, 0, why(run));
  const shown = changedTasks(check);
  for (const [host, changed] of Object.entries(changedTasks(run))) {
    // What waits for a package that is not there yet may come to nothing; nothing may come unannounced.
    assert.equal(
      changed.filter((name) => !(shown[host] ?? []).includes(name)),
      [],
      host,
    );
  }
  assert.equal(changedTasks(run).h1, [
    'directory',
    'config',
    'link',
    'a package',
    'a unit',
    'it runs',
    'guarded',
    'restart greeter',
    'greeter changed',
  ]);
});

test('has its effect on the hosts', async () => {
  for (const host of names) {
    const { stdout } = await lab.exec(host, [
      'sh',
      '-c',
      'systemctl is-active greeter; systemctl is-enabled greeter; stat -c %a /etc/greeter /etc/greeter/greeter.conf; readlink /etc/greeter.conf; ls /run/greeter-changed',
    ]);
    assert.is(stdout, 'active\nenabled\n750\n640\n/etc/greeter/greeter.conf\n/run/greeter-changed');
  }
});

test('changes nothing the second time, and writes nothing', async () => {
  lab.mark();
  const again = await runSite();
  assert.is(again.code, 0, again.stderr);
  for (const [host, tasks] of Object.entries(changedTasks(again))) assert.equal(tasks, [], host);
  for (const host of names) assert.equal(lab.changed(host, { strict: true }), []);
  const told = again.events.find(({ event, task }) => event === 'task-finished' && task?.name === 'told');
  assert.match(told?.message ?? '', /^jq-1\.\d+ on h\d$/);
});

test('leaves the old file and notifies nobody when the candidate is not accepted', async () => {
  await lab.exec('h1', ['rm', '/run/greeter-changed']);
  const before = await lab.exec('h1', ['cat', '/etc/greeter/greeter.conf']);
  lab.mark();
  const bad = await runSite('-e', 'greeter_word=ahoy', '-l', 'h1', '-e', 'greeter_peers=@', '--tags', 'all');
  assert.is(bad.code, 1);
  const broken = siteOf({
    'site.yml': `
- hosts: h1
  tasks:
    - name: bad config
      copy: {content: "broken\\n", dest: /etc/greeter/greeter.conf, validate: grep -q servus %s}
      notify: told
    - name: never
      command: touch /run/never
  handlers:
    - name: told
      command: touch /run/told
`,
  });
  const run = await kmesh(['run', broken.path('site.yml'), '-i', lab.inventoryPath, '-o', 'json']);
  broken.remove();
  assert.is(run.code, 2);
  assert.equal(statuses(run), { h1: { 'bad config': 'failed' } });
  assert.equal(await lab.exec('h1', ['cat', '/etc/greeter/greeter.conf']), before);
  assert.is((await lab.exec('h1', ['ls', '/run/told', '/run/never', '/run/greeter-changed'])).stdout, '');
  assert.equal(lab.changed('h1'), []);
});

test('reruns a single role', async () => {
  const run = await kmesh(['role', 'greeter', '-i', lab.inventoryPath, '-l', 'h1', '-o', 'json', '-b'], {
    cwd: site.dir,
  });
  assert.is(run.code, 0, why(run));
  assert.equal(changedTasks(run), { h1: ['config', 'greeter changed'] });
  assert.match((await lab.exec('h1', ['cat', '/etc/greeter/greeter.conf'])).stdout, /^hello h5$/m);
});

test('goes on with the other hosts when one can not be reached', async () => {
  await lab.stop('h5');
  const run = await runSite();
  await lab.start('h5');
  assert.is(run.code, 3, run.stderr);
  const lost = run.events.find(({ event }) => event === 'host-unreachable');
  assert.is(lost?.host, 'h5');
  assert.match(lost?.failure?.message ?? '', /^Cannot connect to h5/);
  assert.equal(Object.keys(statuses(run)).sort(), ['h1', 'h2', 'h3', 'h4']);
});

test('ends a host at its failure and goes on with the others', async () => {
  const failing = siteOf({
    'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - name: fails on h2
      command: "{{#if (eq inventory_hostname 'h2')}}false{{else}}true{{/if}}"
    - name: ignored
      shell: echo why >&2; exit 7
      ignore_errors: true
      register: it
    - name: judged
      shell: echo fine
      register: judged
      failed_when: judged.stdout == 'broken'
      changed_when: judged.stdout == 'other'
    - name: seen
      assert: {that: [it.rc == 7, it.failed, '!judged.changed']}
`,
  });
  const run = await kmesh(['run', failing.path('site.yml'), '-i', lab.inventoryPath, '-o', 'json']);
  failing.remove();
  assert.is(run.code, 2);
  assert.equal(statuses(run).h2, { 'fails on h2': 'failed' });
  assert.equal(statuses(run).h3, { 'fails on h2': 'changed', ignored: 'failed', judged: 'ok', seen: 'ok' });
});

test('keeps the order between hosts where it can be observed', async () => {
  const ordered = siteOf({
    'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - name: first
      shell: "sleep 0.{{ indexOf groups.all inventory_hostname }}; date +%s%N"
      register: first
    - name: own file
      copy: {content: "{{ first.stdout }}", dest: /tmp/first}
    - name: second
      shell: date +%s%N
      register: second
    - name: times
      debug: {msg: "{{ first.stdout }} {{ second.stdout }}"}
`,
  });
  const run = await kmesh(['run', ordered.path('site.yml'), '-i', lab.inventoryPath, '-o', 'json']);
  ordered.remove();
  assert.is(run.code, 0, why(run));
  const times = run.events
    .filter(({ event, task }) => event === 'task-finished' && task?.name === 'times')
    .map(({ message }) => (message ?? '').split(' ').map(BigInt));
  assert.is(times.length, 5);
  const last = times.reduce((latest, [first = 0n]) => (first > latest ? first : latest), 0n);
  for (const [, second] of times) assert.ok((second ?? 0n) > last, `${second} is not after ${last}`);
});

test('rolls batch by batch and stops the roll at a gate that fails', async () => {
  const rolling = siteOf({
    'site.yml': `
- hosts: all
  gather_facts: false
  serial: [1, 2]
  roles: [roller]
`,
    'roles/roller/tasks/main.yml': '- name: roll\n  file: {path: /tmp/rolled, state: touch}\n',
    'roles/roller/verify/main.yml':
      '- name: gate\n  command: test {{inventory_hostname}} != h2\n  changed_when: false\n',
  });
  const run = await kmesh(['run', rolling.path('site.yml'), '-i', lab.inventoryPath, '-o', 'json']);
  rolling.remove();
  assert.is(run.code, 2);
  assert.equal(Object.keys(statuses(run)).sort(), ['h1', 'h2', 'h3']);
  const end = run.events.find(({ event }) => event === 'play-ended');
  assert.is(end?.why, 'gate-failed');
  assert.equal(end?.untouched, ['h4', 'h5']);
  assert.is((await lab.exec('h4', ['ls', '/tmp/rolled'])).stdout, '');
});

test('lets a running change end at Ctrl-C, begins nothing new, and says so', async () => {
  const slow = siteOf({
    'site.yml': `
- hosts: h1
  gather_facts: false
  tasks:
    - name: slow
      shell: touch /tmp/slow-begun; sleep 2; touch /tmp/slow-ended
    - name: never
      shell: touch /tmp/never
      when: 'true'
      register: x
    - name: later
      debug: {msg: "{{ x.rc }}"}
`,
  });
  const { execa } = await import('execa');
  const child = execa(
    'node',
    ['--import', 'tsx', 'src/main.ts', 'run', slow.path('site.yml'), '-i', lab.inventoryPath, '-o', 'lines'],
    { reject: false, env: { NO_COLOR: '1', FORCE_COLOR: undefined } },
  );
  for (let i = 0; i < 100 && (await lab.exec('h1', ['ls', '/tmp/slow-begun'])).code !== 0; i++)
    await new Promise((go) => setTimeout(go, 50));
  child.kill('SIGINT');
  const { exitCode, stdout } = await child;
  slow.remove();
  assert.is(exitCode, 130, stdout);
  assert.is((await lab.exec('h1', ['ls', '/tmp/slow-ended'])).code, 0);
  assert.match(stdout, /slow +changed 1/, stdout);
  assert.match(stdout, /^h1 /m);
});

test.after(() => site.remove());
test.run();

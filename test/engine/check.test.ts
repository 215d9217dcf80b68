import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LoadedSite } from '../../src/engine/input/load-site.ts';
import { modules } from '../../src/modules/index.ts';
import type { ProbeKind } from '../../src/probes/probe.ts';
import { type Answer, runInShell } from '../support/fake-session.ts';
import { runSite, type SiteParts, type Told } from '../support/run-site.ts';

const test = suite('engine/check');

// One task for each module, whose args a run would have to change something for.
const samples: Readonly<Record<string, string>> = {
  apt: '{name: jq}',
  assert: '{that: true}',
  command: 'touch /HOST/command',
  copy: '{dest: /HOST/copy, content: x}',
  debug: '{msg: hello}',
  fail: '{msg: on purpose}',
  file: '{path: /HOST/file, state: touch}',
  group: '{name: lizards}',
  hostname: '{name: other}',
  lineinfile: '{path: /HOST/lines, line: new}',
  modprobe: '{name: dummy}',
  package: '{name: jq}',
  service: '{name: bird, state: started}',
  set_fact: '{x: 1}',
  setup: '{}',
  shell: 'touch /HOST/shell',
  stat: '{path: /HOST/lines}',
  sysctl: '{name: net.ipv4.ip_forward, value: 1, sysctl_file: /HOST/sysctl.conf}',
  systemd: '{name: bird, enabled: true, state: restarted, daemon_reload: true}',
  template: '{src: t.hbs, dest: /HOST/template}',
  user: '{name: bird, groups: [birds]}',
  wait_for: '{path: /HOST/lines}',
};

const playbook = `- hosts: all
  gather_facts: no
  tasks:
${Object.entries(samples)
  .map(([module, args]) => `    - {name: ${module}, ${module}: ${args}, ignore_errors: yes}\n`)
  .join('')}`;

/** Hosts on which everything is still to be done. */
const bare: Readonly<Record<string, Answer>> = {
  'systemctl show': `Id=bird.service
LoadState=loaded
ActiveState=inactive
SubState=dead
UnitFileState=disabled
NeedDaemonReload=yes
`,
  'dpkg-query': 'apt\0\0\0jq:\n  Installed: (none)\n  Candidate: 1.6\n  Version table:\n     1.6 500\n\0end\0',
  'uname -r': '6.1\0yes\n\0\0\0kernel/drivers/net/dummy.ko:\n\0\0',
  '/etc/passwd':
    'shadow\n\0/etc/passwd:root:x:0:0:root:/root:/bin/sh\n/etc/group:root:x:0:\n/etc/group:birds:x:105:\n\0\0',
  ip_forward: '\0/proc/sys/net/ipv4/ip_forward:0\n\0',
  '/etc/hostname': 'node',
};

/** Notes every text that the probes of a site make. */
function spyOnProbes({ plays }: LoadedSite): { readonly texts: ReadonlySet<string>; readonly restore: () => void } {
  const texts = new Set<string>();
  const originals = new Map<ProbeKind<unknown, unknown>, ProbeKind<unknown, unknown>['script']>();
  const spyOn = (kind: ProbeKind<unknown, unknown>): void => {
    if (originals.has(kind)) return;
    const script = kind.script.bind(kind);
    originals.set(kind, script);
    kind.script = (...args) => {
      const text = script(...args);
      texts.add(text);
      return text;
    };
  };
  for (const task of plays.flatMap(({ play }) => play.phases.flatMap((phase) => phase.steps))) {
    if (task.kind !== 'task') continue;
    const { module } = task;
    const probe: typeof module.probe = (args, inputs) => {
      const probes = module.probe(args, inputs);
      for (const { kind } of Object.values(probes)) spyOn(kind);
      return probes;
    };
    Object.assign(task, { module: { ...module, probe } });
  }
  const restore = (): void => {
    for (const [kind, script] of originals) kind.script = script;
  };
  return { texts, restore };
}

// Questions about files are put by each host's own kind, which remembers: they are known by what they begin with.
function isQuestion(script: string, texts: ReadonlySet<string>): boolean {
  const looksAtFiles = script.includes("stat -c '%f %u");
  return texts.has(script) || (looksAtFiles && !writing.test(script.replaceAll('>&2', '')));
}

const writing = /(?<!2)>|\b(?:chmod|chown|cp|dd|install|ln|mkdir|mv|rm|sync|tee|touch)\b/;

/** Runs a playbook and gives, besides what it told, what was sent that no probe had made. */
async function spied(text: string, parts: SiteParts): Promise<{ told: Told; others: string[] }> {
  let spy: ReturnType<typeof spyOnProbes> | null = null;
  try {
    const told = await runSite(text, {
      ...parts,
      // Whatever has no answer above is harmless when a probe made it.
      answers: { ...bare, '': (script) => (isQuestion(script, spy?.texts ?? new Set()) ? runInShell(script) : '') },
      prepare: (loaded) => {
        spy = spyOnProbes(loaded);
      },
    });
    const texts = (spy as unknown as ReturnType<typeof spyOnProbes>).texts;
    const sent = told.hosts.batches('a').flatMap(({ scripts }) => scripts);
    return { told, others: sent.filter((script) => !isQuestion(script, texts)) };
  } finally {
    (spy as ReturnType<typeof spyOnProbes> | null)?.restore();
  }
}

const site: SiteParts = { files: { 'templates/t.hbs': 'x\n' }, disk: { lines: 'old\n' } };

test('has a sample of every module', () => {
  assert.equal(Object.keys(samples).sort(), [...modules.keys()].sort());
});

test('sends nothing but questions, whatever the module', async () => {
  for (const diff of [false, true]) {
    const { told, others } = await spied(playbook, { ...site, check: true, diff });
    assert.equal(others, []);
    assert.equal(told.hosts.uploads('a'), []);
  }
});

test('shows of every module that changes anything what it would do', async () => {
  for (const [module, args] of Object.entries(samples)) {
    const one = `- hosts: all\n  gather_facts: no\n  tasks: [{name: t, ${module}: ${args}, ignore_errors: yes}]\n`;
    const { told } = await spied(one, { ...site, check: true });
    const { status, changes } = told.outcome('t');
    const changesAnything = !['none', 'controller'].includes(modules.get(module)?.effects ?? '');
    assert.is(status === 'would-change', changesAnything, `${module}: ${status}`);
    assert.is(changes.length > 0, changesAnything, module);
  }
});

test('sends more than questions when it is no check', async () => {
  const { told, others } = await spied(playbook, site);
  assert.is(told.ends.copy?.a, 'changed');
  assert.ok(others.length > 5);
});

/** Checks tasks on one host; a line each. */
function check(tasks: string, parts: SiteParts = {}, play = ''): Promise<Told> {
  const lines = tasks
    .trim()
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('');
  return runSite(`- hosts: all\n  gather_facts: no\n${play}  tasks:\n${lines}`, { check: true, ...parts });
}

/** The status of each task, in order. */
function statuses({ ends }: Told): unknown[] {
  return Object.values(ends).map(({ a }) => a);
}

test('never says of a command that all is well', async () => {
  const told = await check('- {name: t, command: do it}\n- {name: u, shell: do it}');
  assert.equal(told.ends, { t: { a: 'would-change' }, u: { a: 'would-change' } });
  assert.equal(told.sent(), []);
});

test('says that a command has nothing to do where its file is there', async () => {
  const told = await check('- {name: t, command: {cmd: do it, creates: /HOST/f}}', { disk: { f: '' } });
  assert.equal(told.ends, { t: { a: 'ok' } });
});

test('foretells what follows from files that it would write', async () => {
  const told = await check(`- {name: dir, file: {path: /HOST/d, state: directory}}
- {name: f, copy: {dest: /HOST/d/f, content: x}}
- {name: same, copy: {dest: /HOST/d/f, content: x}}
- {name: line, lineinfile: {path: /HOST/d/f, line: y}}
- {name: gone, file: {path: /HOST/d, state: absent}}
- {name: again, file: {path: /HOST/d/f, state: absent}}`);
  assert.equal(statuses(told), ['would-change', 'would-change', 'ok', 'would-change', 'would-change', 'ok']);
});

test('defers what a change puts in doubt, and names its task', async () => {
  const told = await check('- {name: Install, command: install}\n- {name: f, copy: {dest: /HOST/f, content: x}}', {
    disk: { f: 'x' },
  });
  assert.equal(told.ends, { Install: { a: 'would-change' }, f: { a: 'deferred' } });
  assert.is(told.outcome('f').waitsFor, 'Install');
});

test('defers what can not be planned before a change is made', async () => {
  const told = await check('- {name: Install, command: install}\n- {name: f, copy: {dest: /HOST/none/f, content: x}}');
  assert.equal(told.ends, { Install: { a: 'would-change' }, f: { a: 'deferred' } });
});

test('fails what can not be planned and never could', async () => {
  const told = await check('- {name: f, copy: {dest: /HOST/none/f, content: x}}');
  assert.equal(told.ends, { f: { a: 'failed' } });
});

test('defers what needs the result of a task that it does not run', async () => {
  const told = await check(`- {name: Ask, command: ask, register: r}
- {name: use, copy: {dest: /HOST/f, content: "{{ r.stdout }}"}}
- {name: when, debug: , when: r.rc == 0}
- {name: loop, debug: , loop: "{{ r.stdout_lines }}"}`);
  assert.equal(statuses(told), ['would-change', 'deferred', 'deferred', 'deferred']);
  for (const task of ['use', 'when', 'loop']) assert.is(told.outcome(task).waitsFor, 'Ask');
});

test('defers what needs a variable that could not be set', async () => {
  const told = await check(`- {name: Ask, command: ask, register: r}
- {name: set, set_fact: {x: "{{ r.stdout }}"}}
- {name: use, debug: {msg: "{{ x }}"}}`);
  assert.equal(statuses(told), ['would-change', 'deferred', 'deferred']);
});

test('defers a judgement that needs a result that is not there', async () => {
  const told = await check('- {name: Ask, command: ask, register: r}\n- {name: t, debug: , changed_when: r.rc == 0}');
  assert.equal(told.ends, { Ask: { a: 'would-change' }, t: { a: 'deferred' } });
  assert.is(told.outcome('t').waitsFor, 'Ask');
});

test('knows the results of what it did not leave undone', async () => {
  const told = await check(
    '- {name: ask, stat: {path: /HOST/f}, register: r}\n- {name: use, debug: {msg: "{{ r.stat.size }}"}}',
    {
      disk: { f: 'four' },
    },
  );
  assert.is(told.outcome('use').message, '4');
});

const asking = 'changed_when: false, check_mode: false';

test('asks what says of itself that it only asks', async () => {
  const told = await check(
    `- {name: ask, command: ask, register: r, ${asking}}\n- {name: use, debug: {msg: "{{ r.stdout }}"}}`,
    {
      answers: { ask: 'yes' },
    },
  );
  assert.equal(told.ends, { ask: { a: 'ok' }, use: { a: 'ok' } });
  assert.is(told.outcome('use').message, 'yes');
  assert.equal(told.sent(), [['(exec ask)']]);
});

test('takes nothing for right that a task may change of which it does not know what it does', async () => {
  const told = await check(
    [
      '- {name: ask, command: ask, register: r, changed_when: false}',
      '- {name: write, copy: {dest: /HOST/f, content: "{{ r.stdout }}"}}',
      '- {name: same, copy: {dest: /HOST/f, content: x}}',
      '- {name: other, copy: {dest: /HOST/g, content: x}}',
      '- {name: somewhere, copy: {dest: "/HOST/{{ r.stdout }}", content: x}}',
      '- {name: other again, copy: {dest: /HOST/g, content: x}}',
    ].join('\n'),
    { disk: { f: 'x', g: 'x' } },
  );
  assert.equal(told.ends, {
    ask: { a: 'skipped' },
    write: { a: 'deferred' },
    same: { a: 'deferred' },
    other: { a: 'ok' },
    somewhere: { a: 'deferred' },
    'other again': { a: 'deferred' },
  });
  assert.is(told.outcome('same').waitsFor, 'write');
  assert.is(told.outcome('other again').waitsFor, 'somewhere');
});

test('asks what says so as users of Ansible write it', async () => {
  const told = await check('- {name: ask, command: ask, changed_when: no, check_mode: no}', { answers: { ask: '' } });
  assert.equal(told.ends, { ask: { a: 'ok' } });
});

test('asks nothing that depends on what it did not do', async () => {
  const told = await check(`- {name: Install, command: install}\n- {name: ask, command: ask, ${asking}}`);
  assert.equal(told.ends, { Install: { a: 'would-change' }, ask: { a: 'deferred' } });
  assert.equal(told.sent(), []);
});

test('does not wait for what it did not bring about', async () => {
  const start = Date.now();
  const told = await check(
    '- {name: Start, command: start}\n- {name: wait, wait_for: {path: /HOST/none, timeout: 60}}',
  );
  assert.equal(told.ends, { Start: { a: 'would-change' }, wait: { a: 'deferred' } });
  assert.is(told.outcome('wait').waitsFor, 'Start');
  assert.ok(Date.now() - start < 30_000);
});

test('tells of handlers that would run', async () => {
  const play = '  handlers: [{name: h, command: restart}]\n';
  const told = await check('- {name: t, copy: {dest: /HOST/f, content: x}, notify: h}', {}, play);
  assert.equal(told.ends, { t: { a: 'would-change' }, h: { a: 'would-change' } });
  const right = await check('- {name: t, copy: {dest: /HOST/f, content: x}, notify: h}', { disk: { f: 'x' } }, play);
  assert.equal(right.ends, { t: { a: 'ok' } });
});

test('tells of handlers that may have to run', async () => {
  const told = await check(
    '- {name: Install, command: install}\n- {name: f, copy: {dest: /HOST/f, content: x}, notify: h}',
    { disk: { f: 'x' } },
    '  handlers: [{name: h, command: restart}]\n',
  );
  assert.equal(told.ends, { Install: { a: 'would-change' }, f: { a: 'deferred' }, h: { a: 'would-change' } });
});

test('remembers what it would have done in an earlier list of tasks', async () => {
  const told = await check(
    '- {name: f, copy: {dest: /HOST/d/f, content: x}}',
    {},
    '  pre_tasks: [{name: dir, file: {path: /HOST/d, state: directory}}]\n',
  );
  assert.equal(told.ends, { dir: { a: 'would-change' }, f: { a: 'would-change' } });
});

test('counts no change twice when it asks on', async () => {
  const told = await check(
    `- {name: mode, file: {path: /HOST/f, mode: '0600'}}
- {name: gone, file: {path: /HOST/f, state: absent}}
- {name: ask, stat: {path: /HOST/x}, register: r}
- {name: g, copy: {dest: /HOST/g, content: x}, when: r.stat.exists == false}
- {name: still, file: {path: /HOST/f, state: absent}, when: r.stat.exists == false}`,
    { disk: { f: '' } },
  );
  assert.equal(statuses(told), ['would-change', 'would-change', 'ok', 'would-change', 'ok']);
});

test('shows the very diff of what would be done', async () => {
  const told = await check('- {name: t, copy: {dest: /HOST/f, content: "new\\n"}}', {
    disk: { f: 'old\n' },
    diff: true,
  });
  assert.match(told.outcome('t').changes[0]?.diff ?? '', '-old\n+new\n');
});

const gated = {
  'roles/r/tasks/main.yml': '- {name: work, copy: {dest: /HOST/f, content: x}}\n',
  'roles/r/verify/main.yml': `- {name: gate, command: gate, ${asking}}\n`,
};

test('asks the gate only where nothing was left undone', async () => {
  const play = '- hosts: all\n  gather_facts: no\n  roles: [r]\n';
  const answers = { gate: '' };
  const undone = await runSite(play, { check: true, files: gated, answers });
  assert.equal(undone.ends, { work: { a: 'would-change' } });
  const done = await runSite(play, { check: true, files: gated, answers, disk: { f: 'x' } });
  assert.equal(done.ends, { work: { a: 'ok' }, gate: { a: 'ok' } });
});

test('waits for no other host', async () => {
  const told = await check('- {name: t, command: x}\n- {name: u, command: y}', { hosts: ['a', 'b'] });
  assert.equal(told.ends, { t: { a: 'would-change', b: 'would-change' }, u: { a: 'would-change', b: 'would-change' } });
});

test('counts for each host what it would change', async () => {
  const told = await check('- {name: t, command: x}\n- {name: u, debug: , when: false}\n- {name: v, debug: }');
  const last = told.events.at(-1);
  const [recap] = last?.kind === 'run-finished' ? last.recap : [];
  assert.equal([recap?.changed, recap?.skipped, recap?.ok, recap?.failed], [1, 1, 1, 0]);
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EvaluationError, must } from '../../../src/base/errors.ts';
import type { Data } from '../../../src/base/node.ts';
import type { LoadedSite } from '../../../src/engine/input/load-site.ts';
import { nowhere, type Place } from '../../../src/engine/variables/site.ts';
import { NotYetKnown } from '../../../src/engine/variables/not-yet-known.ts';
import { HostScope } from '../../../src/engine/variables/variables.ts';
import { evaluate } from '../../../src/template/evaluate.ts';
import { line, plain, scalar } from '../../support/node.ts';
import { thrown } from '../../support/rejects.ts';
import { type SiteParts, withSite } from '../../support/run-site.ts';

const test = suite('engine/variables');

const empty = '- hosts: all\n  gather_facts: no\n';

interface There {
  readonly loaded: LoadedSite;
  /** The scope of a host in the first play. */
  readonly scope: (host?: string, place?: Partial<Place>) => HostScope;
  readonly known: (host?: string) => ReturnType<typeof hostRun>['known'];
}

/** Calls `use` with the scopes of a site. */
function there<T>(playbook: string, parts: SiteParts, use: (there: There) => T): T {
  return withSite(playbook, parts, (loaded) => {
    const play = must(loaded.plays[0], 'play');
    const scope: There['scope'] = (host = 'a', place = {}) =>
      new HostScope(loaded.site, hostRun(loaded, host), {
        ...nowhere,
        play: play.play,
        playHosts: play.hosts,
        batch: play.hosts,
        ...place,
      });
    return use({ loaded, scope, known: (host = 'a') => hostRun(loaded, host).known });
  });
}

function hostRun({ site }: LoadedSite, host: string) {
  return must(site.hosts.get(host), host);
}

/** The text of a template in a scope. */
function render(text: string, scope: HostScope): Data {
  return evaluate(scalar(JSON.stringify(text)), scope);
}

// All places that can set a variable of a host, from the lowest.
const levels = [
  'role defaults',
  'inventory group all',
  'inventory group',
  'group_vars/all',
  'group_vars/all beside the playbook',
  'group_vars',
  'inventory host',
  'host_vars',
  'play vars',
  'vars_files',
  'role vars',
  'task vars',
  'set_fact',
  'role params',
  'extra vars',
] as const;

/** For each two levels a variable that both set to their own name: `x_0_1`. */
function pairsOf(level: (typeof levels)[number]): Record<string, string> {
  const own = levels.indexOf(level);
  const names = levels.map((_, other) => `x_${Math.min(own, other)}_${Math.max(own, other)}`);
  return Object.fromEntries(names.map((name) => [name, level]));
}

const asYaml = (level: (typeof levels)[number]): string => JSON.stringify(pairsOf(level));

function asIni(level: (typeof levels)[number], separator: string): string {
  return Object.entries(pairsOf(level))
    .map(([name, value]) => `${name}="${value}"`)
    .join(separator);
}

const allLevels: SiteParts = {
  inventoryPath: 'inv/hosts',
  files: {
    'inv/hosts': `[hosts]
a ${asIni('inventory host', ' ')}
[all:vars]
${asIni('inventory group all', '\n')}
[hosts:vars]
${asIni('inventory group', '\n')}
`,
    'inv/group_vars/all.yml': asYaml('group_vars/all'),
    'group_vars/all.yml': asYaml('group_vars/all beside the playbook'),
    'inv/group_vars/hosts.yml': asYaml('group_vars'),
    'inv/host_vars/a.yml': asYaml('host_vars'),
    'v.yml': asYaml('vars_files'),
    'roles/r/defaults/main.yml': asYaml('role defaults'),
    'roles/r/vars/main.yml': asYaml('role vars'),
    'roles/r/tasks/main.yml': `- {debug: , vars: ${asYaml('task vars')}}\n`,
  },
  extraVars: [asYaml('extra vars')],
};

test('lets each level win over each one below it', () => {
  const playbook = `${empty}  vars: ${asYaml('play vars')}
  vars_files: v.yml
  roles: [{role: r, vars: ${asYaml('role params')}}]
`;
  there(playbook, allLevels, ({ loaded, scope, known }) => {
    assert.equal(loaded.problems.map(line), []);
    for (const [name, value] of Object.entries(pairsOf('set_fact'))) known().set(name, value);
    const { role, vars } = must(loaded.plays[0]?.play.phases[0]?.steps[0], 'task');
    const one = scope('a', { role, taskVars: vars });
    for (const [high, level] of levels.entries())
      for (const [low, other] of levels.slice(0, high + 1).entries())
        assert.is(one.lookup(`x_${low}_${high}`), level, `${level} over ${other}`);
  });
});

test('has no value for a name that nobody sets', () => {
  there(empty, {}, ({ scope }) => {
    assert.is(scope().lookup('x'), undefined);
  });
});

const twoRoles = {
  'roles/r/defaults/main.yml': 'x: own default\nonly_r: 1\n',
  'roles/s/defaults/main.yml': 'x: other default\nonly_s: 2\n',
  'roles/s/vars/main.yml': 'y: other vars\n',
  'roles/r/vars/main.yml': 'y: own vars\n',
};

test('lets the defaults and vars of the own role win over those of another one', () => {
  there('- hosts: all\n  gather_facts: no\n  roles: [r, s]\n', { files: twoRoles }, ({ loaded, scope }) => {
    const [r, s] = loaded.plays[0]?.play.roles ?? [];
    assert.is(scope('a', { role: r ?? null }).lookup('x'), 'own default');
    assert.is(scope('a', { role: r ?? null }).lookup('y'), 'own vars');
    assert.is(scope('a', { role: s ?? null }).lookup('x'), 'other default');
  });
});

test('lets a role and the play see the variables of other roles', () => {
  there('- hosts: all\n  gather_facts: no\n  roles: [r, s]\n', { files: twoRoles }, ({ loaded, scope }) => {
    const [r] = loaded.plays[0]?.play.roles ?? [];
    assert.is(scope('a', { role: r ?? null }).lookup('only_s'), 2);
    assert.is(scope('a').lookup('only_r'), 1);
  });
});

test('replaces the whole value of a lower level', () => {
  const files = { 'group_vars/all.yml': 'x: {a: 1, b: 2}\n' };
  there(`${empty}  vars: {x: {a: 5}}\n`, { files }, ({ scope }) => {
    assert.equal(plain(scope().lookup('x')), { a: 5 });
  });
});

test('evaluates a variable in the scope of the host', () => {
  const inventory = 'a n=1\nb n=2\n[all:vars]\nx="{{ n }}{{ n }}"\n';
  there(empty, { inventory, hosts: ['a', 'b'] }, ({ scope }) => {
    assert.is(scope('a').lookup('x'), '11');
    assert.is(scope('b').lookup('x'), '22');
  });
});

test('evaluates a variable only when it is asked for', () => {
  there(`${empty}  vars: {broken: "{{ nope }}", x: 1}\n`, {}, ({ scope }) => {
    assert.is(scope().lookup('x'), 1);
    assert.match(thrown(() => scope().lookup('broken'), EvaluationError).message, '`nope` is undefined');
  });
});

test('keeps the type of a lone expression', () => {
  there(`${empty}  vars: {list: [1, 2], x: "{{ list }}"}\n`, {}, ({ scope }) => {
    assert.equal(scope().lookup('x'), [1, 2]);
  });
});

test('names the whole circle of variables that are made of each other', () => {
  there(`${empty}  vars: {x: "{{ y }}", y: "{{ z }}", z: "{{ x }}"}\n`, {}, ({ scope }) => {
    const error = thrown(() => scope().lookup('x'), EvaluationError);
    assert.is(error.message, '`x` is made of itself: x → y → z → x.');
  });
});

test('names a circle that a variable leads into', () => {
  there(`${empty}  vars: {x: "{{ y }}", y: "{{ y }}"}\n`, {}, ({ scope }) => {
    assert.is(thrown(() => scope().lookup('x'), EvaluationError).message, '`y` is made of itself: y → y.');
  });
});

test('can be asked again after a circle', () => {
  there(`${empty}  vars: {x: "{{ x }}", y: 1}\n`, {}, ({ scope }) => {
    const one = scope();
    for (let i = 0; i < 2; i++) assert.match(thrown(() => one.lookup('x'), EvaluationError).message, 'x → x');
    assert.is(one.lookup('y'), 1);
  });
});

test('finds a circle through the variables of another host', () => {
  const inventory = 'a x="{{ hostvars.b.x }}"\nb x="{{ hostvars.a.x }}"\n';
  there(empty, { inventory, hosts: ['a', 'b'] }, ({ scope }) => {
    const error = thrown(() => scope().lookup('x'), EvaluationError);
    assert.is(error.message, '`x` is made of itself: x → hostvars.b.x → x.');
  });
});

test('never takes what a host has said for a template', () => {
  there(`${empty}  vars: {copy: "{{ told }}", list: ["{{ told }}"]}\n`, { hosts: ['a', 'b'] }, ({ scope, known }) => {
    known().set('told', '{{ 1 }}');
    assert.is(scope().lookup('told'), '{{ 1 }}');
    assert.is(scope().lookup('copy'), '{{ 1 }}');
    assert.equal(scope().lookup('list'), ['{{ 1 }}']);
    assert.is(render('<{{ copy }}>', scope()), '<{{ 1 }}>');
    assert.is(render('{{ hostvars.a.told }} {{ hostvars.a.copy }}', scope('b')), '{{ 1 }} {{ 1 }}');
  });
});

test('never takes facts for templates', () => {
  there(`${empty}  vars: {copy: "{{ facts.kernel }}"}\n`, {}, ({ scope, known }) => {
    known().setFacts({ kernel: '{{ inventory_hostname }}', hostname: '{{ 1 }}' });
    assert.is(scope().lookup('copy'), '{{ inventory_hostname }}');
    assert.is(scope().lookup('ansible_hostname'), '{{ 1 }}');
  });
});

test('lets no fact shadow a variable', () => {
  there(`${empty}  vars: {ansible_hostname: mine}\n`, {}, ({ scope, known }) => {
    known().setFacts({ hostname: 'theirs', x: 'y', ansible_user: 'root', inventory_hostname: 'evil' });
    assert.is(scope().lookup('ansible_hostname'), 'mine');
    assert.is(scope().lookup('x'), undefined);
    assert.is(scope().lookup('ansible_user'), undefined);
    assert.is(scope().lookup('inventory_hostname'), 'a');
  });
});

test('gives facts by the names that users of Ansible know', () => {
  there(empty, {}, ({ scope, known }) => {
    known().setFacts({
      hostname: 'node',
      os: { id: 'debian', family: 'debian', version: '12', codename: 'bookworm' },
      default_ipv4: { address: '10.0.0.1' },
      interfaces: { lo: {}, eth0: {} },
    });
    const names = ['ansible_hostname', 'ansible_distribution', 'ansible_os_family', 'ansible_distribution_version'];
    assert.equal(
      names.map((name) => scope().lookup(name)),
      ['node', 'Debian', 'Debian', '12'],
    );
    assert.is(render('{{ ansible_default_ipv4.address }}', scope()), '10.0.0.1');
    assert.equal(scope().lookup('ansible_interfaces'), ['lo', 'eth0']);
  });
});

test('has no facts where none were gathered', () => {
  there(empty, {}, ({ scope }) => {
    assert.is(scope().lookup('facts'), undefined);
    assert.is(scope().lookup('ansible_hostname'), undefined);
  });
});

test('says of facts and results that they come later', () => {
  there(`${empty}  vars: {x: "{{ facts.kernel }}"}\n`, {}, ({ scope, known }) => {
    known().factsWaitFor = 'gathering facts';
    assert.is(thrown(() => scope().lookup('x'), NotYetKnown).waitsFor, 'gathering facts');
    known().awaitResult('r', 'Ask it');
    assert.is(thrown(() => scope().lookup('r'), NotYetKnown).waitsFor, 'Ask it');
    known().set('r', 5);
    assert.is(scope().lookup('r'), 5);
  });
});

test('lets extra variables win over results that come later', () => {
  there(empty, { extraVars: ['r=mine'] }, ({ scope, known }) => {
    known().awaitResult('r', 'Ask it');
    assert.is(scope().lookup('r'), 'mine');
  });
});

test('sees a result as soon as it is there, also through other variables', () => {
  there(`${empty}  vars: {x: "{{ r }}"}\n`, {}, ({ scope, known }) => {
    const one = scope();
    known().set('r', 1);
    assert.is(one.lookup('x'), 1);
    known().set('r', 2);
    assert.is(one.lookup('x'), 2);
  });
});

test('gives the magic names', () => {
  const inventory = '[rr]\na.example.com\n[nodes]\nb\n[mesh:children]\nrr\nnodes\n';
  const parts = {
    inventory,
    hosts: ['a.example.com', 'b'],
    files: { 'roles/r/tasks/main.yml': '' },
    check: true,
    diff: true,
  };
  there('- hosts: rr\n  gather_facts: no\n  roles: [r]\n', parts, ({ loaded, scope }) => {
    const role = loaded.plays[0]?.play.roles[0] ?? null;
    const one = scope('a.example.com', { role, batch: ['a.example.com'] });
    assert.is(one.lookup('inventory_hostname'), 'a.example.com');
    assert.is(one.lookup('inventory_hostname_short'), 'a');
    assert.equal(one.lookup('group_names'), ['mesh', 'rr']);
    assert.equal((one.lookup('groups') as Record<string, Data>).mesh, ['a.example.com', 'b']);
    assert.equal(one.lookup('ansible_play_hosts'), ['a.example.com']);
    assert.equal(one.lookup('ansible_play_batch'), ['a.example.com']);
    assert.is(one.lookup('role_name'), 'r');
    const text = (name: string): string => JSON.stringify(one.lookup(name));
    assert.match(text('role_path'), /\/site\/roles\/r"$/);
    assert.match(text('playbook_dir'), /\/site"$/);
    assert.match(text('inventory_dir'), /\/site"$/);
    assert.match(text('inventory_file'), /\/site\/hosts"$/);
    assert.is(one.lookup('ansible_check_mode'), true);
    assert.is(one.lookup('ansible_diff_mode'), true);
  });
});

test('has no role outside of one', () => {
  there(empty, {}, ({ scope }) => {
    assert.is(scope().lookup('role_name'), undefined);
  });
});

test('lets the item of a loop win over a variable', () => {
  there(empty, {}, ({ scope, known }) => {
    known().set('item', 'result');
    assert.is(scope('a', { loop: new Map([['item', 'mine']]) }).lookup('item'), 'mine');
  });
});

test('gives variables of other hosts, each in its own scope', () => {
  const inventory = 'a n=1\nb n=2\n[all:vars]\nx="{{ n }} of {{ inventory_hostname }}"\n';
  there(empty, { inventory, hosts: ['a', 'b'] }, ({ scope, known }) => {
    known('b').set('told', 'yes');
    assert.is(render('{{ hostvars.b.x }}, {{ hostvars.b.told }}', scope('a')), '2 of b, yes');
    assert.is(render('{{#each groups.all}}{{ lookup (lookup ../hostvars this) "n" }} {{/each}}', scope('a')), '1 2 ');
  });
});

test('evaluates no variable of another host but the one that is asked for', () => {
  const inventory = 'a\nb n=2 broken="{{ nope }}"\n';
  there(empty, { inventory, hosts: ['a', 'b'] }, ({ scope }) => {
    assert.is(render('{{ hostvars.b.n }}', scope('a')), 2);
    assert.match(thrown(() => render('{{ hostvars.b.broken }}', scope('a')), EvaluationError).message, '`nope`');
  });
});

test('names a host that is not there', () => {
  there(empty, {}, ({ scope }) => {
    assert.match(thrown(() => render('{{ hostvars.z.x }}', scope()), EvaluationError).message, '`hostvars` has no `z`');
  });
});

test('names all variables, for who misspells one', () => {
  there(`${empty}  vars: {x: 1}\n`, { inventory: 'a y=1\n' }, ({ scope, known }) => {
    known().set('z', 1);
    const names = new Set(scope().names());
    for (const name of ['x', 'y', 'z', 'groups', 'hostvars']) assert.ok(names.has(name), name);
    assert.not.ok(names.has('facts'));
  });
});

test('sees what another host has come to know since', () => {
  there(`${empty}  vars: {theirs: "{{ hostvars.b.word }}"}\n`, { hosts: ['a', 'b'] }, ({ scope, known }) => {
    const own = scope('a');
    known('b').set('word', 'first');
    assert.is(own.lookup('theirs'), 'first');
    known('b').set('word', 'second');
    assert.is(own.lookup('theirs'), 'second');
  });
});

test.run();

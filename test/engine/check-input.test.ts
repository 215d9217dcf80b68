import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { problemsOf, type SiteParts } from '../support/run-site.ts';

const test = suite('engine/check-input');

/** All that is wrong with tasks, whose first line is the third of `site.yml`. */
function problems(tasks: string, parts: SiteParts = {}, play = ''): string[] {
  return problemsOf(`- hosts: all\n  tasks:\n${tasks}${play}`, parts);
}

test('finds an undefined variable in args, with its place', () => {
  assert.equal(problems('    - debug: {msg: "a {{ nope }}"}\n'), ['site.yml:3:26: `nope` is undefined.']);
});

test('guesses at a misspelt variable', () => {
  assert.equal(problems('    - debug: {msg: "{{ router_di }}"}\n', {}, '  vars: {router_id: 1}\n'), [
    'site.yml:3:24: `router_di` is undefined. | Did you mean `router_id`?',
  ]);
});

test('finds an undefined variable in every part of a task', () => {
  const parts = [
    'name: "{{ nope }}", debug: ',
    'debug: , when: nope == 1',
    'debug: {var: nope}',
    'assert: {that: [true, nope]}',
    'debug: , loop: "{{ nope }}"',
    'debug: , environment: {A: "{{ nope }}"}',
    'debug: , become: "{{ nope }}"',
    'debug: , become_user: "{{ nope }}"',
    'set_fact: {x: "{{ nope }}"}',
  ];
  for (const text of parts) {
    const found = problems(`    - {${text}}\n`);
    assert.is(found.length, 1, text);
    assert.match(found[0] ?? '', '`nope` is undefined', text);
  }
});

test('finds an undefined variable in a template file, in a place that looks like a question', () => {
  const files = {
    'templates/bird.conf.hbs': 'router id {{ id }};\n{{#each peers}}\n  neighbor {{ this }};\n{{/each}}\n',
  };
  const tasks = '    - template: {src: bird.conf.hbs, dest: /etc/bird.conf}\n';
  assert.equal(problems(tasks, { files }, '  vars: {id: 1}\n'), ['templates/bird.conf.hbs:2:9: `peers` is undefined.']);
  const asked = { 'templates/bird.conf.hbs': 'x\n{{#if peers}}\n{{/if}}\n' };
  assert.equal(problems(tasks, { files: asked }), ['templates/bird.conf.hbs:2:7: `peers` is undefined.']);
});

test('finds what is undefined behind facts, which come later', () => {
  const files = { 'templates/x.hbs': '{{ facts.kernel }} {{ nope }}\n' };
  assert.equal(problems('    - template: {src: x.hbs, dest: /x}\n', { files }), [
    'templates/x.hbs:1:23: `nope` is undefined.',
  ]);
});

test('finds a mistake in a template file', () => {
  const files = { 'templates/x.hbs': 'a\n{{#if x}}\n' };
  assert.equal(problems('    - template: {src: x.hbs, dest: /x}\n', { files }).length, 1);
});

test('finds a template and a file that are not there', () => {
  assert.equal(
    problems('    - template: {src: x.hbs, dest: /x}\n    - copy: {src: x.txt, dest: /x}\n').map(
      (p) => p.split(' | ')[0],
    ),
    ['site.yml:3:23: There is no template `x.hbs`.', 'site.yml:4:19: There is no file `x.txt`.'],
  );
});

test('guesses at the name of a template', () => {
  const files = { 'templates/bird.conf.hbs': 'x' };
  assert.equal(problems('    - template: {src: brid.conf.hbs, dest: /x}\n', { files }), [
    'site.yml:3:23: There is no template `brid.conf.hbs`. | Did you mean `bird.conf.hbs`?',
  ]);
});

test('looks for a file whose other args come later, and for nothing else', () => {
  const tasks = `    - copy: {src: there.txt, dest: "/tmp/{{ facts.hostname }}"}
    - copy: {src: nope.txt, dest: "/tmp/{{ facts.hostname }}"}
    - file: {src: /a, path: /b, state: "{{ facts.hostname }}"}
`;
  const found = problems(tasks, { files: { 'there.txt': '' } });
  assert.equal(
    found.map((p) => p.split(' | ')[0]),
    ['site.yml:4:19: There is no file `nope.txt`.'],
  );
});

test('finds args of the wrong form, once variables are filled in', () => {
  assert.equal(problems('    - file: {path: /x, mode: "{{ mode }}"}\n', {}, '  vars: {mode: rwx!}\n'), [
    "site.yml:3:30: `mode` is `rwx!`, which has not the right form. | Permissions, octal and quoted (`'0644'`) or symbolic (`u=rw,g=r`). Not given: as it is, and for new files 0644.",
  ]);
});

test('finds args that exclude each other, and tells it once', () => {
  const told = 'Only one of `src` and `content` can be given.';
  assert.equal(new Set(problems('    - copy: {dest: /x, src: a, content: b}\n')), new Set([`site.yml:3:41: ${told}`]));
  assert.equal(problems('    - copy: {dest: /x, src: "{{ x }}", content: b}\n', {}, '  vars: {x: a}\n'), [
    `site.yml:3:49: ${told}`,
  ]);
});

test('finds a loop over what is no list', () => {
  assert.equal(problems('    - {debug: , loop: "{{ x }}"}\n', {}, '  vars: {x: text}\n'), [
    'site.yml:3:23: `loop` must give a list.',
  ]);
});

test('looks at each item of a loop', () => {
  assert.equal(problems('    - {debug: {msg: "{{ item.a }}"}, loop: [{a: 1}, {b: 2}]}\n'), [
    'site.yml:3:25: `item.a` is undefined: `item` has no `a`. | Did you mean `b`?',
  ]);
});

test('takes facts and results for values that come later', () => {
  assert.equal(
    problems(`    - {command: x, register: r}
    - {debug: {msg: "{{ r.stdout }} {{ facts.hostname }} {{ ansible_hostname }}"}, when: r.rc == 0}
    - {set_fact: {y: "{{ r.stdout }}"}}
    - {debug: {msg: "{{ y }}"}, loop: "{{ r.stdout_lines }}"}
    - {debug: {msg: "{{ item }}"}, loop: "{{ r.stdout_lines }}"}
`),
    [],
  );
});

test('takes results of other hosts for values that come later, wherever they stand', () => {
  const tasks = `    - {command: x, register: token, when: inventory_hostname == "b"}
    - {command: "join {{ hostvars.b.token.stdout }} {{ hostvars.b.facts.hostname }}"}
`;
  assert.equal(problems(tasks, { hosts: ['a', 'b'] }), []);
});

test('has no facts where none are gathered', () => {
  assert.equal(problemsOf('- hosts: all\n  gather_facts: no\n  tasks:\n    - debug: {msg: "{{ facts.kernel }}"}\n'), [
    'site.yml:4:24: `facts` is undefined. | Facts are not gathered: the play says `gather_facts: no`.',
  ]);
});

test('knows no result of a later play', () => {
  const playbook = `- hosts: all
  tasks:
    - debug: {msg: "{{ r.stdout }}"}
- hosts: all
  tasks:
    - {command: x, register: r}
`;
  assert.equal(problemsOf(playbook), ['site.yml:3:24: `r` is undefined.']);
});

test('knows the results of an earlier play', () => {
  const playbook = `- hosts: all
  tasks:
    - {command: x, register: r}
- hosts: all
  tasks:
    - debug: {msg: "{{ r.stdout }}"}
`;
  assert.equal(problemsOf(playbook), []);
});

test('looks into no task that is not wanted on the host', () => {
  const inventory = '[rr]\na asn=1\n[nodes]\nb\n';
  const tasks = '    - {debug: {msg: "{{ asn }}"}, when: inventory_hostname in groups.rr}\n';
  assert.equal(problems(tasks, { inventory, hosts: ['a', 'b'] }), []);
});

test('lets a condition guard what it asks for', () => {
  assert.equal(problems('    - {debug: {msg: "{{ x }}"}, when: has(vars.x)}\n'), []);
  assert.equal(problems('    - {debug: {msg: "{{ x }}"}, when: ["has(vars.x)", "facts.kernel != x"]}\n'), []);
});

test('lets a default guard a variable', () => {
  assert.equal(problems('    - {debug: {msg: "{{ default x 1 }}"}}\n'), []);
});

test('names the hosts on which something is wrong', () => {
  const inventory = 'a asn=1\nb\nc\n';
  assert.equal(problems('    - debug: {msg: "{{ asn }}"}\n', { inventory, hosts: ['a', 'b', 'c'] }), [
    'site.yml:3:24: `asn` is undefined. | It is set only for a (hosts:1:3). On b, c.',
  ]);
});

test('finds a handler that is not there', () => {
  const handlers = '  handlers:\n    - {name: restart bird, debug: }\n    - {debug: , listen: routing}\n';
  assert.equal(problems('    - {debug: , notify: restart brid}\n', {}, handlers), [
    'site.yml:3:25: There is no handler `restart brid`. | Did you mean `restart bird`?',
  ]);
  assert.equal(problems('    - {debug: , notify: xyz}\n', {}, handlers), [
    'site.yml:3:25: There is no handler `xyz`. | Handlers: restart bird, routing.',
  ]);
  assert.equal(problems('    - {debug: , notify: xyz}\n'), [
    'site.yml:3:25: There is no handler `xyz`. | This play has no handlers.',
  ]);
  assert.equal(problems('    - {debug: , notify: [restart bird, routing]}\n', {}, handlers), []);
});

test('finds a handler of a role by its role, too', () => {
  const files = { 'roles/r/handlers/main.yml': '- {name: restart, debug: }\n' };
  const tasks = '    - {debug: , notify: ["r : restart", restart]}\n';
  assert.equal(problems(tasks, { files }, '  roles: [r]\n'), []);
});

test('looks at handlers and at the checks of roles, too', () => {
  const files = {
    'roles/r/handlers/main.yml': '- {name: h, debug: {msg: "{{ one }}"}}\n',
    'roles/r/preflight/main.yml': '- assert: {that: two}\n',
    'roles/r/verify/main.yml': '- assert: {that: three}\n',
  };
  assert.equal(
    problemsOf('- hosts: all\n  roles: [r]\n', { files }).map((p) => p.split(' | ')[0]),
    [
      'roles/r/handlers/main.yml:1:30: `one` is undefined.',
      'roles/r/preflight/main.yml:1:18: `two` is undefined.',
      'roles/r/verify/main.yml:1:18: `three` is undefined.',
    ],
  );
});

test('finds a variable that is made of itself', () => {
  const [problem = ''] = problems('    - debug: {msg: "{{ x }}"}\n', {}, '  vars: {x: "{{ x }}"}\n');
  assert.is(problem, 'site.yml:4:10: `x` is made of itself: x → x.');
});

test('looks at no host when the playbook can not be read', () => {
  assert.equal(
    problemsOf('- hosts: all\n  roles: [r]\n  tasks:\n    - debug: {msg: "{{ nope }}"}\n', {
      files: { 'roles/r/tasks/main.yml/': '' },
    }),
    ['`roles/r/tasks/main.yml` is a directory, not a file.'],
  );
});

test('refuses hosts that are not there', () => {
  const [problem = ''] = problemsOf('- hosts: nodse\n', { inventory: '[nodes]\na\n' });
  assert.match(problem, 'site.yml:1:10: ');
  assert.match(problem, 'Did you mean `nodes`?');
});

test.run();

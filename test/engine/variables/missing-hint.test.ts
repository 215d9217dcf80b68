import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { problemsOf, type SiteParts } from '../../support/run-site.ts';

const test = suite('engine/missing-hint');

/** What is wrong with a message that is made of this. */
function said(template: string, parts: SiteParts = {}, play = ''): string[] {
  return [...new Set(problemsOf(`- hosts: all\n${play}  tasks:\n    - debug: {msg: '${template}'}\n`, parts))];
}

test('says where a fact of Ansible is here', () => {
  const table: readonly (readonly [name: string, hint: string])[] = [
    ['ansible_processor_cores', "Ansible's `ansible_processor_cores` is `facts.cpus` here."],
    ['ansible_memfree_mb', "Ansible's `ansible_memfree_mb` is `facts.memory_mb.free` here."],
    ['ansible_eth0', 'Ansible\'s `ansible_eth0` is `facts.interfaces["eth0"]` here.'],
    ['ansible_date_time', "Ansible's `ansible_date_time` is no fact of kmesh: `command: date`, with `register`."],
    ['ansible_os_famly', 'Did you mean `ansible_os_family`?'],
  ];
  for (const [name, hint] of table) {
    assert.equal(said(`{{ ${name} }}`), [`site.yml:3:24: \`${name}\` is undefined. | ${hint}`]);
  }
});

test('says that facts are not gathered', () => {
  assert.equal(said('{{ ansible_hostname }}', {}, '  gather_facts: no\n'), [
    'site.yml:4:24: `ansible_hostname` is undefined. | Facts are not gathered: the play says `gather_facts: no`.',
  ]);
});

test('says for which hosts a variable is set, and where', () => {
  const inventory = '[rr]\na\nb\nc\nd\n[node]\ne\n[rr:vars]\nbgp_asn=64512\n';
  assert.equal(said('{{ bgp_asn }}', { inventory }), [
    'site.yml:3:24: `bgp_asn` is undefined. | It is set only for a, b, c and 1 more (hosts:9:1). On e.',
  ]);
});

test('says which role has a variable of that name', () => {
  const parts = { files: { 'roles/bird/defaults/main.yml': 'bird_asn: 1\n', 'roles/bird/tasks/main.yml': '[]\n' } };
  const playbook = `- hosts: all
  roles: [bird]
- hosts: all
  tasks:
    - debug: {msg: "{{ bird_asn }}"}
`;
  assert.equal(problemsOf(playbook, parts), [
    'site.yml:5:24: `bird_asn` is undefined. | It is a variable of the role `bird` (roles/bird/defaults/main.yml:1:1), which is not in this play.',
  ]);
});

test('names a host that is written wrongly', () => {
  assert.equal(
    said('{{ hostvars.aa.x }} {{ lookup hostvars "rr" }} {{ cel "hostvars[\\"rr3\\"].x" }}', { hosts: ['rr1', 'rr2'] })
      .length,
    3,
  );
  assert.equal(said('{{ lookup hostvars "rr3" }}', { hosts: ['rr1', 'rr2'] }), [
    'site.yml:3:24: `lookup hostvars "rr3"` is undefined: `hostvars` has no `rr3`. | Did you mean `rr1`?',
  ]);
});

test('tells all that is wrong with a template, not only the first', () => {
  const files = {
    't.hbs': `{{one}}
{{#each peers}}
{{name}} {{ipp}}
{{/each}}
{{#if two}}{{three}}{{/if}}
{{facts.hostname}} {{four}}
{{#if no}}{{never}}{{/if}}
`,
  };
  const playbook = `- hosts: all
  vars: {peers: [{name: a, ip: x}, {name: b, ip: y}], no: false}
  tasks:
    - template: {src: t.hbs, dest: "/x/{{ five }}/{{ six }}"}
    - template: {src: t.hbs, dest: /y, owner: "{{ seven }}"}
`;
  assert.equal([...new Set(problemsOf(playbook, { files }))].toSorted(), [
    'site.yml:4:43: `five` is undefined.',
    'site.yml:4:54: `six` is undefined.',
    'site.yml:5:51: `seven` is undefined.',
    't.hbs:1:3: `one` is undefined.',
    't.hbs:3:12: `ipp` is undefined: this item of `peers` has no `ipp`. | Did you mean `ip`?',
    't.hbs:5:7: `two` is undefined.',
    't.hbs:6:22: `four` is undefined.',
  ]);
});

test.run();

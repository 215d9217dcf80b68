import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { problemsOf, type SiteParts } from '../../support/run-site.ts';

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
    'site.yml:3:23: `loop` must give a list, not `text`.',
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

test('finds an undefined variable in every part of a task that the language has more', () => {
  const parts = [
    'debug: , no_log: "{{ nope }}"',
    'debug: , ignore_errors: "{{ nope }}"',
    'debug: , delegate_to: "{{ nope }}"',
    'debug: , loop: [1], loop_control: {label: "{{ nope }}"}',
    'debug: , until: nope == 1',
    'debug: , retries: "{{ nope }}"',
    'debug: , failed_when: nope',
    'debug: , changed_when: nope',
    'debug: {msg: "{{ v }}"}, vars: {v: "{{ nope }}"}',
    'include_tasks: "{{ nope }}.yml"',
  ];
  for (const text of parts) {
    const found = problems(`    - {${text}}\n`, { files: { 'x.yml': '' } });
    assert.is(found.length, 1, `${text}: ${found.join('; ')}`);
    assert.match(found[0] ?? '', '`nope` is undefined', text);
  }
});

test('looks into blocks, and knows in rescue what has failed', () => {
  assert.equal(
    problems(`    - block:
        - debug: {msg: "{{ ansible_failed_task.name }}"}
      rescue:
        - debug: {msg: "{{ ansible_failed_task.name }} {{ ansible_failed_result.msg }} {{ nope }}"}
      always:
        - debug: {msg: "{{ default ansible_failed_task.name 'none' }}"}
    - debug: {msg: "{{ ansible_failed_result.msg }}"}
`).map((problem) => problem.split(' | ')[0]),
    [
      'site.yml:4:28: `ansible_failed_task` is undefined.',
      'site.yml:6:91: `nope` is undefined.',
      'site.yml:9:24: `ansible_failed_result` is undefined.',
    ],
  );
});

test('knows the names that a loop gives', () => {
  const control = 'loop_control: {loop_var: port, index_var: i, extended: yes}';
  const body = 'debug: {msg: "{{ port }} {{ i }} {{ ansible_loop.first }}"}';
  assert.equal(problems(`    - {${body}, loop: [1], ${control}}\n`), []);
  assert.equal(
    problems(`    - {command: x, register: r}\n    - {${body}, loop: "{{ r.stdout_lines }}", ${control}}\n`),
    [],
  );
  assert.equal(problems(`    - {${body}, loop: [1], ${control}}\n    - debug: {msg: "{{ port }}"}\n`), [
    'site.yml:4:24: `port` is undefined.',
  ]);
  assert.equal(
    problems(
      '    - {command: x, register: r}\n    - {debug: , loop: "{{ r.stdout_lines }}"}\n    - debug: {msg: "{{ item }}"}\n',
    ),
    ['site.yml:5:24: `item` is undefined.'],
  );
});

test('takes items of every kind of loop', () => {
  const vars = '  vars: {map: {a: {n: 1}}, list: [{name: x, sub: [1]}]}\n';
  assert.equal(
    problems(
      `    - {debug: {msg: "{{ item.key }} {{ item.value.n }}"}, with_dict: map}
    - {debug: {msg: "{{ item.[0].name }} {{ item.[1] }}"}, with_subelements: ["{{ list }}", sub]}
    - {debug: {msg: "{{ item }}"}, with_sequence: start=1 end=3}
`,
      {},
      vars,
    ),
    [],
  );
  assert.equal(problems('    - {debug: , with_dict: name}\n', {}, '  vars: {name: x}\n'), [
    'site.yml:3:28: `with_dict` must give a mapping, not `x`.',
  ]);
});

const included = {
  'a.yml': '- debug: {msg: "{{ v }} {{ item }}"}\n',
  'b.yml': '- debug: {msg: "{{ v }} {{ missing }}"}\n',
};

test('looks into the files that are included, with the variables that they get', () => {
  const tasks = '    - {include_tasks: "{{ item }}.yml", loop: [a, b], vars: {v: 1}}\n';
  assert.equal(problems(tasks, { files: included }), ['b.yml:1:28: `missing` is undefined.']);
  assert.equal(problems('    - {include_tasks: a.yml, vars: {v: "{{ w }}"}, loop: [1]}\n', { files: included }), [
    'site.yml:3:44: `w` is undefined. | Did you mean `v`?',
  ]);
});

test('looks into all files that may be included, where that is not known yet', () => {
  const tasks = '    - {include_tasks: "{{ facts.os.family }}.yml", vars: {v: 1, item: 2}}\n';
  const files = { 'x.yml': '- debug: {msg: "{{ v }} {{ missing }}"}\n', 'y.yml': '- debug: {msg: "{{ gone }}"}\n' };
  assert.equal(problems(tasks.replace(', item: 2', ''), { files }), [
    'x.yml:1:28: `missing` is undefined.',
    'y.yml:1:20: `gone` is undefined.',
  ]);
});

test('looks into no file that is not included on the host', () => {
  const tasks = '    - {include_tasks: b.yml, when: inventory_hostname == "b"}\n';
  assert.equal(problems(tasks, { files: included }), []);
});

test('says that nothing is there to include', () => {
  const tasks = '    - {include_tasks: "{{ which }}.yml"}\n';
  assert.equal(problems(tasks, { files: included }, '  vars: {which: c}\n'), [
    'site.yml:3:23: There is no file `c.yml` to include. | Known: a.yml, b.yml.',
  ]);
});

test('knows variables that are included, behind their include', () => {
  const files = { 'vars/x.yml': 'a: "{{ b }}"\nb: 1\n', 'vars/y.yml': 'a: 2\n' };
  const show = '    - debug: {msg: "{{ a }}"}\n';
  assert.equal(problems(`    - include_vars: x.yml\n${show}`, { files }), []);
  assert.equal(problems(`    - include_vars: "{{ facts.os.family }}.yml"\n${show}`, { files }), []);
  assert.equal(
    problems(`    - {include_vars: {file: x.yml, name: all}}\n    - debug: {msg: "{{ all.a }}"}\n`, { files }),
    [],
  );
  assert.equal(problems(`${show}    - include_vars: x.yml\n`, { files }), ['site.yml:3:24: `a` is undefined.']);
  const [problem = ''] = problems('    - include_vars: y.yml\n    - debug: {msg: "{{ a.b }}"}\n', { files });
  assert.match(problem, 'site.yml:4:24: `a.b` is undefined');
});

test('holds the variables of an included role against its schema', () => {
  const files = {
    'roles/r/meta/main.yml': 'argument_schema: {required: [r_a], properties: {r_a: {type: integer}}}\n',
    'roles/r/tasks/main.yml': '- debug: {msg: "{{ r_a }}"}\n',
  };
  assert.equal(problems('    - {include_role: {name: r}, vars: {r_a: 1}}\n', { files }), []);
  assert.equal(problems('    - {include_role: {name: r}, vars: {r_a: x}}\n', { files }), [
    'site.yml:3:45: `r_a` must be a whole number, not `x`.',
  ]);
  assert.equal(problems('    - {import_role: {name: r}, vars: {r_a: x}}\n', { files }), [
    'site.yml:3:44: `r_a` must be a whole number, not `x`.',
  ]);
});

test('asks for no argument of a role of which nothing is done on the host', () => {
  const files = {
    'roles/r/meta/main.yml': 'argument_schema: {required: [r_a], properties: {r_a: {type: integer}}}\n',
    'roles/r/tasks/main.yml': '- debug: {msg: "{{ r_a }}"}\n',
  };
  const playbook = '- hosts: all\n  roles: [{role: r, when: inventory_hostname == "a"}]\n';
  assert.equal(problemsOf(playbook, { files, inventory: 'a r_a=1\nb\n', hosts: ['a', 'b'] }), []);
});

test('guesses at a slip in the name of a host', () => {
  const inventory = 'node-1\nnode-2\ngateway\n';
  const parts = { inventory, hosts: ['node-1', 'node-2', 'gateway'] };
  assert.equal(problems('    - {debug: , delegate_to: gatway}\n', parts), [
    'site.yml:3:30: `gatway` is not a host of the inventory. | Did you mean `gateway`?',
  ]);
  for (const name of ['node-1', 'node-9', 'localhost', '192.0.2.1', 'elsewhere.example.com'])
    assert.equal(problems(`    - {debug: , delegate_to: ${name}}\n`, parts), [], name);
  assert.equal(problems('    - {debug: , delegate_to: "{{ nowhere }}"}\n', parts, '  vars: {nowhere: 5}\n'), [
    'site.yml:3:30: `delegate_to` must be the name of a host, not the number `5`.',
  ]);
});

test('refuses an environment that is none', () => {
  const task = '    - {command: x, environment: "{{ proxy }}"}\n';
  assert.equal(problems(task, {}, '  vars: {proxy: {HTTP_PROXY: x}}\n'), []);
  assert.equal(problems(task, {}, '  vars: {proxy: [x]}\n'), [
    'site.yml:3:33: `environment` must be a mapping, not a list.',
  ]);
  assert.equal(problems(task, {}, '  vars: {proxy: {A-B: x}}\n'), [
    'site.yml:3:33: `A-B` can not be the name of an environment variable.',
  ]);
});

test('refuses a number of retries that is none', () => {
  assert.equal(problems('    - {command: x, retries: "{{ n }}"}\n', {}, '  vars: {n: many}\n'), [
    'site.yml:3:29: `retries` must be a number, not `many`.',
  ]);
});

test('asks of what is done once on behalf of all only on the host that does it', () => {
  const inventory = 'a token=x\nb\n';
  const parts = { inventory, hosts: ['a', 'b'] };
  assert.equal(problems('    - {debug: {msg: "{{ token }}"}, run_once: yes}\n', parts), []);
  assert.equal(problems('    - {debug: {msg: "{{ token }}"}}\n', parts), [
    'site.yml:3:25: `token` is undefined. | It is set only for a (hosts:1:3). On b.',
  ]);
});

test('takes what the user is asked for as a value that comes later', () => {
  assert.equal(problems('    - debug: {msg: "{{ token }}"}\n', {}, '  vars_prompt: [{name: token}]\n'), []);
});

test('finds a handler of a role that is included', () => {
  const files = {
    'roles/r/tasks/main.yml': '- {debug: , notify: restart}\n',
    'roles/r/handlers/main.yml': '- {name: restart, debug: }\n',
  };
  assert.equal(problems('    - include_role: {name: r}\n', { files }), []);
});

const becoming = (user: string): string =>
  `- hosts: all\n  gather_facts: no\n  tasks:\n    - command: x\n      become: true\n      become_user: ${user}\n`;

test('refuses what can be no user to become', () => {
  const told = '`become_user` must be the name of a user, not `-x; rm`.';
  assert.equal(problemsOf(becoming('"-x; rm"')), [`site.yml:6:20: ${told}`]);
  assert.equal(problemsOf(becoming('"{{ u }}"'), { extraVars: ['u="-x; rm"'] }), [`site.yml:6:20: ${told}`]);
  assert.equal(problemsOf(becoming('bird')), []);
  assert.match(
    problemsOf(becoming('bird'), { extraVars: ['ansible_become_user="a;b"'] }).join(' '),
    /`ansible_become_user` is the name of a user\. `a;b` is not\./,
  );
});

test.run();

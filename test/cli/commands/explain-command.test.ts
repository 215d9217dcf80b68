import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseArgs } from '../../../src/cli/options/args.ts';
import { printExplanation } from '../../../src/cli/commands/explain-command.ts';
import { type Said, saidIn } from '../support.ts';

const test = suite('cli/explain-command');

const site: Readonly<Record<string, string>> = {
  hosts:
    '[nodes]\nnode1 ansible_connection=local ansible_password=s3cret\nnode2\n[mesh:children]\nnodes\n[mesh:vars]\nasn=64500\n',
  'group_vars/nodes.yml': 'asn: 64512\npeers: [{name: a}]\nx: "{{ y }}"\ny: "{{ x }}"\n',
  'host_vars/node1.yml': 'asn: 64513\nlabel: "{{ inventory_hostname }}-{{ asn }}"\nconf: {mtu: 1500, deep: {x: 1}}\n',
  'roles/bird2/defaults/main.yml': 'asn: 1\ntimers: {hold: 90}\n',
  'roles/bird2/tasks/main.yml': `- debug: {msg: "{{ local }}"}
  vars: {local: 1}
- name: learn
  set_fact: {asn: 5}
- name: ask
  command: id
  register: who
`,
  'roles/other/tasks/': '',
  'site.yml': `- name: Nodes
  hosts: nodes
  vars: {conf: {mtu: 9000}}
  roles:
    - role: bird2
      vars: {timers: {hold: 30}}
    - other
- name: Later
  hosts: node1
  tasks: []
`,
};

/** What `kmesh explain` says of `node1`. */
function explain(args: string, files = site): Promise<Said> {
  return saidIn(files, async (world) => {
    const host = args.includes('--host') ? '' : ' --host node1';
    const command = parseArgs(['explain', ...`${args}${host} -i hosts`.split(' ')]);
    if (command.kind !== 'explain') throw new Error(JSON.stringify(command));
    return printExplanation(command, world);
  });
}

test('names all places that set a variable, lowest first, and the one that counts', async () => {
  const { code, out, err } = await explain('asn');
  assert.is(err, '');
  assert.is(code, 0);
  assert.is(
    out,
    `asn on node1: 64513
     inventory vars of group mesh  hosts:7:1                 64500
     group_vars of nodes           group_vars/nodes.yml:1:1  64512
  →  host_vars of node1            host_vars/node1.yml:1:1   64513
`,
  );
});

test('tells each play and role apart that sees it in another way', async () => {
  assert.is(
    (await explain('timers.hold site.yml')).out,
    `timers.hold on node1, in the play Nodes and the role other: 90
  →  role defaults of bird2  roles/bird2/defaults/main.yml:2:1  90

timers.hold on node1, in the role bird2 of the play Nodes: 30
     role defaults of bird2  roles/bird2/defaults/main.yml:2:1  90
  →  role params             site.yml:6:14                      30

timers.hold on node1, in the play Later: no value
VARIABLE:1:1: \`timers\` is undefined.
    1 | timers.hold
      | ^^^^^^
  hint: It is a variable of the role \`bird2\` (roles/bird2/defaults/main.yml:2:1), which is not in this play.
`,
  );
});

test('tells what tasks do to it, and what wins over them', async () => {
  const { out } = await explain('asn site.yml -e asn=9');
  const [nodes = '', later = ''] = out.split('\n\n');
  assert.is(
    nodes,
    `asn on node1, in the play Nodes: 9
     role defaults of bird2        roles/bird2/defaults/main.yml:1:1  1
     inventory vars of group mesh  hosts:7:1                          64500
     group_vars of nodes           group_vars/nodes.yml:1:1           64512
     host_vars of node1            host_vars/node1.yml:1:1            64513
     set_fact in learn             roles/bird2/tasks/main.yml:4:14    5
  →  extra vars (-e)               -e:1:1                             9
  Tasks win over files and task vars, from the moment they have run.`,
  );
  assert.match(later, 'set_fact in learn');
});

test('tells of a result that nothing but a task gives', async () => {
  assert.is(
    (await explain('who site.yml')).out,
    `who on node1: known after \`register of ask\`
     register of ask  roles/bird2/tasks/main.yml:6:3
  Tasks win over files and task vars, from the moment they have run.
`,
  );
});

test('tells of vars of a task, in its role alone', async () => {
  const { out, code } = await explain('local site.yml');
  assert.match(
    out,
    'in the role bird2 of the play Nodes: no value\n     vars of the task debug  roles/bird2/tasks/main.yml:2:10  1\n',
  );
  assert.is(code, 1);
});

test('shows that a higher place replaces the whole value', async () => {
  const { out } = await explain('conf.deep.x site.yml');
  const [nodes = '', later = ''] = out.split('\n\n');
  assert.match(
    nodes,
    'host_vars of node1  host_vars/node1.yml:3:1  1\n  →  play vars           site.yml:3:10            without this part',
  );
  assert.match(nodes, '`conf.deep` is undefined: `conf` has no `deep`.');
  assert.match(later, 'in the play Later: 1\n');
});

test('shows a template as it is written, and its value', async () => {
  assert.is(
    (await explain('label')).out,
    `label on node1: "node1-64513"
  →  host_vars of node1  host_vars/node1.yml:2:1  "{{ inventory_hostname }}-{{ asn }}"
`,
  );
});

test('names the circle that a variable is in', async () => {
  const { out, code } = await explain('x');
  assert.match(out, 'x on node1: no value\n');
  assert.match(out, 'group_vars/nodes.yml:3:1: `x` is made of itself: x → y → x.');
  assert.is(code, 1);
});

test('names what kmesh gives itself', async () => {
  assert.is((await explain('group_names')).out, 'group_names on node1: ["mesh","nodes"]\n  →  kmesh itself\n');
});

test('tells of a fact how to see it, and asks the host on demand', async () => {
  assert.is(
    (await explain('facts.kernel_name')).out,
    'facts.kernel_name on node1: known after `gathering facts`\n  →  facts of the host\n  It is asked of the host: `--facts` does so now.\n',
  );
  const { out, err, code } = await explain('ansible_hostname --facts');
  assert.is(err, '');
  assert.is(code, 0);
  assert.match(out, /^ansible_hostname on node1: "[\w.-]+"\n {2}→ {2}facts of the host\n$/);
});

test('does not show a password', async () => {
  for (const output of ['lines', 'json']) {
    const { out } = await explain(`ansible_password -o ${output}`);
    assert.match(out, 'hosts:2:32');
    assert.not.match(out, 's3cret');
  }
});

test('says what is near a name that nobody sets', async () => {
  const { out, code } = await explain('asm');
  assert.match(out, '`asm` is undefined.');
  assert.match(out, 'Did you mean `asn`?');
  assert.is(code, 1);
  assert.match((await explain('peers[0].nam')).out, 'Did you mean `name`?');
  assert.match((await explain('asn --host nod1')).err, 'No host is called `nod1`.');
  assert.match((await explain('peers[')).err, '`peers[` is no name.');
});

test('tells when no play has the host', async () => {
  assert.match(
    (await explain('asn site.yml', { ...site, 'site.yml': '- hosts: node2\n' })).out,
    'asn on node1, in no play: 64513\n',
  );
});

test('explains while other things are wrong, and says so', async () => {
  const { out, err } = await explain('asn site.yml', {
    ...site,
    'site.yml': '- hosts: nodes\n  tasks: [{debug: {msg: "{{ nope }}"}}]\n',
  });
  assert.match(out, 'asn on node1: 64513\n');
  assert.is(err, '1 problem in the input; `kmesh run --syntax-check` tells.\n');
  assert.match((await explain('asn none.yml')).err, '`none.yml` can not be read');
});

test('gives the same as JSON', async () => {
  const { out } = await explain('timers.hold site.yml -o json');
  const { name, host, views } = JSON.parse(out) as Record<string, unknown> & { views: unknown[] };
  assert.equal([name, host], ['timers.hold', 'node1']);
  assert.equal(views[1], {
    places: [{ play: 'Nodes', at: 'site.yml:1:3', role: 'bird2' }],
    value: 30,
    settings: [
      {
        kind: 'files',
        layer: 'role defaults of bird2',
        at: 'roles/bird2/defaults/main.yml:2:1',
        written: 90,
        wins: false,
      },
      { kind: 'files', layer: 'role params', at: 'site.yml:6:14', written: 30, wins: true },
    ],
  });
});

test.run();

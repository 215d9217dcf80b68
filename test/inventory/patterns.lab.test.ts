import { execa } from 'execa';
import { suite } from '../support/suite.ts';
import * as assert from 'uvu/assert';
import { loadInventory } from '../../src/inventory/load.ts';
import { selectHosts } from '../../src/inventory/select.ts';
import { prepareAnsible, requireLab } from '../lab/requirements.ts';
import { tempDir } from '../support/temp-dir.ts';

requireLab();

// One run of Ansible with a play for each pattern: which hosts it takes, and in which order.
const test = suite('inventory, patterns compared with Ansible');

// One group alone has children: in which order Ansible takes those of two on one level is chance.
const hosts = `bastion
[web]
web3
web1
web2
[db]
db1
web2
db2
[empty]
[lone]
10.0.0.1
2001:db8::1
[prod:children]
db
web
lone
empty
`;

const patterns: readonly string[] = [
  'all',
  '*',
  'web',
  'prod',
  'ungrouped',
  'web:db',
  'db,web',
  'web1,db1,web3',
  'prod:&db',
  'web:!web2',
  '!web',
  '!web:!db',
  '&db',
  'all:&prod:!db',
  '!db:web',
  'web*',
  'w?b1',
  '*1',
  'we[b][13]*',
  '[dw]*2',
  '~web\\d+',
  '~(web|db)1$',
  '~^d',
  '!~web.*',
  'web[0]',
  'web[-1]',
  'web[0:1]',
  'web[1:]',
  'prod[1:2]',
  'web[0],db[-1]',
  'all[0]',
  'lone',
  'empty',
  'empty:bastion',
  '10.0.0.1',
  '2001:db8::1',
  '*.0.0.*',
  'web,web,web1',
  'db:web1:&web',
  'localhost',
];

const ansible = new Map<string, readonly string[]>();

test.before(async () => {
  await prepareAnsible();
  const plays = patterns.map((pattern, i) => ({
    name: String(i),
    hosts: pattern,
    gather_facts: false,
    tasks: [{ debug: { msg: `${i} {{ ansible_play_hosts_all | to_json }}` }, run_once: true }],
  }));
  const { dir, remove } = tempDir({ hosts, 'site.yml': JSON.stringify(plays) });
  // Core has no other output that is for programs.
  const env = { ANSIBLE_STDOUT_CALLBACK: 'default', ANSIBLE_NOCOLOR: '1', ANSIBLE_LOCAL_TEMP: dir, LC_ALL: 'C.UTF-8' };
  const args = ['-i', 'hosts', '-c', 'local', 'site.yml'];
  const { stdout } = await execa('ansible-playbook', args, { cwd: dir, env }).finally(remove);
  for (const [, said = ''] of stdout.matchAll(/^ +"msg": (".*")$/gm)) {
    const [, number, taken = ''] = /^(\d+) (.*)$/.exec(JSON.parse(said) as string) ?? [];
    ansible.set(patterns[Number(number)] ?? '', JSON.parse(taken) as string[]);
  }
});

test('has asked Ansible', () => {
  assert.ok(ansible.size > patterns.length / 2, `${ansible.size} of ${patterns.length}`);
});

for (const pattern of patterns) {
  test(`takes the same hosts for ${pattern}`, () => {
    const { dir, remove } = tempDir({ hosts });
    const { inventory } = loadInventory(['hosts'], { cwd: dir });
    remove();
    const taken = selectHosts(pattern, inventory).hosts.map(({ name }) => name);
    assert.equal(taken, ansible.get(pattern) ?? []);
  });
}

test.run();

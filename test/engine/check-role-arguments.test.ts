import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { factsAnswer } from '../support/facts-answer.ts';
import { problemsOf, runSite, type SiteParts } from '../support/run-site.ts';

const test = suite('engine/check-role-arguments');

const meta = `argument_schema:
  required: [bird2_id]
  additionalProperties: false
  properties:
    bird2_id: {type: string, description: The router id.}
    bird2_asn: {type: integer, minimum: 1}
    bird2_peers:
      type: array
      items: {type: object, required: [ip], additionalProperties: false, properties: {ip: {type: string}}}
`;

/** All that is wrong where the play has these variables, which stand in its second line. */
function problems(vars: string, parts: SiteParts = {}): string[] {
  const files = { 'roles/bird2/meta/main.yml': meta, ...parts.files };
  return problemsOf(`- hosts: all\n  vars: {${vars}}\n  roles: [bird2]\n`, { ...parts, files });
}

test('takes arguments that are right', () => {
  assert.equal(problems('bird2_id: x, bird2_asn: 5, bird2_peers: [{ip: y}], other: z'), []);
});

test('says that an argument is missing', () => {
  assert.equal(problems(''), [
    'roles/bird2/meta/main.yml:2:3: `bird2_id` is missing: argument of the role bird2 that must be given. | Set it in the inventory or in the play.',
  ]);
});

test('says where an argument of the wrong form was set', () => {
  assert.equal(problems('bird2_id: 5'), [
    "site.yml:2:20: `bird2_id` must be text, not the number `5`. | Quote it: `'5'`.",
  ]);
  assert.equal(problems('bird2_id: x', { files: { 'group_vars/all.yml': 'bird2_asn: 0\n' } }), [
    'group_vars/all.yml:1:12: `bird2_asn` must be >= 1; it is the number `0`.',
  ]);
});

test('says where inside an argument something is wrong', () => {
  assert.equal(problems('bird2_id: x, bird2_peers: [{ip: y}, {pi: z}]'), [
    'site.yml:2:46: `ip` is missing: argument of the role bird2 that must be given.',
    'site.yml:2:47: `pi` is not an argument of the role bird2. | Did you mean `ip`?',
  ]);
});

test('finds a misspelt variable of the role wherever it is set', () => {
  const told = '`bird2_pers` is not an argument of the role bird2. | Did you mean `bird2_peers`?';
  assert.equal(problems('bird2_id: x, bird2_pers: []'), [`site.yml:2:23: ${told}`]);
  assert.equal(problems('bird2_id: x', { files: { 'group_vars/all.yml': 'bird2_pers: []\n' } }), [
    `group_vars/all.yml:1:1: ${told}`,
  ]);
  assert.equal(problems('bird2_id: x', { extraVars: ['bird2_pers=x'] }), [`-e:1:1: ${told}`]);
});

test('names all arguments when it can not guess', () => {
  assert.equal(problems('bird2_id: x, bird2_kubernetes: 1'), [
    'site.yml:2:23: `bird2_kubernetes` is not an argument of the role bird2. | Known: bird2_asn, bird2_id, bird2_peers.',
  ]);
});

test('takes variables of the role that are not in its schema', () => {
  const files = { 'roles/bird2/defaults/main.yml': 'bird2_more: 1\n', 'roles/bird2/vars/main.yml': 'bird2_fixed: 1\n' };
  assert.equal(problems('bird2_id: x, bird2_more: 2', { files }), []);
});

test('leaves variables of other roles alone', () => {
  assert.equal(problems('bird2_id: x, bird_x: 1, bird20: 1'), []);
});

test('leaves variables alone of a role whose name begins like this one', () => {
  const files = {
    'roles/kube/meta/main.yml': 'argument_schema: {properties: {kube_x: {type: string}}}\n',
    'roles/kube-vip/meta/main.yml': 'argument_schema: {properties: {kube_vip_ip: {type: string}}}\n',
  };
  assert.equal(problemsOf('- hosts: all\n  vars: {kube_vip_ip: x}\n  roles: [kube, kube-vip]\n', { files }), []);
  const two = '- hosts: all\n  vars: {kube_vip_ip: x}\n  roles: [kube]\n- hosts: all\n  roles: [kube-vip]\n';
  assert.equal(problemsOf(two, { files }), []);
});

test('takes a dash in the name of a role for an underscore in its variables', () => {
  const files = { 'roles/kube-vip/meta/main.yml': 'argument_schema: {properties: {kube_vip_ip: {type: string}}}\n' };
  assert.equal(problemsOf('- hosts: all\n  vars: {kube_vip_pi: x}\n  roles: [kube-vip]\n', { files }), [
    'site.yml:2:10: `kube_vip_pi` is not an argument of the role kube-vip. | Did you mean `kube_vip_ip`?',
  ]);
});

test('says nothing of an argument that is made of facts', () => {
  assert.equal(problems('bird2_id: "{{ facts.default_ipv4.address }}"'), []);
});

test('says what an argument lacks that is made of variables', () => {
  assert.equal(problems('bird2_id: "{{ nope }}"'), ['site.yml:2:24: `nope` is undefined.']);
});

test('names the hosts on which an argument is wrong', () => {
  const inventory = 'a bird2_id=x\nb\n';
  assert.match(problems('', { inventory, hosts: ['a', 'b'] })[0] ?? '', /`bird2_id` is missing.* On b\.$/);
});

test('asks nothing of a role without a schema', () => {
  assert.equal(problems('bird2_x: 1', { files: { 'roles/bird2/meta/main.yml': 'description: x\n' } }), []);
});

test('checks arguments again once facts are known, and writes nothing where they are wrong', async () => {
  const files = { 'roles/bird2/meta/main.yml': meta, 'roles/bird2/tasks/main.yml': '- {name: t, command: write}\n' };
  const playbook = '- hosts: all\n  vars: {bird2_id: x, bird2_asn: "{{ facts.kernel }}"}\n  roles: [bird2]\n';
  const told = await runSite(playbook, { files, answers: { 's files': factsAnswer(), write: '' } });
  assert.equal(told.ends, { arguments: { a: 'failed' } });
  assert.is(told.outcome('arguments').failure?.message, '`bird2_asn` must be a whole number, not `6.1.0`.');
});

test('takes other variables where the schema allows them, but no slip', () => {
  const open = meta.replace('additionalProperties: false', 'additionalProperties: true');
  const files = { 'roles/bird2/meta/main.yml': open };
  assert.equal(problems('bird2_id: x, bird2_something: y', { files }), []);
  assert.equal(problems('bird2_id: x, bird2_ans: 5', { files }), [
    'site.yml:2:23: `bird2_ans` is not an argument of the role bird2. | Did you mean `bird2_asn`?',
  ]);
});

test.run();

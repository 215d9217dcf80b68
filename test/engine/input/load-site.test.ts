import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Secret } from '../../../src/base/secrets.ts';
import { loadSite } from '../../../src/engine/input/load-site.ts';
import { problemsOf, runSite, type SiteParts, withSite } from '../../support/run-site.ts';
import { line } from '../../support/node.ts';
import type { Target } from '../../../src/transport/session.ts';

const test = suite('engine/load-site');

const play = '- hosts: all\n  gather_facts: no\n  tasks: [{debug: }]\n';

/** Where the first host is connected to. */
async function target(parts: SiteParts): Promise<Target | undefined> {
  return (await runSite(play, parts)).hosts.targets[0];
}

test('gives each play its hosts', () => {
  withSite('- hosts: rr\n- hosts: all:!rr\n', { inventory: '[rr]\na\n[nodes]\nb\nc\n' }, ({ plays, runs }) => {
    assert.equal(
      plays.map(({ hosts }) => hosts),
      [['a'], ['b', 'c']],
    );
    assert.equal(
      runs.map(({ host }) => host.name),
      ['a', 'b', 'c'],
    );
  });
});

test('narrows the hosts of all plays by a limit', () => {
  const parts = { inventory: '[rr]\na\n[nodes]\nb\nc\n', limit: 'b' };
  withSite('- hosts: rr\n- hosts: nodes\n', parts, ({ plays, runs }) => {
    assert.equal(
      plays.map(({ hosts }) => hosts),
      [[], ['b']],
    );
    assert.equal(
      runs.map(({ host }) => host.name),
      ['b'],
    );
  });
});

test('knows this machine without any inventory, and says so', () => {
  const choice = { tags: [], skipTags: [], startAtTask: null, phases: 'all' } as const;
  const request = { ...choice, limit: null, extraVars: [], check: false, diff: false, bundledRoles: [] };
  const playbook = { path: 'x.yml', source: { name: 'kmesh x', text: '- hosts: localhost\n  tasks: [{debug: }]\n' } };
  const { problems, warnings, runs, playbookName } = loadSite({ ...request, playbook, inventory: [] });
  assert.equal(problems, []);
  assert.equal(warnings.map(line), ['No inventory is given: only `localhost` is known. | Name one with `-i hosts`.']);
  assert.equal(
    runs.map(({ host }) => host.name),
    ['localhost'],
  );
  assert.is(playbookName, 'kmesh x');
});

test('tells what is wrong in all files at once', () => {
  const files = { 'group_vars/all.yml': 'a: [\n', 'roles/r/tasks/main.yml': '- debg:\n', 'v.yml': 'x: "{{ y"\n' };
  const problems = problemsOf('- hosts: all\n  roles: [r]\n  vars_files: v.yml\n  tasks: [{copy: {}}]\n', { files });
  const named = new Set(problems.map((problem) => problem.split(':')[0]));
  assert.equal(named, new Set(['group_vars/all.yml', 'roles/r/tasks/main.yml', 'site.yml', 'v.yml']));
});

test('misses no host that may stand in an inventory that is no YAML', () => {
  const problems = problemsOf('- hosts: db\n', { inventory: 'all:\n  hosts: {a: }\n  vars: "x\n' });
  assert.is(problems.length, 1, problems.join('\n'));
  assert.match(problems[0] ?? '', /Missing closing/);
});

test('warns of tags that nobody has', () => {
  withSite(play, { tags: ['x'] }, ({ warnings }) => {
    assert.equal(warnings.map(line), ['--tags: no task has the tag `x`. | No task has any tag.']);
  });
});

test('reads where a host is out of its variables', async () => {
  const inventory = 'a ansible_host=10.0.0.{{n}} n=1 ansible_port=2222 ansible_user=admin ansible_ssh_pass=s3cret\n';
  const found = await target({ inventory });
  assert.equal([found?.address, found?.port, found?.user], ['10.0.0.1', 2222, 'admin']);
  assert.is(found?.password?.reveal(), 's3cret');
  assert.not.match(JSON.stringify(found), 's3cret');
});

test('takes from the command line what the inventory does not say', async () => {
  const defaults = { user: 'me', privateKeyFile: '/key', password: new Secret('x'), connectTimeoutMs: 77 };
  const plain = await target({ inventory: 'a\n', defaults });
  assert.equal([plain?.user, plain?.privateKeyFile, plain?.connectTimeoutMs], ['me', '/key', 77]);
  assert.is((await target({ inventory: 'a ansible_user=them\n', defaults }))?.user, 'them');
});

test('connects to a host by its name, and to this machine without ssh', async () => {
  assert.equal([(await target({}))?.address, (await target({}))?.connection], ['a', 'ssh']);
  const here = await runSite('- hosts: localhost\n  gather_facts: no\n  tasks: [{debug: }]\n');
  assert.is(here.hosts.targets[0]?.connection, 'local');
});

test('refuses connection settings that are none', () => {
  const [problem = ''] = problemsOf(play, { inventory: 'a ansible_port=ssh\n' });
  assert.match(problem, '`ansible_port`');
});

test('refuses connection settings that only facts could tell', () => {
  const [problem = ''] = problemsOf('- hosts: all\n', { inventory: 'a ansible_user="{{ facts.user.name }}"\n' });
  assert.match(problem, '`facts` is undefined');
});

test.run();

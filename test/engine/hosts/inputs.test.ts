import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Span } from '../../../src/base/source.ts';
import { contentOf } from '../../../src/changes/content.ts';
import { InputFiles } from '../../../src/engine/hosts/inputs.ts';
import type { Task } from '../../../src/playbook/playbook.ts';
import type { Scope } from '../../../src/template/scope.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { problemsOf, runSite, type SiteParts, type Told } from '../../support/run-site.ts';

const test = suite('engine/inputs');

/** Copies a source of the controller; gives what is on the host's disk afterwards, as `path: text`. */
async function copied(args: string, files: SiteParts['files']): Promise<{ told: Told; disk: string[] }> {
  let disk: string[] = [];
  const told = await runSite(`- hosts: all\n  gather_facts: no\n  tasks: [{name: t, copy: {${args}}}]\n`, {
    files: files ?? {},
    disk: { 'd/': '' },
    look: (dir) => {
      disk = readdirSync(join(dir, 'd'), { recursive: true, encoding: 'utf8' })
        .sort()
        .map((name) => {
          const path = join(dir, 'd', name);
          return statSync(path).isDirectory() ? `${name}/` : `${name}: ${readFileSync(path, 'utf8')}`;
        });
    },
  });
  return { told, disk };
}

const tree = { 'files/conf/a': 'A', 'files/conf/sub/b': 'B' };

test('copies a file of the controller', async () => {
  assert.equal((await copied('src: one, dest: /HOST/d/', { 'files/one': '1' })).disk, ['one: 1']);
});

test('copies a directory into one', async () => {
  assert.equal((await copied('src: conf, dest: /HOST/d', tree)).disk, [
    'conf/',
    'conf/a: A',
    'conf/sub/',
    'conf/sub/b: B',
  ]);
});

test('copies what is in a directory whose name ends in a slash', async () => {
  assert.equal((await copied('src: conf/, dest: /HOST/d', tree)).disk, ['a: A', 'sub/', 'sub/b: B']);
});

test('copies one file twice, reading it once', async () => {
  const playbook = `- hosts: all
  gather_facts: no
  tasks: [{name: t, copy: {src: one, dest: "/HOST/{{ item }}"}, loop: [x, y]}]
`;
  const told = await runSite(playbook, { files: { 'files/one': '1' } });
  assert.equal(
    told.outcome('t').items.map(({ status }) => status),
    ['changed', 'changed'],
  );
});

test('finds a file by its absolute path', () => {
  assert.equal(problemsOf('- hosts: all\n  tasks: [{copy: {src: /HOST/f, dest: /x}}]\n', { disk: { f: '' } }), []);
});

test('prefers the files of a role to those beside the playbook', async () => {
  const files = {
    'roles/r/tasks/main.yml': '- {name: t, copy: {src: one, dest: /HOST/f}}\n',
    'roles/r/files/one': 'role\n',
    'files/one': 'playbook\n',
  };
  const told = await runSite('- hosts: all\n  gather_facts: no\n  roles: [r]\n', { files, diff: true });
  assert.match(told.outcome('t').changes[0]?.diff ?? '', '+role\n');
});

test('renders a template with the variables of each host', async () => {
  const told = await runSite(
    '- hosts: all\n  gather_facts: no\n  tasks: [{name: t, template: {src: x.hbs, dest: "{{ root }}/x"}}]\n',
    { hosts: ['a', 'b'], files: { 'templates/x.hbs': 'I am {{ inventory_hostname }}\n' }, diff: true },
  );
  assert.match(told.outcome('t', 'a').changes[0]?.diff ?? '', '+I am a\n');
  assert.match(told.outcome('t', 'b').changes[0]?.diff ?? '', '+I am b\n');
});

test('refuses a directory for a template', () => {
  const [problem = ''] = problemsOf('- hosts: all\n  tasks: [{template: {src: x, dest: /x}}]\n', {
    files: { 'templates/x/': '' },
  });
  assert.match(problem, 'site.yml:2:28: `templates/x` is a directory, not a file.');
});

test('refuses a template that is no text', () => {
  const [problem = ''] = problemsOf('- hosts: all\n  tasks: [{template: {src: x, dest: /x}}]\n', {
    files: { 'templates/x': Buffer.from([0, 1, 2]) },
  });
  assert.match(problem, 'site.yml:2:28: `templates/x` is not a text file in UTF-8.');
});

const large = (letter: string): string => letter.repeat(2 * 1024 * 1024);

test('hashes what tasks have named before anybody waits for it', async () => {
  const { dir, remove } = tempDir({ 'files/large': large('x'), 'files/tree/sub/large': large('y') });
  const files = new InputFiles(dir);
  const task = { role: null } as Task;
  const at = { source: { name: 't', text: '' }, start: 0, end: 0 } as unknown as Span;
  for (const source of ['large', 'tree']) files.find({ kind: 'tree', source }, task, at);
  await files.hashNamed();
  const content = files.load({ kind: 'file', source: 'large' }, task, {} as Scope, at);
  assert.equal(content, {
    sha256: contentOf(large('x')).sha256,
    size: 2 * 1024 * 1024,
    bytes: null,
    file: join(dir, 'files/large'),
  });
  // Another content is another look.
  writeFileSync(join(dir, 'files/large'), large('z'));
  const later = files.load({ kind: 'file', source: 'large' }, task, {} as Scope, at);
  assert.is('sha256' in later && later.sha256, contentOf(large('z')).sha256);
  remove();
});

test.run();

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { describeMisprediction, type Foretold, misprediction } from '../../../src/engine/hosts/foretold.ts';
import type { FileState } from '../../../src/probes/file-state.ts';
import { runSite, type Told } from '../../support/run-site.ts';

const test = suite('engine/foretold');
const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];

function run(tasks: string): Promise<Told> {
  const text = tasks
    .trim()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
  return runSite(`- hosts: all\n  gather_facts: no\n  tasks:\n${text}\n`);
}

test('warns when a plan was made with what turns out to be wrong', async () => {
  // What validates the file changes its mode, which nobody could foresee.
  const told = await run(`
- {name: write it, copy: {dest: /HOST/f, content: x, mode: '0644', owner: '${uid}', group: '${gid}', validate: "chmod 600 %s"}}
- {name: its mode, file: {path: /HOST/f, mode: '0644'}}
`);
  assert.equal(told.ends, { 'write it': { a: 'changed' }, 'its mode': { a: 'ok' } });
  assert.is(told.warnings.length, 1);
  assert.match(
    told.warnings[0] ?? '',
    /^a: after `write it` `\/\S+\/f` was expected to be mode 0644, and is mode 0600\. .* please report it\.$/,
  );
});

test('plans with no guess of whom a new file belongs to', async () => {
  // Only root may hand a directory to any group; what is made there has the group of the directory.
  const group = uid === 0 ? 1234 : gid;
  let found: number | undefined;
  const told = await runSite(
    `
- hosts: all
  gather_facts: no
  tasks:
    - {name: dir, file: {path: /HOST/d, state: directory, mode: '2755', group: '${group}'}}
    - {name: make it, lineinfile: {path: /HOST/d/f, line: x, create: true}}
    - {name: write it, copy: {dest: /HOST/d/f, content: y}}
`,
    { look: (dir) => void (found = statSync(join(dir, 'd/f')).gid) },
  );
  assert.equal(told.ends, { dir: { a: 'changed' }, 'make it': { a: 'changed' }, 'write it': { a: 'changed' } });
  assert.is(found, group);
});

test('is quiet when all is as foretold', async () => {
  const told = await run(`
- {name: dir, file: {path: /HOST/d, state: directory, mode: '0750'}}
- {name: file, copy: {dest: /HOST/d/f, content: x, mode: '0640'}}
- {name: link, file: {path: /HOST/d/l, src: f, state: link}}
- {name: link again, file: {path: /HOST/d/l, src: f, state: link}}
- {name: file again, copy: {dest: /HOST/d/f, content: x, mode: '0640'}}
- {name: gone, file: {path: /HOST/d/f, state: absent}}
- {name: still gone, file: {path: /HOST/d/f, state: absent}}
`);
  assert.equal(told.warnings, []);
});

test('does not ask again what no plan was made with', async () => {
  const told = await run("- {name: file, copy: {dest: /HOST/f, content: x, mode: '0640'}}");
  assert.is(told.hosts.batches('a').at(-1)?.scripts.length, 1);
});

const file: FileState = {
  type: 'file',
  mode: '0644',
  owner: 'bird',
  uid: 105,
  group: 'bird',
  gid: 106,
  size: 1,
  mtime: 1,
  inode: 1,
  device: 1,
  links: 1,
  target: null,
  sha256: 'aa',
  content: null,
};
const said: Foretold = { by: 't', said: { mode: '0644', owner: '105', group: 'bird' } };
const unsaid: Foretold = { by: 't', said: { mode: null, owner: null, group: null } };

/** What is wrong with a file that was expected to be like `file`. */
function wrong(found: Partial<FileState> | null, foretold = said): string | null {
  const states = { expected: file, found: found === null ? null : { ...file, ...found } };
  const told = misprediction(foretold, '/f', states);
  return told === null ? null : `${told.expected}, not ${told.found}`;
}

test('compares what changes have said, and no guesses', () => {
  assert.is(wrong({ mtime: 9, inode: 9, size: 9 }), null);
  assert.is(wrong(null), 'file, not nothing there');
  assert.is(wrong({ type: 'directory' }), 'type file, not type directory');
  assert.is(wrong({ sha256: 'bb' }), 'sha256 aa, not sha256 bb');
  assert.is(wrong({ mode: '0600' }), 'mode 0644, not mode 0600');
  assert.is(wrong({ uid: 1 }), 'owner 105, not owner 1');
  assert.is(wrong({ owner: 'other' }), null, 'a number was said');
  assert.is(wrong({ group: 'root' }), 'group bird, not group root');
  assert.is(wrong({ mode: '0600', uid: 1, group: 'root' }, unsaid), null);
  assert.is(misprediction(said, '/f', { expected: null, found: null }), null);
  assert.is(misprediction(said, '/f', { expected: null, found: file })?.expected, 'nothing there');
});

test('says what to do', () => {
  const text = describeMisprediction({ path: '/f', by: 't', expected: 'file', found: 'nothing there' }, 'web1');
  assert.match(text, /^web1: after `t` `\/f` was expected to be file, and is nothing there\./);
  assert.match(text, 'run again to put them right');
});

test.run();

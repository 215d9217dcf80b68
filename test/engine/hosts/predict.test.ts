import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Attributes, type Change, runCommand, unchanged, type WriteFile } from '../../../src/changes/change.ts';
import { contentOf } from '../../../src/changes/content.ts';
import { dependsOnMaker, nobodyKnows, predict, type Prediction } from '../../../src/engine/hosts/predict.ts';
import { type FileQuestion, type FileState, fileState } from '../../../src/probes/file-state.ts';
import { staticHostname } from '../../../src/probes/hostname.ts';
import { realPath } from '../../../src/probes/real-path.ts';
import { treeAttributes } from '../../../src/probes/tree-attributes.ts';

const test = suite('engine/predict');

const helloHash = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

/** A file as a host tells of it. */
function stateOf(parts: Partial<FileState> = {}): FileState {
  return {
    type: 'file',
    mode: '0640',
    owner: 'bird',
    uid: 105,
    group: 'bird',
    gid: 110,
    size: 7,
    mtime: 1700000000,
    inode: 42,
    device: 1,
    links: 1,
    target: null,
    sha256: null,
    content: null,
    ...parts,
  };
}

function write(parts: Partial<WriteFile> = {}): WriteFile {
  return {
    kind: 'write-file',
    path: '/a/f',
    content: contentOf('hello'),
    attributes: { mode: '0600', owner: null, group: null },
    before: null,
    validate: null,
    backup: null,
    ...parts,
  };
}

/** What a question about `/a/f` would be answered after a change. */
function ask(change: Change, before: FileState | null, wanted: Partial<FileQuestion> = {}): Prediction {
  const { path = '/a/f', ...rest } = wanted;
  return predict({ probe: fileState(path, rest), value: before }, change, 'root');
}

/** The answer that is foretold. */
function told(prediction: Prediction): Partial<FileState> | null {
  if (prediction.kind !== 'known') throw new Error(prediction.kind);
  return prediction.answer as FileState | null;
}

const removal: Change = { kind: 'remove-path', path: '/a/f', type: 'file', before: null };
const directory: Change = {
  kind: 'make-directory',
  path: '/a/f',
  attributes: { mode: '0750', owner: 'bird', group: null },
};
const link: Change = { kind: 'make-link', path: '/a/f', target: '/b', hard: false, before: null };
const attributes = (after: Partial<Attributes>, follow = true): Change => ({
  kind: 'set-attributes',
  path: '/a/f',
  before: unchanged,
  after: { ...unchanged, ...after },
  follow,
  recurse: false,
});
const copied: Change = { ...write(), kind: 'copy-path', from: '/b', sha256: helloHash };
const touched: Change = { kind: 'set-times', path: '/a/f', access: true, modification: true, follow: true };

test('knows that a change elsewhere alters nothing', () => {
  for (const change of [write(), removal, directory, link, attributes({ mode: '0600' }), copied, touched])
    assert.is(ask(change, null, { path: '/a/g' }).kind, 'same', change.kind);
});

test('foretells a file that is written', () => {
  const after = told(ask(write(), null, { hash: true, content: 'always' }));
  assert.is(after?.type, 'file');
  assert.is(after?.mode, '0600');
  assert.is(after?.size, 5);
  assert.is(after?.sha256, helloHash);
  assert.is(after?.content?.toString(), 'hello');
});

test('foretells no more than was asked', () => {
  assert.is(told(ask(write(), null))?.sha256, null);
});

test('keeps of a file that is written over what the change leaves', () => {
  const after = told(ask(write({ attributes: unchanged }), stateOf()));
  assert.equal([after?.mode, after?.owner, after?.uid, after?.group], ['0640', 'bird', 105, 'bird']);
});

test('knows that what is made is another thing than anything else', () => {
  const made = [ask(write(), stateOf()), ask(copied, null), ask(directory, null), ask(link, null)];
  const inodes = made.map((prediction) => told(prediction)?.inode);
  assert.is(new Set([42, ...inodes]).size, 5);
});

test('knows one thing again that is asked for twice', () => {
  const change = write();
  assert.is(told(ask(change, null))?.inode, told(ask(change, null, { follow: true }))?.inode);
});

test('takes nothing over from a link that is replaced', () => {
  const after = told(ask(write(), stateOf({ type: 'link', target: '/b', mode: '0777' })));
  assert.equal([after?.type, after?.target, after?.mode], ['file', null, '0600']);
});

test('can not foretell content that is too large to hold', () => {
  const large = write({ content: { ...contentOf('hello'), bytes: null, file: '/x' } });
  assert.is(ask(large, null, { content: 'always' }).kind, 'unknown');
  assert.is(ask(large, null, { content: { unless: 'x' } }).kind, 'unknown');
  assert.is(told(ask(large, null, { hash: true }))?.sha256, helloHash);
});

test('foretells a copy of another file but for its content', () => {
  assert.is(told(ask(copied, null, { hash: true }))?.sha256, helloHash);
  assert.is(ask(copied, null, { content: 'always' }).kind, 'unknown');
});

test('foretells a directory that is made', () => {
  const after = told(ask(directory, null));
  assert.equal([after?.type, after?.mode, after?.owner], ['directory', '0750', 'bird']);
});

test('foretells a link, but not what is seen through it', () => {
  const after = told(ask(link, null));
  assert.equal([after?.type, after?.target], ['link', '/b']);
  assert.is(ask(link, null, { follow: true }).kind, 'unknown');
});

test('can not foretell a second name of a file', () => {
  assert.is(ask({ ...link, hard: true }, null).kind, 'unknown');
});

test('foretells that what is removed is gone', () => {
  assert.is(told(ask(removal, stateOf())), null);
});

test('foretells attributes', () => {
  const after = told(ask(attributes({ mode: '0600', owner: 'root', group: '0' }), stateOf()));
  assert.equal([after?.mode, after?.owner, after?.group, after?.gid], ['0600', 'root', '0', 0]);
  assert.is(after?.size, 7);
});

test('can not foretell attributes of what is not there', () => {
  assert.is(ask(attributes({ mode: '0600' }), null).kind, 'unknown');
});

test('knows that attributes set through a link leave the link as it is', () => {
  assert.is(ask(attributes({ owner: 'root' }), stateOf({ type: 'link', target: '/b' })).kind, 'same');
});

test('knows that a touched file is the same file', () => {
  assert.is(ask(touched, stateOf()).kind, 'same');
});

test('foretells what is below a directory that is removed', () => {
  assert.is(told(ask(removal, stateOf(), { path: '/a/f/g' })), null);
  assert.is(ask(removal, stateOf(), { path: '/a/fg' }).kind, 'same');
});

test('can not foretell what is below a new link', () => {
  assert.is(ask(link, null, { path: '/a/f/g' }).kind, 'unknown');
});

test('can not foretell what is below a directory whose attributes are set all the way down', () => {
  const all = { ...attributes({ mode: '0600' }), recurse: [] } as Change;
  assert.is(ask(all, stateOf(), { path: '/a/f/g' }).kind, 'unknown');
  assert.is(ask(attributes({ mode: '0600' }), stateOf(), { path: '/a/f/g' }).kind, 'same');
});

test('knows that the directory above stays what it is', () => {
  for (const change of [write(), removal, directory])
    assert.is(ask(change, stateOf({ type: 'directory' }), { path: '/a' }).kind, 'same', change.kind);
});

test('takes two spellings of a path for one', () => {
  assert.is(told(ask(directory, null, { path: '/a/f/' }))?.type, 'directory');
  assert.is(told(ask({ ...directory, path: '/a//f' }, null))?.type, 'directory');
});

test('can not foretell anything through `..`', () => {
  assert.is(ask(write(), null, { path: '/a/b/../f' }).kind, 'unknown');
  assert.is(ask({ ...removal, path: '/x/../a/f' }, null).kind, 'unknown');
});

test('knows what a command does only by what it touches', () => {
  const command = runCommand({ command: ['x'], touches: ['unit:bird.service'] });
  assert.is(ask(command, null).kind, 'same');
  assert.is(ask(runCommand({ command: ['x'], touches: 'host' }), null).kind, 'unknown');
  assert.is(ask(runCommand({ command: ['x'], touches: ['path:/a'] }), null).kind, 'unknown');
  assert.is(
    predict({ probe: staticHostname(), value: 'x' }, runCommand({ command: ['x'], touches: ['kernel:hostname'] })).kind,
    'unknown',
  );
  assert.is(predict({ probe: staticHostname(), value: 'x' }, command).kind, 'same');
});

test('does not say whom something belongs to that is only about to be made', () => {
  const made = predict({ probe: fileState('/a/f'), value: null }, write());
  assert.equal([told(made)?.owner, told(made)?.group, told(made)?.uid], [nobodyKnows, nobodyKnows, -1]);
  const given = write({ attributes: { mode: null, owner: 'bird', group: null } });
  const half = predict({ probe: fileState('/a/f'), value: null }, given);
  assert.equal([told(half)?.owner, told(half)?.group], ['bird', nobodyKnows]);
});

test('tells which changes depend on whom something belongs to', () => {
  const nobodys: Attributes = { mode: '0644', owner: nobodyKnows, group: nobodyKnows };
  const setting = (after: Partial<Attributes>): Change => ({
    kind: 'set-attributes',
    path: '/a/f',
    before: nobodys,
    after: { ...unchanged, ...after },
    follow: false,
    recurse: false,
  });
  assert.is(dependsOnMaker(setting({ mode: '0600' })), false);
  assert.is(dependsOnMaker(setting({ owner: 'bird' })), true);
  assert.is(dependsOnMaker(setting({ group: 'bird' })), true);
  assert.is(dependsOnMaker(write()), false);
  assert.is(dependsOnMaker(write({ attributes: nobodys })), true);
});

test('can foretell only files themselves', () => {
  assert.is(predict({ probe: treeAttributes('/a'), value: [] }, write()).kind, 'unknown');
  assert.is(predict({ probe: realPath('/a/f'), value: '/a/f' }, write()).kind, 'unknown');
  assert.is(predict({ probe: realPath('/a/g'), value: '/a/g' }, write()).kind, 'same');
});

test.run();

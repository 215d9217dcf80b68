import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Secret } from '../../src/base/secrets.ts';
import {
  type Change,
  footprintOf,
  footprintOfAll,
  runCommand,
  unchanged,
  type WriteFile,
} from '../../src/changes/change.ts';
import { contentOf } from '../../src/changes/content.ts';
import { describe } from '../../src/changes/describe.ts';

const test = suite('changes/describe');

const attributes = { mode: '0644', owner: null, group: null };
const write: WriteFile = {
  kind: 'write-file',
  path: '/etc/x',
  content: contentOf('a\nc\n'),
  attributes,
  before: { type: 'file', attributes: { mode: '0600', owner: 'root', group: 'root' }, content: Buffer.from('a\nb\n') },
  validate: null,
  backup: null,
};

const cases: readonly (readonly [string, Change, string, string | null])[] = [
  [
    'a file whose text and mode change',
    write,
    'write /etc/x',
    '--- /etc/x\n+++ /etc/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n-mode 0600\n+mode 0644\n',
  ],
  ['a new file', { ...write, before: null }, 'create /etc/x', '--- /dev/null\n+++ /etc/x\n@@ -0,0 +1,2 @@\n+a\n+c\n'],
  [
    'a file that is not text',
    { ...write, content: contentOf(Buffer.from([0])) },
    'write /etc/x',
    '--- /etc/x\n+++ /etc/x\nBinary or large content: 4 bytes → 1 bytes, sha256 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d\n',
  ],
  [
    'a copy of a file of the host',
    { ...write, kind: 'copy-path', from: '/a b', sha256: 'x' },
    'write /etc/x from /a b',
    '--- /etc/x\n+++ /etc/x\n-mode 0600\n+mode 0644\n',
  ],
  [
    'a directory',
    { kind: 'make-directory', path: '/d', attributes },
    'make directory /d',
    '--- /dev/null\n+++ /d\n+mode 0644\n',
  ],
  [
    'a link',
    { kind: 'make-link', path: '/l', target: 'new', hard: false, before: 'old' },
    'link /l to new',
    '--- /l\n+++ /l\n@@ -1,1 +1,1 @@\n-→ old\n+→ new\n',
  ],
  [
    'a removal',
    {
      kind: 'remove-path',
      path: '/f',
      type: 'file',
      before: { type: 'file', attributes, content: Buffer.from('a\n') },
    },
    'remove file /f',
    '--- /f\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n',
  ],
  [
    'a removal of what was not looked at',
    { kind: 'remove-path', path: '/f', type: 'other', before: null },
    'remove /f',
    null,
  ],
  [
    'attributes',
    {
      kind: 'set-attributes',
      path: '/f',
      before: { mode: '0600', owner: 'root', group: 'root' },
      after: { mode: '0644', owner: 'bird', group: 'root' },
      follow: true,
      recurse: false,
    },
    'set mode 0644 owner bird of /f',
    '--- /f\n+++ /f\n-mode 0600 owner root\n+mode 0644 owner bird\n',
  ],
  [
    'attributes of all in a directory',
    {
      kind: 'set-attributes',
      path: '/d',
      before: unchanged,
      after: unchanged,
      follow: true,
      recurse: [
        {
          type: 'file',
          count: 10,
          before: { mode: '0600', uid: 0, gid: 0 },
          after: { mode: '0644', owner: null, group: null },
        },
        {
          type: 'file',
          count: 2,
          before: { mode: '0600', uid: 7, gid: 0 },
          after: { mode: '0644', owner: null, group: null },
        },
        {
          type: 'directory',
          count: 1,
          before: { mode: '0755', uid: 0, gid: 0 },
          after: { mode: null, owner: 'bird', group: null },
        },
      ],
    },
    'set attributes of 13 in /d',
    '--- /d\n+++ /d\n-12 files: mode 0600\n+12 files: mode 0644\n-1 directory: owner uid 0\n+1 directory: owner bird\n',
  ],
  ['times', { kind: 'set-times', path: '/f', access: true, modification: true, follow: true }, 'touch /f', null],
  [
    'a command',
    runCommand({ command: ['systemctl', 'start', 'a b'], touches: [], before: 'dead', after: 'started' }),
    "run systemctl start 'a b' (dead → started)",
    null,
  ],
  [
    'a command of unknown effect',
    runCommand({ command: { shell: '/bin/sh', text: ' x | y\n' }, touches: 'host' }),
    'run x | y',
    null,
  ],
];

for (const [name, change, summary, diff] of cases) {
  test(`tells ${name}`, () => {
    const told = describe(change);
    assert.equal([told.kind, told.summary], [change.kind, summary]);
    assert.is(told.diff, diff);
  });
}

test('never shows what a command reads, nor its environment', () => {
  const change = runCommand({
    command: ['chpasswd'],
    stdin: new Secret('hush'),
    environment: { TOKEN: 'hush' },
    touches: [],
  });
  assert.not.match(JSON.stringify(describe(change)), 'hush');
  assert.not.match(JSON.stringify({ ...change, environment: {} }), 'hush');
});

test('knows what changes touch', () => {
  assert.equal(footprintOf(write), ['path:/etc/x']);
  assert.equal(footprintOfAll([]), []);
  const start = runCommand({ command: ['x'], touches: ['unit:bird.service', 'path:/etc/x'] });
  assert.equal(footprintOfAll([write, start]), ['path:/etc/x', 'unit:bird.service']);
  assert.equal(footprintOfAll([write, runCommand({ command: ['x'], touches: 'host' })]), 'host');
});

test.run();

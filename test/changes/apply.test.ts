import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Secret } from '../../src/base/secrets.ts';
import { deliver } from '../../src/changes/apply.ts';
import { type Change, runCommand, type TreeStep, unchanged, type WriteFile } from '../../src/changes/change.ts';
import { contentOf } from '../../src/changes/content.ts';
import { inDirectory, isRoot, nobody, type RunOptions, runText, shells } from '../probes/support.ts';

const test = suite('changes/apply');

/** Does a change as a run would; the bytes of an upload are put there by hand. */
function apply(change: Change, options: RunOptions = {}): { status: number; stdout: string; stderr: string } {
  const { upload, script } = deliver(change, 'n0nce');
  if (upload !== null) writeFileSync(upload.path, upload.content.bytes ?? '', { mode: 0o600, flag: 'wx' });
  const reply = runText(script, options);
  return { status: reply.status, stdout: reply.stdout.toString(), stderr: reply.stderr.toString() };
}

function file(path: string, text: string | Buffer, more: Partial<WriteFile> = {}): WriteFile {
  const attributes = { mode: '0644', owner: null, group: null };
  return {
    kind: 'write-file',
    path,
    content: contentOf(text),
    attributes,
    before: null,
    validate: null,
    backup: null,
    ...more,
  };
}

const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8).padStart(4, '0');

function step(type: TreeStep['type'], mode: string, after: string): TreeStep {
  const before = { mode, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  return { type, count: 1, before, after: { mode: after, owner: null, group: null } };
}

function diagnosed(text: string): Change {
  return runCommand({ command: { shell: '/bin/sh', text }, touches: 'host', diagnose: 'echo because; exit 9' });
}

const odd = [
  'plain',
  'a b',
  "it's",
  'say "x"',
  'ünïcode',
  'back\\slash',
  '$HOME',
  '-rf',
  '*',
  'new\tline',
  'x'.repeat(255),
];

for (const shell of shells) {
  const name = shell.join(' ');

  test(`writes files with odd names and contents, and nothing else (${name})`, () => {
    inDirectory((dir) => {
      for (const each of odd) {
        const result = apply(
          file(join(dir, each), `it's "${each}" $x\\n\n`, { attributes: { mode: '0640', owner: null, group: null } }),
          { shell },
        );
        assert.equal(result, { status: 0, stdout: '', stderr: '' });
        assert.is(readFileSync(join(dir, each), 'utf8'), `it's "${each}" $x\\n\n`);
        assert.is(modeOf(join(dir, each)), '0640');
      }
      assert.equal(readdirSync(dir).sort(), [...odd].sort());
    });
  });

  test(`writes empty and binary files (${name})`, () => {
    inDirectory((dir) => {
      const bytes = Buffer.from(Array.from({ length: 512 }, (_, i) => i % 256));
      apply(file(join(dir, 'binary'), bytes), { shell });
      apply(file(join(dir, 'empty'), ''), { shell });
      apply(file(join(dir, 'dash'), '-n\n'), { shell });
      apply(file(join(dir, 'percent'), '%s\\c%d'), { shell });
      assert.equal(readFileSync(join(dir, 'binary')), bytes);
      assert.is(readFileSync(join(dir, 'empty'), 'utf8'), '');
      assert.is(readFileSync(join(dir, 'dash'), 'utf8'), '-n\n');
      assert.is(readFileSync(join(dir, 'percent'), 'utf8'), '%s\\c%d');
    });
  });

  test(`puts an upload into place only when it is whole (${name})`, () => {
    inDirectory((dir) => {
      const large = file(join(dir, 'large'), 'x'.repeat(70_000));
      assert.is(apply(large, { shell }).status, 0);
      assert.is(statSync(join(dir, 'large')).size, 70_000);
      const { upload, script } = deliver(large, 'n0nce');
      writeFileSync(upload?.path ?? '', 'only the beginning');
      const reply = runText(script, { shell });
      assert.is.not(reply.status, 0);
      assert.match(reply.stderr.toString(), 'did not arrive whole');
      assert.equal(readdirSync(dir), ['large']);
      assert.is(statSync(join(dir, 'large')).size, 70_000);
    });
  });

  test(`puts no half of a binary file into place when the disk is full and nobody says so (${name})`, () => {
    inDirectory((dir) => {
      const tools = join(dir, 'tools');
      mkdirSync(tools);
      // As BusyBox does it: what fits is written, and that was it.
      writeFileSync(join(tools, 'base64'), '#!/bin/sh\n/usr/bin/base64 "$@" | head -c 3\n', { mode: 0o755 });
      writeFileSync(join(dir, 'binary'), 'old');
      const reply = apply(file(join(dir, 'binary'), Buffer.from([0, 1, 2, 3, 4, 255])), {
        shell: shell[0] === 'busybox' ? ['dash'] : shell,
        path: `${tools}:${process.env['PATH'] ?? ''}`,
      });
      assert.is.not(reply.status, 0);
      assert.match(reply.stderr, 'did not arrive whole');
      assert.is(readFileSync(join(dir, 'binary'), 'utf8'), 'old');
      assert.equal(readdirSync(dir).sort(), ['binary', 'tools']);
    });
  });

  test(`removes parts of uploads that were cut off: those for the path, and old ones (${name})`, () => {
    inDirectory((dir) => {
      const parts = ['.f.kmesh-part-1', '.f.kmesh-part-2', '.g.kmesh-part-1', '.old.kmesh-part-1', '.of.kmesh-part-1'];
      for (const each of parts) writeFileSync(join(dir, each), '');
      utimesSync(join(dir, '.old.kmesh-part-1'), 0, Date.now() / 1000 - 25 * 3600);
      assert.equal(apply(file(join(dir, 'f'), 'x'), { shell }), { status: 0, stdout: '', stderr: '' });
      assert.equal(readdirSync(dir), ['.g.kmesh-part-1', '.of.kmesh-part-1', 'f']);
      assert.is(
        deliver(file(join(dir, 'f'), 'x'.repeat(70_000)), 'n').upload?.part.slice(0, -16),
        `${dir}/.f.kmesh-part-`,
      );
    });
  });

  test(`sets mode and owner before the content is visible (${name})`, () => {
    if (!isRoot) return;
    inDirectory((dir) => {
      const path = join(dir, 'f');
      const attributes = { mode: '4750', owner: String(nobody), group: String(nobody) };
      // The validation sees the candidate as it will be.
      const validate = 'stat -c "%a %u %g" %s; ls -l /proc/self/fd/1 >/dev/null; cat %s';
      const result = apply(file(path, 'x', { attributes, validate }), { shell });
      assert.equal(result, { status: 0, stdout: '', stderr: `4750 ${nobody} ${nobody}\nx` });
      assert.equal([modeOf(path), statSync(path).uid, statSync(path).gid], ['4750', nobody, nobody]);
    });
  });

  test(`keeps the old file when the validation fails, and leaves no temporary one (${name})`, () => {
    inDirectory((dir) => {
      const path = join(dir, 'bird.conf');
      writeFileSync(path, 'old');
      for (const validate of ['grep -q old %s', 'false %s', 'exit 3; %s', 'true %s && no-such-program']) {
        const result = apply(file(path, 'new', { validate, backup: `${path}.bak` }), { shell });
        assert.is.not(result.status, 0, validate);
        assert.is(readFileSync(path, 'utf8'), 'old');
        assert.equal(readdirSync(dir), ['bird.conf']);
      }
    });
  });

  test(`does not write through a link, nor over a directory (${name})`, () => {
    inDirectory((dir) => {
      writeFileSync(join(dir, 'target'), 'safe');
      symlinkSync('target', join(dir, 'link'));
      mkdirSync(join(dir, 'd'));
      symlinkSync('d', join(dir, 'to-d'));
      assert.is(apply(file(join(dir, 'link'), 'new'), { shell }).status, 0);
      assert.is(apply(file(join(dir, 'to-d'), 'new'), { shell }).status, 0);
      assert.ok(lstatSync(join(dir, 'link')).isFile());
      assert.ok(lstatSync(join(dir, 'to-d')).isFile());
      assert.is(readFileSync(join(dir, 'target'), 'utf8'), 'safe');
      assert.is.not(apply(file(join(dir, 'd'), 'new'), { shell }).status, 0);
      assert.equal(readdirSync(join(dir, 'd')), []);
      assert.equal(readdirSync(dir).sort(), ['d', 'link', 'target', 'to-d']);
    });
  });

  test(`refuses a temporary file that somebody planted (${name})`, () => {
    inDirectory((dir) => {
      writeFileSync(join(dir, 'victim'), 'safe');
      symlinkSync('victim', join(dir, '.f.kmesh-n0nce'));
      assert.is.not(apply(file(join(dir, 'f'), 'new'), { shell }).status, 0);
      symlinkSync('nowhere', join(dir, '.g.kmesh-n0nce'));
      assert.is.not(apply(file(join(dir, 'g'), 'new'), { shell }).status, 0);
      assert.is(readFileSync(join(dir, 'victim'), 'utf8'), 'safe');
      assert.equal([existsSync(join(dir, 'f')), existsSync(join(dir, 'nowhere'))], [false, false]);
    });
  });

  test(`keeps a copy of the old file with its attributes (${name})`, () => {
    inDirectory((dir) => {
      const path = join(dir, 'f');
      writeFileSync(path, 'old', { mode: 0o600 });
      assert.is(apply(file(path, 'new', { backup: join(dir, 'f.bak') }), { shell }).status, 0);
      assert.equal([readFileSync(path, 'utf8'), readFileSync(join(dir, 'f.bak'), 'utf8')], ['new', 'old']);
      assert.is(modeOf(join(dir, 'f.bak')), '0600');
      assert.is(apply(file(join(dir, 'new'), 'new', { backup: join(dir, 'n.bak') }), { shell }).status, 0);
      assert.equal(readdirSync(dir).sort(), ['f', 'f.bak', 'new']);
    });
  });

  test(`fails where there is no directory, and says why (${name})`, () => {
    inDirectory((dir) => {
      const result = apply(file(join(dir, 'none', 'f'), 'x'), { shell });
      assert.is.not(result.status, 0);
      assert.match(result.stderr, /No such file|nonexistent/);
    });
  });

  test(`copies a file of the host only while it is the one that was looked at (${name})`, () => {
    inDirectory((dir) => {
      writeFileSync(join(dir, 'from'), 'content');
      const change: Change = {
        ...file(join(dir, 'to'), ''),
        kind: 'copy-path',
        from: join(dir, 'from'),
        sha256: contentOf('content').sha256,
      };
      assert.is(apply(change, { shell }).status, 0);
      assert.is(readFileSync(join(dir, 'to'), 'utf8'), 'content');
      writeFileSync(join(dir, 'from'), 'another');
      assert.is.not(apply(change, { shell }).status, 0);
      assert.is(readFileSync(join(dir, 'to'), 'utf8'), 'content');
      assert.equal(readdirSync(dir).sort(), ['from', 'to']);
    });
  });

  test(`makes directories with exactly their attributes (${name})`, () => {
    inDirectory((dir) => {
      for (const [each, mode] of [
        ['a', '0700'],
        ["b 'c", '2775'],
        ['d', '1777'],
      ] as const) {
        const path = join(dir, each);
        const change: Change = { kind: 'make-directory', path, attributes: { mode, owner: null, group: null } };
        assert.is(apply(change, { shell }).status, 0);
        assert.is(modeOf(path), mode);
        assert.is.not(apply(change, { shell }).status, 0);
      }
      const nowhere: Change = {
        kind: 'make-directory',
        path: join(dir, 'e'),
        attributes: { mode: null, owner: 'no-such-user', group: null },
      };
      assert.is.not(apply(nowhere, { shell }).status, 0);
      assert.is(existsSync(join(dir, 'e')), false);
      const plain: Change = { kind: 'make-directory', path: join(dir, 'f'), attributes: unchanged };
      assert.is(apply(plain, { shell }).status, 0);
      assert.is(modeOf(join(dir, 'f')), '0755');
    });
  });

  test(`clears the set-group-ID bit of a directory when the mode has none (${name})`, () => {
    inDirectory((dir) => {
      mkdirSync(join(dir, 'd'));
      const set = (mode: string): Change => ({
        kind: 'set-attributes',
        path: join(dir, 'd'),
        before: unchanged,
        after: { mode, owner: null, group: null },
        follow: false,
        recurse: false,
      });
      assert.is(apply(set('2755'), { shell }).status, 0);
      assert.is(modeOf(join(dir, 'd')), '2755');
      assert.is(apply(set('0755'), { shell }).status, 0);
      assert.is(modeOf(join(dir, 'd')), '0755');
    });
  });

  test(`sets owners of links themselves, or of what they point to (${name})`, () => {
    if (!isRoot) return;
    inDirectory((dir) => {
      writeFileSync(join(dir, 'f'), '');
      symlinkSync('f', join(dir, 'l'));
      const set = (follow: boolean): Change => ({
        kind: 'set-attributes',
        path: join(dir, 'l'),
        before: unchanged,
        after: { mode: null, owner: String(nobody), group: null },
        follow,
        recurse: false,
      });
      assert.is(apply(set(false), { shell }).status, 0);
      assert.equal([lstatSync(join(dir, 'l')).uid, statSync(join(dir, 'f')).uid], [nobody, 0]);
      assert.is(apply(set(true), { shell }).status, 0);
      assert.is(statSync(join(dir, 'f')).uid, nobody);
    });
  });

  test(`keeps set-ID bits that the mode asks for when the owner changes (${name})`, () => {
    if (!isRoot) return;
    inDirectory((dir) => {
      writeFileSync(join(dir, 'f'), '');
      const after = { mode: '4755', owner: String(nobody), group: String(nobody) };
      const change: Change = {
        kind: 'set-attributes',
        path: join(dir, 'f'),
        before: unchanged,
        after,
        follow: true,
        recurse: false,
      };
      assert.is(apply(change, { shell }).status, 0);
      assert.equal([modeOf(join(dir, 'f')), statSync(join(dir, 'f')).gid], ['4755', nobody]);
    });
  });

  test(`sets attributes of all in a directory without following links (${name})`, () => {
    inDirectory((dir) => {
      mkdirSync(join(dir, 't', 'sub'), { recursive: true });
      writeFileSync(join(dir, 't', 'sub', 'f'), '', { mode: 0o600 });
      writeFileSync(join(dir, 't', 'run'), '', { mode: 0o700 });
      writeFileSync(join(dir, 'outside'), '', { mode: 0o600 });
      symlinkSync('../outside', join(dir, 't', 'link'));
      runText(`chmod 0700 ${dir}/t ${dir}/t/sub`);
      const change: Change = {
        kind: 'set-attributes',
        path: join(dir, 't'),
        before: unchanged,
        after: unchanged,
        follow: false,
        recurse: [step('directory', '0700', '0755'), step('file', '0600', '0644'), step('file', '0700', '0755')],
      };
      assert.is(apply(change, { shell }).status, 0);
      assert.equal(
        ['t', 't/sub', 't/sub/f', 't/run', 'outside'].map((each) => modeOf(join(dir, each))),
        ['0755', '0755', '0644', '0755', '0600'],
      );
    });
  });

  test(`makes, repoints and hardens links (${name})`, () => {
    inDirectory((dir) => {
      const link = (path: string, target: string, hard = false): Change => ({
        kind: 'make-link',
        path: join(dir, path),
        target,
        hard,
        before: null,
      });
      assert.is(apply(link('l', 'a b'), { shell }).status, 0);
      assert.is(readlinkSync(join(dir, 'l')), 'a b');
      mkdirSync(join(dir, 'd'));
      assert.is(apply(link('l', 'd'), { shell }).status, 0);
      // Now it points to a directory: a new one must replace it, not go into that.
      assert.is(apply(link('l', "it's"), { shell }).status, 0);
      assert.is(readlinkSync(join(dir, 'l')), "it's");
      assert.equal(readdirSync(join(dir, 'd')), []);
      writeFileSync(join(dir, 'f'), 'x');
      assert.is(apply(link('h', join(dir, 'f'), true), { shell }).status, 0);
      assert.is(statSync(join(dir, 'h')).ino, statSync(join(dir, 'f')).ino);
      assert.is.not(apply(link('d', 'x'), { shell }).status, 0);
      assert.equal(readdirSync(dir).sort(), ['d', 'f', 'h', 'l']);
    });
  });

  test(`removes files, links and directories, and nothing behind links (${name})`, () => {
    inDirectory((dir) => {
      mkdirSync(join(dir, 'keep'));
      writeFileSync(join(dir, 'keep', 'f'), '');
      mkdirSync(join(dir, '-d', 'sub'), { recursive: true });
      symlinkSync('../keep', join(dir, '-d', 'l'));
      symlinkSync('keep', join(dir, 'l'));
      const remove = (path: string, type: 'directory' | 'link'): Change => ({
        kind: 'remove-path',
        path: join(dir, path),
        type,
        before: null,
      });
      assert.is(apply(remove('-d', 'directory'), { shell }).status, 0);
      assert.is(apply(remove('l', 'link'), { shell }).status, 0);
      assert.equal(readdirSync(dir), ['keep']);
      assert.equal(readdirSync(join(dir, 'keep')), ['f']);
    });
  });

  test(`sets times, and makes nothing (${name})`, () => {
    inDirectory((dir) => {
      writeFileSync(join(dir, 'f'), '');
      runText(`touch -d 2001-01-01T00:00:00Z ${dir}/f`);
      const times = (path: string, access: boolean, modification: boolean): Change => ({
        kind: 'set-times',
        path: join(dir, path),
        access,
        modification,
        follow: true,
      });
      assert.is(apply(times('f', false, true), { shell }).status, 0);
      assert.ok(Date.now() - statSync(join(dir, 'f')).mtimeMs < 60_000);
      assert.ok(Date.now() - statSync(join(dir, 'f')).atimeMs > 60_000);
      assert.is(apply(times('f', true, true), { shell }).status, 0);
      assert.ok(Date.now() - statSync(join(dir, 'f')).atimeMs < 60_000);
      apply(times('none', true, true), { shell });
      assert.equal(readdirSync(dir), ['f']);
    });
  });

  test(`runs a program with exactly its words (${name})`, () => {
    const words = ['a b', "it's", '$HOME', '*', '', 'ü', '~', 'x=y', '-n', '\\'];
    const command = ['sh', '-c', 'printf "<%s>" "$@"', 'sh', ...words];
    const result = apply(runCommand({ command, touches: 'host' }), { shell });
    assert.equal(result, { status: 0, stdout: words.map((word) => `<${word}>`).join(''), stderr: '' });
  });

  test(`takes the first word for a program, whatever the shell makes of it (${name})`, () => {
    for (const first of ['if', 'x=1', 'cd', 'exit', 'set', 'no-such-program', '{', '!']) {
      const result = apply(runCommand({ command: [first, '0'], touches: 'host' }), { shell });
      assert.is(result.status, 127, first);
    }
  });

  test(`gives a program its directory, environment and input (${name})`, () => {
    inDirectory((dir) => {
      mkdirSync(join(dir, "it's"));
      const change = runCommand({
        command: { shell: '/bin/sh', text: 'pwd; echo "$V"; cat; echo >&2 err; exit 3' },
        directory: join(dir, "it's"),
        environment: { V: "a 'b' $c" },
        stdin: '-n %s\\n line\n',
        touches: 'host',
      });
      const expected = { status: 3, stdout: `${join(dir, "it's")}\na 'b' $c\n-n %s\\n line\n`, stderr: 'err\n' };
      assert.equal(apply(change, { shell }), expected);
      const secret = runCommand({ command: ['cat'], stdin: new Secret('hush'), touches: 'host' });
      assert.equal(apply(secret, { shell }), { status: 0, stdout: 'hush', stderr: '' });
      const nowhere = apply(runCommand({ command: ['true'], directory: join(dir, 'none'), touches: 'host' }), {
        shell,
      });
      assert.is.not(nowhere.status, 0);
    });
  });

  test(`gives a program no input unless asked (${name})`, () => {
    assert.equal(apply(runCommand({ command: ['cat'], touches: 'host' }), { shell }), {
      status: 0,
      stdout: '',
      stderr: '',
    });
  });

  test(`tells why a command failed, and keeps its exit status (${name})`, () => {
    assert.equal(apply(diagnosed('exit 4'), { shell }), { status: 4, stdout: '', stderr: 'because\n' });
    assert.equal(apply(diagnosed('exit 0'), { shell }), { status: 0, stdout: '', stderr: '' });
  });

  test(`runs the validation as any other shell text (${name})`, () => {
    inDirectory((dir) => {
      writeFileSync(join(dir, 'log'), 'old');
      const path = join(dir, "it's a");
      const validate = `echo seen > ${dir}/log; umask; cat %s # a comment`;
      const result = apply(file(path, 'text\n', { validate }), { shell });
      assert.equal(result, { status: 0, stdout: '', stderr: '0022\ntext\n' });
      assert.is(readFileSync(join(dir, 'log'), 'utf8'), 'seen\n');
    });
  });
}

test('gives files away only where it may', () => {
  if (!isRoot) return;
  inDirectory((dir) => {
    chownSync(dir, nobody, nobody);
    const attributes = { mode: '0644', owner: 'root', group: 'root' };
    const result = apply(file(join(dir, 'f'), 'x', { attributes }), { uid: nobody });
    assert.is.not(result.status, 0);
    assert.equal(readdirSync(dir), []);
  });
});

test.run();

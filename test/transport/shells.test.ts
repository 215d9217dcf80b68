import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ApplyError, ConnectError } from '../../src/base/errors.ts';
import { runCommand } from '../../src/changes/change.ts';
import { commandText } from '../../src/changes/command-text.ts';
import { LinkConnection } from '../../src/transport/connection.ts';
import { type Fragment, outputLimit, type Session, ShellLostError } from '../../src/transport/session.ts';
import { eventually, failure, fragment, ShellLink, shown, within } from './support.ts';

const nobody = 65_534;

/** Every shell that may be `/bin/sh` on a host, as far as this machine has it. */
const shells = [
  { name: 'dash', path: '/bin/dash', command: '/bin/dash' },
  { name: 'bash', path: '/bin/bash', command: '/bin/bash --posix' },
  { name: 'busybox', path: '/bin/busybox', command: '/bin/busybox sh' },
];

for (const { name, path, command } of shells) {
  if (existsSync(path)) testShell(name, command);
}

function gated(script: string): Fragment {
  return fragment(script, { gate: 'after-success' });
}

function tidy(script: string, more: Partial<Fragment> = {}): Fragment {
  return fragment(script, { isTidy: true, ...more });
}

/** Replies to these scripts, sent in one batch. */
async function run(session: Session, ...scripts: string[]): Promise<string[]> {
  const replies = await within(20, session.run(scripts.map((script) => fragment(script))));
  return replies.map(shown);
}

/** What a `shell` task sends. */
function textOf(text: string): string {
  return commandText(runCommand({ command: { shell: '/bin/sh', text }, touches: 'host' }));
}

/** A source that fails half way. */
function broken(): Readable {
  return Readable.from(
    (function* () {
      yield Buffer.from('half');
      throw new Error('disk on fire');
    })(),
  );
}

/** A packed content, as it goes over the wire. */
function segmented(parts: readonly (string | Buffer)[], unpackedBytes: number) {
  return Object.assign(() => Readable.from(parts.map((part) => Buffer.from(part))), { unpackedBytes });
}

/** A content whose part is kept, and the offsets that were asked for; `sent` is what really goes. */
function resumable(text: string, part: string, { isPacked = false, sent = text } = {}) {
  const offsets: number[] = [];
  const from = (offset: number) => {
    offsets.push(offset);
    const rest = Buffer.from(sent).subarray(offset);
    const raw = rest.length === 0 ? [] : [`raw ${rest.length} 1\n`, rest];
    return isPacked ? segmented([...raw, 'end\n'], text.length) : rest;
  };
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { content: { part, size: text.length, sha256, isPacked, from }, offsets };
}

/** A stream that gives a text and then nothing, not even its end. */
function stuck(text: string): Readable {
  const stream = new Readable({ read() {} });
  stream.push(text);
  return stream;
}

function testShell(name: string, command: string): void {
  const test = suite<{ link: ShellLink; connection: LinkConnection; session: Session; dir: string }>(
    `transport/shell in ${name}`,
  );

  test.before.each(async (context) => {
    context.link = new ShellLink(command);
    context.connection = new LinkConnection(context.link, 5_000);
    context.session = await context.connection.session(null);
    context.dir = mkdtempSync(join(tmpdir(), 'kmesh-shells-'));
  });
  test.after.each(async ({ connection, dir }) => {
    await connection.close();
    rmSync(dir, { recursive: true });
  });

  test('answers in order, with status and both streams apart', async ({ session, connection }) => {
    const replies = await run(session, 'echo hi; echo err >&2', 'exit 3', '', 'printf nonl', "echo 'a\nb'");
    assert.equal(replies, ['0|hi\n|err\n', '3||', '0||', '0|nonl|', '0|a\nb\n|']);
    assert.is(connection.counts.roundTrips, 1);
    assert.is(connection.counts.channels, 1);
  });

  test('runs an empty batch without asking anybody', async ({ session, connection }) => {
    assert.equal(await session.run([]), []);
    assert.is(connection.counts.roundTrips, 0);
  });

  test('keeps fragments apart: variables, directory, options, functions, traps', async ({ session }) => {
    const replies = await run(
      session,
      'x=1; f() { :; }; cd /; set -eu; umask 077; trap "echo trapped" EXIT',
      'echo "${x-unset} $(umask) $- ${LC_ALL} $#"; [ "$(pwd)" = / ] || echo elsewhere; type f >/dev/null 2>&1 || echo no f',
    );
    assert.is(replies[0], '0|trapped\n|');
    assert.match(replies[1] ?? '', /^0\|unset 0022 [a-z]* C 0\nelsewhere\nno f\n\|/i);
  });

  test('survives a syntax error, an open quote, a killed fragment', async ({ session }) => {
    const replies = await run(session, 'if then', "echo 'open", 'exec sh -c \'kill -9 "$$"\'', '-x', 'echo ok');
    assert.equal(
      replies.map((reply) => reply.split('|')[0]),
      ['2', '2', '137', '127', '0'],
    );
  });

  test('runs tidy neighbours in one subshell, each with its own status and streams', async ({
    session,
    connection,
  }) => {
    const pid = "p=$(exec sh -c 'echo $PPID'); echo $p";
    const batch = [tidy('x=1'), tidy(`${pid}; echo $x; false`), tidy(`${pid} >&2; cat`), fragment('echo ${x-gone}')];
    const [, second, third, last] = (await session.run(batch)).map(shown);
    const own = /^1\|(\d+)\n1\n\|$/.exec(second ?? '')?.[1];
    assert.is(third, `0||${own}\n`);
    assert.is(last, '0|gone\n|');
    const first = [tidy('false', { gate: 'after-success' }), tidy('echo 1', { gate: 'after-success' }), tidy('echo 2')];
    const behind = [fragment('echo 3', { gate: 'after-success' }), tidy('echo 4', { gate: 'after-success' })];
    const replies = (await session.run([...first, ...behind])).map(shown);
    assert.equal(replies, ['1||', 'passed over', '0|2\n|', 'passed over', 'passed over']);
    assert.equal(
      (await session.run([tidy('true', { gate: 'after-success' }), tidy('echo', { gate: 'after-success' })])).map(
        shown,
      ),
      ['0||', '0|\n|'],
    );
    assert.equal([connection.counts.roundTrips, connection.counts.channels], [3, 1]);
  });

  test('ends tidy neighbours together when one takes too long', async ({ session }) => {
    const batch = [tidy('echo a'), tidy('echo b; sleep 60', { timeoutMs: 300 }), tidy('echo c'), fragment('echo d')];
    const replies = (await within(10, session.run(batch))).map(shown);
    assert.equal(replies, ['0|a\n|', '137 timed out|b\n|', '137 timed out||', '0|d\n|']);
    const ended = (await session.run([tidy('echo a'), tidy('exit 4'), tidy('if then'), fragment('echo d')])).map(shown);
    assert.equal(ended, ['0|a\n|', '4||', '4||', '0|d\n|']);
    assert.equal(await run(session, 'echo still here'), ['0|still here\n|']);
  });

  test('gives a fragment nothing to read', async ({ session }) => {
    assert.equal(await run(session, 'cat; read -r x || echo eof', 'echo next'), ['0|eof\n|', '0|next\n|']);
  });

  test('passes over what waits for a success, and only that', async ({ session }) => {
    const batch = [
      gated('true'),
      fragment('false'),
      gated('echo 1'),
      gated('exit 5'),
      gated('echo 2'),
      fragment('echo 3'),
    ];
    const replies = await session.run([...batch, gated('echo 4')]);
    assert.equal(replies.map(shown), ['0||', '1||', '0|1\n|', '5||', 'passed over', '0|3\n|', 'passed over']);
    assert.equal((await session.run([gated('echo 5')])).map(shown), ['0|5\n|']);
  });

  test('hides from a fragment what frames its output', async ({ session, link }) => {
    const spy = 'set; env; export -p; alias; trap; cat /proc/$$/cmdline /proc/$$/environ /proc/self/environ; ps axf';
    const [, again, stderr] = await run(
      session,
      'true',
      `${spy}; declare -p; declare -f; fc -l; history`,
      'set >&2; exit 7',
    );
    assert.match(again ?? '', 'kmesh_l');
    const nonces = new Set([...link.written.matchAll(/printf '([0-9a-f]{32})S/g)].map(([, nonce = '']) => nonce));
    assert.is(nonces.size, 1);
    for (const nonce of nonces) assert.not.ok(`${again}${stderr}`.includes(nonce));
    assert.match(stderr ?? '', /^7\|\|[^]*kmesh_l/);
  });

  test('carries every byte', async ({ session }) => {
    const bytes = Buffer.from(Array.from({ length: 65536 }, (_, i) => (i * 7 + (i >> 8)) & 255));
    writeFileSync('/tmp/kmesh-every-byte', bytes);
    const [reply] = await session.run([fragment('cat /tmp/kmesh-every-byte; rm /tmp/kmesh-every-byte')]);
    assert.ok(reply?.stdout.equals(bytes));
    const text = 'a\\b\'c"d$e`f\tg!h*i~j%k é 漢 \u0081\u0088\u{1f600}';
    assert.equal(await run(session, `printf %s '${text.replaceAll("'", "'\\''")}'`), [`0|${text}|`]);
  });

  test('refuses a NUL in shell text', async ({ session }) => {
    await failure(session.run([fragment('echo \0')]), ApplyError);
    assert.equal(await run(session, 'echo ok'), ['0|ok\n|']);
  });

  test('takes batches of any size: small, with line breaks, 2 MB', async ({ session }) => {
    for (const size of [1, 700, 900, 5_000, 2_000_000]) {
      const text = 'y'.repeat(size);
      assert.equal(await run(session, `x=${text}; echo \${#x}`), [`0|${size}\n|`]);
      assert.equal(await run(session, `x=${text}\necho \${#x}`), [`0|${size}\n|`]);
    }
  });

  test('ends a fragment whose time is over with all it started, and goes on', async ({ session, link }) => {
    // Like no other process of this machine.
    const sleeper = `sleep ${1_000_000 + process.pid}`;
    const script = `echo a; (trap "" TERM HUP; while :; do ${sleeper}; done) & ${sleeper}; echo b`;
    const batch = [
      fragment('sleep 0.2', { timeoutMs: 5_000 }),
      fragment(script, { timeoutMs: 300 }),
      fragment('echo c'),
    ];
    const replies = await within(10, session.run(batch));
    assert.equal(replies.map(shown), ['0||', '137 timed out|a\n|', '0|c\n|']);
    assert.is(link.opened, 2);
    await eventually(async () => {
      const [left] = await run(session, `ps axo args | grep -c "^${sleeper}$" || true`);
      return left === '0|0\n|';
    });
  });

  test('ends a fragment that has become another program', async ({ session }) => {
    const replies = await within(
      10,
      session.run([fragment(textOf('echo a; sleep 60; echo b'), { timeoutMs: 300 }), fragment('echo c')]),
    );
    assert.equal(replies.map(shown), ['137 timed out|a\n|', '0|c\n|']);
    await failure(session.run([fragment(textOf('a\0b'))]), ApplyError);
  });

  test('counts the time of a fragment from its own start', async ({ session }) => {
    const batch = [fragment('sleep 0.6'), fragment('sleep 0.3; echo in time', { timeoutMs: 500 })];
    assert.equal((await session.run(batch)).map(shown), ['0||', '0|in time\n|']);
  });

  test('ends a fragment that says too much, and keeps the beginning', async ({ session }) => {
    const [reply, next] = await within(30, session.run([fragment('cat /dev/zero'), fragment('echo next')]));
    assert.is(reply?.truncated, true);
    assert.is(reply?.status, 137);
    assert.is(reply?.stdout.length, outputLimit);
    assert.match(reply?.stderr.toString() ?? '', 'more than 33554432 bytes');
    assert.is(shown(next), '0|next\n|');
  });

  test('names the fragment that the shell died in, and opens another', async ({ session, link }) => {
    const batch = [fragment('echo 1'), fragment('kill -9 $$; sleep 0.1'), fragment('echo 3')];
    const error = await failure(session.run(batch), ShellLostError);
    assert.is(error.message, 'The shell of me on here was lost in fragment 2 of 3: the shell ended (signal SIGKILL).');
    assert.not(error.cause instanceof ConnectError, 'the host is still there');
    assert.is(error.fragment, 1);
    assert.equal(error.replies.map(shown), ['0|1\n|']);
    assert.equal(await run(session, 'echo again'), ['0|again\n|']);
    assert.is(link.opened, 2);
  });

  test('is not held up by a process left behind, and takes a new shell when it talks', async ({ session, link }) => {
    const started = Date.now();
    assert.equal(await run(session, '(sleep 1.5; echo late; sleep 1; echo later) & echo started', 'echo next'), [
      '0|started\n|',
      '0|next\n|',
    ]);
    assert.ok(Date.now() - started < 1400);
    await sleep(1700);
    assert.equal(await run(session, 'sleep 1; echo clean'), ['0|clean\n|']);
    assert.is(link.opened, 2);
  });

  test('queues batches of several callers', async ({ session }) => {
    const batches = [run(session, 'sleep 0.2; echo 1'), run(session, 'echo 2', 'echo 3'), run(session, 'echo 4')];
    assert.equal((await Promise.all(batches)).flat(), ['0|1\n|', '0|2\n|', '0|3\n|', '0|4\n|']);
  });

  test('uploads bytes and streams with mode 0600', async ({ session, dir }) => {
    const content = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => i % 251));
    const path = join(dir, "it's a file");
    await session.upload(path, content);
    assert.ok(readFileSync(path).equals(content));
    assert.is(statSync(path).mode & 0o777, 0o600);
    await session.upload(join(dir, 'stream'), () => Readable.from([Buffer.from('ab'), 'c', Buffer.alloc(0)]));
    assert.is(readFileSync(join(dir, 'stream'), 'utf8'), 'abc');
    await session.upload(join(dir, 'empty'), Buffer.alloc(0));
    assert.is(readFileSync(join(dir, 'empty'), 'utf8'), '');
  });

  test('uploads over nothing that exists, a link least of all', async ({ session, dir }) => {
    writeFileSync(join(dir, 'there'), 'old');
    symlinkSync(join(dir, 'target'), join(dir, 'dangling'));
    for (const path of [join(dir, 'there'), join(dir, 'dangling'), '/dev/null']) {
      const error = await failure(session.upload(path, Buffer.from('new')), ApplyError);
      assert.is(error.message, `\`${path}\` was not written as me on here: it exists already`);
    }
    assert.is(readFileSync(join(dir, 'there'), 'utf8'), 'old');
    assert.not(existsSync(join(dir, 'target')));
  });

  test('says why an upload failed and leaves nothing', async ({ session, dir }) => {
    const nowhere = await failure(session.upload(join(dir, 'no/dir'), Buffer.from('x')), ApplyError);
    assert.match(nowhere.message, /^`.*no\/dir` was not written as me on here: .*(?:nonexistent|No such)/);
    const half = await failure(session.upload(join(dir, 'half'), broken), ApplyError);
    assert.is((half.cause as Error).message, 'disk on fire');
    await sleep(100);
    assert.not(existsSync(join(dir, 'half')));
    await failure(session.upload(join(dir, 'a\nb'), Buffer.from('x')), ApplyError);
  });

  test('uploads segments, packed or not', async ({ session, dir }) => {
    const packed = gzipSync('packed\n');
    const segments = [`gz ${packed.length} 1\n`, packed, 'raw 3 2\n', 'abcdef', 'raw 1 1\n', '\n', 'end\n'];
    await session.upload(join(dir, 'whole'), segmented(segments, 14));
    assert.is(readFileSync(join(dir, 'whole'), 'utf8'), 'packed\nabcdef\n');
    const bad: readonly (readonly [string, ReturnType<typeof segmented>])[] = [
      ['short', segmented(segments.slice(0, -1), 14)],
      ['cut', segmented(segments.slice(0, 4).concat('abc'), 14)],
      ['other size', segmented(segments, 15)],
      ['no gzip', segmented(['gz 3 1\n', 'abc', 'end\n'], 3)],
      ['unknown', segmented(['what 3 1\n', 'end\n'], 0)],
    ];
    for (const [what, content] of bad) {
      await failure(session.upload(join(dir, what), content), ApplyError);
      assert.not(existsSync(join(dir, what)), what);
    }
  });

  for (const isPacked of [false, true]) {
    const how = isPacked ? 'packed' : 'as it is';

    test(`goes on with the part that a lost connection left (${how})`, async ({ session, connection, dir }) => {
      const text = 'abcdefghij'.repeat(20_000);
      const part = join(dir, '.it.kmesh-part-0');
      const { content } = resumable(text, part, { isPacked });
      const first = stuck(isPacked ? `raw 100000 2\n${text.slice(0, 100_100)}` : text.slice(0, 100_100));
      const from = () => (isPacked ? Object.assign(() => first, { unpackedBytes: text.length }) : () => first);
      const lost = failure(session.upload(join(dir, 'it'), { ...content, from }), ApplyError);
      await eventually(() => existsSync(part) && statSync(part).size >= 100_000);
      await connection.close();
      await lost;
      await eventually(() => statSync(part).size === 100_100);
      assert.is(statSync(part).mode & 0o7777, 0o600);
      const again = new LinkConnection(new ShellLink(command), 5_000);
      const { content: rest, offsets } = resumable(text, part, { isPacked });
      await (await again.session(null)).upload(join(dir, 'it'), rest);
      await again.close();
      assert.equal(offsets, [100_100]);
      assert.is(readFileSync(join(dir, 'it'), 'utf8'), text);
      assert.equal(readdirSync(dir), ['it']);
      assert.is(statSync(join(dir, 'it')).mode & 0o7777, 0o600);
    });

    test(`starts anew where a part is of something else, or too long (${how})`, async ({ session, dir }) => {
      const part = join(dir, '.it.kmesh-part-0');
      const cases: readonly (readonly [string, number[]])[] = [
        ['123', [3, 0]],
        ['0123456789', [10, 0]],
        ['longer than it', [0]],
        ['abcdefghij', [10]],
        ['', [0]],
      ];
      for (const [i, [old, expected]] of cases.entries()) {
        writeFileSync(part, old, { mode: 0o600 });
        const { content, offsets } = resumable('abcdefghij', part, { isPacked });
        await session.upload(join(dir, `it${i}`), content);
        assert.equal(offsets, expected, old);
        assert.is(readFileSync(join(dir, `it${i}`), 'utf8'), 'abcdefghij');
        assert.not(existsSync(part));
      }
    });

    test(`follows no link, and uses no part where others can write (${how})`, async ({ session, dir }) => {
      const part = join(dir, '.it.kmesh-part-0');
      writeFileSync(join(dir, 'precious'), 'abc');
      symlinkSync('precious', part);
      const linked = resumable('abcdef', part, { isPacked });
      await session.upload(join(dir, 'one'), linked.content);
      assert.equal(linked.offsets, [0]);
      const self = process.getuid?.() ?? 0;
      const cases: (readonly [number, number])[] = [
        [self, 0o777],
        [self, 0o1770],
      ];
      for (const [owner, mode] of self === 0 ? [...cases, [nobody, 0o755] as const] : cases) {
        const shared = join(dir, `shared-${owner}-${mode}`);
        mkdirSync(shared);
        chownSync(shared, owner, -1);
        chmodSync(shared, mode);
        symlinkSync('../precious', join(shared, '.it.kmesh-part-0'));
        const { content, offsets } = resumable('abcdef', join(shared, '.it.kmesh-part-0'), { isPacked });
        await session.upload(join(shared, 'it'), content);
        assert.equal(offsets, [0]);
        assert.is(readFileSync(join(shared, 'it'), 'utf8'), 'abcdef');
        assert.equal(readdirSync(shared), ['.it.kmesh-part-0', 'it']);
      }
      assert.is(readFileSync(join(dir, 'precious'), 'utf8'), 'abc');
      assert.not(existsSync(part));
    });

    test(`leaves no part of what fails otherwise (${how})`, async ({ session, dir }) => {
      const part = join(dir, '.it.kmesh-part-0');
      const there = join(dir, 'there');
      writeFileSync(there, 'old');
      const over = await failure(session.upload(there, resumable('new', part, { isPacked }).content), ApplyError);
      assert.is(over.message, `\`${there}\` was not written as me on here: it exists already`);
      const nowhere = resumable('new', join(dir, 'no/part'), { isPacked }).content;
      assert.match((await failure(session.upload(join(dir, 'no/dir'), nowhere), ApplyError)).message, 'no/dir');
      const odd = { ...resumable('new', part, { isPacked: true }).content, from: () => segmented(['odd\n'], 3) };
      await failure(session.upload(join(dir, 'odd'), odd), ApplyError);
      assert.equal(readdirSync(dir), ['there']);
      assert.is(readFileSync(there, 'utf8'), 'old');
    });
  }

  test.run();
}

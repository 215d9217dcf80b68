import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { waitFor } from '../../src/modules/wait-for.ts';
import { conditionKind } from '../../src/probes/condition.ts';
import { inDirectory, planError, shells } from '../probes/support.ts';
import { type Args, problemsOf, run } from './support.ts';

const test = suite('modules/wait_for');

// The tests wait in a process of their own: a server of this one would be stopped meanwhile, but listens all the same.
async function listening<T>(host: string, work: (port: number) => T): Promise<T> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, host, resolve));
  const address = server.address();
  try {
    return work(typeof address === 'object' && address !== null ? address.port : 0);
  } finally {
    server.close();
  }
}

for (const shell of shells) {
  const name = shell.join(' ');
  const wait = (args: Args): unknown => run(waitFor, { timeout: 1, ...args }, {}, { shell }).result.values.state;

  test(`sees open and closed ports of this host (${name})`, async () => {
    for (const host of ['127.0.0.1', '::1', '0.0.0.0', '::']) {
      await listening(host, (port) => {
        const own = host.includes(':') ? '::1' : '127.0.0.1';
        assert.is(wait({ port, host: own }), 'started');
        assert.throws(
          () => wait({ port, host: own, state: 'stopped', timeout: 0 }),
          planError(new RegExp(`port ${port} of ${own} is still there`)),
        );
      });
    }
    const port = await listening('127.0.0.1', (used) => used);
    assert.is(wait({ port, state: 'stopped' }), 'stopped');
    assert.throws(() => wait({ port, timeout: 0, msg: 'no server' }), planError('no server'));
  });

  test(`sees files come and go, and lines in them (${name})`, () => {
    inDirectory((dir) => {
      const path = join(dir, "it's a file");
      assert.throws(() => wait({ path, timeout: 0 }), planError(/is not there/));
      assert.is(wait({ path, state: 'absent' }), 'absent');
      writeFileSync(path, 'one\ntask 7 completed\n');
      assert.is(wait({ path }), 'started');
      assert.is(wait({ path, search_regex: "^task [0-9]+ (completed|'x')$" }), 'started');
      assert.throws(() => wait({ path, search_regex: '^nothing', timeout: 0 }), planError(/is not there/));
      assert.throws(() => wait({ path, state: 'absent', timeout: 0 }), planError(/is still there/));
      rmSync(path);
      assert.throws(() => wait({ path, search_regex: 'x', timeout: 0 }), planError(/is not there/));
    });
  });

  test(`waits for a time (${name})`, () => {
    const startedAt = Date.now();
    const { result } = run(waitFor, { timeout: 1 }, {}, { shell });
    assert.equal([result.values.elapsed, Date.now() - startedAt >= 1000], [1, true]);
  });
}

test('looks with bash where the port is of another host', async () => {
  // 127.0.0.2 is not among the addresses that /proc/net/tcp is asked for.
  await listening('127.0.0.2', (port) => {
    assert.is(run(waitFor, { port, host: '127.0.0.2', timeout: 1 }).result.values.port, port);
  });
});

test('says what it would need to look at another host', () => {
  const [shell] = shells;
  const path = '/nonexistent';
  const attempt = (): unknown =>
    run(
      waitFor,
      { port: 1, host: '192.0.2.1', timeout: 0 },
      {},
      { ...(shell ? { shell: [`/bin/${shell[0]}`] } : {}), path },
    );
  assert.throws(attempt, /neither bash nor nc/);
});

test('waits as long as it must', () => {
  const question = {
    what: { kind: 'port', host: 'x', port: 1, connectTimeout: 5 },
    isWanted: true,
    delay: 10,
    sleep: 2,
    timeout: 300,
  } as const;
  assert.equal(conditionKind.patient?.(question), { timeoutMs: 337_000 });
});

test('finds args that do not go together', () => {
  assert.equal(problemsOf(waitFor, { port: 1, path: '/x' }), ['Only one of `port` and `path` can be given.']);
  assert.equal(problemsOf(waitFor, { port: 1, search_regex: 'x' }), ['`search_regex` needs `path`.']);
  assert.equal(problemsOf(waitFor, { path: '/x', search_regex: '\\d+' }), ['`\\d` is not known to `grep -E`.']);
  assert.throws(() => problemsOf(waitFor, { port: 1, host: '$(id)' }), /right form/);
});

test.run();

import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StatCache } from '../../../src/engine/hosts/stat-cache.ts';
import type { KnownHash } from '../../../src/probes/hash-memory.ts';
import type { Target } from '../../../src/transport/session.ts';
import { withFiles } from '../../support/temp-dir.ts';

const test = suite('engine/stat-cache');

const machine = '0123456789abcdef0123456789abcdef';
const known: KnownHash = { stamp: '70000 5 42 100.000000001 100.000000002', sha256: 'ab'.repeat(32) };

function target(more: Partial<Target> = {}): Target {
  return { name: 'a', address: '10.0.0.1', port: null, user: 'root', connection: 'ssh', ...more } as Target;
}

/** A state directory in which the hash of `/f` on host a was kept. */
function withKept(use: (state: string, file: string) => void): void {
  withFiles({}, (dir) => {
    const state = join(dir, 'state');
    const cache = new StatCache(state);
    cache.of(target()).learn(machine, '/f', known);
    cache.save();
    const [name = ''] = readdirSync(join(state, 'stat-cache'));
    use(state, join(state, 'stat-cache', name));
  });
}

/** What the next run remembers of `/f`. */
function recalled(state: string, more: Partial<Target> = {}): KnownHash | null {
  return new StatCache(state).of(target(more)).recall('/f');
}

test('remembers from run to run, in files that only the user can read', () => {
  withKept((state, file) => {
    assert.equal(recalled(state), known);
    assert.is(new StatCache(state).of(target()).machine, machine);
    assert.equal(readdirSync(join(state, 'stat-cache')).length, 1);
    assert.equal(
      [state, join(state, 'stat-cache'), file].map((path) => statSync(path).mode & 0o777),
      [0o700, 0o700, 0o600],
    );
  });
});

test('takes the same name at another address, port or user for another host', () => {
  withKept((state) => {
    for (const more of [{ address: '10.0.0.2' }, { port: 2222 }, { user: 'ops' }, { name: 'b' }]) {
      assert.is(recalled(state, more), null, JSON.stringify(more));
    }
  });
});

test('forgets all when the host has become another machine', () => {
  withKept((state) => {
    const cache = new StatCache(state);
    const host = cache.of(target());
    host.learn(machine.replaceAll('0', 'f'), '/g', known);
    assert.is(host.recall('/f'), null);
    cache.save();
    assert.is(recalled(state), null);
  });
});

test('writes nothing when nothing is new', () => {
  withKept((state, file) => {
    const { ino } = statSync(file);
    const cache = new StatCache(state);
    cache.of(target()).learn(machine, '/f', known);
    cache.save();
    assert.is(statSync(file).ino, ino);
  });
});

test('passes over a file that is damaged, cut short, too large, of another version or a link', () => {
  const damages: readonly ((file: string, text: string) => void)[] = [
    (file) => writeFileSync(file, ''),
    (file) => writeFileSync(file, 'what is this'),
    (file) => truncateSync(file, 100),
    (file, text) => writeFileSync(file, text.replace('abab', 'acab')),
    (file, text) => writeFileSync(file, text.replace('"version":1', '"version":2')),
    (file, text) => writeFileSync(file, text + ' '.repeat(5 * 1024 * 1024)),
    (file, text) => {
      writeFileSync(`${file}.elsewhere`, text);
      writeFileSync(file, '');
      symlinkSync(`${file}.elsewhere`, `${file}.link`);
    },
  ];
  for (const damage of damages) {
    withKept((state, file) => {
      damage(file, readFileSync(file, 'utf8'));
      assert.is(recalled(state), null);
      const cache = new StatCache(state);
      cache.of(target()).learn(machine, '/f', known);
      cache.save();
      assert.equal(recalled(state), known);
    });
  }
});

test('keeps what was looked at last when there is too much', () => {
  withFiles({}, (dir) => {
    const cache = new StatCache(dir);
    const host = cache.of(target());
    for (let i = 0; i < 3_000; i++) host.learn(machine, `/${i}`, known);
    host.learn(machine, '/0', known);
    cache.save();
    const next = new StatCache(dir).of(target());
    assert.equal(
      ['/0', '/1', '/1001', '/2999'].map((path) => next.recall(path) !== null),
      [true, false, true, true],
    );
  });
});

test('keeps nothing that could not be asked for again', () => {
  withFiles({}, (dir) => {
    const host = new StatCache(dir).of(target());
    host.learn(machine, '/a\nb', known);
    host.learn(machine, '/c', { ...known, stamp: '1 2 3 4 5' });
    assert.equal([host.recall('/a\nb'), host.recall('/c')], [null, null]);
  });
});

test('does without where it can not write', () => {
  withFiles({ state: 'a file' }, (dir) => {
    const cache = new StatCache(join(dir, 'state'));
    cache.of(target()).learn(machine, '/f', known);
    cache.save();
    assert.is(readFileSync(join(dir, 'state'), 'utf8'), 'a file');
    mkdirSync(join(dir, 'other'));
    assert.is(recalled(join(dir, 'other')), null);
  });
});

test.run();

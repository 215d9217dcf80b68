import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Barrier } from '../../src/engine/barrier.ts';
import { randomNumbers } from '../support/random.ts';

const test = suite('engine/barrier');

/** True when a promise is settled already. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  await new Promise((resolve) => setImmediate(resolve));
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}

test('wants of an effect that all have come to it', () => {
  const barrier = new Barrier(['a', 'b'], [2, 5]);
  assert.is(barrier.neededFor(2), 2);
  assert.is(barrier.neededFor(5), 5);
});

test('wants of what stands behind an effect that all have done the effect', () => {
  const barrier = new Barrier(['a', 'b'], [2, 5]);
  assert.equal(
    [0, 1, 3, 4, 6, 9].map((position) => barrier.neededFor(position)),
    [0, 0, 3, 3, 6, 6],
  );
});

test('wants nothing where there is no effect', () => {
  const barrier = new Barrier(['a', 'b'], []);
  assert.equal(
    [0, 5].map((position) => barrier.neededFor(position)),
    [0, 0],
  );
});

test('lets a single host never wait', async () => {
  const barrier = new Barrier(['a'], [0, 1, 2]);
  for (const position of [0, 1, 2, 3]) {
    assert.ok(barrier.isOpen('a', barrier.neededFor(position)));
    await barrier.pass('a', barrier.neededFor(position));
  }
});

test('lets a host wait for the others, not for itself', async () => {
  const barrier = new Barrier(['a', 'b'], [1]);
  const passed = barrier.pass('a', 1);
  assert.not.ok(await isDone(passed));
  barrier.finished('b', 1);
  assert.ok(await isDone(passed));
});

test('lets nobody behind an effect before all have done it', async () => {
  const barrier = new Barrier(['a', 'b', 'c'], [0]);
  barrier.finished('a', 1);
  const passed = barrier.pass('a', barrier.neededFor(1));
  barrier.finished('b', 1);
  assert.not.ok(await isDone(passed));
  barrier.finished('c', 1);
  assert.ok(await isDone(passed));
});

test('waits no longer for a host that leaves', async () => {
  const barrier = new Barrier(['a', 'b'], [3]);
  const passed = barrier.pass('a', 3);
  barrier.leave('b');
  assert.ok(await isDone(passed));
  assert.ok(barrier.isOpen('a', 99));
});

test('takes back nothing that a host has finished', async () => {
  const barrier = new Barrier(['a', 'b'], [2]);
  barrier.finished('b', 4);
  barrier.finished('b', 1);
  assert.ok(barrier.isOpen('a', 4));
});

test('hears no more of a host that has left', () => {
  const barrier = new Barrier(['a', 'b'], [2]);
  barrier.leave('b');
  barrier.finished('b', 0);
  assert.ok(barrier.isOpen('a', 2));
});

test('lets all go that wait for the same', async () => {
  const barrier = new Barrier(['a', 'b', 'c'], [1]);
  const both = Promise.all([barrier.pass('a', 1), barrier.pass('b', 1)]);
  barrier.finished('a', 1);
  barrier.finished('b', 1);
  assert.not.ok(await isDone(both));
  barrier.finished('c', 1);
  assert.ok(await isDone(both));
});

interface Walk {
  readonly barrier: Barrier;
  readonly tasks: number;
  readonly random: (below: number) => number;
  /** How many tasks each host has really finished; those that are out are not in it. */
  readonly done: Map<string, number>;
  readonly effects: ReadonlySet<number>;
}

/** Takes a host through all tasks, some of which change something, and looks at the others before each change. */
async function walk(host: string, { barrier, tasks, random, done, effects }: Walk): Promise<void> {
  for (let position = 0; position < tasks; position++) {
    for (let i = random(3); i > 0; i--) await Promise.resolve();
    if (random(40) === 0) break;
    if (random(2) === 0) {
      await barrier.pass(host, barrier.neededFor(position));
      checkOrder(host, position, { done, effects });
    }
    done.set(host, position + 1);
    barrier.finished(host, position + 1);
  }
  done.delete(host);
  barrier.leave(host);
}

function checkOrder(host: string, position: number, { done, effects }: Pick<Walk, 'done' | 'effects'>): void {
  for (const [other, finished] of done) {
    if (other === host) continue;
    if (effects.has(position)) assert.ok(finished >= position, `${host} at ${position}, ${other} at ${finished}`);
    for (const effect of effects)
      if (effect < position) assert.ok(finished > effect, `${host} behind ${effect}, ${other} at ${finished}`);
  }
}

test('keeps the order and never ends in a deadlock, whatever hosts do', async () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = randomNumbers(seed);
    const hosts = Array.from({ length: 1 + random(6) }, (_, i) => `h${i}`);
    const tasks = random(25);
    const effects = Array.from({ length: tasks }, (_, i) => i).filter(() => random(3) === 0);
    const barrier = new Barrier(hosts, effects);
    const done = new Map(hosts.map((host) => [host, 0]));
    const all = Promise.all(
      hosts.map((host) => walk(host, { barrier, tasks, random, done, effects: new Set(effects) })),
    );
    const late = new Promise((_, reject) => setTimeout(() => reject(new Error(`seed ${seed} hangs`)), 2000).unref());
    await Promise.race([all, late]);
  }
});

test.run();

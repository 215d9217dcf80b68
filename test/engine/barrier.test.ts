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

test('lets a single host never wait', async () => {
  const barrier = new Barrier(['a']);
  assert.ok(barrier.isOpen('a', [7]));
  await barrier.pass('a', [7]);
});

test('holds what is inside a step to be behind it, and before the next', () => {
  const barrier = new Barrier(['a', 'b']);
  barrier.reach('b', [3, 1, 0]);
  assert.equal(
    [[3], [3, 0, 9], [3, 1], [3, 1, 0], [3, 1, 1], [4]].map((position) => barrier.isOpen('a', position)),
    [true, true, true, true, false, false],
  );
});

test('knows who is the first that has a step before it yet, in the order of the batch', () => {
  const barrier = new Barrier(['a', 'b', 'c']);
  barrier.reach('a', [2]);
  assert.is(barrier.firstBefore([1]), 'b');
  barrier.leave('b');
  assert.is(barrier.firstBefore([1]), 'c');
  barrier.reach('c', [1]);
  assert.is(barrier.firstBefore([1]), 'c');
  barrier.reach('c', [1, 0, 0]);
  assert.is(barrier.firstBefore([1]), null);
});

test('lets a host wait for the others, not for itself', async () => {
  const barrier = new Barrier(['a', 'b']);
  const passed = barrier.pass('a', [1]);
  assert.not.ok(await isDone(passed));
  barrier.reach('b', [1]);
  assert.ok(await isDone(passed));
});

test('lets nobody behind an effect before all have done it', async () => {
  const barrier = new Barrier(['a', 'b', 'c']);
  barrier.reach('a', [1]);
  const passed = barrier.pass('a', [1]);
  barrier.reach('b', [1]);
  assert.not.ok(await isDone(passed));
  barrier.reach('c', [1]);
  assert.ok(await isDone(passed));
});

test('waits no longer for a host that leaves', async () => {
  const barrier = new Barrier(['a', 'b']);
  const passed = barrier.pass('a', [3]);
  barrier.leave('b');
  assert.ok(await isDone(passed));
  assert.ok(barrier.isOpen('a', [99]));
});

test('takes back nothing that a host has finished', async () => {
  const barrier = new Barrier(['a', 'b']);
  barrier.reach('b', [4]);
  barrier.reach('b', [1]);
  assert.ok(barrier.isOpen('a', [4]));
});

test('hears no more of a host that has left', () => {
  const barrier = new Barrier(['a', 'b']);
  barrier.leave('b');
  barrier.reach('b', [0]);
  assert.ok(barrier.isOpen('a', [2]));
});

test('lets all go that wait for the same', async () => {
  const barrier = new Barrier(['a', 'b', 'c']);
  const both = Promise.all([barrier.pass('a', [1]), barrier.pass('b', [1])]);
  barrier.reach('a', [1]);
  barrier.reach('b', [1]);
  assert.not.ok(await isDone(both));
  barrier.reach('c', [1]);
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
      await barrier.pass(host, [neededFor(position, effects)]);
      checkOrder(host, position, { done, effects });
    }
    done.set(host, position + 1);
    barrier.reach(host, [position + 1]);
  }
  done.delete(host);
  barrier.leave(host);
}

/** What an itinerary asks for. */
function neededFor(position: number, effects: ReadonlySet<number>): number {
  if (effects.has(position)) return position;
  return Math.max(0, ...[...effects].filter((effect) => effect < position).map((effect) => effect + 1));
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
    const barrier = new Barrier(hosts);
    const done = new Map(hosts.map((host) => [host, 0]));
    const all = Promise.all(
      hosts.map((host) => walk(host, { barrier, tasks, random, done, effects: new Set(effects) })),
    );
    const late = new Promise((_, reject) => setTimeout(() => reject(new Error(`seed ${seed} hangs`)), 2000).unref());
    await Promise.race([all, late]);
  }
});

test.run();

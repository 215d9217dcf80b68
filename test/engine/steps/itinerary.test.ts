import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Itinerary } from '../../../src/engine/steps/itinerary.ts';
import { type Placed, placedInside } from '../../../src/engine/steps/placed.ts';
import type { Meta, Section } from '../../../src/playbook/playbook.ts';
import { scalar } from '../../support/node.ts';

const test = suite('engine/itinerary');

const block = { id: 1, hasRescue: true, hasAlways: true };
const outer = { id: 2, hasRescue: true, hasAlways: true };

function step(name: string, sections: readonly Section[] = []): Meta {
  const nothing = { role: null, when: [], vars: [], loop: null, runOnce: false };
  const node = scalar(name);
  return {
    ...nothing,
    kind: 'meta',
    action: 'noop',
    id: 0,
    name: node,
    at: node.span,
    tags: new Set(),
    sections,
    phase: 'tasks',
  };
}

function placed(...steps: readonly Meta[]): Placed[] {
  return steps.map((one, i) => ({ step: one, position: [i], sections: one.sections, params: [], loop: null }));
}

/** Goes through an itinerary; steps whose name ends in `!` fail. */
function walk(itinerary: Itinerary): string[] {
  const names: string[] = [];
  for (let { current } = itinerary; current !== null; { current } = itinerary) {
    const name = nameOf(current);
    if (name.endsWith('!')) names.push(`${name} ${itinerary.fail(current)}`);
    else {
      names.push(name);
      itinerary.pass(current);
    }
  }
  return [...names, ...(itinerary.hasFailed ? ['failed'] : [])];
}

function nameOf({ step: { name } }: Placed): string {
  return String(name?.value);
}

const inBlock: Section = { block, part: 'block' };
const inRescue: Section = { block, part: 'rescue' };
const inAlways: Section = { block, part: 'always' };
const inOuter: Section = { block: outer, part: 'block' };
const outerRescue: Section = { block: outer, part: 'rescue' };
const outerAlways: Section = { block: outer, part: 'always' };

/** Name, steps, and the way through them. */
const ways: readonly (readonly [string, readonly Meta[], readonly string[]])[] = [
  ['goes on where nothing fails', [step('a'), step('b')], ['a', 'b']],
  ['ends at a failure', [step('a!'), step('b')], ['a! failed', 'failed']],
  [
    'leaves out rescue where nothing fails',
    [step('a', [inBlock]), step('r', [inRescue]), step('z', [inAlways]), step('b')],
    ['a', 'z', 'b'],
  ],
  [
    'rescues, leaving out the rest of the block',
    [step('a!', [inBlock]), step('b', [inBlock]), step('r', [inRescue]), step('z', [inAlways]), step('c')],
    ['a! rescued', 'r', 'z', 'c'],
  ],
  [
    'runs always though nothing rescues, and fails then',
    [step('a!', [inBlock]), step('b', [inBlock]), step('z', [inAlways]), step('y', [inAlways]), step('c')],
    ['a! failed', 'z', 'y', 'failed'],
  ],
  [
    'runs always after a rescue that failed itself',
    [step('a!', [inBlock]), step('r!', [inRescue]), step('q', [inRescue]), step('z', [inAlways]), step('c')],
    ['a! rescued', 'r! failed', 'z', 'failed'],
  ],
  [
    'takes a failure outwards, after always',
    [
      step('a!', [inOuter, inBlock]),
      step('z', [inOuter, inAlways]),
      step('b', [inOuter]),
      step('r', [outerRescue]),
      step('c'),
    ],
    ['a! rescued', 'z', 'r', 'c'],
  ],
  [
    'rescues inside of an always that runs because of a failure, and fails all the same',
    [
      step('a!', [inOuter]),
      step('b!', [outerAlways, inBlock]),
      step('r', [outerAlways, inRescue]),
      step('y', [outerAlways]),
      step('c'),
    ],
    ['a! failed', 'b! rescued', 'r', 'y', 'failed'],
  ],
  [
    'ends an always that fails',
    [step('a', [inBlock]), step('z!', [inAlways]), step('y', [inAlways]), step('c')],
    ['a', 'z! failed', 'failed'],
  ],
  [
    'goes past a rescue of which no step was chosen',
    [step('a!', [inBlock]), step('z', [inAlways]), step('c')],
    ['a! failed', 'z', 'failed'],
  ],
  [
    'rescues in the outer block what the inner rescue could not',
    [
      step('a!', [inOuter, inBlock]),
      step('r!', [inOuter, inRescue]),
      step('b', [inOuter]),
      step('q', [outerRescue]),
      step('z', [outerAlways]),
      step('c'),
    ],
    ['a! rescued', 'r! rescued', 'q', 'z', 'c'],
  ],
];

for (const [name, steps, way] of ways) {
  test(name, () => assert.equal(walk(new Itinerary(placed(...steps))), way));
}

test('has a block of its own in each round of an include', () => {
  const list = placed(step('i'), step('c'));
  const itinerary = new Itinerary(list);
  const [include] = list as [Placed];
  const rounds = [0, 1].flatMap((round) => {
    const name = round === 0 ? 'a!' : 'a';
    const steps = [step(name, [inBlock]), step('r', [inRescue])];
    return placedInside(include, round, steps, { params: [], loop: null });
  });
  itinerary.open(include, rounds);
  assert.equal(walk(itinerary), ['a! rescued', 'r', 'a', 'c']);
});

test('looks ahead as if nothing failed', () => {
  const steps = placed(step('a', [inBlock]), step('r', [inRescue]), step('z', [inAlways]), step('b'));
  assert.equal([...new Itinerary(steps).ahead()].map(nameOf), ['a', 'z', 'b']);
});

test('looks no further than always where something has failed', () => {
  const steps = placed(step('a!', [inBlock]), step('z', [inAlways]), step('y', [inAlways]), step('b'));
  const itinerary = new Itinerary(steps);
  itinerary.fail(steps[0] as Placed);
  assert.equal([...itinerary.ahead()].map(nameOf), ['z', 'y']);
});

test('opens an include while somebody looks ahead', () => {
  const list = placed(step('a'), step('i'), step('b'));
  const itinerary = new Itinerary(list);
  const names: string[] = [];
  for (const one of itinerary.ahead()) {
    names.push(nameOf(one));
    if (nameOf(one) === 'i')
      itinerary.open(one, placedInside(one, 0, [step('x'), step('y')], { params: [], loop: null }));
  }
  assert.equal(names, ['a', 'i', 'x', 'y', 'b']);
  assert.equal(walk(itinerary), ['a', 'x', 'y', 'b']);
});

const isEffect = (one: Placed): boolean => nameOf(one).startsWith('effect');

test('wants of an effect that all have come to it, and of what is behind it that all have done it', () => {
  const steps = placed(step('a'), step('effect'), step('b'), step('c'));
  const itinerary = new Itinerary(steps);
  assert.equal(
    steps.map((one) => itinerary.neededFor(one, isEffect)),
    [[0], [1], [2], [2]],
  );
});

test('wants behind an include with effects that all have done it, and inside of it that all have come to the round', () => {
  const list = placed(step('a'), step('effect i'), step('b'));
  const itinerary = new Itinerary(list);
  const include = list[1] as Placed;
  const inner = [0, 1].flatMap((round) =>
    placedInside(include, round, [step('x'), step('y')], { params: [], loop: null }),
  );
  itinerary.open(include, inner);
  assert.equal(
    inner.map((one) => itinerary.neededFor(one, isEffect)),
    [
      [1, 0],
      [1, 0],
      [1, 1],
      [1, 1],
    ],
  );
  assert.equal(itinerary.neededFor(list[2] as Placed, isEffect), [2]);
});

test.run();

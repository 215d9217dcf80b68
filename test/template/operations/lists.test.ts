import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Data } from '../../../src/base/node.ts';
import { cel, failure, value } from '../support.ts';

const test = suite('template/operations/lists');

const vars: Readonly<Record<string, Data>> = {
  a: [3, 1, 3, 2],
  b: [2, 5, 5],
  maps: [{ k: 1 }, { k: 2 }, { k: 1 }],
  nested: [1, [2, [3, [4]]], []],
  long: Array.from({ length: 300 }, (_, i) => i),
  rows: [
    { n: 'b', v: 2 },
    { n: 'a', v: 1 },
    { n: 'c', v: 1 },
  ],
};

test('lists are compared as sets, in their own order and by value', () => {
  const both: readonly (readonly [call: string, expected: Data])[] = [
    ['union', [3, 1, 2, 5]],
    ['intersect', [2]],
    ['difference', [3, 1]],
    ['symmetricDifference', [3, 1, 5]],
  ];
  for (const [call, expected] of both) {
    assert.equal(value(`{{${call} a b}}`, vars), expected, call);
    assert.equal(cel(`${call}(a, b)`, vars), expected, call);
  }
  assert.equal(cel('difference(maps, [{"k": 1}])', vars), [{ k: 2 }]);
  assert.equal(cel('intersect([1, "1", true], ["1"])', vars), ['1']);
  assert.is(
    failure(() => value('{{union a "b"}}', vars)),
    't.yml:1:11: `union`: its second argument must be a list, not the string `b`.',
  );
});

test('flatten opens all levels, or so many', () => {
  assert.equal(value('{{flatten nested}}', vars), [1, 2, 3, 4]);
  assert.equal(value('{{flatten nested 1}}', vars), [1, 2, [3, [4]]]);
  assert.equal(cel('nested.flatten()', vars), [1, 2, [3, [4]]]);
  assert.equal(cel('nested.flatten(2)', vars), [1, 2, 3, [4]]);
});

test('zip goes as far as the shortest list, product takes every way', () => {
  assert.equal(value('{{zip a b}}', vars), [
    [3, 2],
    [1, 5],
    [3, 5],
  ]);
  assert.equal(cel('product([1, 2], ["a", "b"])', vars), [
    [1, 'a'],
    [1, 'b'],
    [2, 'a'],
    [2, 'b'],
  ]);
  assert.equal(cel('product([1], [])', vars), []);
  assert.is(
    failure(() => cel('product(long, long, long)', vars)),
    't.yml:1:1: `product`: 27000000 combinations are too many, at most 65536 are made.',
  );
});

test('sortBy sorts by a key, backwards if it is told', () => {
  assert.equal(
    value('{{sortBy rows "n"}}', vars),
    [vars['rows']].flat(1).toSorted((x, y) => (name(x) < name(y) ? -1 : 1)),
  );
  assert.equal(cel('sortBy(rows, "v", {"reverse": true}).map(r, r.n)', vars), ['b', 'c', 'a']);
  assert.equal(value('{{reverse a}}', vars), [2, 3, 1, 3]);
});

function name(row: unknown): string {
  return (row as { readonly n: string }).n;
}

test.run();

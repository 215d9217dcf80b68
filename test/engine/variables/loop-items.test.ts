import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EvaluationError } from '../../../src/base/errors.ts';
import { type Data, toData } from '../../../src/base/node.ts';
import { itemsOf } from '../../../src/engine/variables/loop-items.ts';
import type { LoopKind } from '../../../src/playbook/playbook.ts';
import { node } from '../../support/node.ts';
import { withFiles } from '../../support/temp-dir.ts';

const test = suite('engine/loop-items');

/** What a loop makes of a value, given as YAML. */
function items(kind: LoopKind, yaml: string, folders: readonly string[] = []): readonly Data[] {
  const value = node(yaml);
  return JSON.parse(JSON.stringify(itemsOf(kind, toData(value), value.span, { folders }))) as Data[];
}

// What the right side says is what Ansible 2.14 makes of the left one.
const cases: readonly (readonly [kind: LoopKind, yaml: string, items: readonly Data[]])[] = [
  ['list', '[a, [b, [c]]]', ['a', ['b', ['c']]]],
  ['items', '[a, [b, [c]]]', ['a', 'b', ['c']]],
  ['items', 'two words', ['two words']],
  [
    'indexed_items',
    '[a, [b, c]]',
    [
      [0, 'a'],
      [1, 'b'],
      [2, 'c'],
    ],
  ],
  [
    'dict',
    '{a: 1, b: {c: 2}}',
    [
      { key: 'a', value: 1 },
      { key: 'b', value: { c: 2 } },
    ],
  ],
  [
    'nested',
    '[[a, b], [1, 2]]',
    [
      ['a', 1],
      ['a', 2],
      ['b', 1],
      ['b', 2],
    ],
  ],
  [
    'nested',
    '[[[a, x], b], [1]]',
    [
      ['a', 'x', 1],
      ['b', 1],
    ],
  ],
  [
    'together',
    '[[a, b, c], [1, 2]]',
    [
      ['a', 1],
      ['b', 2],
      ['c', null],
    ],
  ],
  [
    'subelements',
    '[[{name: x, g: [1, 2]}, {name: y}], g, {skip_missing: true}]',
    [
      [{ name: 'x' }, 1],
      [{ name: 'x' }, 2],
    ],
  ],
  ['subelements', '[[{name: x, in: {g: [1]}}], in.g]', [[{ name: 'x', in: {} }, 1]]],
  ['sequence', 'start=0 end=4 stride=2 format=n%02d', ['n00', 'n02', 'n04']],
  ['sequence', 'count=4', ['1', '2', '3', '4']],
  ['sequence', 'count=3 start=5 stride=2', ['5', '7', '9']],
  ['sequence', '4-0x10/2:x%x', ['x4', 'x6', 'x8', 'xa', 'xc', 'xe', 'x10']],
  ['sequence', "'5'", ['1', '2', '3', '4', '5']],
  ['sequence', 'start=5 end=5', ['5']],
  ['sequence', 'start=3 end=1 stride=-1', ['3', '2', '1']],
  ['sequence', 'count=0', []],
];

for (const [kind, yaml, expected] of cases)
  test(`makes items of \`with_${kind}: ${yaml}\``, () => assert.equal(items(kind, yaml), expected));

test('takes a mapping for what a sequence is made of', () => {
  assert.equal(items('sequence', '{start: 1, end: 2, format: "a%d"}'), ['a1', 'a2']);
});

const wrong: readonly (readonly [kind: LoopKind, yaml: string, message: string])[] = [
  ['list', '{a: b}', '`loop` must give a list, not a mapping.'],
  ['list', 'x', '`loop` must give a list, not `x`.'],
  ['dict', '5', '`with_dict` must give a mapping, not the number `5`.'],
  ['nested', 'x', '`with_nested` must give a list, not `x`.'],
  ['subelements', '[a]', '`with_subelements` must give a list and the name of a list in its items.'],
  ['subelements', '[[{a: 1}], g]', '`with_subelements` needs a list `g` in each item; one has none.'],
  ['subelements', '[[{g: 1}], g]', '`with_subelements` needs a list `g` in each item; one has the number `1` there.'],
  ['sequence', 'start=1', '`with_sequence` needs `end` or `count`.'],
  ['sequence', 'end=2 count=3', 'Only one of `end` and `count` can be given to `with_sequence`.'],
  ['sequence', 'end=two', '`end` of `with_sequence` must be a whole number, not `two`.'],
  ['sequence', 'ende=2', '`ende` is nothing that `with_sequence` knows.'],
  ['sequence', 'one two', '`with_sequence` does not understand `one two`.'],
  ['sequence', 'start=3 end=1', '`with_sequence` never comes from 3 to 1 in steps of 1.'],
  ['sequence', 'end=3 format=x', 'The `format` of `with_sequence` must have one place for a number, not `x`.'],
  ['sequence', 'end=999999999', '`with_sequence` makes 999999999 items.'],
  ['first_found', '[a.yml, b.yml]', 'None of these files is there: `a.yml`, `b.yml`.'],
  ['first_found', '[5]', '`with_first_found` takes names of files, not the number `5`.'],
  ['fileglob', '[5]', '`with_fileglob` takes texts, not the number `5`.'],
];

for (const [kind, yaml, message] of wrong) {
  test(`refuses \`with_${kind}: ${yaml}\``, () => {
    assert.throws(
      () => items(kind, yaml),
      (error: Error) => error instanceof EvaluationError && error.message === message,
    );
  });
}

const files = {
  'one/a.conf': '',
  'one/b.conf': '',
  'one/.c.conf': '',
  'one/d.conf/': '',
  'two/a.conf': '',
  'two/x.yml': '',
};

test('finds the files that a pattern fits, in the first folder that has any', () => {
  withFiles(files, (dir) => {
    const folders = [`${dir}/none`, `${dir}/one`, `${dir}/two`];
    assert.equal(items('fileglob', "'*.conf'", folders), [`${dir}/one/a.conf`, `${dir}/one/b.conf`]);
    assert.equal(items('fileglob', `['[ax].*', '${dir}/two/*']`, folders), [
      `${dir}/one/a.conf`,
      `${dir}/two/a.conf`,
      `${dir}/two/x.yml`,
    ]);
    assert.equal(items('fileglob', "'*.none'", folders), []);
  });
});

test('finds the first file that is there', () => {
  withFiles(files, (dir) => {
    const folders = [`${dir}/one`, `${dir}/two`];
    assert.equal(items('first_found', '[no.yml, x.yml, a.conf]', folders), [`${dir}/two/x.yml`]);
    assert.equal(items('first_found', `[{files: [a.conf, x.yml], paths: [${dir}/no, ${dir}/two]}]`, []), [
      `${dir}/two/a.conf`,
    ]);
    assert.equal(items('first_found', '[{files: [no.yml], skip: true}]', folders), []);
  });
});

function findB(name: string): string | null {
  return name === 'b' ? '/found/b' : null;
}

test('finds the first file as whoever looks for it does', () => {
  const value = node('[a, b]');
  assert.equal(itemsOf('first_found', toData(value), value.span, { folders: [], find: findB }), ['/found/b']);
});

test.run();

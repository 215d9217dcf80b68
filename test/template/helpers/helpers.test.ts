import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Data } from '../../../src/base/node.ts';
import { helpers } from '../../../src/template/helpers/helpers.ts';
import { failure, value } from '../support.ts';

const test = suite('template/helpers/helpers');

const vars: Readonly<Record<string, Data>> = {
  s: 'Abc def',
  n: 3,
  f: 2.5,
  t: true,
  nil: null,
  list: [3, 1, 2],
  words: ['b', 'a', 'ä', 'B'],
  peers: [
    { name: 'b', asn: 2 },
    { name: 'a', asn: 1 },
    { name: 'c', asn: 1 },
  ],
  map: { b: 1, a: { c: ['x', 'yes', '1.10', null, true, 5] } },
  empty: [],
  lines: 'a\nb\n\n  c\n',
};

function check(table: readonly (readonly [expression: string, expected: Data])[]): void {
  for (const [expression, expected] of table) assert.equal(value(`{{${expression}}}`, vars), expected, expression);
}

function refuse(table: readonly (readonly [expression: string, message: string])[]): void {
  for (const [expression, message] of table) {
    assert.is(
      failure(() => value(`{{${expression}}}`, vars)),
      `t.yml:${message}`,
      expression,
    );
  }
}

test('join', () => {
  check([
    ['join list ", "', '3, 1, 2'],
    ['join words ""', 'baäB'],
    ['join empty ","', ''],
    ['join (concat empty list) "-"', '3-1-2'],
  ]);
  refuse([
    ['join s ","', '1:8: `join`: its first argument must be a list, not the string `Abc def`.'],
    ['join list n', '1:13: `join`: its second argument must be a string, not the number 3.'],
    ['join peers ","', '1:8: `join`: item 0 of the list is a list or a map, which does not print as text.'],
  ]);
});

test('upper, lower, trim', () => {
  check([
    ['upper s', 'ABC DEF'],
    ['lower s', 'abc def'],
    ['trim "  a b\t"', 'a b'],
  ]);
  refuse([
    ['upper n', '1:9: `upper`: its argument must be a string, not the number 3.'],
    ['trim nil', '1:8: `trim`: its argument must be a string, not null.'],
  ]);
});

test('replace, split', () => {
  check([
    ['replace "a.b.c" "." "$&"', 'a$&b$&c'],
    ['replace s "x" "y"', 'Abc def'],
    ['split "a,b,,c" ","', ['a', 'b', '', 'c']],
    ['split "" ","', []],
    ['split "abc" "--"', ['abc']],
  ]);
  refuse([
    ['replace s "" "y"', '1:13: `replace`: its second argument must be the text to replace, not an empty string.'],
    ['split s ""', '1:11: `split`: its second argument must be a separator, not an empty string.'],
  ]);
});

test('quote makes a string for JSON, YAML and most configs', () => {
  check([
    ['quote "a \'b\' \\"c\\""', '"a \'b\' \\"c\\""'],
    ['quote lines', '"a\\nb\\n\\n  c\\n"'],
    ['quote n', '"3"'],
  ]);
  refuse([
    [
      'quote list',
      '1:9: `quote`: its argument must be text, not a list of 3. | Lists and maps become text with `join`, `toJson` or `toYaml`.',
    ],
  ]);
});

test('indent moves all lines but the first, and no empty ones', () => {
  check([
    ['indent lines 2', 'a\n  b\n\n    c\n'],
    ['indent "a" 4', 'a'],
    ['indent lines 0', 'a\nb\n\n  c\n'],
  ]);
  refuse([
    ['indent s "2"', '1:12: `indent`: its second argument must be a whole number, not the string `2`.'],
    ['indent s -1', '1:12: `indent`: its second argument must be a number of spaces from 0 to 100, not the number -1.'],
  ]);
  assert.is(
    value('k:\n  {{indent (toYaml map) 2}}\nz', vars),
    'k:\n  b: 1\n  a:\n    c:\n      - x\n      - "yes"\n      - "1.10"\n      - null\n      - true\n      - 5\nz',
  );
});

test('toYaml writes block style that old and new YAML read alike', () => {
  check([
    ['toYaml map', 'b: 1\na:\n  c:\n    - x\n    - "yes"\n    - "1.10"\n    - null\n    - true\n    - 5'],
    ['toYaml s', 'Abc def'],
    ['toYaml empty', '[]'],
    ['toYaml "on"', '"on"'],
    ['toYaml "0644"', '"0644"'],
    ['toYaml "12:30:45"', '"12:30:45"'],
    ['toYaml "2001-01-01"', '"2001-01-01"'],
    ['toYaml "~"', '"~"'],
    ['toYaml "a: b"', '"a: b"'],
    ['toYaml "10.0.0.0/24"', '10.0.0.0/24'],
    ['toYaml "fd00::1"', 'fd00::1'],
    ['toYaml peers', '- name: b\n  asn: 2\n- name: a\n  asn: 1\n- name: c\n  asn: 1'],
    ['toYaml lines', '"a\\nb\\n\\n  c\\n"'],
    ['toYaml (cel "{\'k\': lines}")', 'k: |\n  a\n  b\n\n    c'],
  ]);
});

test('toJson', () => {
  check([
    ['toJson map', '{"b":1,"a":{"c":["x","yes","1.10",null,true,5]}}'],
    ['toJson list 2', '[\n  3,\n  1,\n  2\n]'],
    ['toJson nil', 'null'],
  ]);
});

test('eq, ne compare deeply and refuse what can never be equal', () => {
  check([
    ['eq n 3', true],
    ['eq s "Abc def"', true],
    ['eq list (concat empty list)', true],
    ['eq map nil', false],
    ['ne nil nil', false],
    ['ne s "x"', true],
    ['eq (lookup peers 0) (lookup peers 1)', false],
  ]);
  refuse([
    [
      'eq n "3"',
      '1:3: `eq`: the number 3 and the string `3` can never be equal. | A number and a string of digits differ: quote both or none.',
    ],
    [
      'ne t "true"',
      '1:3: `ne`: true and the string `true` can never be equal. | `"true"` in quotes is a string, not a boolean.',
    ],
    ['eq list map', '1:3: `eq`: a list of 3 and a map with `b`, `a` can never be equal.'],
  ]);
});

test('lt, le, gt, ge order numbers and strings', () => {
  check([
    ['lt 2 n', true],
    ['le n 3', true],
    ['gt n 3', false],
    ['ge f 2.5', true],
    ['lt "a" "b"', true],
    ['lt "Z" "a"', true],
    ['gt "ä" "z"', true],
    ['lt 10 9', false],
    ['lt "10" "9"', true],
  ]);
  refuse([
    [
      'lt n "4"',
      '1:3: `lt`: the number 3 and the string `4` have no order. | A number and a string of digits differ: quote both or none.',
    ],
    ['gt nil 1', '1:6: `gt`: its first argument must be a number or a string, not null.'],
    ['le 1 list', '1:8: `le`: its second argument must be a number or a string, not a list of 3.'],
  ]);
});

test('and, or, not, in', () => {
  check([
    ['and t n s', true],
    ['and t empty', false],
    ['or nil 0 ""', false],
    ['or nil 0 "x"', true],
    ['not empty', true],
    ['not t', false],
    ['in 3 list', true],
    ['in 9 list', false],
    ['in "a" map', true],
    ['in "z" map', false],
    ['in "c d" s', true],
    ['in "x" empty', false],
    ['in nil list', false],
  ]);
  refuse([
    [
      'in "3" list',
      '1:3: `in`: the string `3` can not be in a list that starts with the number 3. | A number and a string of digits differ: quote both or none.',
    ],
    ['in 1 map', '1:6: `in`: its first argument must be a string, not the number 1.'],
    ['in "a" n', '1:10: `in`: its second argument must be a list, a map or a string, not the number 3.'],
  ]);
});

test('add, sub, mul, div, mod', () => {
  check([
    ['add n 4', 7],
    ['add 1 2 3 4', 10],
    ['sub n 5', -2],
    ['mul n f 2', 15],
    ['div 7 2', 3],
    ['div -7 2', -3],
    ['div 7 2.5', 2.8],
    ['mod 7 4', 3],
    ['mod -7 4', -3],
    ['mul 0 -1', 0],
  ]);
  refuse([
    ['add n "4"', '1:9: `add`: its second argument must be a number, not the string `4`.'],
    ['add nil 4', '1:7: `add`: its first argument must be a number, not null.'],
    ['div n 0', '1:3: `div`: division by zero.'],
    ['mod n 0', '1:3: `mod`: division by zero.'],
    ['mul 9007199254740991 2', '1:3: `mul`: the result 18014398509481982 is too large to be exact.'],
  ]);
});

test('min, max take numbers or one list of them', () => {
  check([
    ['min 3 1 2', 1],
    ['max list', 3],
    ['min n', 3],
  ]);
  refuse([
    ['max empty', '1:7: `max`: the list is empty.'],
    ['min words', '1:7: `min`: item 0 of the list is the string `b`, not a number.'],
    ['min 1 "2"', '1:9: `min`: its second argument must be a number, not the string `2`.'],
  ]);
});

test('length, first, last, indexOf', () => {
  check([
    ['length list', 3],
    ['length map', 2],
    ['length "äö😀"', 3],
    ['length empty', 0],
    ['first list', 3],
    ['last list', 2],
    ['indexOf list 2', 2],
    ['indexOf list 9', -1],
    ['indexOf peers (lookup peers 1)', 1],
  ]);
  refuse([
    ['length n', '1:10: `length`: its argument must be a list, a map or a string, not the number 3.'],
    ['first empty', '1:9: `first`: the list is empty.'],
    ['last s', '1:8: `last`: its argument must be a list, not the string `Abc def`.'],
  ]);
});

test('sort goes by number or code point and keeps equal ones in order', () => {
  check([
    ['sort list', [1, 2, 3]],
    ['sort words', ['B', 'a', 'b', 'ä']],
    ['sort (split "10,9" ",")', ['10', '9']],
    ['sort empty', []],
    ['join (sort (split "b,\uffee,😀,a" ",")) ""', 'ab\uffee😀'],
  ]);
  assert.is(value('{{#each (sort peers "asn")}}{{name}}{{/each}}', vars), 'acb');
  assert.is(value('{{#each (sort peers "name")}}{{name}}{{/each}}', vars), 'abc');
  assert.equal(vars['list'], [3, 1, 2]);
  refuse([
    ['sort (concat list words)', '1:8: `sort`: only numbers or only strings can be sorted, not the string `b`.'],
    ['sort peers', '1:8: `sort`: only numbers or only strings can be sorted, not a map with `name`, `asn`.'],
    ['sort peers "ip"', '1:8: `sort`: item 0 of the list has no `ip`.'],
  ]);
});

test('unique, keys, values, concat, range', () => {
  check([
    ['unique (concat list list)', [3, 1, 2]],
    ['length (unique (concat peers peers))', 3],
    ['keys map', ['b', 'a']],
    ['first (values map)', 1],
    ['concat list words', [3, 1, 2, 'b', 'a', 'ä', 'B']],
    ['concat "a" n "-" t', 'a3-true'],
    ['range 3', [0, 1, 2]],
    ['range 1 4', [1, 2, 3]],
    ['range 4 1', []],
    ['range -1 1', [-1, 0]],
  ]);
  refuse([
    ['keys list', '1:8: `keys`: its argument must be a map, not a list of 3.'],
    ['concat list "a"', '1:15: `concat`: its second argument must be a list like the first, not the string `a`.'],
    ['concat "a" list', '1:14: `concat`: its second argument must be text, not a list of 3.'],
    ['range 1.5', '1:9: `range`: its argument must be a whole number, not the number 1.5.'],
    ['range 100000', '1:3: `range`: 100000 numbers are too many, at most 65536 are made.'],
  ]);
});

test('lookup', () => {
  check([
    ['lookup map "b"', 1],
    ['lookup list 2', 2],
    ['lookup list "0"', 3],
    ['lookup vars "n"', 3],
    ['lookup (lookup peers 0) "name"', 'b'],
  ]);
  refuse([
    ['lookup s "a"', '1:10: `lookup`: its first argument must be a list or a map, not the string `Abc def`.'],
    ['lookup map list', '1:14: `lookup`: its second argument must be a key or an index, not a list of 3.'],
    [
      'lookup list 3',
      '1:3: `lookup list 3` is undefined: `list` has 3 items. | Where it may be missing write `default (lookup MAP KEY) FALLBACK`.',
    ],
    [
      'lookup map "constructor"',
      '1:3: `lookup map "constructor"` is undefined: `map` has no `constructor`. | Where it may be missing write `default (lookup MAP KEY) FALLBACK`.',
    ],
    [
      'lookup list "length"',
      '1:3: `lookup list "length"` is undefined: `list` is a list, it has no `length`. | Where it may be missing write `default (lookup MAP KEY) FALLBACK`.',
    ],
  ]);
});

test('cel', () => {
  check([
    ['cel "n + 1"', 4],
    ['cel "peers.map(p, p.name)"', ['b', 'a', 'c']],
    ['cel \'s == "Abc def"\'', true],
    ['join (cel "peers.filter(p, p.asn == 1).map(p, p.name)") ","', 'a,c'],
  ]);
  assert.is(value('{{#each peers as |p i|}}{{cel "p.asn * 10 + i + n + this.asn"}} {{/each}}', vars), '25 15 16 ');
  assert.is(value('{{#each list as |n|}}{{#each ../words}}{{cel "n"}}{{/each}} {{/each}}', vars), '3333 1111 2222 ');
  refuse([
    ['cel "n + nope"', '1:12: `nope` is undefined.'],
    ['cel "this"', '1:8: `this` is undefined.'],
    [
      'cel "n + s"',
      '1:8: `+`: the number 3 and the string `Abc def` can not be added. | Make it a string: `string(x)`.',
    ],
    ['cel s', '1:7: `cel` wants an expression that is written down. | Write the expression in quotes: `cel "x + 1"`.'],
  ]);
});

test('are each tried with values of the wrong kind, and never throw anything but their own error', () => {
  const kinds = ['s', 'n', 't', 'nil', 'list', 'map', 'empty', '-1', '""'];
  for (const [name, { min, max }] of helpers) {
    if (name === 'cel') continue;
    for (const a of kinds) {
      for (const b of kinds) {
        const args = [a, b, a].slice(0, Math.max(min, Math.min(2, max)));
        const template = `{{toJson (${name} ${args.join(' ')})}}`;
        let text = 'null';
        try {
          text = JSON.stringify(value(template, vars));
        } catch {
          assert.not.match(
            failure(() => value(template, vars)),
            /undefined`|NaN|\[object/,
          );
        }
        assert.not.match(text, /NaN|undefined|\[object/, template);
      }
    }
  }
});

test.run();

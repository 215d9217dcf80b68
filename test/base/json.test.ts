import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { must } from '../../src/base/errors.ts';
import { parseJson } from '../../src/base/json.ts';
import { entryOf, toData } from '../../src/base/node.ts';
import { covered, line, plain } from '../support/node.ts';

const test = suite('base/json');

const parse = (text: string) => parseJson({ name: 't.json', text });

test('reads all kinds of values', () => {
  const text =
    ' {"a": [1, -2.5e3, 0, true, false, null], "ü": {"": "\\u00e9\\n\\ud83d\\ude00\\/"}, "e": {}, "l": []}\r\n';
  const { node, diagnostics } = parse(text);
  assert.equal(diagnostics, []);
  assert.equal(plain(toData(must(node, 'node'))), {
    a: [1, -2500, 0, true, false, null],
    ü: { '': 'é\n😀/' },
    e: {},
    l: [],
  });
});

test('keeps the place of keys and values, and how a number is written', () => {
  const { node } = parse('{"a": {"b": 1.0}}');
  if (node?.kind !== 'map') throw new Error('no object');
  const inner = must(entryOf(node, 'a'), 'a');
  assert.is(covered(inner.keySpan), '"a"');
  assert.is(covered(inner.value.span), '{"b": 1.0}');
  const number = inner.value.kind === 'map' ? inner.value.entries[0]?.value : undefined;
  assert.is(number?.kind === 'scalar' ? number.written : '', '1.0');
});

test('takes the last of two equal keys, and names that mean something to YAML or JavaScript', () => {
  const { node } = parse('{"a": 1, "a": 2, "<<": {"b": 3}, "__proto__": 4}');
  const data = toData(must(node, 'node')) as Record<string, unknown>;
  assert.equal(
    Object.entries(data).map(([key, value]) => `${key}=${JSON.stringify(value)}`),
    ['a=2', '<<={"b":3}', '__proto__=4'],
  );
});

const broken: readonly (readonly [text: string, message: string])[] = [
  ['', 't.json:1:1: This is not JSON: a value is wanted; the text ends here.'],
  ['{"a": 1,\n "b": }', 't.json:2:7: This is not JSON: a value is wanted; found `}`.'],
  ['[1, 2', 't.json:1:6: This is not JSON: `,` or `]` is wanted; the text ends here.'],
  ['{"a" 1}', 't.json:1:6: This is not JSON: `:` is wanted behind a key; found `1`.'],
  ['{"a": 1,}', 't.json:1:9: This is not JSON: a key in double quotes is wanted; found `}`.'],
  ["{'a': 1}", "t.json:1:2: This is not JSON: a key in double quotes is wanted; found `'`."],
  ['{"a": NaN}', 't.json:1:7: This is not JSON: a value is wanted; found `NaN`.'],
  ['[01]', 't.json:1:2: This is not JSON: a value is wanted; found `01`.'],
  ['["a\nb"]', 't.json:1:2: This is not JSON: a string is wanted; found `"`.'],
  ['{} Traceback', 't.json:1:4: This is not JSON: nothing may follow the value; found `Traceback`.'],
];

for (const [text, message] of broken) {
  test(`names the place where \`${text}\` stops being JSON`, () => {
    const { node, diagnostics } = parse(text);
    assert.is(node, null);
    assert.equal(diagnostics.map(line), [message]);
  });
}

test('refuses what is nested too deeply', () => {
  assert.equal(parse('['.repeat(100_000)).diagnostics.map(line), [
    't.json:1:501: This is not JSON: this is nested too deeply; found `[`.',
  ]);
});

test.run();

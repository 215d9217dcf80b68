import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Data, toData } from '../../src/base/node.ts';
import { spanOf } from '../../src/base/source.ts';
import { parseLiteral } from '../../src/inventory/literal.ts';
import { covered } from './support.ts';

const test = suite('inventory/literal');

function parse(text: string) {
  const source = { name: 'test', text };
  return parseLiteral(text, (start, end) => spanOf(source, start, Math.max(end, start + 1)));
}

function value(text: string): Data {
  return JSON.parse(JSON.stringify(toData(parse(text).node))) as Data;
}

// What ansible-inventory 2.14 makes of the same texts.
const literals: readonly (readonly [string, Data])[] = [
  ['22', 22],
  ['-5', -5],
  ['+5', 5],
  ['- 5', -5],
  ['00', 0],
  ['1_000', 1000],
  ['0x1F', 31],
  ['0o17', 15],
  ['0b11', 3],
  ['1e3', 1000],
  ['1.5', 1.5],
  ['1.30', 1.3],
  ['.5', 0.5],
  ['5.', 5],
  ['-0', 0],
  ['True', true],
  ['False', false],
  ['None', null],
  ["'text'", 'text'],
  ['"text"', 'text'],
  ["'a' 'b'", 'ab'],
  ["'it''s'", 'its'],
  ['"a\\nb"', 'a\nb'],
  ['r"a\\nb"', 'a\\nb'],
  ["u'x'", 'x'],
  ["'\\x41\\u00e9\\101'", 'AéA'],
  ["'\\q'", '\\q'],
  ["'''a'b'''", "a'b"],
  ['[]', []],
  ['{}', {}],
  ['()', []],
  ['(1)', 1],
  ['(1,)', [1]],
  ['[1, 2,]', [1, 2]],
  ["['a', True, None]", ['a', true, null]],
  ["{'a': {'b': [1]}}", { a: { b: [1] } }],
  ["{1: 'a'}", { '1': 'a' }],
  ['{ "a": 1, }', { a: 1 }],
  ['80,443', [80, 443]],
  ['80,', [80]],
  ["'a','b'", ['a', 'b']],
  ['1 # c', 1],
  ['"abc" # c', 'abc'],
];

for (const [text, expected] of literals) {
  test(`reads ${text} as a literal`, () => {
    assert.equal(value(text), expected);
    assert.is(parse(text).isLiteral, true);
  });
}

const texts: readonly string[] = [
  '0644',
  '007',
  '1__0',
  '1.5.2',
  '10.0.0.1',
  '10.0.0.0/24',
  '10.0.0.1,10.0.0.2',
  'true',
  'yes',
  'none',
  'null',
  "'a",
  '"abc" def',
  'abc def',
  'abc # c',
  '[1, 2',
  '["a", true]',
  '[1 2]',
  '{1, 2}',
  '{ x: 1 }',
  '{{ x }}',
  'a=b',
  '[::1]',
  'fe80::1',
  '2001:db8::/32',
  '00:11:22:33:44:55',
  '1:2',
  'inf',
  '1j',
  '...',
  '-',
  '--',
  ',',
  '',
  "'\\x4'",
  "'\\N{DASH}'",
  // Differs from Ansible: JavaScript can not hold these numbers, and a number that is nearly right is wrong.
  '12345678901234567',
  '1e400',
  "b'x'",
];

for (const text of texts) {
  test(`keeps ${text === '' ? 'nothing' : text} as text`, () => {
    assert.is(value(text), text);
    assert.is(parse(text).isLiteral, false);
  });
}

test('gives up on nesting that nobody writes', () => {
  const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
  assert.is(value(deep), deep);
});

test('knows the place of every part', () => {
  const { node } = parse("{'key': [1, 'two']}");
  assert.is(node.kind, 'map');
  if (node.kind !== 'map') return;
  const [entry] = node.entries;
  assert.is(entry === undefined ? '' : covered(entry.keySpan), "'key'");
  assert.is(entry === undefined ? '' : covered(entry.value.span), "[1, 'two']");
  const items = entry?.value.kind === 'list' ? entry.value.items : [];
  assert.equal(
    items.map((item) => covered(item.span)),
    ['1', "'two'"],
  );
});

test('keeps how a number was written', () => {
  const { node } = parse('1.30');
  assert.is(node.kind === 'scalar' ? node.written : '', '1.30');
});

test.run();

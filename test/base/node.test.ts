import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { layerOf } from '../../src/base/layer.ts';
import { entryOf, nodeAt, scalarNode, spanInScalar, toData, type ScalarNode } from '../../src/base/node.ts';
import { formatSpan, spanOf } from '../../src/base/source.ts';
import { covered, map, node, plain, scalar, sourceOf } from '../support/node.ts';

const test = suite('base/node');

/** The scalar under `key`, and what a part of its text covers in the file. */
function part(text: string, wanted: string): string {
  const value = entryOf(map(text), 'key')?.value as ScalarNode;
  const start = String(value.value).indexOf(wanted);
  const span = spanInScalar(value, start, start + wanted.length);
  return `${formatSpan(span)} ${covered(span)}`;
}

test('places a part of a plain scalar', () => {
  assert.is(part('key: one {{two}} three\n', 'two'), 't.yml:1:12 two');
});

test('places a part of a quoted scalar', () => {
  assert.is(part('key: "one {{two}}"\n', 'two'), 't.yml:1:13 two');
  assert.is(part("key: 'one {{two}}'\n", 'two'), 't.yml:1:13 two');
});

test('gives the whole of a quoted scalar with escapes other than quotes', () => {
  assert.is(part('key: "a\\tb {{two}}"\n', 'two'), 't.yml:1:6 "a\\tb {{two}}"');
});

test('places a part behind quotes that are escaped', () => {
  assert.is(part("key: 'it''s {{two}}'\n", 'two'), 't.yml:1:15 two');
  assert.is(part('key: "say \\"x\\" {{two}}"\n', 'two'), 't.yml:1:19 two');
});

test('places a part of a literal block', () => {
  assert.is(part('key: |\n  one\n  a {{two}}\n', 'two'), 't.yml:3:7 two');
});

test('places a part of a literal block with a mark of its indentation or its end', () => {
  assert.is(part('key: |2-\n    one\n   {{two}}\n', 'two'), 't.yml:3:6 two');
});

test('places a part of a literal block behind empty lines', () => {
  assert.is(part('key: |\n\n\n  {{two}}\n', 'two'), 't.yml:4:5 two');
});

test('places a part of what is folded', () => {
  assert.is(part('key: >\n  one\n  {{two}}\n', 'two'), 't.yml:3:5 two');
  assert.is(part('key: >-\n  one\n\n  a {{two}}\n  b\n', 'two'), 't.yml:4:7 two');
  assert.is(part('key: one\n  {{two}}\n', 'two'), 't.yml:2:5 two');
  assert.is(part('key: "one\n  {{two}}"\n', 'two'), 't.yml:2:5 two');
});

test('places the first and the last character', () => {
  const value = scalar('abc');
  assert.is(covered(spanInScalar(value, 0, 1)), 'a');
  assert.is(covered(spanInScalar(value, 2, 3)), 'c');
});

test('finds the value at a path of keys and indexes', () => {
  const root = node('a:\n  - x\n  - b: deep\n');
  assert.is(toData(nodeAt(root, ['a', 1, 'b'])), 'deep');
});

test('finds the nearest value above what is not there', () => {
  const root = node('a: {b: 1}\n');
  assert.equal(plain(toData(nodeAt(root, ['a', 'c', 'd']))), { b: 1 });
});

test('gives data in which no key means anything to JavaScript', () => {
  const data = toData(node('__proto__: {evil: 1}\nconstructor: 2\n')) as Record<string, unknown>;
  assert.equal(Object.keys(data), ['__proto__', 'constructor']);
  assert.is(Object.getPrototypeOf(data), null);
  assert.is(({} as Record<string, unknown>).evil, undefined);
});

test('makes a scalar that nobody wrote as YAML', () => {
  const at = spanOf(sourceOf('x=5'), 2);
  const made = scalarNode(5, at);
  assert.is(made.written, '5');
  assert.is(made.style, 'plain');
  assert.not.ok(made.verbatim);
});

test('lets a later entry of a layer replace an earlier one', () => {
  const [first, second] = [...map('a: 1\n').entries, ...map('a: 2\n').entries];
  const layer = layerOf(
    'play vars',
    [first, second].flatMap((entry) => entry ?? []),
  );
  assert.is(layer.entries.size, 1);
  assert.is(layer.entries.get('a'), second);
});

test.run();

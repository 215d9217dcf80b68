import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { formatSpan, lineColumn, lineText, offsetOf, spanOf } from '../../src/base/source.ts';
import { sourceOf } from '../support/node.ts';

const test = suite('base/source');

test('counts lines and columns from 1', () => {
  const source = sourceOf('ab\ncd\n');
  assert.equal(lineColumn(source, 0), { line: 1, column: 1 });
  assert.equal(lineColumn(source, 1), { line: 1, column: 2 });
  assert.equal(lineColumn(source, 3), { line: 2, column: 1 });
});

test('counts a line end to the line that it ends', () => {
  const source = sourceOf('ab\ncd\n');
  assert.equal(lineColumn(source, 2), { line: 1, column: 3 });
  assert.equal(lineColumn(source, 5), { line: 2, column: 3 });
});

test('takes CRLF for one line end', () => {
  const source = sourceOf('ab\r\ncd\r\n');
  assert.equal(lineColumn(source, 4), { line: 2, column: 1 });
  assert.is(lineText(source, 1), 'ab');
  assert.is(lineText(source, 2), 'cd');
});

test('knows the line after the last line end', () => {
  const source = sourceOf('ab\n');
  assert.equal(lineColumn(source, 3), { line: 2, column: 1 });
  assert.is(lineText(source, 2), '');
});

test('knows the last line without a line end', () => {
  const source = sourceOf('ab\ncd');
  assert.equal(lineColumn(source, 5), { line: 2, column: 3 });
  assert.is(lineText(source, 2), 'cd');
});

test('has one line in an empty file', () => {
  const source = sourceOf('');
  assert.equal(lineColumn(source, 0), { line: 1, column: 1 });
  assert.is(lineText(source, 1), '');
});

test('finds the way back from line and column', () => {
  const source = sourceOf('ab\r\ncd\n');
  for (const offset of [0, 1, 4, 5]) assert.is(offsetOf(source, lineColumn(source, offset)), offset);
});

test('stays in the text when a place is behind it', () => {
  const source = sourceOf('ab\ncd');
  assert.is(offsetOf(source, { line: 9, column: 1 }), 5);
  assert.is(offsetOf(source, { line: 2, column: 90 }), 5);
});

test('names a place as editors do', () => {
  assert.is(formatSpan(spanOf(sourceOf('a\nbc', 'site.yml'), 3)), 'site.yml:2:2');
});

test('makes a span of one character when no end is given', () => {
  assert.equal(spanOf(sourceOf('abc'), 1), { source: sourceOf('abc'), start: 1, end: 2 });
});

test('finds places in a text of a million lines', () => {
  const source = sourceOf('x\n'.repeat(1_000_000));
  for (let i = 0; i < 1000; i++) lineColumn(source, i * 2000);
  assert.equal(lineColumn(source, 1_999_998), { line: 1_000_000, column: 1 });
});

test.run();

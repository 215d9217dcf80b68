import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { displayWidth } from '../../../src/base/display-width.ts';
import { linesOf, oneLine, truncate, wrapNames } from '../../../src/report/text/text.ts';

const test = suite('report/text');

test('counts the columns a terminal needs', () => {
  assert.is(displayWidth('abc'), 3);
  assert.is(displayWidth('\u001b[31mabc\u001b[39m'), 3);
  assert.is(displayWidth('→ é'), 3);
  assert.is(displayWidth('e\u0301'), 1);
  assert.is(displayWidth('日本 🚀'), 7);
});

test('cuts text to a width and ends its colour', () => {
  assert.is(truncate('abcdef', 6), 'abcdef');
  assert.is(truncate('abcdef', 4), 'abc…');
  assert.is(truncate('日本語', 4), '日…');
  assert.is(truncate('\u001b[31mabcdef\u001b[39m', 4), '\u001b[31mabc\u001b[0m…');
});

test('breaks names between them', () => {
  assert.equal(wrapNames(['aaa', 'bbb', 'ccc'], 9), ['aaa, bbb,', 'ccc']);
  assert.equal(wrapNames(['a-name-that-is-too-long', 'b'], 9), ['a-name-that-is-too-long,', 'b']);
});

test('makes one line of several', () => {
  assert.is(oneLine(' a\n  b\tc\u001b '), 'a b c\\x1b');
  assert.equal(linesOf('a\r\n\n b\n\n'), ['a', '', ' b']);
});

test.run();

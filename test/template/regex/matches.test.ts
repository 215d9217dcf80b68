import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CallProblem } from '../../../src/template/operations/call-problem.ts';
import { matches } from '../../../src/template/regex/matches.ts';

const test = suite('template/regex/matches');

test('agrees with JavaScript where both know the syntax', () => {
  const patterns = [
    'abc',
    '^abc$',
    'a|b',
    '^(a|b)+$',
    'a*',
    '^a*$',
    'a+b',
    'ab?c',
    '^a{2}$',
    '^a{2,}$',
    '^a{1,2}$',
    '^(?:ab)*$',
    '[abc]',
    '[^abc]',
    '[a-c]+z',
    '^[a-z0-9.-]+$',
    '[]]'.replace('[]]', '[\\]]'),
    '\\d+',
    '^\\w+\\s\\w+$',
    '\\bfoo\\b',
    '\\Bfoo',
    '.',
    '^.$',
    '^.*$',
    '\\.',
    'a\\|b',
    '^$',
    '',
    '(',
    '[-a]',
    '[a-]',
    'x{,2}',
    'a{',
    '\\x41',
    '\\t',
    '^\\S+$',
    '\\D',
    '\\W',
    '(a|ab)(c|bcd)(d*)',
    '^(a?){3}a{3}$',
    'a*?b',
    '(?:)',
    '^(?:a|)+$',
    'é',
    '[à-ü]',
    '😀',
    '^😀$',
    '^[😀]$',
  ];
  const texts = [
    '',
    'a',
    'b',
    'c',
    'ab',
    'abc',
    'xabcx',
    'aa',
    'aaa',
    'aaaa',
    'abab',
    'z',
    'az',
    'foo',
    'a foo b',
    'afoo',
    'foo bar',
    '.',
    '\n',
    'a\nb',
    '12',
    'a1',
    '-',
    ']',
    '|',
    'a|b',
    'A',
    '\t',
    ' ',
    'abcd',
    'x{,2}',
    'a{',
    'é',
    'e',
    '😀',
    'x😀',
    'node-1.example',
  ];
  for (const pattern of patterns) {
    let expression: RegExp | null = null;
    try {
      expression = new RegExp(pattern, /[{}\]]/.test(pattern) && !/\\|\[😀/.test(pattern) ? '' : 'u');
    } catch {
      assert.throws(
        () => matches('a', pattern),
        (error: unknown) => error instanceof CallProblem,
      );
      continue;
    }
    for (const text of texts) {
      assert.is(matches(text, pattern), expression.test(text), `/${pattern}/ on ${JSON.stringify(text)}`);
    }
  }
});

test('knows the syntax that RE2 has besides', () => {
  const table = [
    ['ABC', '(?i)abc', true],
    ['Ä', '(?i)ä', true],
    ['aBC', 'a(?i)bc', true],
    ['ABC', 'a(?i)bc', false],
    ['ABc', '(?i:ab)c', true],
    ['ABC', '(?i:ab)c', false],
    ['a\nb', '(?s)a.b', true],
    ['a\nb', 'a.b', false],
    ['a\nb', '(?m)^b$', true],
    ['a\nb', '^b$', false],
    ['a\nb', '\\Ab', false],
    ['a\nb', 'b\\z', true],
    ['x1', '(?P<name>x)(?<other>1)', true],
    ['x', '[[:alpha:]]', true],
    ['1', '[[:^alpha:][:digit:]]', true],
    ['1', '[[:alpha:]]', false],
    [']', '[]a]', true],
    ['b', '[^]a]', true],
    ['\u{1f600}', '\\x{1F600}', true],
    ['_', '[\\w-]', true],
    ['a b', '[^\\s\\d] \\S', true],
  ] as const;
  for (const [text, pattern, expected] of table) assert.is(matches(text, pattern), expected, `${pattern} on ${text}`);
});

test('refuses what it can not run', () => {
  const table = [
    ['(', 'a parenthesis is never closed'],
    [')', '`)` closes nothing'],
    ['[a', '`[` is never closed'],
    ['*', 'a repetition has nothing to repeat'],
    ['a**', 'a repetition is repeated; use parentheses'],
    ['^*', 'a repetition has nothing to repeat'],
    ['a{3,2}', '`{3,2}` is the wrong way round'],
    ['a{2000}', '`{2000}` is more than 1000'],
    ['(a{1000}){1000}', 'it is too large'],
    ['(?=a)', 'look-around is not supported'],
    ['(?<!a)', 'look-around is not supported'],
    ['(a)\\1', '`\\1` is not supported'],
    ['\\p{L}', '`\\p` is not supported'],
    ['[z-a]', '`z-a` is the wrong way round'],
    ['[[:foo:]]', '`[:foo:]` is not a class'],
    ['a\\', 'it ends with a backslash'],
    ['\\xZZ', '`\\x` wants two hexadecimal digits'],
    ['('.repeat(100), 'it has too many parentheses in each other'],
    ['a'.repeat(1001), 'it is longer than 1000 characters'],
  ] as const;
  for (const [pattern, why] of table) {
    assert.throws(
      () => matches('a', pattern),
      (error: unknown) =>
        error instanceof CallProblem && error.message === `the regular expression can not be used: ${why}`,
      pattern.slice(0, 20),
    );
  }
});

test('takes time in proportion to the text, whatever the expression', () => {
  const text = `${'a'.repeat(20_000)}!`;
  for (const pattern of ['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '(.*)(.*)(.*)(.*)x', '^(([a-z])+.)+[A-Z]([a-z])+$']) {
    assert.is(matches(text, pattern), false, pattern);
  }
});

test('refuses a text that is too long for an expression', () => {
  assert.throws(
    () => matches('a'.repeat(1_000_000), '[ab]{0,100}c'),
    (error: unknown) =>
      error instanceof CallProblem &&
      error.message === 'the text has 1000000 characters, too many for this regular expression',
  );
});

test.run();

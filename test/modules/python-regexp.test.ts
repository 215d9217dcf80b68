import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { expandTemplate, pythonRegExp } from '../../src/modules/python-regexp.ts';

const test = suite('modules/python-regexp');

const matching: readonly (readonly [pattern: string, text: string, found: string | null])[] = [
  ['^a$', 'a', 'a'],
  ['a.c', 'a\rc', 'a\rc'],
  ['(?P<x>a)(?P=x)', 'aa', 'aa'],
  ['(?i)^ABC', 'abcd', 'abc'],
  ['(?is)a.b', 'A\rB', 'A\rB'],
  ['\\Aab\\Z', 'ab', 'ab'],
  ['[]x]+', ']x]', ']x]'],
  ['[^]x]+', 'ab]', 'ab'],
  ['[[]x', '[x', '[x'],
  ['a{,2}$', 'aa', 'aa'],
  ['a{2}', 'aaa', 'aa'],
  ['\\d+\\.\\d+', 'v1.25', '1.25'],
  ['\\#\\ \\-\\/', '# -/', '# -/'],
  ['(?:a|b)(?=c)(?!d)', 'bc', 'b'],
  ['(?<=a)b', 'ab', 'b'],
  ['^#?\\s*(net\\.ipv4\\.ip_forward)\\s*=', '# net.ipv4.ip_forward = 1', '# net.ipv4.ip_forward ='],
  ['(\\s*#\\s*)*foo', '# # foo', '# # foo'],
  ['{x}', 'a{x}', '{x}'],
  ['\\\\A', '\\A', '\\A'],
  ['^(.*)Xms(\\d+)m(.*)$', '-Xms64m', '-Xms64m'],
];

for (const [pattern, text, found] of matching) {
  test(`understands ${pattern}`, () => {
    const made = pythonRegExp(pattern);
    assert.is(made.kind === 'regexp' ? (made.regexp.exec(text)?.[0] ?? null) : made.message, found);
  });
}

const refused: readonly (readonly [pattern: string, message: RegExp])[] = [
  ['(', /not a regular expression/],
  ['a(?i)b', /`\(\?i\)` is not known/],
  ['(?i:a)b', /`\(\?i:` is not known/],
  ['(?x) a b', /`\(\?x\)` is not known/],
  ['a(?#comment)', /`\(\?#` is not known/],
  ['(?>a)', /`\(\?>` is not known/],
  ['(a)(?(1)b|c)', /`\(\?\(` is not known/],
  ['a++', /`\+\+` is not known/],
  ['\\hx', /`\\h` is not known/],
  ['\\p{L}', /`\\p` is not known/],
  ['(a+)+$', /can take forever/],
  ['(?:\\d*)*', /can take forever/],
  ['^([a-z]+)*$', /can take forever/],
  ['*', /not a regular expression/],
];

for (const [pattern, message] of refused) {
  test(`refuses ${pattern}`, () => {
    const made = pythonRegExp(pattern);
    assert.match(made.kind === 'problem' ? made.message : 'a regexp', message);
  });
}

test('fills groups into a template', () => {
  const match = /(?<first>a)(b)?/.exec('a') as RegExpExecArray;
  const templates: readonly (readonly [string, string])[] = [
    ['[\\1]', '[a]'],
    ['[\\g<1>0]', '[a0]'],
    ['[\\g<first>]', '[a]'],
    ['[\\2]', '[]'],
    ['\\\\1', '\\1'],
    ['\\t\\n', '\t\n'],
    ['$1 $&', '$1 $&'],
    ['\\.', '\\.'],
  ];
  for (const [template, expected] of templates) assert.is(expandTemplate(template, match), expected, template);
  for (const template of ['\\3', '\\g<none>', '\\g<12>', '\\g<__proto__>'])
    assert.throws(() => expandTemplate(template, match), RangeError, template);
});

test.run();

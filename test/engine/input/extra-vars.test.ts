import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Diagnostic } from '../../../src/base/diagnostic.ts';
import { toData } from '../../../src/base/node.ts';
import { loadExtraVars } from '../../../src/engine/input/extra-vars.ts';
import { covered, line, plain } from '../../support/node.ts';
import { withFiles } from '../../support/temp-dir.ts';

const test = suite('engine/extra-vars');

/** The variables of `-e` args that are right. */
function values(...args: string[]): unknown {
  const problems: Diagnostic[] = [];
  const layer = loadExtraVars(args, problems);
  assert.equal(problems.map(line), []);
  return plain(Object.fromEntries([...layer.entries.values()].map(({ key, value }) => [key, toData(value)])));
}

function problemsOf(...args: string[]): string[] {
  const problems: Diagnostic[] = [];
  loadExtraVars(args, problems);
  return problems.map(line);
}

test('takes pairs: numbers and booleans are what they look like', () => {
  assert.equal(values('a=1 b=true', 'c=', 'd=0.5'), { a: 1, b: true, c: '', d: 0.5 });
});

test('keeps as text what a number would write in another way, and what is quoted', () => {
  assert.equal(values(`a=1.10 b=0644 c='80' d=yes e=1e3`), { a: '1.10', b: '0644', c: '80', d: 'yes', e: '1e3' });
});

test('takes values with spaces in quotes of both kinds', () => {
  assert.equal(values(`a='two words' b="it's" c='say "hi"'`), { a: 'two words', b: "it's", c: 'say "hi"' });
});

test('takes an equals sign and commas in a value', () => {
  assert.equal(values('a=b=c x=1,2'), { a: 'b=c', x: '1,2' });
});

test('takes JSON, with types', () => {
  assert.equal(values('{"a": 1, "b": [true, null], "c": {"d": "x"}}'), { a: 1, b: [true, null], c: { d: 'x' } });
});

test('takes YAML in braces', () => {
  assert.equal(values('{a: 1, b: text}'), { a: 1, b: 'text' });
});

test('refuses a quote that is not closed', () => {
  const hint = 'A quote that belongs to the value stands in quotes of the other kind.';
  assert.equal(problemsOf('a="b'), [`-e:1:3: This quote is not closed. | ${hint}`]);
  assert.equal(problemsOf("x=1 a='b"), [`-e:1:7: This quote is not closed. | ${hint}`]);
  assert.equal(values(`a=it's`), { a: "it's" });
});

test('refuses a name that means something else to JavaScript', () => {
  const told = '-e:1:1: `__proto__` can not be the name of a variable.';
  assert.equal(problemsOf('__proto__=3'), [told]);
  assert.equal(problemsOf('{__proto__: 3}'), [told.replace('1:1', '1:2')]);
});

test('takes a file', () => {
  withFiles({ 'v.yml': 'a: 1\nb: {c: x}\n' }, (dir) => {
    assert.equal(values(`@${join(dir, 'v.yml')}`), { a: 1, b: { c: 'x' } });
  });
});

test('lets a later one win', () => {
  assert.equal(values('a=1 a=2', '{"b": 1}', 'b=3'), { a: 2, b: 3 });
});

test('keeps the places of names and values', () => {
  const entries = loadExtraVars(["  one=1 two='a b'"], []).entries;
  const two = entries.get('two');
  assert.is(two && covered(two.keySpan), 'two');
  assert.is(two && covered(two.value.span), "'a b'");
  assert.is(two?.keySpan.source.name, '-e');
});

test('says what is no pair, and where', () => {
  assert.equal(problemsOf('a=1 nonsense b=2'), ['-e:1:5: `nonsense b=2` is not `name=value`.']);
  assert.equal(problemsOf('1a=x'), ['-e:1:1: `1a=x` is not `name=value`.']);
});

test('takes nothing at all for no variables', () => {
  assert.equal(values('', '  '), {});
});

test('says where JSON is broken', () => {
  const [problem = ''] = problemsOf('{"a": 1');
  assert.match(problem, /^-e:1:\d+: /);
});

test('says that a file is not there', () => {
  assert.equal(problemsOf('@/nowhere/v.yml'), [
    '-e @/nowhere/v.yml: `/nowhere/v.yml` can not be read: it does not exist.',
  ]);
});

test('says that a file is no mapping', () => {
  withFiles({ 'v.yml': '- a\n', 'empty.yml': '' }, (dir) => {
    const told = 'Extra variables are a mapping. | Write `-e name=value` or `-e @file.yml`.';
    assert.equal(problemsOf(`@${join(dir, 'v.yml')}`), [`${dir}/v.yml:1:1: ${told}`]);
    assert.equal(problemsOf(`@${join(dir, 'empty.yml')}`), [told]);
  });
});

test('refuses names that can not be, and those that kmesh itself sets', () => {
  assert.equal(problemsOf('{"a-b": 1}'), [
    '-e:1:2: `a-b` can not be the name of a variable. | Write `a_b`: letters, digits and `_`.',
  ]);
  assert.equal(problemsOf('groups=x'), [
    '-e:1:1: `groups` is a name that kmesh itself sets. | Choose another name for this variable.',
  ]);
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ScalarNode } from '../../../src/base/node.ts';
import { checkExpression, expressionRootNames, guardedNames } from '../../../src/template/cel.ts';
import { line, roots, scalar, yaml } from '../support.ts';

const test = suite('template/cel/static');

function said(expression: string): string {
  const [problem, ...more] = checkExpression(scalar(expression));
  assert.is(more.length, 0, expression);
  return problem === undefined ? 'nothing' : line(problem).replace('t.yml:', '');
}

function check(table: readonly (readonly [expression: string, message: string])[]): void {
  for (const [expression, message] of table) assert.is(said(expression), message, expression);
}

test('finds nothing wrong with what may be undefined only when it runs', () => {
  check([
    ['a.b == 1 && c', 'nothing'],
    ['yes', 'nothing'],
    ['vars.?x.orValue(1) > 2', 'nothing'],
  ]);
  assert.equal(checkExpression(yaml('true') as ScalarNode), []);
});

test('says how CEL spells what Jinja has', () => {
  check([
    ['a and b', '1:3: `and` is Jinja. | Write `a && b`.'],
    ['a == 1 or b', '1:8: `or` is Jinja. | Write `a == 1 || b`.'],
    ['not a', '1:1: `not` is Jinja. | Write `!a`.'],
    ['a.b not in c', '1:1: `not in` is Jinja. | Write `!(a.b in c)`.'],
    ['a is defined', '1:1: `is defined` is Jinja. | Write `defined(a)`.'],
    ['a is not defined', '1:1: `is defined` is Jinja. | Write `!defined(a)`.'],
    ['a is undefined', '1:1: `is defined` is Jinja. | Write `!defined(a)`.'],
    ['b && a.b.c is defined', '1:6: `is defined` is Jinja. | Write `has(a.b.c)`.'],
    ['result is failed', '1:1: `is failed` is Jinja. | Write `result.failed`.'],
    ['result is not failed', '1:1: `is failed` is Jinja. | Write `!result.failed`.'],
    ['result is succeeded', '1:1: `is succeeded` is Jinja. | Write `!result.failed`.'],
    ['result is not changed', '1:1: `is changed` is Jinja. | Write `!result.changed`.'],
    ['a is none', '1:3: `is none` is Jinja. | Write `a == null`.'],
    ['a is not none', '1:3: `is not none` is Jinja. | Write `!(a == null)`.'],
    ['a is string', '1:3: `is string` is Jinja. | Write `type(a) == "string"`.'],
    ['a | default(1) > 2', '1:1: `|` is Jinja. | Write `default(a, 1) > 2`.'],
    ['a.b | default("x", true) == 2', '1:1: `|` is Jinja. | Write `default(a.b, "x", true) == 2`.'],
    ['a | length > 2', '1:1: `|` is Jinja. | Write `size(a) > 2`.'],
    ['a.b|int > 2', '1:1: `|` is Jinja. | Write `int(a.b) > 2`.'],
    ['a | bool', '1:1: `|` is Jinja. | Write `bool(a)`.'],
    ['a | frobnicate', '1:1: `|` is Jinja. | A filter is a function: `f(a)`.'],
    ['a = 1', '1:3: `=` is not an operator. | A comparison is `==`.'],
    ['a ~ b', '1:3: `~` is Jinja. | Write `string(a) + string(b) != ""`.'],
    ['a & b', '1:3: `&` is not CEL. | And is `&&`.'],
    ['1 if a else 2', '1:3: `a if x else b` is Jinja. | Write `(a ? 1 : 2) != 0`.'],
    ['a == None', '1:6: `None` is not CEL. | Write `null`.'],
    ['a == True', '1:6: `True` is not CEL. | Write `true`.'],
    ['False', '1:1: `False` is not CEL. | Write `false`.'],
    ['{{ a }}', '1:1: A condition is an expression already. | Write `a`.'],
    ['{{ a }} == 1', '1:1: A condition is an expression already. | Write `a == 1`.'],
    ['{{ a.b | default(1) }} == 1', '1:1: A condition is an expression already. | Write `default(a.b, 1) == 1`.'],
    ['"{{ a }}" == "b"', '1:1: A string in an expression is not a template. | Write `a == "b"`.'],
    ['"a and b | c" == d e', '1:20: `e` can not stand here.'],
  ]);
});

test('explains what does not parse', () => {
  check([
    ['', '1:1: The expression is empty. | Write `true` for always.'],
    ['a ==', '1:5: The expression ends too early.'],
    ['(a', '1:3: The expression ends too early. | Is `)` missing?'],
    ['[1, 2', '1:6: The expression ends too early. | Is `]` missing?'],
    ['a ? b', '1:6: The expression ends too early. | Is `:` missing?'],
    ['a == "b', '1:6: The string is never closed.'],
    ['a b', '1:3: `b` can not stand here.'],
    ['a)', '1:2: `)` can not stand here.'],
    ['a.1', '1:3: `1` can not stand here. | Write `a[1]`.'],
    ['namespace == "a"', '1:1: `namespace` is a reserved word of CEL. | Write `vars.namespace == "a"`.'],
  ]);
});

test('finds unknown functions and wrong numbers of arguments', () => {
  check([
    ['foo(1)', '1:1: There is no function `foo`.'],
    ['cidrhost("a", 1)', '1:1: There is no function `cidrhost`. | Did you mean `cidrHost`?'],
    ['a.contians("x")', '1:1: There is no function `contians`. | Did you mean `contains`?'],
    ['a.flter(x, x)', '1:1: There is no function `flter`. | Did you mean `filter`?'],
    ['len(a)', '1:1: There is no function `len`. | Write `size(x)`.'],
    ['not(true)', '1:1: There is no function `not`. | Write `!x`.'],
    ['contains("a", "b")', '1:1: There is no function `contains`. | Write `TEXT.contains(PART)`.'],
    ['a.version(">", "1")', '1:1: There is no function `version`. | Write `version(A, OPERATOR, B)`.'],
    ['size()', '1:1: `size` wants 1 argument, not 0. | Write `size(VALUE)`.'],
    ['a.size(1)', '1:1: `size` wants no arguments, not 1. | Write `VALUE.size()`.'],
    ['a.split()', '1:1: `split` wants 1 argument, not 0. | Write `TEXT.split(SEPARATOR)`.'],
    ['version("1", "2")', '1:1: `version` wants 3 arguments, not 2. | Write `version(A, OPERATOR, B)`.'],
    ['constructor(1)', '1:1: There is no function `constructor`.'],
    ['a.constructor("x")', '1:1: There is no function `constructor`.'],
    ['a.__proto__()', '1:1: There is no function `__proto__`.'],
  ]);
});

test('finds more than one problem', () => {
  const found = checkExpression(scalar('foo(1) && bar(2)')).map((problem) => line(problem));
  assert.equal(found, ['t.yml:1:1: There is no function `foo`.', 't.yml:1:11: There is no function `bar`.']);
});

test('names every variable, with its path', () => {
  const table = [
    ['a == 1 && b.c["d"].e[0].f', ['a', 'b.c.d.e']],
    ['list.map(x, x + y)', ['list', 'y']],
    ['list.map(x, x) + x', ['list', 'x']],
    ['cel.bind(x, y, x + z)', ['y', 'z']],
    ['vars.a.b + vars["c"] + vars[d]', ['a.b', 'c', 'd']],
    ['{"k": v}', ['v']],
    ['f.size() > size(g)', ['f', 'g']],
    ['this', ['this']],
    ['yes', []],
    ['"a" in b', ['b']],
  ] as const;
  for (const [expression, expected] of table) {
    assert.equal(roots(expressionRootNames(scalar(expression))), expected, expression);
  }
});

test('knows which variables may be missing', () => {
  const table = [
    ['has(vars.x)', ['x?']],
    ['has(vars.x.y)', ['x.y']],
    ['has(x.y)', ['x.y']],
    ['"x" in vars', ['x?']],
    ['vars.?x.orValue(y)', ['x?', 'y']],
    ['has(vars.x) && x > 1', ['x?', 'x?']],
    ['"x" in vars && x.y', ['x?', 'x.y?']],
    ['has(vars.x) && y && x', ['x?', 'y', 'x?']],
    ['has(vars.x) || x', ['x?', 'x']],
    ['!has(vars.x) || x > 1', ['x?', 'x?']],
    ['has(vars.x) ? x : x', ['x?', 'x?', 'x']],
    ['!has(vars.x) ? x : x', ['x?', 'x', 'x?']],
    ['(has(vars.x) && has(vars.y)) && x + y', ['x?', 'y?', 'x?', 'y?']],
    ['!(has(vars.x) && y) || x', ['x?', 'y', 'x?']],
    ['has(vars.x) && list.all(i, i < x)', ['x?', 'list', 'x?']],
  ] as const;
  for (const [expression, expected] of table) {
    assert.equal(roots(expressionRootNames(scalar(expression))), expected, expression);
  }
});

test('knows what a true condition proves', () => {
  const table = [
    ['has(vars.x)', ['x']],
    ['has(vars.x) && x > 1 && "y" in vars', ['x', 'y']],
    ['has(vars.x) || y', []],
    ['!(!has(vars.x) || off)', ['x']],
    ['true', []],
  ] as const;
  for (const [expression, expected] of table) assert.equal(guardedNames(scalar(expression)), expected, expression);
});

test('refuses what is nested too deeply or too long', () => {
  const nested = 'The expression is nested too deeply.';
  check([
    [`${'!'.repeat(50_000)}true`, `1:1: ${nested}`],
    [`${'- '.repeat(5_000)}1 == 1`, `1:1: ${nested}`],
    [`${'('.repeat(5_000)}1`, `1:101: ${nested} | Make variables of its parts.`],
    [`1 ${'+ 1 '.repeat(5_000)} == 1`, '1:1: The expression is too long. | Make variables of its parts.'],
    [`${'!'.repeat(50)}true`, 'nothing'],
  ]);
});

test.run();

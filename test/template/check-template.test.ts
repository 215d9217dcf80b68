import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkTemplate, rootNames } from '../../src/template/evaluate.ts';
import { file, line, roots, scalar, yaml } from './support.ts';

const test = suite('template/check-template');

/** What is said about a template before it runs, without file and hint. */
function problems(template: string): string[] {
  return checkTemplate(scalar(template)).map((problem) => line({ ...problem, hint: null }).replace('t.yml:', ''));
}

function names(template: string): string[] {
  return roots(rootNames(scalar(template)));
}

test('finds nothing wrong with what may be undefined only when it runs', () => {
  assert.equal(problems('{{x}} {{#each y}}{{z}}{{/each}} {{join a.b ","}}'), []);
  assert.equal(problems('plain'), []);
});

test('finds unknown helpers and wrong numbers of arguments, all of them', () => {
  assert.equal(problems('{{jion x ","}} {{join x}} {{#if (eq 1)}}{{upper x y}}{{/if}}'), [
    '1:3: There is no helper `jion`.',
    '1:18: `join` wants 2 arguments, not 1.',
    '1:33: `eq` wants 2 arguments, not 1.',
    '1:43: `upper` wants 1 argument, not 2.',
  ]);
  assert.equal(problems('{{and x}} {{a.b c}} {{../x y}} {{@index x}}'), [
    '1:3: `and` wants at least 2 arguments, not 1.',
    '1:13: There is no helper `a.b`.',
    '1:23: There is no helper `../x`.',
    '1:34: There is no helper `@index`.',
  ]);
  assert.equal(problems('{{sort}} {{sort a b c}} {{upper x=1}} {{constructor x}} {{__proto__ x}}'), [
    '1:12: `sort` wants 1 to 2 arguments, not 3.',
    '1:33: `upper` has no named arguments.',
    '1:41: There is no helper `constructor`.',
    '1:59: There is no helper `__proto__`.',
  ]);
});

test('says what a helper wants', () => {
  const hints = ['{{jion x ","}}', '{{join x}}', '{{x y}}'].map((t) => checkTemplate(scalar(t))[0]?.hint);
  assert.equal(hints, [
    'Did you mean `join`?',
    'Write `{{join LIST SEPARATOR}}`.',
    'A value with something behind it is a call of a helper.',
  ]);
});

test('looks into expressions', () => {
  assert.equal(problems('{{cel "a &&"}}'), ['1:12: The expression ends too early.']);
  assert.equal(problems('{{cel "f(1)"}} {{cel x}}'), [
    '1:8: There is no function `f`.',
    '1:22: `cel` wants an expression that is written down.',
  ]);
  assert.equal(problems("{{#if (cel 'x is defined')}}{{/if}}"), ['1:13: `is defined` is Jinja.']);
});

test('finds problems in every scalar of a node, with their places', () => {
  const node = yaml('a: ["{{x", {b: "{{jion x}}"}]\nc: |\n  ok\n  {{/if}}\n');
  assert.equal(
    checkTemplate(node).map((problem) => line({ ...problem, hint: null })),
    [
      't.yml:1:6: `{{` is never closed.',
      't.yml:1:19: There is no helper `jion`.',
      't.yml:4:3: `{{/if}}` belongs to no open block.',
    ],
  );
});

test('finds problems in files', () => {
  assert.equal(checkTemplate(file('a\n{{#if x}}\nb\n')).map(line), [
    't.hbs:2:1: `{{#if}}` is never closed. | Write `{{/if}}` where it ends.',
  ]);
});

test('explains what does not parse', () => {
  const table = [
    ['{{x', '1:1: `{{` is never closed.'],
    ['{{#if x}} {{y', '1:11: `{{` is never closed.'],
    ['{{x {{y}}', '1:1: `{{` is never closed.'],
    ['{{}}', '1:1: `{{ }}` is empty.'],
    ['a {{ }} b', '1:3: `{{ }}` is empty.'],
    ['{{#if x}}', '1:1: `{{#if}}` is never closed.'],
    ['{{#each a}}{{#if x}}{{/if}}', '1:1: `{{#each}}` is never closed.'],
    ['{{#if x}}{{/each}}', '1:4: `{{#if}}` is closed by `{{/each}}`.'],
    ['a {{/if}}', '1:3: `{{/if}}` belongs to no open block.'],
    ['{{else}}', '1:1: `{{else}}` belongs to no open block.'],
    ['{ a {{x}}}', '1:8: `}}}` does not end what `{{` began.'],
    ['{{{x}}, 1}', '1:1: `{{{` is not ended by `}}`.'],
    ['{{a.this}}', '1:3: Invalid path: a.this.'],
    ['{{a b=}}', '1:7: `}}` can not stand here in a template.'],
  ] as const;
  for (const [template, message] of table) assert.equal(problems(template), [message], template);
});

test('names every variable that a template looks up in the scope', () => {
  const table = [
    ['{{x}} {{a.b.c}}', ['x', 'a.b.c']],
    ['{{#if x}}{{y}}{{else}}{{z}}{{/if}}', ['x', 'y', 'z']],
    ['{{#each xs}}{{name}}{{this}}{{../a}}{{@root.b.c}}{{@index}}{{/each}}', ['xs', 'a', 'b.c']],
    ['{{#each xs}}{{else}}{{y}}{{/each}}', ['xs', 'y']],
    ['{{#each xs as |x i|}}{{x.y}}{{i}}{{z}}{{/each}}{{x}}', ['xs', 'x']],
    ['{{#each xs}}{{#each ys}}{{../z}}{{../../a}}{{/each}}{{/each}}', ['xs', 'a']],
    ['{{#with x}}{{a}}{{#if ../y}}{{b}}{{/if}}{{/with}}', ['x', 'y']],
    ['{{join (sort xs) sep}}', ['xs', 'sep']],
    ['{{vars.x.y}}', ['x.y']],
    ['{{lookup vars "x"}}{{lookup vars n}}{{lookup m k}}', ['x', 'n', 'm', 'k']],
    ['{{cel "a.b + size(c)"}}', ['a.b', 'c']],
    ['{{#each xs as |x|}}{{cel "x.a + this.b + y"}}{{/each}}', ['xs', 'y']],
    ['{{{{raw}}}}{{x}}{{{{/raw}}}}{{!-- {{y}} --}}', []],
  ] as const;
  for (const [template, expected] of table) assert.equal(names(template), expected, template);
});

test('knows which variables may be missing', () => {
  const table = [
    ['{{default x.y z}}', ['x.y?', 'z']],
    ['{{default (lookup vars "x") 1}}', ['x?']],
    ['{{#if (cel "has(vars.x)")}}{{x}}{{y}}{{else}}{{x}}{{/if}}', ['x?', 'x?', 'y', 'x']],
    ['{{#unless (cel "has(vars.x)")}}{{x}}{{else}}{{x}}{{/unless}}', ['x?', 'x', 'x?']],
    ['{{#if (not (cel "has(vars.x)"))}}{{x}}{{else}}{{x}}{{/if}}', ['x?', 'x', 'x?']],
    ['{{#if (default x false)}}{{x.a}}{{cel "x.b"}}{{/if}}{{x}}', ['x?', 'x.a?', 'x.b?', 'x']],
    ['{{#if (default x true)}}{{x}}{{/if}}', ['x?', 'x']],
    ['{{#if (cel "has(vars.x) && x > 1")}}{{#each ys}}{{../x}}{{/each}}{{/if}}', ['x?', 'x?', 'ys', 'x?']],
  ] as const;
  for (const [template, expected] of table) assert.equal(names(template), expected, template);
});

test('gives names their places', () => {
  const [first, second] = rootNames(yaml('a: 1\nb: ["x {{ y.z }}"]\nc: "{{cel \'d\'}}"'));
  assert.equal([first?.span.start, first?.span.end], [15, 18]);
  assert.equal([second?.name, second?.span.start], ['d', 35]);
});

test('refuses what is nested too deeply, in little time', () => {
  for (const template of [
    '{{#if true}}'.repeat(5_000),
    '{{#if true}}'.repeat(5_000) + '{{/if}}'.repeat(5_000),
    `{{#if true}}${'{{else if true}}'.repeat(5_000)}{{/if}}`,
    `{{not ${'(not '.repeat(5_000)}true${')'.repeat(5_000)}}}`,
  ]) {
    const [problem, ...more] = checkTemplate(scalar(template));
    assert.is(problem?.message, 'This is nested too deeply.');
    assert.is(more.length, 0);
  }
});

test('does not take many blocks for deep ones', () => {
  assert.equal(checkTemplate(scalar('{{#if true}}a{{^}}b{{/if}}('.repeat(300))), []);
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkTemplate } from '../../../src/template/evaluate.ts';
import { line, scalar } from '../support.ts';

const test = suite('template/foreign/in-template');

function said(template: string): string {
  const [problem] = checkTemplate(scalar(template));
  return problem === undefined ? 'nothing' : line(problem).replace('t.yml:', '');
}

test('spells filters of Jinja as helpers', () => {
  const table = [
    ['{{ x | default("y") }}', '1:6', '{{default x "y"}}'],
    ["{{ x|default('y', true) }}", '1:5', '{{default x "y" true}}'],
    ['{{ x.y | d(5) }}', '1:8', '{{default x.y 5}}'],
    ['{{ list | join(",") }}', '1:9', '{{join list ","}}'],
    ['{{ list | length }}', '1:9', '{{length list}}'],
    ['{{ x | to_nice_yaml }}', '1:6', '{{toYaml x}}'],
    ['a {{ x }} {{ "b|c" | upper }}', '1:20', '{{upper "b|c"}}'],
  ] as const;
  for (const [template, place, instead] of table) {
    assert.is(said(template), `${place}: \`|\` is Jinja. | Write \`${instead}\`.`, template);
  }
});

test('spells indexes as paths', () => {
  const table = [
    ["{{ x['y'] }}", "1:5: `['y']` is Jinja. | Write `{{x.y}}`."],
    ['{{ x["a b"] }}', '1:5: `["a b"]` is Jinja. | Write `{{x.[a b]}}`.'],
    ['{{ a.x[0].y }}', '1:7: `[0]` is Jinja. | Write `{{a.x.[0].y}}`.'],
    ['{{ hostvars[host].ip }}', '1:12: `[host]` is Jinja. | Write `{{lookup (lookup hostvars host) "ip"}}`.'],
    ['{{ list.1 }}', '1:8: `.1` can not end a path. | Write `{{list.[1]}}`.'],
  ] as const;
  for (const [template, message] of table) assert.is(said(template), message, template);
});

test('spells operators as helpers', () => {
  const table = [
    ['{{ x == "a" }}', '1:6: `==` is not Handlebars. | Write `{{eq x "a"}}`.'],
    ['{{#if x != 1}}{{/if}}', '1:9: `!=` is not Handlebars. | Write `{{#if (ne x 1)}}`.'],
    ['{{#if x.y >= 1}}{{/if}}', '1:11: `>=` is not Handlebars. | Write `{{#if (ge x.y 1)}}`.'],
    ['{{ x && y }}', '1:6: `&&` is not Handlebars. | Write `(and x y)`; longer ones as `cel "…"`.'],
    ['{{ x + 1 }}', '1:6: `+` is not Handlebars. | Write `{{add x 1}}`.'],
    ['{{ x ~ y }}', '1:6: `~` is not Handlebars. | Write `{{concat x y}}`.'],
  ] as const;
  for (const [template, message] of table) assert.is(said(template), message, template);
  assert.is(said('{{ x || y }}'), `1:6: \`||\` is not Handlebars. | Write \`(or x y)\`; longer ones as \`cel "…"\`.`);
  assert.is(said('{{ !x }}'), '1:4: `!` is not Handlebars. | Write `(not x)`.');
});

test('knows words between values', () => {
  const table = [
    ['{{ x is defined }}', '1:6: `is` between values is not Handlebars. | Write `{{defined x}}`.'],
    ['{{ a or b }}', '1:6: `or` between values is not Handlebars. | Write `{{default a b true}}`.'],
    ['{{#if a and b}}{{/if}}', '1:9: `and` between values is not Handlebars. | Write `{{#if (and a b)}}`.'],
    ['{{#if a in b}}{{/if}}', '1:9: `in` between values is not Handlebars. | Write `{{#if (in a b)}}`.'],
    ['{{#if not x}}{{/if}}', '1:7: `not` without parentheses is Jinja. | Write `{{#if (not x)}}`.'],
    ['{{ "a" if x else "b" }}', '1:8: `if` between values is not Handlebars. | Write `{{ternary x "a" "b"}}`.'],
    [
      '{{ x ? a : b }}',
      '1:6: `?` between values is not Handlebars. | Write `{{#if x}}a{{else}}b{{/if}}` or `(cel "x ? a : b")`.',
    ],
    ['{{if x}}', '1:1: `{{if}}` is no expression. | A block starts with `#`: `{{#if …}}`.'],
    ['{{- x -}}', '1:1: `{{-` and `-}}` are Jinja and Go. | Whitespace control is `{{~ x ~}}`.'],
    [
      '{{#if eq a b}}{{/if}}',
      '1:10: `{{#if}}` wants one value. | A call of a helper needs parentheses: `{{#if (eq a b)}}`.',
    ],
  ] as const;
  for (const [template, message] of table) assert.is(said(template), message, template);
});

test('knows calls as other languages write them', () => {
  const table = [
    [
      '{{ join(list, ",") }}',
      '1:4: Parentheses around arguments are not Handlebars. | Write `join list ","`, without parentheses and commas.',
    ],
    ['{{ x.split(",") }}', '1:4: Parentheses around arguments are not Handlebars. | Write `{{cel "x.split(\',\')"}}`.'],
    ['{{ join list, "," }}', '1:13: `,` is not Handlebars. | Arguments are separated by spaces.'],
    ['{{ (upper x) }}', '1:4: `(` can not stand first. | Write the helper or value without parentheses.'],
    ['{{ upper (x) }}', '1:10: `(x)` calls `x` without arguments. | A value needs no parentheses: write `x`.'],
  ] as const;
  for (const [template, message] of table) assert.is(said(template), message, template);
});

test('knows Go templates', () => {
  const hint =
    'Text for another program: write `\\{{`, or `{{{{raw}}}} … {{{{/raw}}}}` around it, or tag the value `!unsafe`.';
  const table = [
    ['{{.Names}}', '1:3: `.Names`'],
    ['docker ps --format "{{ .ID }}"', '1:24: `.ID`'],
    ['{{range .Items}}x{{end}}', '1:3: `range .Items`'],
  ] as const;
  for (const [template, start] of table) assert.is(said(template), `${start} is a Go template. | ${hint}`, template);
});

test('knows statements of Jinja, which would else be printed', () => {
  const raw = 'Text that shall stay as it is goes in `{{{{raw}}}} … {{{{/raw}}}}`.';
  const table = [
    ['{% if x %}{{x}}{% endif %}', '1:1: `{% if %}` is Jinja. | Write `{{#if x}} … {{else}} … {{/if}}`.'],
    ['{{x}} {%- for a in b %}', '1:7: `{% for %}` is Jinja. | Write `{{#each b as |a|}} … {{/each}}`.'],
    [
      '{% set a = 1 %}{{a}}',
      '1:1: `{% set %}` is Jinja. | Write a variable of the play, or `{{#with 1 as |a|}} … {{/with}}`.',
    ],
  ] as const;
  for (const [template, message] of table) assert.is(said(template), `${message} ${raw}`, template);
  assert.is(said('{{x}} {% 5 %} {%h'), 'nothing');
  assert.is(said('{{{{raw}}}}{% if x %}{{{{/raw}}}}{{x}}'), 'nothing');
});

test.run();

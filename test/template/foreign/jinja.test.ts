import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Data } from '../../../src/base/node.ts';
import { formatSpan } from '../../../src/base/source.ts';
import { checkExpression, evaluateCondition } from '../../../src/template/cel.ts';
import { checkTemplate, evaluate, renderTemplate } from '../../../src/template/evaluate.ts';
import type { Lookups, Scope } from '../../../src/template/scope.ts';
import { file, scalar, scopeOf } from '../support.ts';
import { blockSamples, conditionSamples, jinjaVariables, templateSamples } from './jinja-samples.ts';

// Every value in the samples is what ansible-core 2.14 gave for the Jinja, but that it prints numbers as text.
const test = suite('template/foreign/jinja');

const environment = { env: (name: string) => (name === 'KMESH_SAMPLE' ? 'from outside' : undefined) };
const scope: Scope = { ...scopeOf(jinjaVariables), lookups: environment as Partial<Lookups> as Lookups };

function plain(data: Data): Data {
  return JSON.parse(JSON.stringify(data)) as Data;
}

test('there are enough samples to trust the rest', () => {
  assert.ok(conditionSamples.length + templateSamples.length >= 100);
});

for (const { jinja, hint, value } of conditionSamples) {
  test(`condition ${jinja}`, () => {
    const [problem] = checkExpression(scalar(jinja));
    assert.is(problem?.hint, `Write \`${hint}\`.`);
    assert.equal(checkExpression(scalar(hint)), []);
    assert.is(evaluateCondition(scalar(hint), scope), value);
  });
}

for (const { jinja, hint, value } of templateSamples) {
  test(`template ${jinja}`, () => {
    const [problem] = checkTemplate(scalar(jinja));
    // What is right in both needs no hint.
    if (hint !== jinja.replace(/^\{\{ (.*) \}\}$/, '{{$1}}')) assert.is(problem?.hint, `Write \`${hint}\`.`);
    assert.equal(checkTemplate(scalar(hint)), []);
    assert.equal(plain(evaluate(scalar(hint), scope)), value);
  });
}

for (const { jinja, hint } of blockSamples) {
  test(`statement ${jinja}`, () => {
    const [problem] = checkTemplate(file(jinja));
    assert.ok(problem?.hint?.includes(`\`${hint}\``), problem?.hint ?? 'no hint');
    const block = hint.startsWith('{{else') ? `{{#if bird_enabled}}${hint}{{/if}}` : closed(hint);
    assert.equal(checkTemplate(file(block)), []);
  });
}

function closed(hint: string): string {
  const name = /^\{\{#(\w+)/.exec(hint)?.[1];
  return name === undefined || hint.includes('{{/') ? hint : `${hint}{{/${name}}}`;
}

test('a whole template of Jinja is told with all its statements', () => {
  const template = `{% for peer in peers if peer.active %}
neighbor {{ peer.ip }}
{% if peer.tags is defined %}
tags {{ peer.tags }}
{% endif %}
{% endfor %}
`;
  const hints = checkTemplate(file(template)).map(({ message }) => message);
  assert.equal(hints, ['`{% for %}` is Jinja.', '`{% if %}` is Jinja.']);
});

test('a template that does not parse is told with all that is Jinja in it', () => {
  const template = `{% for h in groups['etcd'] %}
{{ hostvars[h]['ip'] | default('none') }} {{ fine }} {{ bgp_asn + 1 }}
{{#if vip == ''}}x{{else if mtu > 0}}y{{else}}z{{/if}}
{% endfor %}
`;
  const told = checkTemplate(file(template)).map(
    ({ at, message }) => `${at === null ? '' : formatSpan(at)} ${message}`,
  );
  assert.equal(told.toSorted(), [
    't.hbs:1:1 `{% for %}` is Jinja.',
    't.hbs:2:12 `[h]` is Jinja.',
    't.hbs:2:65 `+` is not Handlebars.',
    't.hbs:3:11 `==` is not Handlebars.',
    't.hbs:3:33 `>` is not Handlebars.',
  ]);
});

test('what a hint says of a loop renders what Jinja renders', () => {
  const template = '{{#each (cel "peers.filter(i, i.active)") as |peer|}}{{peer.name}} {{/each}}';
  assert.is(renderTemplate(file(template), scope), 'rr1 leaf1 ');
});

test('what can not be translated still has a hint', () => {
  for (const [jinja, hint] of [
    ['x | frobnicate(1)', 'A filter is a function: `f(x)`.'],
    ['a is divisible_by_magic', 'Write `x == y`.'],
    ["lookup('pipe', 'date') | length", null],
  ] as const) {
    const [problem] = checkExpression(scalar(jinja));
    assert.ok(problem !== undefined && problem.hint !== null, jinja);
    if (hint !== null) assert.is(problem.hint, hint);
  }
});

test('text that only looks like an expression takes no time', () => {
  for (const text of [
    '('.repeat(1500),
    'a|'.repeat(900),
    '[['.repeat(800),
    'x if '.repeat(400),
    '- '.repeat(900),
    'not '.repeat(450),
  ]) {
    assert.ok(checkExpression(scalar(text)).length > 0);
    assert.ok(checkTemplate(scalar(`{{ ${text} }}`)).length > 0);
  }
});

test.run();

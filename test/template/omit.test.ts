import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Data } from '../../src/base/node.ts';
import { evaluate } from '../../src/template/evaluate.ts';
import { omitted, withoutOmitted } from '../../src/template/omit.ts';
import { cel, failure, render, scopeOf, site, value, yaml } from './support.ts';

const test = suite('template/omit');

const vars: Readonly<Record<string, Data>> = { ...site, omit: omitted };

function evaluated(text: string): Data {
  return JSON.parse(JSON.stringify(evaluate(yaml(text), scopeOf(vars)))) as Data;
}

test('a whole value is omit', () => {
  for (const template of [
    '{{ omit }}',
    '{{ default mtu omit }}',
    '{{ default bird.mtu omit }}',
    '{{ default blank omit true }}',
    '{{ ternary off "x" omit }}',
    '{{#if off}}{{name}}{{else}}{{omit}}{{/if}}',
    '{{#if off}}x{{else if on}}{{ omit }}{{else}}y{{/if}}',
    '{{#unless off}} {{ default mtu omit }} {{/unless}}',
    '{{ cel "defined(mtu) ? mtu : omit" }}',
    '{{ cel "default(mtu, omit)" }}',
  ]) {
    assert.is(value(template, vars), omitted, template);
  }
  assert.is(cel('has(vars.mtu) ? vars.mtu : omit', vars), omitted);
});

test('branches that are not omit give text as ever', () => {
  assert.is(value('{{#if on}}{{port}}{{else}}{{omit}}{{/if}}', vars), '6443');
  assert.is(value('{{#if on}}a {{name}}{{else}}{{omit}}{{/if}}', vars), 'a node-1');
  assert.is(value('{{#if off}}{{omit}}{{/if}}', vars), '');
  assert.is(value('{{ default name omit }}', vars), 'node-1');
});

test('mappings and lists lose what is omit, at every depth', () => {
  assert.equal(
    evaluated(`
path: /x
mode: "{{ default mode omit }}"
deep: {a: "{{ omit }}", b: ["{{ omit }}", 1, {c: "{{ omit }}"}]}
made: '{{ cel "{\\"k\\": omit, \\"l\\": [omit, 1]}" }}'
`),
    { path: '/x', deep: { b: [1, {}] }, made: { l: [1] } },
  );
  assert.equal(Object.keys(withoutOmitted({ a: omitted, b: null, c: {} })), ['b', 'c']);
});

test('an empty map is no omit', () => {
  assert.equal(evaluated('{a: {}, b: "{{ cel \'{}\' }}"}'), { a: {}, b: {} });
});

test('omit can not be a part of anything else', () => {
  const hint = ' | What is left out is a whole value: `"{{ default x omit }}"`.';
  for (const template of ['a {{omit}}', '{{omit}}{{name}}', '{{#each list}}{{@root.omit}}{{/each}}']) {
    assert.match(
      failure(() => value(template, vars)),
      new RegExp(`\`omit\` can not be part of a longer text\\.${hint.replace(/[|.?{}"`]/g, '\\$&')}$`),
    );
  }
  assert.match(
    failure(() => render('{{omit}}', vars)),
    '`omit` can not be part of a longer text.',
  );
  assert.is(
    failure(() => value('{{upper omit}}', vars)),
    't.yml:1:9: `upper`: `omit` is not a value to work with.',
  );
  assert.is(
    failure(() => cel('toJson(omit)', vars)),
    't.yml:1:8: `toJson`: `omit` is not a value to work with.',
  );
});

test.run();

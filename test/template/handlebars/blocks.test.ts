import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { failure, render, value } from '../support.ts';

const test = suite('template/handlebars/blocks');

test('takes false, null, 0, empty texts and empty lists for false', () => {
  const table = [
    [true, 'yes'],
    [false, 'no'],
    [null, 'no'],
    [0, 'no'],
    [1, 'yes'],
    ['', 'no'],
    ['false', 'yes'],
    [[], 'no'],
    [[0], 'yes'],
    [{}, 'yes'],
  ] as const;
  for (const [x, answer] of table) {
    assert.is(value('{{#if x}}yes{{else}}no{{/if}}', { x }), answer);
    assert.is(value('{{#unless x}}no{{else}}yes{{/unless}}', { x }), answer);
  }
});

test('chains else if', () => {
  const template = '{{#if a}}a{{else if b}}b{{else unless c}}not c{{else}}rest{{/if}}.';
  assert.is(value(template, { a: true, b: true, c: true }), 'a.');
  assert.is(value(template, { a: false, b: true, c: true }), 'b.');
  assert.is(value(template, { a: false, b: false, c: false }), 'not c.');
  assert.is(value(template, { a: false, b: false, c: true }), 'rest.');
  assert.is(value('{{#if a}}a{{^}}b{{/if}}', { a: false }), 'b');
});

test('goes over a list', () => {
  const template = '{{#each peers}}{{@index}}:{{name}}={{this.ip}}{{#unless @last}},{{/unless}}{{/each}}';
  assert.is(value(template), '0:a=10.0.0.1,1:b=10.0.0.2');
  assert.is(value('{{#each list}}{{#if @first}}<{{/if}}{{this}}{{/each}}'), '<123');
  assert.is(value('{{#each list}}{{.}}{{@key}}{{/each}}'), '102132');
});

test('goes over a map in its order', () => {
  const x = { b: 1, a: 2 };
  assert.is(value('{{#each x}}{{@key}}={{this}}{{@index}}{{#if @last}}.{{/if}} {{/each}}', { x }), 'b=10 a=21. ');
  assert.is(value('{{#each x as |value key|}}{{key}}{{value}}{{/each}}', { x }), 'b1a2');
});

test('takes the else of an empty list, an empty map and null', () => {
  for (const x of [[], {}, null]) assert.is(value('{{#each x}}a{{else}}none{{/each}}', { x }), 'none');
  assert.is(value('{{#each empty}}a{{/each}}'), '');
});

test('refuses to go over anything else', () => {
  assert.is(
    failure(() => value('{{#each name}}a{{/each}}')),
    't.yml:1:9: `{{#each}}` wants a list or a map; `name` is the string `node-1`.',
  );
});

test('names items by block parameters', () => {
  assert.is(value('{{#each peers as |peer i|}}{{i}}{{peer.name}}{{/each}}'), '0a1b');
  const nested = '{{#each peers as |p|}}{{#each ../list as |n|}}{{p.name}}{{n}} {{/each}}{{/each}}';
  assert.is(value(nested), 'a1 a2 a3 b1 b2 b3 ');
  assert.is(value('{{#each list as |name|}}{{name}}{{this}}{{/each}}'), '112233');
});

test('reaches outwards with ../ and @root', () => {
  assert.is(
    value('{{#each peers}}{{../port}}{{@root.name}}{{@root.bird.asn}} {{/each}}'),
    '6443node-164512 6443node-164512 ',
  );
  const nested = '{{#each peers}}{{#each ../list}}{{../name}}{{../../port}}{{@../index}}{{@index}} {{/each}}{{/each}}';
  assert.is(value(nested), 'a644300 a644301 a644302 b644310 b644311 b644312 ');
  assert.is(value('{{#each peers}}{{#if ../on}}{{../port}}{{name}}{{/if}}{{/each}}'), '6443a6443b');
});

test('steps into a value', () => {
  assert.is(value('{{#with bird}}{{asn}} {{peer.ip}} {{../port}}{{/with}}'), '64512 10.0.0.2 6443');
  assert.is(value('{{#with bird.peer as |p|}}{{p.ip}}{{/with}}'), '10.0.0.2');
  assert.is(value('{{#with none}}a{{else}}none{{/with}}'), 'none');
  assert.is(value('{{#each list}}{{#with ../bird}}{{@index}}{{asn}} {{/with}}{{/each}}'), '064512 164512 264512 ');
  assert.is(value('{{#with port}}{{this}}{{/with}}'), '6443');
});

test('evaluates the else of each and with where the block stands', () => {
  assert.is(value('{{#each empty}}{{else}}{{port}}{{/each}}'), '6443');
  assert.is(value('{{#with none}}{{else}}{{port}}{{/with}}'), '6443');
});

test('removes the lines of blocks and comments', () => {
  const template = 'a\n{{#each list}}\n  - {{this}}\n{{/each}}\n{{! note }}\n{{#if on}}\nb\n{{else}}\nc\n{{/if}}\nd\n';
  assert.is(render(template), 'a\n  - 1\n  - 2\n  - 3\nb\nd\n');
});

test('obeys ~', () => {
  assert.is(value('a  {{~name~}}  b'), 'anode-1b');
  assert.is(value('a\n{{~#if on~}}\n b \n{{~/if~}}\nc'), 'abc');
  assert.is(value('a {{!-- }} --}}b'), 'a b');
});

test('leaves braces alone that are escaped or raw', () => {
  assert.is(value('\\{{ .Names }} {{port}}'), '{{ .Names }} 6443');
  assert.is(value('{{{{raw}}}}{{ .Names }}{{#if}}{{{{/raw}}}}'), '{{ .Names }}{{#if}}');
  assert.is(value('{{{{raw}}}}\n{{x}}\n{{{{/raw}}}}{{port}}'), '{{x}}\n6443');
  assert.is(value('\\\\{{port}}'), '\\6443');
});

test('refuses what it does not have', () => {
  const table = [
    ['{{> part}}', 't.yml:1:1: Partials (`{{> name}}`) are not supported.'],
    ['{{#> part}}{{/part}}', 't.yml:1:1: Partials (`{{> name}}`) are not supported.'],
    ['{{* dec}}', 't.yml:1:1: Decorators and inline blocks (`{{* name}}`) are not supported.'],
    ['{{#*inline "a"}}{{/inline}}', 't.yml:1:1: Decorators and inline blocks (`{{* name}}`) are not supported.'],
  ] as const;
  const hint = ' | Put the text in the template itself, or in a variable.';
  for (const [template, message] of table)
    assert.is(
      failure(() => value(template)),
      message + hint,
    );
  assert.is(
    failure(() => value('{{#peers}}{{/peers}}')),
    't.yml:1:4: There is no block `{{#peers}}`. | Write `{{#if peers}}`, `{{#each peers}}` or `{{#with peers}}`.',
  );
  assert.is(
    failure(() => value('{{^on}}{{/on}}')),
    't.yml:1:4: `{{^on}}` is not supported. | Write `{{#unless on}}`.',
  );
  assert.is(
    failure(() => value('{{#eq port 1}}{{/eq}}')),
    't.yml:1:4: `eq` is not a block. | Write `{{#if (eq …)}}`.',
  );
  assert.is(
    failure(() => value('{{{{verbatim}}}}{{{{/verbatim}}}}')),
    't.yml:1:5: A raw block is `{{{{raw}}}} … {{{{/raw}}}}`.',
  );
  assert.is(
    failure(() => value('{{#if on as |x|}}{{/if}}')),
    't.yml:1:4: `{{#if}}` has no block parameters.',
  );
  assert.is(
    failure(() => value('{{#if}}{{/if}}')),
    't.yml:1:4: `{{#if}}` wants a value. | Write `{{#if VALUE}}`.',
  );
  assert.is(
    failure(() => value('{{#if on includeZero=true}}{{/if}}')),
    't.yml:1:10: `{{#if}}` has no named arguments.',
  );
});

test.run();

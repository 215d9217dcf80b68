import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { evaluate, isConstant } from '../../src/template/evaluate.ts';
import { render, scopeOf, site, value, watched, yaml } from './support.ts';

const test = suite('template/evaluate');
const scope = scopeOf(site);

test('keeps the type of a scalar that is one expression', () => {
  assert.is(value('{{port}}'), 6443);
  assert.is(value('{{ ratio }}'), 2.5);
  assert.is(value('{{on}}'), true);
  assert.is(value('{{none}}'), null);
  assert.equal(value('{{list}}'), [1, 2, 3]);
  assert.equal(value('{{bird}}'), { asn: 64512, peer: { ip: '10.0.0.2' } });
  assert.is(value('{{eq port 6443}}'), true);
  assert.is(value('{{{port}}}'), 6443);
  assert.is(value('{{&port}}'), 6443);
  assert.is(value('  {{port}} '), 6443);
});

test('gives text as soon as there is more than one expression', () => {
  assert.is(value('{{port}}{{port}}'), '64436443');
  assert.is(value(':{{port}}'), ':6443');
  assert.is(value('{{port}}/tcp'), '6443/tcp');
  assert.is(value('{{! why }}{{port}}'), '6443');
  assert.is(value('{{#if on}}{{port}}{{/if}}'), '6443');
});

test('prints strings, numbers and booleans', () => {
  assert.is(value('{{name}} {{port}} {{ratio}} {{on}} {{off}} {{blank}}.'), 'node-1 6443 2.5 true false .');
});

test('takes literals for values', () => {
  assert.is(value('{{5}}'), 5);
  assert.is(value('{{-1.5}}'), -1.5);
  assert.is(value('{{"a b"}}'), 'a b');
  assert.is(value('{{true}}'), true);
  assert.is(value('{{null}}'), null);
});

test('renders at any depth and leaves keys alone', () => {
  const node = yaml('a: ["{{port}}", {b: "x{{name}}", "{{c}}": 1}]\nd: 0644\ne: ~');
  const data = evaluate(node, scope);
  assert.is(JSON.stringify(data), '{"a":[6443,{"b":"xnode-1","{{c}}":1}],"d":644,"e":null}');
});

test('makes maps without prototype, and new ones each time', () => {
  const node = yaml('a: {b: 1}');
  const first = evaluate(node, scope) as { a: object };
  const second = evaluate(node, scope) as { a: object };
  assert.is(Object.getPrototypeOf(first), null);
  assert.is(Object.getPrototypeOf(first.a), null);
  assert.is.not(first, second);
  assert.is.not(first.a, second.a);
});

test('keeps a key named __proto__ as a key', () => {
  const data = evaluate(yaml('"__proto__": {polluted: true}'), scope) as Record<string, unknown>;
  assert.equal(Object.keys(data), ['__proto__']);
  assert.is(({} as Record<string, unknown>)['polluted'], undefined);
});

test('leaves `!unsafe` scalars and numbers alone', () => {
  assert.is(evaluate(yaml('!unsafe "{{name}}"'), scope), '{{name}}');
  assert.is(evaluate(yaml('7'), scope), 7);
  assert.is(evaluate(yaml('a } b {% c %}'), scope), 'a } b {% c %}');
});

test('takes values for data, never for templates', () => {
  assert.is(value('{{text}}'), '{{name}}');
  assert.is(value('<{{text}}>'), '<{{name}}>');
  assert.is(value('{{join (split "{{name}},x" ",") "-"}}'), '{{name}}-x');
});

test('keeps the last newline of a block scalar for text only', () => {
  assert.is(evaluate(yaml('|\n  {{name}}\n'), scope), 'node-1\n');
  assert.equal(evaluate(yaml('|\n  {{list}}\n'), scope), [1, 2, 3]);
  assert.is(evaluate(yaml('|-\n  {{name}}\n'), scope), 'node-1');
  assert.is(evaluate(yaml('|\n  {{~name~}}\n'), scope), 'node-1');
});

test('escapes nothing', () => {
  assert.is(value('{{x}} {{{x}}}', { x: '<a & "b">' }), '<a & "b"> <a & "b">');
});

test('knows what has no template in it', () => {
  assert.is(isConstant(yaml('a: [1, x, {b: ~}]')), true);
  assert.is(isConstant(yaml('a: [1, "{{x}}"]')), false);
  assert.is(isConstant(yaml('!unsafe "{{x}}"')), true);
  assert.is(isConstant(yaml('{"{{x}}": 1}')), true);
});

test('looks up only the names it comes to', () => {
  const seen = watched({ a: true, b: 1, c: 2 });
  assert.is(evaluate(yaml('"{{#if a}}{{b}}{{else}}{{c}}{{/if}}"'), seen), '1');
  assert.equal(seen.asked, ['a', 'b']);
});

test('lets through what a lookup throws', () => {
  const error = new TypeError('not known yet');
  const throwing = {
    lookup: () => {
      throw error;
    },
    names: () => [],
  };
  for (const template of ['{{x}}', '{{default x 1}}', '{{#if (eq x 1)}}{{/if}}', '{{cel "x + 1"}}']) {
    assert.throws(
      () => evaluate(yaml(`'${template}'`), throwing),
      (thrown: unknown) => thrown === error,
    );
  }
});

test('reads properties that are made when they are asked for', () => {
  const hostvars = {};
  Object.defineProperty(hostvars, 'n1', { enumerable: true, get: () => ({ ip: '10.0.0.1' }) });
  assert.is(value('{{hostvars.n1.ip}}', { hostvars }), '10.0.0.1');
  assert.is(value('{{#each hostvars}}{{@key}}={{ip}}{{/each}}', { hostvars }), 'n1=10.0.0.1');
});

test('compiles a node once', () => {
  const node = yaml('"{{x}}-"');
  assert.is(evaluate(node, scopeOf({ x: 1 })), '1-');
  assert.is(evaluate(node, scopeOf({ x: 2 })), '2-');
});

test('renders a file to its text, newlines and all', () => {
  assert.is(render('hostname {{name}}\n\nport {{port}}\n'), 'hostname node-1\n\nport 6443\n');
  assert.is(render(''), '');
  assert.is(render('{{port}}'), '6443');
  assert.is(render('a\r\n{{#if on}}\r\nb\r\n{{/if}}\r\nc\r\n'), 'a\r\nb\r\nc\r\n');
});

test.run();

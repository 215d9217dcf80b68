import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Data } from '../../src/base/node.ts';
import { cel, failure, value } from './support.ts';

const test = suite('template/security');

class Sneaky {
  readonly own = 'own';
  get inherited(): string {
    return 'inherited';
  }
}

const values: Readonly<Record<string, Data>> = {
  map: { a: 1 },
  list: [1],
  text: 'abc',
  port: 1,
  sneaky: new Sneaky() as unknown as Data,
};

test('paths of templates reach own properties only', () => {
  const paths = [
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    'map.constructor',
    'map.__proto__',
    'map.constructor.constructor',
    'map.toString',
    'list.length',
    'list.constructor',
    'list.push',
    'text.length',
    'text.constructor',
    'port.toFixed',
    'sneaky.inherited',
    'sneaky.constructor',
    'map.__defineGetter__',
    'list.[-1]',
    'list.[0.5]',
    'list.[01]',
    'map.[constructor]',
    '@root.constructor',
    '@root.map.__proto__',
    'vars.constructor',
    'vars.__proto__',
  ];
  for (const path of paths) {
    assert.match(
      failure(() => value(`{{${path} }}`, values)),
      'is undefined',
      path,
    );
    assert.is(value(`{{default ${path} "safe"}}`, values), 'safe', path);
  }
  assert.is(value('{{sneaky.own}}', values), 'own');
});

test('items of loops reach own properties only', () => {
  for (const name of ['constructor', '__proto__', 'this.constructor', 'length']) {
    assert.match(
      failure(() => value(`{{#each list}}{{${name}}}{{/each}}`, values)),
      'is undefined',
    );
    assert.match(
      failure(() => value(`{{#with map}}{{${name}}}{{/with}}`, values)),
      'is undefined',
    );
  }
});

test('expressions reach own properties only', () => {
  const expressions = [
    'map.constructor',
    'map.__proto__',
    'map["constructor"]',
    'map["__proto__"]["x"]',
    'list.constructor',
    'text.length',
    'text.constructor',
    'sneaky.inherited',
    'vars["constructor"]',
    'vars["__proto__"]',
    'constructor',
    'list["length"]',
  ];
  for (const expression of expressions)
    assert.match(
      failure(() => cel(expression, values)),
      /is undefined|must be a/,
    );
  assert.is(
    cel('has(map.constructor) || has(map["__proto__"]) || has(vars.constructor) || "toString" in map', values),
    false,
  );
  assert.is(cel('map.?constructor.orValue("safe")', values), 'safe');
});

test('maps made by expressions have no prototype', () => {
  const made = cel('{"__proto__": {"polluted": true}, "constructor": 1}') as object;
  assert.is(Object.getPrototypeOf(made), null);
  assert.equal(Object.keys(made), ['__proto__', 'constructor']);
  assert.is(({} as Record<string, unknown>)['polluted'], undefined);
});

test('text of variables is never run', () => {
  const evil = { x: '{{constructor.constructor "return process"}}', y: 'size([1])', z: '(a+)+$' };
  assert.is(value('{{x}}', evil), evil.x);
  assert.is(value('<{{x}}>', evil), `<${evil.x}>`);
  assert.is(value('{{toJson x}}', evil), JSON.stringify(evil.x));
  assert.match(
    failure(() => value('{{cel y}}', evil)),
    'wants an expression that is written down',
  );
  assert.match(
    failure(() => value('{{cel (concat "a" y)}}', evil)),
    'wants an expression that is written down',
  );
  assert.is(cel('("a" + y).contains("size")', evil), true);
});

test('nothing of JavaScript is a helper', () => {
  for (const name of [
    'constructor',
    '__proto__',
    'toString',
    'helperMissing',
    'blockHelperMissing',
    'log',
    'hasOwnProperty',
  ]) {
    assert.match(
      failure(() => value(`{{${name} "x"}}`, values)),
      'There is no helper',
    );
    assert.match(
      failure(() => value(`{{#${name} "x"}}{{/${name}}}`, values)),
      'There is no block',
    );
  }
});

test('documents of a host are data, however they are made', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]
f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]
g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]
h: [*g,*g,*g,*g,*g,*g,*g,*g,*g]
`;
  const hostile: readonly (readonly [helper: string, text: string, message: string])[] = [
    ['fromYaml', bomb, 'its argument is not YAML: '],
    ['fromYaml', '['.repeat(3000), 'its argument is not YAML: This is nested too deeply.'],
    ['fromYaml', '- '.repeat(100_000), 'its argument is not YAML: This is nested too deeply.'],
    ['fromYaml', 'a: !python/object x', 'its argument is not YAML: '],
    ['fromJson', '['.repeat(100_000) + ']'.repeat(100_000), 'more than 200 levels deep'],
    ['fromJson', '['.repeat(100_000), 'its argument must be JSON'],
  ];
  for (const [helper, text, message] of hostile) {
    assert.ok(failure(() => value(`{{${helper} text}}`, { text })).includes(message), `${helper} ${text.slice(0, 20)}`);
  }
  const made = value('{{fromJson text}}', { text: '{"x": "{{name}}", "__proto__": {"polluted": 1}}' }) as object;
  assert.equal(Object.keys(made), ['x', '__proto__']);
  assert.is(value('{{lookup (fromJson text) "x"}}', { text: '{"x": "{{name}}"}' }), '{{name}}');
  assert.is(({} as Record<string, unknown>)['polluted'], undefined);
});

test('texts that would take all memory are not made', () => {
  const long = 'a'.repeat(1_000_000);
  const data = { long, list: Array.from({ length: 60_000 }, () => 'a'.repeat(1000)) };
  for (const template of [
    '{{replace long "a" long}}',
    '{{join list long}}',
    '{{regexReplace long "a" long}}',
    '{{cel "list.map(x, long).join(long)"}}',
    '{{cel "cel.bind(a, long + long + long + long, cel.bind(b, a + a + a + a, cel.bind(c, b + b + b + b, c + c)))"}}',
  ]) {
    assert.match(
      failure(() => value(template, data)),
      /the result (?:would have \d+|is longer than \d+) characters/,
      template,
    );
  }
});

function many(from: number): Data {
  return Array.from({ length: 20_000 }, (_, i) => ({ b: [i + from], a: 'x' }));
}

test('lists of many maps are compared as fast as plain ones', () => {
  const data = { a: many(0), b: many(10_000), turned: [{ a: 'x', b: [5] }] };
  assert.is(value('{{length (unique (concat a b))}}', data), 30_000);
  assert.is(value('{{length (intersect a b)}}', data), 10_000);
  assert.is(value('{{length (difference a turned)}}', data), 19_999);
});

test.run();

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

test.run();

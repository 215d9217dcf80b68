import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Data, ScalarNode } from '../../src/base/node.ts';
import { evaluateCondition, evaluateExpression } from '../../src/template/cel.ts';
import type { PlacedText } from '../../src/template/placed-text.ts';
import { cel, failure, holds, marked, scopeOf, site, watched, yaml } from './support.ts';

const test = suite('template/cel');

const span: PlacedText['span'] = (start, end) => ({ source: { name: 't', text: '' }, start, end });

/** The same value with ordinary objects in it, as literals have. */
function plain(data: Data): unknown {
  return JSON.parse(JSON.stringify(data));
}

function check(table: readonly (readonly [expression: string, expected: Data])[]): void {
  for (const [expression, expected] of table) assert.equal(plain(cel(expression)), expected, expression);
}

function refuse(table: readonly (readonly [expression: string, message: string])[]): void {
  for (const [expression, message] of table)
    assert.is(
      failure(() => cel(expression)),
      `t.yml:${message}`,
      expression,
    );
}

test('reads literals', () => {
  check([
    ['1', 1],
    ['-2', -2],
    ['0x10', 16],
    ['3u', 3],
    ['2.5', 2.5],
    ['1e3', 1000],
    ['"a\\n\\u00e9"', 'a\né'],
    ["'it\\'s'", "it's"],
    ['r"a\\n"', 'a\\n'],
    ['"""a\nb"""', 'a\nb'],
    ['true', true],
    ['null', null],
    ['[1, "a", [true]]', [1, 'a', [true]]],
    ['{"a": 1, "b": {"c": []}}', { a: 1, b: { c: [] } }],
    ['1 + 1 // why', 2],
  ]);
});

test('calculates with whole numbers and fractions alike', () => {
  check([
    ['port + 1', 6444],
    ['ratio + 1', 3.5],
    ['port - ratio', 6440.5],
    ['list[0] * 2 + 1', 3],
    ['7 / 2', 3],
    ['-7 / 2', -3],
    ['7 / 2.0', 3.5],
    ['double(7) / 2', 3.5],
    ['(1.0 + 6) / 2', 3.5],
    ['ratio / 2', 1.25],
    ['size(list) / 2 + 1', 2],
    ['7 % 4', 3],
    ['"a" + "b"', 'ab'],
    ['list + [4]', [1, 2, 3, 4]],
    ['0 * -1', 0],
    ['-(1 + 2)', -3],
  ]);
  refuse([
    ['port + "1"', '1:1: `+`: the number 6443 and the string `1` can not be added. | Make it a string: `string(x)`.'],
    ['name - 1', '1:1: `-`: it takes numbers, not the string `node-1` and the number 1.'],
    ['1 / 0', '1:1: `/`: division by zero.'],
    ['1 / 0.0', '1:1: `/`: division by zero.'],
    ['1 % 0', '1:1: `%`: division by zero.'],
    ['9007199254740991 + 1', '1:1: `+`: the result 9007199254740992 is too large to be exact.'],
    ['9007199254740992', '1:1: This number is too large to be exact.'],
    ['-name', '1:1: `-` wants a number, not the string `node-1`.'],
    ['b"a"', '1:1: There are no bytes here. | Write a string, without `b`.'],
  ]);
});

test('compares', () => {
  check([
    ['port == 6443', true],
    ['port == 6443.0', true],
    ['ratio != 2.5', false],
    ['name == "node-1"', true],
    ['none == null', true],
    ['name == null', false],
    ['null != bird', true],
    ['list == [1, 2, 3]', true],
    ['bird == {"peer": {"ip": "10.0.0.2"}, "asn": 64512}', true],
    ['size(list) == 3', true],
    ['port > 6442.5', true],
    ['port <= 6443', true],
    ['"a" < "b"', true],
    ['on == true', true],
  ]);
  refuse([
    [
      'port == "6443"',
      '1:1: `==`: the number 6443 and the string `6443` can never be equal. | A number and a string of digits differ: quote both or none.',
    ],
    [
      'on != "true"',
      '1:1: `!=`: true and the string `true` can never be equal. | `"true"` in quotes is a string, not a boolean.',
    ],
    [
      'port < "7000"',
      '1:1: `<`: the number 6443 and the string `7000` have no order. | A number and a string of digits differ: quote both or none.',
    ],
    ['null < 1', '1:1: `<`: its first argument must be a number or a string, not null.'],
  ]);
});

test('asks whether something is in a list or map', () => {
  check([
    ['2 in list', true],
    ['9 in list', false],
    ['"a" in []', false],
    ['"asn" in bird', true],
    ['"x" in bird', false],
    ['{"name": "a", "ip": "10.0.0.1"} in peers', true],
    ['null in list', false],
    ['!(name in ["a", "b"])', true],
  ]);
  refuse([
    [
      '"2" in list',
      '1:1: `in`: the string `2` can not be in a list that starts with the number 1. | A number and a string of digits differ: quote both or none.',
    ],
    [
      '"n" in name',
      '1:1: `in`: it looks into a list or a map, not the string `node-1`. | Write `text.contains(part)`.',
    ],
    ['1 in bird', '1:1: `in`: keys are strings, not the number 1.'],
    ['1 in port', '1:1: `in`: it looks into a list or a map, not the number 6443.'],
  ]);
});

test('decides from left to right, and only by booleans', () => {
  check([
    ['on && off', false],
    ['off || on', true],
    ['!off', true],
    ['off && nope', false],
    ['on || nope', true],
    ['on ? 1 : nope', 1],
    ['off ? nope : "b"', 'b'],
    ['off && (1 / 0 == 1)', false],
  ]);
  const hint = 'There is no truth but `true` and `false`: write `x != ""`, `size(x) > 0` or `x != null`.';
  refuse([
    ['nope && off', '1:1: `nope` is undefined. | Did you mean `none`?'],
    ['port && on', `1:1: \`&&\` wants a boolean, not the number 6443. | ${hint}`],
    ['on && name', `1:7: \`&&\` wants a boolean, not the string \`node-1\`. | ${hint}`],
    ['off || list', `1:8: \`||\` wants a boolean, not a list of 3. | ${hint}`],
    ['none ? 1 : 2', `1:1: \`?:\` wants a boolean, not null. | ${hint}`],
    ['!name', '1:1: `!` wants a boolean, not the string `node-1`.'],
  ]);
});

test('selects from maps and lists', () => {
  check([
    ['bird.peer.ip', '10.0.0.2'],
    ['bird["peer"]["ip"]', '10.0.0.2'],
    ['peers[1].name', 'b'],
    ['list[list[0]]', 2],
    ['{"a-b": 1}["a-b"]', 1],
    ['vars.port', 6443],
    ['vars["port"]', 6443],
    ['vars["po" + "rt"]', 6443],
    ['vars.bird.asn', 64512],
  ]);
  refuse([
    ['brid.asn', '1:1: `brid` is undefined. | Did you mean `bird`?'],
    ['bird.pear.ip', '1:1: `bird.pear` is undefined: `bird` has no `pear`. | Did you mean `peer`?'],
    ['1 + bird.asn.x', '1:5: `bird.asn.x` is undefined: `bird.asn` is the number 64512.'],
    ['bird["x"]', '1:1: `bird["x"]` is undefined: `bird` has no `x`.'],
    ['none.x', '1:1: `none.x` is undefined: `none` is null.'],
    ['peers[2].name', '1:1: `peers[2]` is undefined: `peers` has 2 items. | Items are counted from 0.'],
    ['list[-1]', '1:6: An index must be a whole number from 0, not the number -1. | The last item is `list.last()`.'],
    ['list["a"]', '1:6: An index must be a whole number from 0, not the string `a`.'],
    ['bird[0]', '1:6: A key must be a string, not the number 0.'],
    ['list.length', '1:1: `list.length` is undefined: `list` is a list, it has no `length`. | Write `size(list)`.'],
    ['name[0]', '1:1: `name[0]` is undefined: `name` is the string `node-1`.'],
    ['vars.nope', '1:1: `nope` is undefined. | Did you mean `none`?'],
    ['vars[name]', '1:6: `node-1` is undefined.'],
    ['vars[1]', '1:6: The name of a variable must be a string, not the number 1.'],
    ['vars', '1:1: `vars` is undefined. | One variable is `vars.NAME`.'],
    [
      '{"a-b": 1}.a-b',
      '1:1: `{"a-b": 1}.a` is undefined: `{"a-b": 1}` has no `a`. | A key with `-` in it: write `{"a-b": 1}["a-b"]`.',
    ],
    ['{1: 2}', '1:2: A key must be a string, not the number 1.'],
  ]);
});

test('has asks whether the last part exists', () => {
  check([
    ['has(bird.asn)', true],
    ['has(bird.x)', false],
    ['has(bird["asn"])', true],
    ['has(list[2])', true],
    ['has(list[3])', false],
    ['has(port.x)', false],
    ['has(none.x)', false],
    ['has(vars.bird)', true],
    ['has(vars.nope)', false],
    ['has(vars["nope"])', false],
    ['has(vars.bird.asn)', true],
    ['"port" in vars', true],
    ['"nope" in vars', false],
    ['name in vars', false],
    ['has(vars.nope) && nope.x > 1', false],
    ['!has(vars.nope) || nope > 1', true],
  ]);
  refuse([
    ['has(bird.x.y)', '1:5: `bird.x` is undefined: `bird` has no `x`.'],
    ['has(nope.x)', '1:5: `nope` is undefined. | Did you mean `none`?'],
    ['has(vars.nope.x)', '1:5: `nope` is undefined. | Did you mean `none`?'],
    ['has(nope)', '1:1: `has` wants a path, as `a.b`. | Whether a variable exists: `has(vars.nope)`.'],
    ['has()', '1:1: `has` wants a path, as `a.b`. | Whether a variable exists: `has(vars.NAME)`.'],
    ['1 in vars', '1:1: The name of a variable must be a string, not the number 1.'],
  ]);
});

test('.? gives what may be missing', () => {
  check([
    ['vars.?nope.orValue(5)', 5],
    ['vars.?port.orValue(5)', 6443],
    ['vars.?none.orValue(5)', null],
    ['bird.?asn.orValue(0)', 64512],
    ['bird.?x.orValue("y")', 'y'],
    ['bird.?x.y.z.orValue("y")', 'y'],
    ['bird.?peer.ip.orValue("y")', '10.0.0.2'],
    ['bird.peer.?x.orValue(1) + 1', 2],
    ['list[?7].orValue(0)', 0],
    ['list[?0].orValue(0)', 1],
    ['vars.?nope.hasValue()', false],
    ['bird.?asn.hasValue()', true],
    ['vars.?nope.orValue(vars.?nope2.orValue(3))', 3],
  ]);
  const hint = 'End it with `.orValue(FALLBACK)` or `.hasValue()`.';
  refuse([
    ['nope.?x.orValue(1)', '1:1: `nope` is undefined. | Did you mean `none`?'],
    ['bird.x.?y.orValue(1)', '1:1: `bird.x` is undefined: `bird` has no `x`.'],
    ['bird.?x', '1:1: `.?` gives no value yet. | End it with `.orValue(…)` or `.hasValue()`.'],
    ['bird.?x.size()', `1:1: \`.?\` gives no value yet. | ${hint}`],
    ['bird.?x.orValue()', `1:1: \`.?\` gives no value yet. | ${hint}`],
  ]);
});

test('macros go over lists and the keys of maps', () => {
  check([
    ['list.all(x, x > 0)', true],
    ['list.all(x, x > 1)', false],
    ['[].all(x, x > 1)', true],
    ['list.exists(x, x == 2)', true],
    ['[].exists(x, true)', false],
    ['list.exists_one(x, x > 2)', true],
    ['list.existsOne(x, x > 1)', false],
    ['list.map(x, x * port / port)', [1, 2, 3]],
    ['list.map(x, x != 2, x * 10)', [10, 30]],
    ['list.filter(x, x != 2)', [1, 3]],
    ['bird.map(k, k)', ['asn', 'peer']],
    ['bird.all(k, k in ["asn", "peer"])', true],
    ['peers.map(p, p.name + "=" + p.ip).join(" ")', 'a=10.0.0.1 b=10.0.0.2'],
    [
      'list.map(x, list.map(y, x * y))',
      [
        [1, 2, 3],
        [2, 4, 6],
        [3, 6, 9],
      ],
    ],
    ['list.map(x, list.map(x, x).size() + x)', [4, 5, 6]],
    ['list.map(port, port)', [1, 2, 3]],
    ['list.exists(x, x == 1 || nope)', true],
    ['cel.bind(x, port + 1, x + x)', 12888],
    ['cel.bind(x, 1, cel.bind(x, x + 1, x * 10) + x)', 21],
  ]);
  refuse([
    ['name.all(x, true)', '1:1: `name` is the string `node-1`, not a list or a map.'],
    ['list.all(x, x)', '1:13: This must be true or false for each item, not the number 1.'],
    ['list.filter(x, nope)', '1:16: `nope` is undefined. | Did you mean `none`?'],
    ['list.map(x)', '1:1: `map` wants a name and an expression. | Write `list.map(item, item.name)`.'],
    ['list.map(x, x) + x', '1:18: `x` is undefined.'],
    ['peers.map(p, p.nam)', '1:14: `p.nam` is undefined: `p` has no `nam`. | Did you mean `name`?'],
  ]);
});

test('functions', () => {
  check([
    ['size("äö")', 2],
    ['size(bird)', 2],
    ['string(port) + string(on)', '6443true'],
    ['int("42") + 1', 43],
    ['int(2.9)', 2],
    ['int(-2.9)', -2],
    ['int("-0.5")', 0],
    ['double("2.5")', 2.5],
    ['bool("yes")', true],
    ['bool("False")', false],
    ['bool(on)', true],
    ['dyn(port)', 6443],
    ['type(port)', 'int'],
    ['type(ratio)', 'double'],
    ['type("")', 'string'],
    ['type(none)', 'null_type'],
    ['[type(on), type(list), type(bird)]', ['bool', 'list', 'map']],
    ['min(list) + max(4, 9, 2)', 10],
    ['sum(list)', 6],
    ['sum([])', 0],
    ['unique([1, 2, 1])', [1, 2]],
    ['range(2) + range(5, 7)', [0, 1, 5, 6]],
    ['keys(bird)', ['asn', 'peer']],
    ['values({"a": 1})', [1]],
  ]);
  refuse([
    ['int("abc")', '1:5: `int`: its argument must be a number or digits, not the string `abc`.'],
    ['int("")', '1:5: `int`: its argument must be a number or digits, not an empty string.'],
    ['int(null)', '1:5: `int`: its argument must be a number or digits, not null.'],
    ['int("1e300")', '1:5: `int`: its argument must be a number that is not too large, not the string `1e300`.'],
    ['string(list)', '1:8: `string`: its argument must be a string, number or boolean, not a list of 3.'],
    ['bool("maybe")', '1:6: `bool`: its argument must be `true` or `false`, not the string `maybe`.'],
    ['sum(["a"])', '1:5: `sum`: item 0 of the list is the string `a`, not a number.'],
    ['max(1, "2")', '1:8: `max`: its second argument must be a number, not the string `2`.'],
    ['size(port)', '1:6: `size`: its argument must be a list, a map or a string, not the number 6443.'],
  ]);
});

test('methods', () => {
  check([
    ['name.size()', 6],
    ['list.size()', 3],
    ['name.contains("de")', true],
    ['name.startsWith("node-")', true],
    ['name.endsWith("2")', false],
    ['name.matches("^node-[0-9]+$")', true],
    ['"a,b".split(",")', ['a', 'b']],
    ['["a", 1, true].join("-")', 'a-1-true'],
    ['["a", "b"].join()', 'ab'],
    ['name.replace("node", "n")', 'n-1'],
    ['" a ".trim()', 'a'],
    ['"ÄbC".lowerAscii()', 'Äbc'],
    ['"äbC".upperAscii()', 'äBC'],
    ['name.substring(5)', '1'],
    ['name.substring(0, 4)', 'node'],
    ['name.charAt(1)', 'o'],
    ['name.indexOf("-")', 4],
    ['name.lastIndexOf("x")', -1],
    ['[3, 4, 3].indexOf(4) + [3, 4, 3].lastIndexOf(3)', 3],
    ['list.first() + list.last()', 4],
    ['list.min() + list.max() + list.sum()', 10],
    ['["b", "a"].sort()', ['a', 'b']],
    ['[1, 1].distinct()', [1]],
    ['list.reverse()', [3, 2, 1]],
    ['[[1], [2, 3], 4].flatten()', [1, 2, 3, 4]],
    ['list.slice(1, 3)', [2, 3]],
  ]);
  refuse([
    ['port.contains("1")', '1:1: `contains`: what stands before the dot must be a string, not the number 6443.'],
    [
      'list.contains(1)',
      '1:1: `contains`: what stands before the dot must be a string, not a list of 3. | For a list write `value in list`.',
    ],
    ['name.contains(1)', '1:15: `contains`: its argument must be a string, not the number 1.'],
    ['name.replace("a", 1)', '1:19: `replace`: its second argument must be a string, not the number 1.'],
    [
      'name.matches("(")',
      '1:14: `matches`: the regular expression can not be used: a parenthesis is never closed. | Its syntax is that of RE2.',
    ],
    ['name.substring(7)', '1:16: `substring`: 7 to 6 is not inside of 6 characters.'],
    ['[].first()', '1:1: `first`: the list is empty.'],
    ['list.slice(-1, 2)', '1:12: `slice`: its first argument must be a whole number from 0, not the number -1.'],
  ]);
});

test('answers conditions', () => {
  assert.is(holds('port == 6443'), true);
  assert.is(holds('off'), false);
  for (const word of ['yes', 'on', 'true']) assert.is(holds(word), true);
  for (const word of ['no', 'off', 'false']) assert.is(holds(word, {}), false);
  assert.is(evaluateCondition(yaml('true') as ScalarNode, scopeOf({})), true);
  assert.is(evaluateCondition(yaml('false') as ScalarNode, scopeOf({})), false);
});

test('refuses conditions that are no booleans', () => {
  const hint = 'A condition is a comparison or a boolean: `x == 1`, `size(list) > 0`, `x != null`.';
  assert.is(
    failure(() => holds('port')),
    `t.yml:1:1: A condition must be true or false; this one is the number 6443. | ${hint}`,
  );
  assert.is(
    failure(() => holds('list')),
    `t.yml:1:1: A condition must be true or false; this one is a list of 3. | ${hint}`,
  );
  assert.is(
    failure(() => holds('"true"')),
    't.yml:1:1: A condition must be true or false; this one is the string `true`. | Compare it: `x == "text"`, `x != ""`.',
  );
  const empty = yaml('when:');
  const node = empty.kind === 'map' ? empty.entries[0]?.value : null;
  assert.match(
    failure(() => evaluateCondition(node as ScalarNode, scopeOf({}))),
    'this one is null',
  );
});

test('takes numbers, booleans and null of YAML as they are', () => {
  assert.is(evaluateExpression(yaml('5') as ScalarNode, scopeOf({})), 5);
  assert.is(evaluateExpression(yaml('~') as ScalarNode, scopeOf({})), null);
});

test('looks up only what it comes to', () => {
  const scope = watched({ a: false, b: 1, hostvars: { n: 1 } });
  assert.is(evaluateCondition({ text: 'a && b == 1', span }, scope), false);
  assert.equal(scope.asked, ['a']);
});

test('has its exact place in any kind of scalar', () => {
  const table = [
    ['when: a == nope', 't.yml:1:12'],
    ['when: "port == 6443 && nope"', 't.yml:1:24'],
    ['when: \'name == "a" || nope\'', 't.yml:1:23'],
    ['when: |-\n  port > 1 &&\n  nope\n', 't.yml:3:3'],
    ['when:\n  - on\n  - port == nope.x', 't.yml:3:13'],
  ] as const;
  for (const [text, place] of table) {
    const map = yaml(text);
    const found = map.kind === 'map' ? map.entries[0]?.value : undefined;
    const node = (found?.kind === 'list' ? found.items[1] : found) as ScalarNode;
    assert.is(failure(() => evaluateCondition(node, scopeOf({ ...site, a: 1 }))).split(': ')[0], place, text);
  }
});

test('marks the part that is wrong', () => {
  assert.is(
    marked(() => cel('on && bird.peer.x == 1')),
    'bird.peer.x',
  );
  assert.is(
    marked(() => cel('on && port == "a"')),
    'port == "a"',
  );
  assert.is(
    marked(() => cel('on && cidrHost("x", 1) == 1')),
    '"x"',
  );
});

test('lets through what a lookup throws', () => {
  const error = new TypeError('not known yet');
  const throwing = {
    lookup: () => {
      throw error;
    },
    names: () => [],
  };
  for (const expression of [
    'x',
    'x + 1',
    'x.y',
    'size(x)',
    'x.all(y, y)',
    'has(vars.x)',
    'vars.?x.orValue(1)',
    'x || true',
  ]) {
    assert.throws(
      () => evaluateExpression({ text: expression, span }, throwing),
      (thrown: unknown) => thrown === error,
      expression,
    );
  }
});

test('can be evaluated while it is being evaluated', () => {
  const expression = { text: 'list.map(x, inner + x)', span };
  const inner = scopeOf({ list: [10, 20], inner: 1 });
  const outer = {
    lookup: (name: string) =>
      name === 'inner' ? (evaluateExpression(expression, inner) as number[]).length : inner.lookup(name),
    names: () => [],
  };
  assert.equal(evaluateExpression(expression, outer), [12, 22]);
});

test.run();

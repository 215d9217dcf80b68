import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Data, toData } from '../../src/base/node.ts';
import { checkData, compile, locate, type Schema, valueWords } from '../../src/base/schema.ts';
import { line, map, plain } from '../support/node.ts';
import { thrown } from '../support/rejects.ts';

const test = suite('base/schema');

const schema: Schema = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1, description: 'What it is called.' },
    size: { type: 'integer', minimum: 1, maximum: 9, description: 'How large.' },
    ratio: { type: 'number' },
    enabled: { type: 'boolean', default: false },
    maybe: { type: ['boolean', 'null'], default: null },
    either: { type: ['boolean', 'string'] },
    state: { enum: ['present', 'absent', null], default: 'present' },
    mode: { type: ['string', 'null'], pattern: '^[0-7]{4}$', default: null, description: 'Permissions.' },
    peers: {
      type: 'array',
      maxItems: 2,
      items: {
        type: 'object',
        required: ['ip'],
        additionalProperties: false,
        properties: { ip: { type: 'string' }, up: { type: 'boolean', default: true } },
      },
    },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
  },
};

/** All that is wrong with args as written, in one line each. */
function problems(text: string): string[] {
  const node = map(text);
  const { problems: found } = checkData(toData(node), schema, 'an argument of thing');
  return locate(found, node, node.span).map(line);
}

/** The args as a module gets them. */
function checked(text: string): unknown {
  const { data, problems: found } = checkData(toData(map(text)), schema, 'an argument of thing');
  assert.equal(found, []);
  return plain(data);
}

test('fills in defaults', () => {
  assert.equal(checked('name: x'), { name: 'x', enabled: false, maybe: null, state: 'present', mode: null });
});

test('fills in defaults of what is nested', () => {
  assert.equal((checked('name: x\npeers: [{ip: a}]') as { peers: unknown }).peers, [{ ip: 'a', up: true }]);
});

test('leaves the data that it was given as it is', () => {
  const data = toData(map('name: x'));
  checkData(data, schema, 'x');
  assert.equal(plain(data), { name: 'x' });
});

test('takes yes and no where a boolean is wanted, in any case and place', () => {
  const given = checked('name: x\nenabled: yes\nmaybe: Off\npeers: [{ip: a, up: "NO"}]') as Record<string, unknown>;
  assert.is(given.enabled, true);
  assert.is(given.maybe, false);
  assert.equal(given.peers, [{ ip: 'a', up: false }]);
});

test('leaves yes and no a text where text is wanted, too', () => {
  assert.is((checked('name: yes\neither: no') as Record<string, unknown>).name, 'yes');
  assert.is((checked('name: x\neither: no') as Record<string, unknown>).either, 'no');
});

test('says that something is missing', () => {
  assert.equal(problems('size: 3'), ['t.yml:1:1: `name` is missing: argument of thing that must be given.']);
});

test('says where something is missing', () => {
  assert.equal(problems('name: x\npeers:\n  - ip: a\n  - up: true\n'), [
    't.yml:4:5: `ip` is missing: argument of thing that must be given.',
  ]);
});

test('says what an unknown key may have been meant for', () => {
  assert.equal(problems('name: x\nsiez: 3'), ['t.yml:2:1: `siez` is not an argument of thing. | Did you mean `size`?']);
  assert.equal(problems('name: x\npeers: [{ip: a, ipp: b}]'), [
    't.yml:2:17: `ipp` is not an argument of thing. | Did you mean `ip`?',
  ]);
});

test('says what there is when an unknown key is like nothing', () => {
  assert.equal(problems('name: x\nkubernetes: 1'), [
    't.yml:2:1: `kubernetes` is not an argument of thing. | Known: either, enabled, labels, maybe, mode, name, peers, ratio, size, state.',
  ]);
});

test('says what type is wanted, and what it is for', () => {
  assert.equal(problems('name: x\nsize: big'), ['t.yml:2:7: `size` must be a whole number, not `big`. | How large.']);
  assert.equal(problems('name: x\nratio: [1]'), ['t.yml:2:8: `ratio` must be a number, not a list.']);
  assert.equal(problems('name: x\npeers: 5'), ['t.yml:2:8: `peers` must be a list, not the number `5`.']);
  assert.equal(problems('name: x\nenabled: maybe'), ['t.yml:2:10: `enabled` must be true or false, not `maybe`.']);
  assert.equal(problems('name: x\nlabels: y'), ['t.yml:2:9: `labels` must be a mapping, not `y`.']);
});

test('names all types but null', () => {
  assert.equal(problems('name: x\nmaybe: 3'), ['t.yml:2:8: `maybe` must be true or false, not the number `3`.']);
});

test('hints at quotes where text is wanted', () => {
  assert.equal(problems('name: 5'), ["t.yml:1:7: `name` must be text, not the number `5`. | Quote it: `'5'`."]);
  assert.equal(problems('name: true'), [
    "t.yml:1:7: `name` must be text, not the boolean `true`. | Quote it: `'true'`.",
  ]);
});

test('quotes a number as it was written, which for a mode matters', () => {
  assert.equal(problems('name: x\nmode: 0644'), [
    "t.yml:2:7: `mode` must be text, not the number `644`. | Quote it: `mode: '0644'`.",
  ]);
  assert.equal(problems('name: x\nmode: 644'), [
    "t.yml:2:7: `mode` must be text, not the number `644`. | Quote it: `mode: '644'`.",
  ]);
});

test('names a value inside by its path', () => {
  assert.equal(problems('name: x\npeers: [{ip: 5}]'), [
    "t.yml:2:14: `peers.0.ip` must be text, not the number `5`. | Quote it: `'5'`.",
  ]);
  assert.equal(problems('name: x\nlabels: {a/b: 5}'), [
    "t.yml:2:15: `labels.a/b` must be text, not the number `5`. | Quote it: `'5'`.",
  ]);
});

test('says which values there are', () => {
  assert.equal(problems('name: x\nstate: presnt'), [
    't.yml:2:8: `state` is `presnt`; it can be `present`, `absent`, `null`. | Did you mean `present`?',
  ]);
  assert.equal(problems('name: x\nstate: running'), [
    't.yml:2:8: `state` is `running`; it can be `present`, `absent`, `null`.',
  ]);
  assert.equal(problems('name: x\nstate: {a: b}'), [
    't.yml:2:8: `state` is a mapping; it can be `present`, `absent`, `null`.',
  ]);
});

test('says what has not the right form', () => {
  assert.equal(problems("name: x\nmode: 'rwx'"), [
    't.yml:2:7: `mode` is `rwx`, which has not the right form. | Permissions.',
  ]);
});

test('says which limit is passed', () => {
  assert.equal(problems('name: x\nsize: 10'), ['t.yml:2:7: `size` must be <= 9; it is the number `10`. | How large.']);
  assert.equal(problems('name: ""'), [
    't.yml:1:7: `name` must NOT have fewer than 1 characters; it is ``. | What it is called.',
  ]);
  assert.equal(problems('name: x\npeers: [{ip: a}, {ip: b}, {ip: c}]'), [
    't.yml:2:8: `peers` must NOT have more than 2 items; it is a list.',
  ]);
});

test('tells of all that is wrong at once', () => {
  assert.is(problems('siez: 1\nstate: 5\nenabled: 5\n').length, 4);
});

test('says of one value only the first thing that is wrong', () => {
  const one: Schema = { type: 'object', properties: { a: { type: 'string', minLength: 3, pattern: '^x' } } };
  assert.is(checkData({ a: 'y' }, one, 'x').problems.length, 1);
});

test('is not misled by keys that mean something to JavaScript', () => {
  const data = JSON.parse('{"name": "x", "__proto__": {"enabled": true}, "constructor": 1}') as Data;
  const { problems: found } = checkData(data, schema, 'an argument of thing');
  assert.equal(
    found.map(({ message }) => message),
    ['`__proto__` is not an argument of thing.', '`constructor` is not an argument of thing.'],
  );
  assert.is(({} as Record<string, unknown>).enabled, undefined);
});

test('knows two schemas with one id apart', () => {
  const one: Schema = { $id: 'role', type: 'object', properties: { a: { type: 'string' } } };
  const other: Schema = { $id: 'role', type: 'object', properties: { a: { type: 'integer' } } };
  assert.is(checkData({ a: 'x' }, one, 'x').problems.length, 0);
  assert.is(checkData({ a: 'x' }, other, 'x').problems.length, 1);
});

test('refuses a schema that is none', () => {
  assert.match(thrown(() => compile({ type: 'strnig' }), Error).message, 'type');
  assert.match(thrown(() => compile({ requird: ['a'] }), Error).message, 'unknown keyword: "requird"');
});

test('names values in few words', () => {
  assert.is(valueWords(null), 'null');
  assert.is(valueWords('a'), '`a`');
  assert.is(valueWords(5), 'the number `5`');
  assert.is(valueWords(true), 'the boolean `true`');
  assert.is(valueWords([1]), 'a list');
  assert.is(valueWords({}), 'a mapping');
  assert.is(valueWords('x'.repeat(100)), `\`${'x'.repeat(57)}...\``);
});

test.run();

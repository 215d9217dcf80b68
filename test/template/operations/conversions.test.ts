import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Data } from '../../../src/base/node.ts';
import { cel, failure, value } from '../support.ts';

const test = suite('template/operations/conversions');

test('numbers, texts and booleans are made of each other', () => {
  const calls: readonly (readonly [call: string, expected: Data])[] = [
    ['int "42"', 42],
    ['int 2.9', 2],
    ['int "x" 7', 7],
    ['int " 42\n"', 42],
    ['float "2.5"', 2.5],
    ['string 6443', '6443'],
    ['string true', 'true'],
    ['bool "Yes"', true],
    ['bool "FALSE"', false],
    ['bool 1', true],
    ['bool 0', false],
    ['abs -3', 3],
    ['round 2.5', 3],
    ['round 2.346 2', 2.35],
    ['floor -2.5', -3],
    ['ceil 2.1', 3],
    ['sum (range 5)', 10],
  ];
  for (const [call, expected] of calls) assert.equal(value(`{{${call}}}`), expected, call);
  assert.is(cel('int("x", 7) + abs(-1)'), 8);
});

test('what is none of them is told', () => {
  assert.is(
    failure(() => value('{{int "4x"}}')),
    't.yml:1:7: `int`: its argument must be a number or digits, not the string `4x`.',
  );
  assert.is(
    failure(() => value('{{bool "maybe"}}')),
    't.yml:1:8: `bool`: its argument must be `true` or `false`, not the string `maybe`.',
  );
});

test('a megabyte of digits that are no number is told at once', () => {
  assert.match(
    failure(() => value('{{int digits}}', { digits: `${'1'.repeat(1_000_000)}x` })),
    'must be a number or digits',
  );
});

test('choices look at no more than they need', () => {
  assert.is(value('{{ternary on "a" nope}}'), 'a');
  assert.is(value('{{ternary off nope "b"}}'), 'b');
  assert.is(value('{{ternary (defined nope) nope "b"}}'), 'b');
  assert.is(value('{{default blank "x" true}}'), 'x');
  assert.is(value('{{default blank "x"}}'), '');
  assert.is(value('{{default bird.peer.port 179}}'), 179);
  assert.is(value('{{#if (defined bird.peer.port)}}yes{{else}}no{{/if}}'), 'no');
  assert.is(value('{{mandatory name "Say a name."}}'), 'node-1');
  assert.is(
    failure(() => value('{{mandatory bird.mtu "Set the MTU."}}')),
    't.yml:1:13: `bird.mtu` is mandatory, and undefined. | Set the MTU.',
  );
});

test('expressions ask for the whole of a path', () => {
  const answers: readonly (readonly [expression: string, expected: Data])[] = [
    ['defined(name)', true],
    ['defined(nope)', false],
    ['defined(nope.a.b)', false],
    ['defined(bird.peer.ip)', true],
    ['defined(bird.pear.ip)', false],
    ['defined(vars.bird["peer"]["ip"])', true],
    ['defined(list[5])', false],
    ['default(nope.a, 3) + 1', 4],
    ['default(bird.asn, 0)', 64512],
    ['list.map(x, default(x.y, x))', [1, 2, 3]],
    ['defined(nope) && nope > 3', false],
    ['!defined(nope) || nope > 3', true],
  ];
  for (const [expression, expected] of answers) assert.equal(cel(expression), expected, expression);
  assert.is(
    failure(() => cel('default(nope)')),
    't.yml:1:1: `default` wants a path and a fallback. | Write `default(PATH, FALLBACK, [true])`.',
  );
});

test.run();

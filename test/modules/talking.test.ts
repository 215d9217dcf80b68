import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assert as assertModule } from '../../src/modules/assert.ts';
import { debug } from '../../src/modules/debug.ts';
import { fail } from '../../src/modules/fail.ts';
import type { AnyModule, Result } from '../../src/modules/module.ts';
import { setFact } from '../../src/modules/set-fact.ts';
import { setup } from '../../src/modules/setup.ts';
import { type Args, argsOf, plan, problemsOf } from './support.ts';
import { planError } from '../probes/support.ts';

const test = suite('modules/debug assert fail set_fact setup');

function resultOf(module: AnyModule, args: Args, state: object = {}): Result {
  return module.result(argsOf(module, args), state as Record<string, unknown>, [], {});
}

const that = (expression: string, value: Args[string]): { expression: string; value: Args[string] } => ({
  expression,
  value,
});

test('debug says a text, any value, or what an expression is', () => {
  const cases: readonly (readonly [Args, string, Args])[] = [
    [{}, 'Hello world!', { msg: 'Hello world!' }],
    [{ msg: 'hi' }, 'hi', { msg: 'hi' }],
    [{ msg: ['a', 1] }, '[\n  "a",\n  1\n]', { msg: ['a', 1] }],
    [{ var: that('x.y', { a: true }) }, 'x.y: {\n  "a": true\n}', { 'x.y': { a: true } }],
    [{ var: that('n', null) }, 'n: null', { n: null }],
  ];
  for (const [args, message, values] of cases) {
    const result = resultOf(debug, args);
    assert.equal([result.message, result.verbosity], [message, 0]);
    assert.is(JSON.stringify(result.values), JSON.stringify(values));
  }
  assert.is(resultOf(debug, { verbosity: 2 }).verbosity, 2);
  assert.equal(problemsOf(debug, { msg: 'a', var: 'b' }), ['Only one of `msg` and `var` can be given.']);
});

test('assert passes when all is true, and says so unless quiet', () => {
  assert.equal(plan(assertModule, { that: [that('a', true), that('b', true)] }, {}), []);
  assert.equal(plan(assertModule, { that: that('a', true) }, {}), []);
  assert.is(resultOf(assertModule, { that: [] }).message, 'All assertions passed');
  assert.is(resultOf(assertModule, { that: [], success_msg: 'fine' }).message, 'fine');
  assert.is(resultOf(assertModule, { that: [], quiet: true }).message, null);
});

test('assert fails with the first that is not true', () => {
  const failing = [that('a', true), that('b > 1', false), that('c', false)];
  assert.throws(() => plan(assertModule, { that: failing }, {}), planError('Not true: b > 1'));
  assert.throws(
    () => plan(assertModule, { that: failing, msg: 'too small' }, {}),
    planError('too small', /^Not true: b > 1$/),
  );
  assert.throws(
    () => plan(assertModule, { that: that('name', 'x') }, {}),
    planError('`name` is neither true nor false: "x".', /^Compare it with something/),
  );
});

test('fail fails', () => {
  assert.throws(() => plan(fail, { msg: 'no' }, {}), planError('no'));
  assert.throws(() => plan(fail, {}, {}), planError('Failed as requested from task'));
});

test('set_fact sets all its keys', () => {
  const result = resultOf(setFact, { a: 1, b: ['x'], cacheable: true });
  assert.equal([result.variables, result.values, result.message], [{ a: 1, b: ['x'] }, {}, null]);
  assert.equal(problemsOf(setFact, { 'a-b': 1, '1x': 2, ok: 3 }), [
    '`a-b` can not be the name of a variable.',
    '`1x` can not be the name of a variable.',
  ]);
});

test('setup gives all facts, or those that match', () => {
  const facts = { hostname: 'n1', interfaces: null, default_ipv4: { address: '192.0.2.1' }, default_ipv6: null };
  const factsOf = (args: Args): unknown => resultOf(setup, args, { facts }).facts;
  assert.equal(factsOf({}), facts);
  assert.equal(factsOf({ filter: 'ansible_default_*' }), {
    default_ipv4: { address: '192.0.2.1' },
    default_ipv6: null,
  });
  assert.equal(factsOf({ filter: ['hostname', 'inter?aces', 'a.*'] }), { hostname: 'n1', interfaces: null });
});

test.run();

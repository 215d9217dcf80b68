import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Data } from '../../../src/base/node.ts';
import { CallProblem } from '../../../src/template/operations/call-problem.ts';
import { type Budget, findAll } from '../../../src/template/regex/find.ts';
import { regexFindAll, regexReplace, regexSearch } from '../../../src/template/regex/operations.ts';
import { programOf } from '../../../src/template/regex/program.ts';
import { randomNumbers } from '../../support/random.ts';
import { cel, failure, value } from '../support.ts';

const test = suite('template/regex/operations');

// All of them as Python's `re.sub` gives them.
test('every match is replaced, with groups', () => {
  const table: readonly (readonly [text: string, pattern: string, replacement: string, made: string])[] = [
    ['node-12', '^([a-z]+)-([0-9]+)$', '\\2.\\1', '12.node'],
    ['a.b.c', '\\.', '_', 'a_b_c'],
    ['v1.28.3', '^v', '', '1.28.3'],
    ['abxd', 'x*', '-', '-a-b--d-'],
    ['aaa', 'a*?', '-', '-------'],
    ['key = value', '(?P<k>\\w+) = (?P<v>\\w+)', '\\g<v>: \\g<k>', 'value: key'],
    ['ab', '(a)|(b)', '[\\1\\2]', '[a][b]'],
    ['foobar', 'foo|foobar', '<\\g<0>>', '<foo>bar'],
    ['aXbX', '.*?X', 'y', 'yy'],
    ['aXbX', '.*X', 'y', 'y'],
    ['one\ntwo', '(?m)^', '# ', '# one\n# two'],
    ['$1 & $&', '\\$', '$&', '$&1 & $&&'],
    ['zürich ✓ x', '[^ -~]', '?', 'z?rich ? x'],
    ['😀a😀', 'a', '', '😀😀'],
    ['/dev/sda1', '[0-9]+$', '', '/dev/sda'],
    ['aab', '(a(b)?)+', '\\1', 'ab'],
  ];
  for (const [text, pattern, replacement, made] of table) {
    assert.is(regexReplace([text, pattern, replacement], {}), made, pattern);
  }
});

test('search gives the match or a group, findAll all of them', () => {
  assert.is(value('{{regexSearch "eth0: mtu 1500" "mtu ([0-9]+)" 1}}'), '1500');
  assert.is(value('{{regexSearch "eth0: mtu 1500" "mtu ([0-9]+)"}}'), 'mtu 1500');
  assert.is(value('{{regexSearch "eth0" "(?P<card>[a-z]+)" "card"}}'), 'eth');
  assert.is(value('{{regexSearch "eth0" "[0-9]{2}"}}'), null);
  assert.is(value('{{regexSearch "ab" "(x)?b" 1}}'), null);
  assert.is(value('{{regexSearch "NODE" "node" ignorecase=true}}'), 'NODE');
  assert.equal(cel('regexFindAll("a=1,b=22", "[0-9]+")'), ['1', '22']);
  assert.equal(cel('regexFindAll("a=1,b=22", "(\\\\w)=(\\\\d+)")'), [
    ['a', '1'],
    ['b', '22'],
  ]);
  assert.is(cel('regexReplace("10.0.0.1", regexEscape("0.0"), "x")'), '1x.0.1');
});

test('what can not be used is told', () => {
  const refused: readonly (readonly [template: string, message: string])[] = [
    [
      '{{regexSearch "a" "(a" 1}}',
      't.yml:1:19: `regexSearch`: the regular expression can not be used: a parenthesis is never closed. | Its syntax is that of RE2.',
    ],
    [
      '{{regexSearch "a" "(a)" 2}}',
      't.yml:1:25: `regexSearch`: its third argument must be a group: a name, or 0 to 1, not the number 2.',
    ],
    [
      '{{regexReplace "a" "(a)" "\\2"}}',
      't.yml:1:26: `regexReplace`: the replacement names the group `2`, which the expression does not have.',
    ],
    [
      '{{regexReplace "a" "(?=a)" ""}}',
      't.yml:1:20: `regexReplace`: the regular expression can not be used: look-around is not supported. | Its syntax is that of RE2.',
    ],
  ];
  for (const [template, message] of refused)
    assert.is(
      failure(() => value(template)),
      message,
    );
});

test('finds what the expressions of JavaScript find, for whatever pattern', () => {
  const random = randomNumbers(7);
  let compared = 0;
  for (let i = 0; i < 3000; i++) {
    const source = randomPattern(random, 0);
    const text = Array.from({ length: random(9) }, () => pick(random, 'abc')).join('');
    const expected = [...text.matchAll(new RegExp(source, 'g'))].map((match) => [match.index, match[0]]);
    // Behind an empty match Python looks at the same place once more, JavaScript at the next one.
    if (expected.some(([, whole]) => whole === '')) continue;
    compared++;
    const found = [...findAll(programOf(source), text, { left: 1e9 })].map(({ start, groups }) => [start, groups[0]]);
    assert.equal(found, expected, `${source} in ${text}`);
  }
  assert.ok(compared > 500, `only ${compared} were compared`);
});

type Random = (below: number) => number;

function pick(random: Random, from: string): string {
  return from.charAt(random(from.length));
}

function randomPattern(random: Random, depth: number): string {
  const parts = Array.from({ length: 1 + random(3) }, () => randomPart(random, depth));
  return parts.join(random(10) < 3 ? '|' : '');
}

// What is repeated is never empty: rounds of nothing are counted in different ways.
function randomPart(random: Random, depth: number): string {
  const kind = random(10);
  const repeat = ['', '', '*', '+', '?', '*?', '+?', '{1,2}'][random(8)] ?? '';
  if (depth > 2 || kind < 5) return pick(random, 'abc.') + repeat;
  if (kind < 6) return `[${pick(random, 'abc')}${pick(random, 'abc')}]${repeat}`;
  if (kind < 7) return pick(random, '^$');
  if (kind < 9) return `(${randomPattern(random, depth + 1)})`;
  return `(${pick(random, 'abc')}${pick(random, 'abc')}*|${pick(random, 'abc')})${repeat}`;
}

function stepsOf(text: string, pattern: string): number {
  const budget: Budget = { left: 1e9 };
  const program = programOf(pattern);
  for (const match of findAll(program, text, budget)) if (match.end < 0) break;
  return 1e9 - budget.left;
}

test('patterns that take others years take steps in proportion to the text', () => {
  for (const pattern of [
    '(a+)+$',
    '(a|a)*b',
    '(a|aa)+$',
    '(.*a){12}',
    '(a*)*b',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '(?:a?){30}a{30}',
  ]) {
    const [short, long] = [1000, 4000].map((length) => stepsOf(`${'a'.repeat(length)}!`, pattern));
    assert.ok((long ?? 0) < 4.5 * (short ?? 0), `${pattern}: ${short} steps, then ${long}`);
  }
});

test('many searches of one call share one budget', () => {
  // Each search looks at the whole rest before it is content with one character.
  const text = 'a'.repeat(20_000);
  for (const call of [
    (): Data => regexReplace([text, 'a.*z|a', 'b'], {}),
    (): Data => regexFindAll([text, 'a.*z|a'], {}),
    (): Data => regexReplace([text, 'a', 'b'.repeat(1000)], {}),
  ]) {
    assert.throws(call, (error: unknown) => error instanceof CallProblem && /too many|longer than/.test(error.message));
  }
  assert.is(regexSearch([text, 'b'], {}), null);
});

test.run();

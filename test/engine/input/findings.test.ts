import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { diagnostic } from '../../../src/base/diagnostic.ts';
import { spanOf } from '../../../src/base/source.ts';
import { Findings } from '../../../src/engine/input/findings.ts';
import { line, sourceOf } from '../../support/node.ts';

const test = suite('engine/findings');

const at = spanOf(sourceOf('ab'), 0);
const wrong = diagnostic(at, '`x` is undefined.', 'Did you mean `y`?');

/** What is told of a problem that was found on some of these hosts. */
function told(on: readonly string[], among: readonly string[]): string[] {
  const findings = new Findings();
  findings.among(among);
  for (const host of on) findings.on(host, [wrong]);
  return findings.all().map(line);
}

test('tells a problem of all hosts once, without naming them', () => {
  assert.equal(told(['a', 'b'], ['a', 'b']), ['t.yml:1:1: `x` is undefined. | Did you mean `y`?']);
});

test('names the hosts of a problem that not all have', () => {
  assert.equal(told(['b'], ['a', 'b']), ['t.yml:1:1: `x` is undefined. | Did you mean `y`? On b.']);
  assert.equal(told(['a', 'c'], ['a', 'b', 'c']), ['t.yml:1:1: `x` is undefined. | Did you mean `y`? On a, c.']);
});

test('names five hosts and counts the others', () => {
  const hosts = Array.from({ length: 9 }, (_, i) => `h${i}`);
  const [problem = ''] = told(hosts.slice(0, 7), hosts);
  assert.match(problem, 'On h0, h1, h2, h3, h4 and 2 more.');
});

test('names hosts in a hint of its own when there is none', () => {
  const findings = new Findings();
  findings.among(['a', 'b']);
  findings.on('a', [diagnostic(at, 'It is wrong.')]);
  assert.equal(findings.all().map(line), ['t.yml:1:1: It is wrong. | On a.']);
});

test('counts a host once, however often it has the problem', () => {
  assert.equal(told(['a', 'a', 'a'], ['a', 'b']), ['t.yml:1:1: `x` is undefined. | Did you mean `y`? On a.']);
});

test('tells what is of no host in particular as it is', () => {
  const findings = new Findings();
  findings.among(['a', 'b']);
  findings.add(wrong);
  assert.equal(findings.all().map(line), ['t.yml:1:1: `x` is undefined. | Did you mean `y`?']);
});

test('sorts by place', () => {
  const findings = new Findings();
  findings.add(diagnostic(spanOf(sourceOf('ab'), 1), 'second'));
  findings.add(diagnostic(at, 'first'));
  assert.equal(
    findings.all().map(({ message }) => message),
    ['first', 'second'],
  );
});

test.run();

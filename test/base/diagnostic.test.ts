import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { diagnostic, formatDiagnostic, sortDiagnostics, visible } from '../../src/base/diagnostic.ts';
import { EvaluationError, InputError, KmeshError, must } from '../../src/base/errors.ts';
import { spanOf } from '../../src/base/source.ts';
import { sourceOf } from '../support/node.ts';
import { thrown } from '../support/rejects.ts';

const test = suite('base/diagnostic');

test('shows the place, the line, a caret under it and the hint', () => {
  const source = sourceOf('a: 1\nsysctl:\n  persit: true\n', 'roles/node/tasks.yml');
  const at = spanOf(source, 15, 21);
  assert.is(
    formatDiagnostic(diagnostic(at, '`persit` is not an argument of sysctl.', 'Did you mean `persist`?')),
    `roles/node/tasks.yml:3:3: \`persit\` is not an argument of sysctl.
    3 |   persit: true
      |   ^^^^^^
  hint: Did you mean \`persist\`?`,
  );
});

test('is one line without place and hint', () => {
  assert.is(formatDiagnostic(diagnostic(null, 'It is wrong.')), 'It is wrong.');
});

test('shows no excerpt of an empty line', () => {
  assert.is(formatDiagnostic(diagnostic(spanOf(sourceOf(''), 0), 'It is empty.')), 't.yml:1:1: It is empty.');
});

test('ends the carets with the line', () => {
  const text = formatDiagnostic(diagnostic(spanOf(sourceOf('ab\ncd\n'), 1, 5), 'x'));
  assert.is(text, 't.yml:1:2: x\n    1 | ab\n      |  ^');
});

test('puts a caret behind the end of a line', () => {
  const text = formatDiagnostic(diagnostic(spanOf(sourceOf('ab\n'), 2, 3), 'x'));
  assert.is(text, 't.yml:1:3: x\n    1 | ab\n      |   ^');
});

test('keeps the caret in its column behind tabs', () => {
  const text = formatDiagnostic(diagnostic(spanOf(sourceOf('\t\tab'), 2, 4), 'x'));
  assert.is(text, 't.yml:1:3: x\n    1 |   ab\n      |   ^^');
});

test('shows a long line around the place', () => {
  const source = sourceOf(`${'a'.repeat(300)}HERE${'b'.repeat(300)}`);
  const [, line = '', carets = ''] = formatDiagnostic(diagnostic(spanOf(source, 300, 304), 'x')).split('\n');
  assert.is(line, `    1 | ${'a'.repeat(50)}HERE${'b'.repeat(46)}`);
  assert.is(carets, `      | ${' '.repeat(50)}^^^^`);
});

test('shows the end of a long line when the place is there', () => {
  const source = sourceOf(`${'a'.repeat(300)}END`);
  const [, line = '', carets = ''] = formatDiagnostic(diagnostic(spanOf(source, 300, 303), 'x')).split('\n');
  assert.is(line, `    1 | ${'a'.repeat(97)}END`);
  assert.is(carets, `      | ${' '.repeat(97)}^^^`);
});

test('lets no control character through', () => {
  const source = sourceOf('a\u001b[2J\u0007b: \u202ec', 'evil\u001b.yml');
  const text = formatDiagnostic(diagnostic(spanOf(source, 0), 'a\rb\u009bc', 'x\u0000y'));
  assert.is(
    text,
    String.raw`evil\x1b.yml:1:1: a\x0db\x9bc
    1 | a\x1b[2J\x07b: \u202ec
      | ^
  hint: x\x00y`,
  );
});

test('keeps the caret under the place behind an escaped character', () => {
  const text = formatDiagnostic(diagnostic(spanOf(sourceOf('\u001bab'), 1, 3), 'x'));
  assert.is(
    text,
    String.raw`t.yml:1:2: x
    1 | \x1bab
      |     ^^`,
  );
});

test('leaves line ends, tabs and letters of any language as they are', () => {
  assert.is(visible('a\n\tü日本🎉'), 'a\n\tü日本🎉');
});

test('sorts by file and place and says nothing twice', () => {
  const a = sourceOf('a: 1\nb: 2\n', 'a.yml');
  const b = sourceOf('a: 1\n', 'b.yml');
  const sorted = sortDiagnostics([
    diagnostic(spanOf(b, 0), 'third'),
    diagnostic(spanOf(a, 5), 'second'),
    diagnostic(spanOf(a, 0), 'first'),
    diagnostic(spanOf(a, 5), 'second'),
    diagnostic(null, 'before all'),
  ]);
  assert.equal(
    sorted.map(({ message }) => message),
    ['before all', 'first', 'second', 'third'],
  );
});

test('keeps two messages of one place', () => {
  const at = spanOf(sourceOf('a'), 0);
  assert.is(sortDiagnostics([diagnostic(at, 'one'), diagnostic(at, 'two')]).length, 2);
});

test('makes one error of all that is wrong with the input', () => {
  const at = spanOf(sourceOf('a'), 0);
  const error = new InputError([diagnostic(at, 'two'), diagnostic(null, 'one'), diagnostic(at, 'two')]);
  assert.is(error.message, 'one\nt.yml:1:1: two\n    1 | a\n      | ^');
  assert.is(error.diagnostics.length, 2);
});

test('names an error by its class and keeps its cause', () => {
  const cause = new Error('why');
  const error = new EvaluationError('what', { hint: 'do', cause });
  assert.is(error.name, 'EvaluationError');
  assert.instance(error, KmeshError);
  assert.is(error.cause, cause);
  assert.equal(error.diagnostic, { at: null, message: 'what', hint: 'do' });
  assert.not.ok('cause' in new KmeshError('x'));
});

test('takes what must be there for a bug when it is not', () => {
  assert.is(must(0, 'number'), 0);
  assert.is(thrown(() => must(null, 'thing'), Error).message, 'bug: no thing');
});

test('puts the caret below wide and combined characters', () => {
  const source = sourceOf('日本e\u0301 x 語');
  assert.is(formatDiagnostic(diagnostic(spanOf(source, 5, 6), 'x')).split('\n')[2], '      |       ^');
  assert.is(formatDiagnostic(diagnostic(spanOf(source, 7, 8), 'x')).split('\n')[2], '      |         ^^');
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toData } from '../../src/base/node.ts';
import { parseYaml } from '../../src/base/yaml.ts';
import { covered, line, map, plain, scalar, sourceOf } from '../support/node.ts';
import { cpuMsSince } from '../support/cpu-time.ts';

const test = suite('base/yaml');

/** The value of a text without problems. */
function value(text: string): unknown {
  const { node, diagnostics } = parseYaml(sourceOf(text));
  assert.equal(diagnostics.map(line), []);
  return node === null ? undefined : plain(toData(node));
}

/** All that is wrong with a text. */
function problems(text: string): string[] {
  return parseYaml(sourceOf(text)).diagnostics.map(line);
}

test('reads mappings, lists and scalars', () => {
  assert.equal(value('a: 1\nb: [x, 2.5, true, null]\nc: {d: ""}\n'), {
    a: 1,
    b: ['x', 2.5, true, null],
    c: { d: '' },
  });
});

test('reads YAML 1.2, where only true and false are booleans', () => {
  assert.equal(value('[yes, no, on, off, true, False]'), ['yes', 'no', 'on', 'off', true, false]);
  assert.equal(value('[0644, 0o644, 0x1A, 1_000, 12:30:00, 2001-01-01]'), [
    644,
    420,
    26,
    '1_000',
    '12:30:00',
    '2001-01-01',
  ]);
});

test('keeps a number as it was written', () => {
  const mode = map('mode: 0644\n').entries[0]?.value;
  assert.is(mode?.kind === 'scalar' ? mode.value : null, 644);
  assert.is(mode?.kind === 'scalar' ? mode.written : null, '0644');
});

test('keeps the style of a scalar', () => {
  const styles = map('a: x\nb: "x"\nc: \'x\'\nd: |\n  x\ne: >\n  x\n').entries.map(({ value: v }) =>
    v.kind === 'scalar' ? v.style : v.kind,
  );
  assert.equal(styles, ['plain', 'quoted', 'quoted', 'block', 'block']);
});

test('marks a text that is never a template', () => {
  assert.ok(scalar('!unsafe "{{ x }}"').verbatim);
  assert.not.ok(scalar('"{{ x }}"').verbatim);
});

test('has no value for an empty text', () => {
  for (const text of ['', '\n\n', '# a comment\n', '---\n', '--- # x\n...\n']) {
    assert.equal(problems(text), []);
    assert.is(value(text), undefined);
  }
});

test('keeps the places of keys and values', () => {
  const [entry] = map('a:\n  key: value\n').entries;
  const inner = entry?.value.kind === 'map' ? entry.value.entries[0] : undefined;
  assert.is(inner && covered(inner.keySpan), 'key');
  assert.is(inner && covered(inner.value.span), 'value');
  assert.is(inner?.keySpan.start, 5);
});

test('points at the key when it has no value', () => {
  const [entry] = map('key:\nother: 1\n').entries;
  assert.is(entry && covered(entry.value.span), 'key');
});

test('takes CRLF', () => {
  assert.equal(value('a: 1\r\nb:\r\n  - x\r\n'), { a: 1, b: ['x'] });
  assert.equal(
    problems('a: 1\r\nb: [\r\n').map((p) => p.split(':').slice(0, 2).join(':')),
    ['t.yml:3'],
  );
});

test('refuses a tab that indents', () => {
  assert.equal(problems('a:\n\tb: 1\n'), [
    't.yml:2:1: A tab indents this line. | Indent with spaces: YAML allows no tabs.',
  ]);
});

test('tells what has lost the structure, and not what follows from it', () => {
  for (const text of ['- hosts: all\n[  vars: 1\n  tasks:\n    - debug: x\n', '"- a: b\n  c: "d"\n  e: f\n'])
    assert.is(problems(text).length, 1, text);
  assert.is(problems('- a: b: c\n- d: e: f\n').length, 2);
});

test('refuses a key that stands twice', () => {
  const told = 'Map keys must be unique. | The second one would win silently: keep one of them.';
  assert.equal(problems('a: 1\nb: 2\na: 3\n'), [`t.yml:3:1: ${told}`]);
  assert.equal(problems('x: {a: 1, a: 2}\n'), [`t.yml:1:11: ${told}`]);
  assert.equal(problems('1: a\n"1": b\n'), [`t.yml:2:1: ${told}`]);
});

test('places a second key behind a first one without value', () => {
  const told = 'Map keys must be unique. | The second one would win silently: keep one of them.';
  assert.equal(problems('h:\n  a:\n  a:\n'), [`t.yml:3:3: ${told}`]);
  assert.equal(problems('a:\n\n# why\na: 1\n'), [`t.yml:4:1: ${told}`]);
});

test('reads large mappings in time', () => {
  const start = process.cpuUsage();
  parseYaml(sourceOf(Array.from({ length: 20_000 }, (_, i) => `key${i}: 1\n`).join('')));
  assert.ok(cpuMsSince(start) < 3000, `${cpuMsSince(start)} ms`);
});

test('refuses what can not be a key', () => {
  assert.equal(problems('? [a, b]\n: 1\n'), ['t.yml:1:3: This key is not a text. | A key is plain text.']);
});

test('takes numbers and the like as keys, as they are written', () => {
  assert.equal(value('0644: a\ntrue: b\nnull: c\n'), { '0644': 'a', true: 'b', null: 'c' });
});

test('explains a template without quotes', () => {
  const hint = 'A value that starts with `{{` needs quotes: `key: "{{ name }}"`.';
  assert.equal(problems('a: {{ x }}\n'), [`t.yml:1:4: \`{{\` without quotes is a YAML mapping. | ${hint}`]);
  assert.equal(problems('- {{ x }}\n'), [`t.yml:1:3: \`{{\` without quotes is a YAML mapping. | ${hint}`]);
});

test('explains quotes that end too early', () => {
  const [problem = ''] = problems('a: "x\n');
  assert.match(problem, 'Is a quote or bracket left open?');
});

test('explains a value with a colon in it', () => {
  assert.equal(problems('a: b: c\n'), [
    't.yml:1:4: Nested mappings are not allowed in compact mappings. | A value with `: ` in it needs quotes.',
  ]);
});

test('tells of more than one mistake', () => {
  assert.equal(problems('a: !x 1\nb: *none\nb: 2\n').length, 3);
});

test('refuses a second document', () => {
  assert.equal(problems('a: 1\n---\nb: 2\n'), [
    't.yml:2:1: A second YAML document starts here. | Write one document per file.',
  ]);
});

test('refuses tags that it does not know', () => {
  assert.equal(problems('a: !vault x\n'), [
    't.yml:1:11: The tag `!vault` is not known. | Only `!unsafe` and the tags of YAML itself are.',
  ]);
  assert.equal(value('a: !!str 5\n'), { a: '5' });
});

test('copies what an alias names', () => {
  assert.equal(value('a: &x {b: 1}\nc: *x\nd: [*x]\n'), { a: { b: 1 }, c: { b: 1 }, d: [{ b: 1 }] });
});

test('means by an alias the last anchor of that name before it', () => {
  assert.equal(value('a: &x 1\nb: *x\nc: &x 2\nd: *x\n'), { a: 1, b: 1, c: 2, d: 2 });
});

test('means the same anchor in what is copied', () => {
  assert.equal(value('a: &x 1\nb: &y {c: *x}\nd: &x 2\ne: *y\nf: *x\n'), {
    a: 1,
    b: { c: 1 },
    d: 2,
    e: { c: 1 },
    f: 2,
  });
});

test('takes anchors and aliases of keys', () => {
  assert.equal(value('&k name: a\nother: *k\n'), { name: 'a', other: 'name' });
  assert.equal(value('a: &k name\n*k : 1\n'), { a: 'name', name: 1 });
});

test('refuses an alias without anchor', () => {
  assert.equal(problems('a: *x\nb: &x 1\n'), ['t.yml:1:4: No anchor `&x` stands before this alias.']);
});

test('refuses an alias inside of what it names', () => {
  assert.equal(problems('a: &x [1, *x]\n'), ['t.yml:1:11: `*x` contains itself.']);
  assert.equal(problems('a: &x {b: {<<: *x}}\n'), ['t.yml:1:16: `*x` contains itself.']);
});

const nine = (i: number): string => Array.from({ length: 9 }, () => `*a${i}`).join(', ');

test('refuses an alias bomb, and soon', () => {
  const bomb = `a0: &a0 [x]\n${Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [${nine(i)}]\n`).join('')}`;
  const start = process.cpuUsage();
  assert.equal(problems(bomb), ['t.yml:1:10: Aliases make more than 500000 values of this file.']);
  assert.ok(cpuMsSince(start) < 3000);
});

test('reads many aliases in time', () => {
  const start = process.cpuUsage();
  parseYaml(sourceOf(`a: &x 1\n${Array.from({ length: 20_000 }, (_, i) => `k${i}: *x\n`).join('')}`));
  assert.ok(cpuMsSince(start) < 3000, `${cpuMsSince(start)} ms`);
});

test('merges a mapping, its own keys winning', () => {
  assert.equal(value('a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n'), { a: { b: 1, c: 2 }, d: { c: 3, b: 1 } });
  assert.equal(value('d: {c: 3, <<: {b: 1, c: 2}}\n'), { d: { c: 3, b: 1 } });
});

test('merges several mappings, the first winning', () => {
  assert.equal(value('d:\n  <<: [{a: 1}, {a: 2, b: 2}]\n'), { d: { a: 1, b: 2 } });
});

test('refuses to merge anything else', () => {
  assert.equal(problems('d: {<<: 5}\n'), ['t.yml:1:9: `<<` merges a mapping or a list of mappings.']);
});

test('takes `<<` in quotes for a key', () => {
  assert.equal(value('d: {"<<": 5}\n'), { d: { '<<': 5 } });
});

test('refuses a text of 10 MB', () => {
  assert.equal(problems('x'.repeat(10_000_000)), [
    't.yml: the file is 9.5 MiB; at most 4 MiB is read. | Is this the file you meant?',
  ]);
});

test('refuses what is nested too deeply, with one message', () => {
  assert.equal(
    problems('['.repeat(20_000)).map((p) => p.replace(/:\d+: /, ': ')),
    ['t.yml:1: This is nested too deeply.'],
  );
});

test('gives no key a meaning for JavaScript', () => {
  const data = toData(map('__proto__: {polluted: true}\n')) as Record<string, unknown>;
  assert.equal(Object.keys(data), ['__proto__']);
  assert.is(({} as Record<string, unknown>).polluted, undefined);
});

test('keeps the tree where keys stand twice or a tag is unknown, and nowhere else', () => {
  const { node, diagnostics } = parseYaml(sourceOf('a: 1\nb: !x 2\na: 3\n'));
  assert.is(diagnostics.length, 2);
  assert.equal(node === null ? null : plain(toData(node)), { a: 3, b: '2' });
  assert.is(parseYaml(sourceOf('a: *none\n')).node, null);
  assert.is(parseYaml(sourceOf('a: {{ x }}\n')).node, null);
  assert.is(parseYaml(sourceOf('? [a]\n: 1\n')).node, null);
});

test('tells each value that is wrong, and nothing that follows from an error of the structure', () => {
  assert.equal(problems('a: %x\nb: @y\n'), [
    't.yml:1:4: Plain value cannot start with directive indicator character %.',
    't.yml:2:4: Plain value cannot start with reserved character @.',
  ]);
  assert.equal(problems('- a\nb: c\n- d\n'), ['t.yml:2:1: Unexpected scalar at node end.']);
});

test.run();

import { execFileSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Data } from '../../../src/base/node.ts';
import { cel, failure, value } from '../support.ts';

const test = suite('template/operations/texts');

const vars: Readonly<Record<string, Data>> = {
  text: 'zürich ✓',
  map: { b: { d: 1, c: [1, { f: 2, e: 1 }] }, a: 'x' },
  lines: 'a\nb\n\nc',
};

test('base64 goes there and back', () => {
  assert.is(value('{{b64encode text}}', vars), 'esO8cmljaCDinJM=');
  assert.is(value('{{b64decode (b64encode text)}}', vars), 'zürich ✓');
  assert.is(cel('b64decode("aGVs\\nbG8=\\n")', vars), 'hello');
  for (const [packed, message] of [
    ['aGVsbG8', 'its argument must be base64, not the string `aGVsbG8`.'],
    ['a*b=', 'its argument must be base64, not the string `a*b=`.'],
    ['/w==', 'it stands for bytes that are no text.'],
  ]) {
    assert.is(
      failure(() => value(`{{b64decode "${packed}"}}`, vars)),
      `t.yml:1:13: \`b64decode\`: ${message}`,
    );
  }
});

test('hashes are those of the text in UTF-8', () => {
  assert.is(value('{{sha256 text}}', vars), '848fa4e3aeffafadfa0a69799e687a9bda78f9844baa255d292ff188df874611');
  assert.is(value('{{hash "" "sha1"}}', vars), 'da39a3ee5e6b4b0d3255bfef95601890afd80709');
  assert.is(cel('hash("abc", "md5")', vars), '900150983cd24fb0d6963f7d28e17f72');
  assert.match(
    failure(() => value('{{hash "a" "crc32"}}', vars)),
    'its second argument must be one of sha256, sha512, sha384, sha224, sha1, md5, not the string `crc32`.',
  );
});

test('paths are taken apart as Python does', () => {
  const paths: readonly (readonly [path: string, base: string, dir: string])[] = [
    ['/etc/bird/bird.conf', 'bird.conf', '/etc/bird'],
    ['bird.conf', 'bird.conf', ''],
    ['/bird.conf', 'bird.conf', '/'],
    ['/etc/bird/', '', '/etc/bird'],
    ['//a', 'a', '//'],
    ['a//b', 'b', 'a'],
    ['', '', ''],
  ];
  for (const [path, base, dir] of paths) {
    assert.is(value(`{{basename "${path}"}}`), base, path);
    assert.is(value(`{{dirname "${path}"}}`), dir, path);
  }
});

test('a shell reads what is quoted as it was', () => {
  for (const word of ['plain', 'a b', "it's", '$HOME `id` "x"', '', 'a\nb', '*', 'ä']) {
    const quoted = value('{{shellQuote word}}', { word }) as string;
    assert.is(execFileSync('sh', ['-c', `printf %s ${quoted}`], { encoding: 'utf8' }), word);
  }
});

test('YAML and JSON are written as one asks for, and read', () => {
  assert.is(
    value('{{toYaml map indent=4 sort_keys=true}}', vars),
    'a: x\nb:\n    c:\n        - 1\n        - e: 1\n          f: 2\n    d: 1',
  );
  assert.is(value('{{toJson map sort_keys=true}}', vars), '{"a":"x","b":{"c":[1,{"e":1,"f":2}],"d":1}}');
  assert.is(value('{{toJson (keys map) indent=1}}', vars), '[\n "b",\n "a"\n]');
  assert.equal(cel('fromJson("{\\"a\\": [1, {\\"b\\": null}]}").a', vars), [
    1,
    value('{{fromJson text}}', { text: '{"b":null}' }),
  ]);
  assert.equal(Object.entries(value('{{fromJson text}}', { text: '{"b":null}' }) as object), [['b', null]]);
  assert.is(value('{{lookup (fromYaml text) "a"}}', { text: 'a: "{{ x }}"' }), '{{ x }}');
});

test('what is no JSON or YAML is told', () => {
  assert.is(
    failure(() => value('{{fromJson "{a: 1}"}}', vars)),
    't.yml:1:12: `fromJson`: its argument must be JSON, not the string `{a: 1}`.',
  );
  assert.match(
    failure(() => value('{{fromYaml "a: [1"}}', vars)),
    '`fromYaml`: its argument is not YAML: ',
  );
});

test('capitalize, indent with the first line', () => {
  assert.is(value('{{capitalize "dEBIAN gnu"}}'), 'Debian gnu');
  assert.is(value('{{indent lines 2 first=true}}', vars), '  a\n  b\n\n  c');
});

test.run();

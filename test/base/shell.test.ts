import { execFileSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { quote, quoteAll, raw, sh } from '../../src/base/shell.ts';

const test = suite('base/shell');

const nasty = [
  '',
  ' ',
  "'",
  "''",
  `it's "quoted"`,
  '$HOME',
  '`id`',
  '$(id)',
  '\\',
  '\\n',
  'a\nb',
  'a\n',
  '\t',
  '*',
  '~',
  '~root',
  '{a,b}',
  '!!',
  '#',
  '-n',
  '-',
  '--',
  '=',
  'a=b',
  ';rm -rf /',
  '&',
  '|',
  '>x',
  '(',
  '[a]',
  'ü日本🎉',
  '\u001b[2J',
  '\u0001',
  '%s',
  'a b  c',
];

/** What `sh` makes of words: each ended by NUL, as Node can not split them wrongly. */
function words(text: string): string[] {
  const script = `for w in ${text}; do printf '%s\\0' "$w"; done`;
  return execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8', cwd: '/' }).split('\0').slice(0, -1);
}

test('quotes any text so that a shell reads it back', () => {
  assert.equal(words(quoteAll(nasty)), nasty);
});

test('gives one word for each text', () => {
  for (const text of nasty) assert.equal(words(quote(text)), [text]);
});

test('leaves plain words as they are, for people to read', () => {
  assert.is(quote('/etc/bird/bird.conf'), '/etc/bird/bird.conf');
  assert.is(quote('--now'), '--now');
  assert.is(quote("it's"), `'it'\\''s'`);
});

test('puts values into shell text as one word each', () => {
  assert.is(sh`rm -f -- ${"/tmp/it's"}`, `rm -f -- '/tmp/it'\\''s'`);
  assert.is(sh`cp ${'a b'} ${'c'}`, `cp 'a b' c`);
});

test('puts a list in as several words, and an empty one as none', () => {
  assert.is(sh`rm -- ${['a', 'b c']}`, `rm -- a 'b c'`);
  assert.is(sh`rm -- ${[]}`, 'rm -- ');
});

test('puts numbers and raw text in as they are', () => {
  assert.is(sh`head -c ${5} ${raw('<"$f"')}`, 'head -c 5 <"$f"');
});

test('keeps an empty text a word', () => {
  assert.is(sh`printf ${''}`, `printf ''`);
});

test('leaves escapes of the text itself to JavaScript', () => {
  assert.is(sh`printf '%s\\0' ${'x'}`, `printf '%s\\0' x`);
});

test.run();

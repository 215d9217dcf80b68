import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { quote } from '../../src/base/shell.ts';
import { Mask } from '../../src/base/mask.ts';
import { visible } from '../../src/base/diagnostic.ts';
import { cpuMsSince } from '../support/cpu-time.ts';

const test = suite('base/mask');

function maskOf(...secrets: readonly (string | number)[]): Mask {
  const mask = new Mask();
  for (const secret of secrets) mask.add(secret);
  return mask;
}

test('hides a secret alone and as a part of a longer text', () => {
  const mask = maskOf('s3cr3t!');
  assert.is(mask.hide('s3cr3t!'), '******');
  assert.is(mask.hide('postgres://app:s3cr3t!@db/xs3cr3t!y'), 'postgres://app:******@db/x******y');
  assert.is(mask.hide('s3cr3t'), 's3cr3t');
});

test('leaves every text as it is without secrets', () => {
  assert.ok(new Mask().isEmpty);
  assert.is(new Mask().hide('s3cr3t!'), 's3cr3t!');
});

test('passes over texts below four characters and numbers below six digits', () => {
  const mask = maskOf('abc', 64512, '  x  \n');
  assert.ok(mask.isEmpty);
  assert.is(maskOf('abcd', 123456).hide('abcd 123456 12345'), '****** ****** 12345');
});

test('hides all of secrets that overlap or touch', () => {
  assert.is(maskOf('abcdef', 'defghi').hide('-abcdefghi-'), '-******-');
  assert.is(maskOf('abcd', 'abcdefgh').hide('abcdefgh abcdef'), '****** ******ef');
  assert.is(maskOf('aaaa').hide('aaaaaaa b'), '****** b');
});

test('hides a text of several lines line by line', () => {
  const key = '-----BEGIN KEY-----\nMIIEvgIBADANBg\nx\n-----END KEY-----\n';
  const shown = maskOf(key).hide('+-----BEGIN KEY-----\n+  MIIEvgIBADANBg\r\n+x\n+-----END KEY-----');
  assert.is(shown, '+******\n+  ******\r\n+x\n+******');
  assert.is(maskOf(key).hide(JSON.stringify({ key })), '{"key":"******\\n******\\nx\\n******\\n"}');
});

const awkward = 'it\'s "a" $x\\y `z` ä/<&>\t~!';

const writings: readonly (readonly [what: string, text: string])[] = [
  ['shell quoted', quote(awkward)],
  ['shell quoted as Python does', `'${awkward.replaceAll("'", `'"'"'`)}'`],
  ['in double quotes of a shell', awkward.replace(/["\\$`]/g, '\\$&')],
  ['JSON', JSON.stringify(awkward)],
  ['shell quoted in JSON', JSON.stringify(quote(awkward))],
  ['shell quoted as Python does, in JSON', JSON.stringify(`'${awkward.replaceAll("'", `'"'"'`)}'`)],
  ['in double quotes of a shell in JSON', JSON.stringify(awkward.replace(/["\\$`]/g, '\\$&'))],
  ['JSON in JSON', JSON.stringify(JSON.stringify(awkward))],
  ['URL', encodeURIComponent(awkward)],
  ['URL in small letters', encodeURIComponent(awkward).replace(/%../g, (code) => code.toLowerCase())],
  ['a form of the web', encodeURIComponent(awkward).replaceAll('%20', '+')],
  ['single quotes of YAML', `'${awkward.replaceAll("'", "''")}'`],
  ['XML', awkward.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')],
  ['escaped for a terminal', visible(awkward)],
];

for (const [what, text] of writings) {
  test(`hides a secret as ${what}`, () => {
    const shown = maskOf(awkward).hide(`before ${text} behind`);
    assert.match(shown, /^before ['"\\]*\*{6}['"\\]* behind$/);
  });
}

test('hides a secret in base64, wherever it stands in what was encoded', () => {
  for (const secret of ['hunter2!', 'hunter22', 'hunter222', 'abcd', 'ÿ~?ÿ~?ÿ']) {
    const mask = maskOf(secret);
    for (const before of ['', 'x', 'xy', 'xyz', 'user:']) {
      for (const after of ['', '\n', '@host', '??']) {
        const plain = Buffer.from(before + secret + after);
        for (const encoding of ['base64', 'base64url'] as const) {
          const encoded = plain.toString(encoding);
          const shown = mask.hide(encoded);
          const [left = '', right = ''] = shown.split('******');
          assert.ok(shown.includes('******'), `${plain.toString()} as ${encoding}: ${shown}`);
          // Every character that has a bit of the secret is hidden.
          assert.ok(left.length * 6 <= before.length * 8, `${shown} begins too late`);
          const hiddenTo = encoded.length - right.length;
          assert.ok(hiddenTo * 6 >= (before.length + Buffer.byteLength(secret)) * 8, `${shown} ends too early`);
        }
      }
    }
  }
});

test('hides a long secret in base64 that is broken into lines', () => {
  const secret = Array.from({ length: 12 }, (_, i) => `line ${i} of a certificate that is long`).join('\n');
  for (const width of [64, 76]) {
    const wrapped = Buffer.from(secret)
      .toString('base64')
      .replace(new RegExp(`.{${width}}`, 'g'), '$&\n');
    assert.match(maskOf(secret).hide(wrapped), /^(\*{6}\n)+\*{6}$/);
  }
});

test('hides the beginning of a secret that was cut', () => {
  const mask = maskOf('correct horse battery staple');
  assert.is(mask.hide('`password is correct horse b...` is wrong'), '`password is ******...` is wrong');
  assert.is(mask.hide('correct horse…'), '******…');
  assert.is(mask.hide('correct horse or not'), 'correct horse or not');
});

test('hides parts of secrets that a message names in backquotes', () => {
  const mask = maskOf("It's a $ecret", 'x');
  assert.is(mask.hideParts('`$ecret` needs a `shell`; `$ec`'), '`******` needs a `shell`; `$ec`');
  assert.is(maskOf('default-of-role').hideParts('`default` and `default-of`'), '`default` and `******`');
  assert.is(mask.hide('`$ecret` needs a `shell`'), '`$ecret` needs a `shell`');
});

test('takes time in proportion to the text with thousands of secrets', () => {
  const mask = new Mask();
  for (let i = 0; i < 5000; i++) mask.add(`secret-${i}-${(i * 2654435761) % 4294967296}`);
  const line = 'the quick brown fox jumps over the lazy dog, secret of nothing at all\n';
  const text = line.repeat(20_000) + 'secret-77-';
  const start = process.cpuUsage();
  assert.is(mask.hide(text), text);
  assert.is(mask.hide(`${text} secret-0-0`), `${text} ******`);
  assert.ok(cpuMsSince(start) < 5000, `${cpuMsSince(start)} ms for 2.8 MB`);
});

test.run();

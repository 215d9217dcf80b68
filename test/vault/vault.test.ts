import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { formatDiagnostic } from '../../src/base/diagnostic.ts';
import { namedSource, type Node, nodeAt, toData } from '../../src/base/node.ts';
import { Secret } from '../../src/base/secrets.ts';
import type { Source } from '../../src/base/source.ts';
import { encrypt } from '../../src/vault/keyring.ts';
import { Vault } from '../../src/vault/vault.ts';
import { withFiles } from '../support/temp-dir.ts';

const test = suite('vault/vault');
const key = { id: 'default', password: new Secret('correct horse') };
const inline = readFileSync(join(import.meta.dirname, 'fixtures/inline.yml'), 'utf8').trimEnd() + '\n';

function sourceAt(vault: Vault, path: string): Source {
  const read = vault.read(path);
  if ('problem' in read) throw new Error(formatDiagnostic(read.problem));
  return read.source;
}

function dataOf(node: Node | null): unknown {
  return JSON.parse(JSON.stringify(node === null ? null : toData(node)));
}

function problemsOf(vault: Vault, text: string): string[] {
  return vault.parse(namedSource('vars.yml', text)).diagnostics.map(formatDiagnostic);
}

test('reads values that are encrypted one by one, as texts that are no templates', () => {
  const vault = new Vault([key]);
  const { node, diagnostics } = vault.parse(namedSource('vars.yml', `plain: 1\n${inline}\n`));
  assert.equal(diagnostics, []);
  assert.equal(dataOf(node), { plain: 1, db_password: 's3cr3t-of-the-db' });
  const value = node === null ? null : nodeAt(node, ['db_password']);
  assert.ok(value?.kind === 'scalar' && value.verbatim);
  assert.is(vault.mask.hide('the s3cr3t-of-the-db and plain 1'), 'the ****** and plain 1');
});

test('reads a value that is encrypted below others, and again through its alias', () => {
  const block = encrypt(Buffer.from('deep secret'), key).trimEnd().replaceAll('\n', '\n      ');
  const text = `a:\n  b:\n    - &it !vault |\n      ${block}\n    - *it\n`;
  assert.equal(dataOf(new Vault([key]).parse(namedSource('vars.yml', text)).node), {
    a: { b: ['deep secret', 'deep secret'] },
  });
});

test('reads a file that is encrypted whole, with its types and templates', () => {
  const plain = 'user: "{{ name }}"\npassword: pass-word\npin: 12345678\nport: 5432\nflag: true\nlist: [one-more]\n';
  withFiles({ 'vars.yml': encrypt(Buffer.from(plain), key) }, (dir) => {
    const vault = new Vault([key]);
    const source = sourceAt(vault, join(dir, 'vars.yml'));
    assert.ok(vault.isSecret(source));
    const { node } = vault.parse(source);
    assert.equal(dataOf(node), {
      user: '{{ name }}',
      password: 'pass-word',
      pin: 12345678,
      port: 5432,
      flag: true,
      list: ['one-more'],
    });
    assert.is(vault.mask.hide('pass-word one-more 12345678 5432 true list'), '****** ****** ****** 5432 true list');
  });
});

test('shows no line of an encrypted file, and no word of one that is no YAML', () => {
  withFiles({ 'vars.yml': encrypt(Buffer.from('a: pass-word\nb: *my-secret\n'), key) }, (dir) => {
    const vault = new Vault([key]);
    const said = vault
      .parse(sourceAt(vault, join(dir, 'vars.yml')))
      .diagnostics.map((problem) => formatDiagnostic(problem));
    assert.is(said.length, 1);
    assert.match(said.join(), 'vars.yml:2:4: ');
    assert.not.match(vault.mask.hide(said.join()), 'my-secret');
    assert.not.match(said.join(), ' | ');
  });
});

test('hides secrets in the lines of files that are not encrypted', () => {
  withFiles({ 'hosts.ini': `n1 ansible_password=${'x'.repeat(80)}tell-nobody port=22\n` }, (dir) => {
    const vault = new Vault();
    vault.mask.add(`${'x'.repeat(80)}tell-nobody`);
    const source = sourceAt(vault, join(dir, 'hosts.ini'));
    const start = source.text.indexOf('port=');
    const shown = formatDiagnostic({ at: { source, start, end: start + 4 }, message: 'Wrong.', hint: null });
    assert.is(
      shown.split('\n').slice(1).join('\n'),
      '    1 | n1 ansible_password=****** port=22\n      |                            ^^^^',
    );
  });
});

test('says of each vault that the password does not open it, and where', () => {
  const other = encrypt(Buffer.from('other'), { id: 'prod', password: new Secret('battery staple') });
  const text = `# two\na: !vault |\n  ${other.replaceAll('\n', '\n  ')}\nb: {c: x}\n${inline}`;
  const [first = '', ...others] = problemsOf(new Vault([{ id: 'dev', password: new Secret('wrong') }]), text);
  assert.is(
    first,
    [
      'vars.yml:2:4: The vault password `dev` does not open this vault.',
      '    2 | a: !vault |',
      '      |    ^^^^^^^^',
      '  hint: It was encrypted with the id `prod`: `--vault-id prod@FILE`.',
    ].join('\n'),
  );
  assert.is(others.length, 1);
});

test('says once in a file that there is no password', () => {
  const twice = inline + inline.replace('db_password', 'other_password');
  assert.equal(problemsOf(new Vault(), twice), [
    [
      'vars.yml:1:14: This and 1 more value of this file are encrypted with Ansible Vault with the id `prod`, and no password is given.',
      '    1 | db_password: !vault |',
      '      |              ^^^^^^^^',
      '  hint: Give it: `--ask-vault-pass`, `--vault-password-file FILE` or `--vault-id ID@FILE`.',
    ].join('\n'),
  ]);
});

test('points at the digit that is none', () => {
  const [said = ''] = problemsOf(new Vault([key]), inline.replace(/(\n +)6/, '$1Z'));
  assert.match(said, 'vars.yml:3:11: The lines of a vault are hexadecimal digits.');
});

test('refuses what is no vault, no text, or no scalar', () => {
  const vault = new Vault([key]);
  assert.match(problemsOf(vault, 'a: !vault secret\n').join(), 'vars.yml:1:11: This is no vault.');
  const bytes = encrypt(Buffer.alloc(20, 0xff), key).trimEnd().replaceAll('\n', '\n  ');
  assert.match(problemsOf(vault, `a: !vault |\n  ${bytes}\n`).join(), 'vars.yml:1:4: What was encrypted is not text');
  assert.match(problemsOf(vault, 'a: !vault [x]\n').join(), 'vars.yml:1:');
});

test('knows afterwards that something could not be decrypted', () => {
  const vault = new Vault();
  vault.parse(namedSource('vars.yml', 'a: 1\n'));
  assert.not(vault.hasFailed);
  vault.parse(namedSource('vars.yml', inline));
  assert.ok(vault.hasFailed);
});

test.run();

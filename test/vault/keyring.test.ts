import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Secret } from '../../src/base/secrets.ts';
import { seal } from '../../src/vault/cipher.ts';
import { type Envelope, formatEnvelope, isEncrypted, parseEnvelope } from '../../src/vault/envelope.ts';
import { encrypt, openEnvelope, type VaultKey } from '../../src/vault/keyring.ts';

const test = suite('vault/keyring');
const fixtures = join(import.meta.dirname, 'fixtures');
const key: VaultKey = { id: 'default', password: new Secret('correct horse') };

function fixture(name: string): string {
  return readFileSync(join(fixtures, name), 'utf8');
}

function envelopeOf(text: string): Envelope {
  const envelope = parseEnvelope(text);
  if ('message' in envelope) throw new Error(envelope.message);
  return envelope;
}

test('opens vaults of both versions that ansible-vault made', () => {
  for (const [name, id] of [
    ['v1.1.yml', null],
    ['v1.2.yml', 'prod'],
  ] as const) {
    const envelope = envelopeOf(fixture(name));
    assert.is(envelope.id, id);
    assert.is(openEnvelope(envelope, [key])?.plain.toString(), 'db_password: s3cr3t-of-the-db\ndb_port: 5432\n');
  }
});

test('opens an empty vault and one of bytes that are no text', () => {
  assert.is(openEnvelope(envelopeOf(fixture('empty.vault')), [key])?.plain.length, 0);
  const plain = openEnvelope(envelopeOf(fixture('binary.vault')), [key])?.plain;
  assert.ok(plain?.equals(Buffer.alloc(100, 0xff)));
});

test('writes the very text that ansible-vault does, given its salt', () => {
  const text = fixture('v1.2.yml');
  const { id, salt } = envelopeOf(text);
  const plain = Buffer.from('db_password: s3cr3t-of-the-db\ndb_port: 5432\n');
  assert.is(formatEnvelope({ id, ...seal(plain, 'correct horse', salt) }), text);
});

test('takes a new salt each time, and opens what it wrote, whatever its length', () => {
  for (let length = 0; length < 40; length += 5) {
    const plain = Buffer.alloc(length, 'x');
    const [one, two] = [encrypt(plain, key), encrypt(plain, key)];
    assert.is.not(one, two);
    assert.ok(openEnvelope(envelopeOf(one), [key])?.plain.equals(plain));
  }
});

test('says the id only where it is not the default', () => {
  assert.ok(encrypt(Buffer.from('x'), key).startsWith('$ANSIBLE_VAULT;1.1;AES256\n'));
  assert.ok(encrypt(Buffer.from('x'), { ...key, id: 'prod' }).startsWith('$ANSIBLE_VAULT;1.2;AES256;prod\n'));
});

test('tries the key of the vault first, and then all others', () => {
  const wrong = { id: 'default', password: new Secret('battery staple') };
  const right = { id: 'other', password: new Secret('correct horse') };
  assert.is(openEnvelope(envelopeOf(fixture('v1.1.yml')), [wrong, right])?.key, right);
  assert.is(openEnvelope(envelopeOf(fixture('v1.1.yml')), [wrong]), null);
  assert.is(openEnvelope(envelopeOf(fixture('v1.1.yml')), []), null);
});

test('does not open a vault that was altered by one digit', () => {
  const { salt, hmac, ciphertext, id } = envelopeOf(fixture('v1.1.yml'));
  const altered = Buffer.from(ciphertext);
  altered[3] = (altered[3] ?? 0) ^ 1;
  assert.is(openEnvelope({ id, salt, hmac, ciphertext: altered }, [key]), null);
  assert.is(openEnvelope({ id, salt, hmac: hmac.subarray(1), ciphertext }, [key]), null);
});

const broken: readonly (readonly [what: string, text: string, message: string, part: string])[] = [
  ['another text', 'password: x\n', 'This is no vault.', 'password: x'],
  [
    'version 1.0',
    '$ANSIBLE_VAULT;1.0;AES\n00',
    'A vault of version `1.0` can not be read, only 1.1 and 1.2.',
    '$ANSIBLE_VAULT;1.0;AES',
  ],
  ['a header alone', '$ANSIBLE_VAULT', 'This is no vault.', '$ANSIBLE_VAULT'],
  [
    'another cipher',
    '$ANSIBLE_VAULT;1.1;AES128\n00',
    'A vault with the cipher `AES128` can not be read, only AES256.',
    '$ANSIBLE_VAULT;1.1;AES128',
  ],
  ['a letter', '$ANSIBLE_VAULT;1.1;AES256\n00\n0g', 'The lines of a vault are hexadecimal digits.', 'g'],
  ['half a byte', '$ANSIBLE_VAULT;1.1;AES256\n000', 'The vault is not whole.', '$ANSIBLE_VAULT;1.1;AES256'],
  ['no lines', '$ANSIBLE_VAULT;1.1;AES256\n', 'The vault is not whole.', '$ANSIBLE_VAULT;1.1;AES256'],
  ['one part', '$ANSIBLE_VAULT;1.1;AES256\n6161', 'The vault is not whole.', '$ANSIBLE_VAULT;1.1;AES256'],
];

for (const [what, text, message, part] of broken) {
  test(`refuses ${what}, and says where`, () => {
    const problem = parseEnvelope(text);
    if (!('message' in problem)) throw new Error('it was read');
    assert.is(problem.message, message);
    assert.is(text.slice(problem.start, problem.end), part);
  });
}

test('knows an encrypted file by its first bytes', () => {
  assert.ok(isEncrypted(Buffer.from('$ANSIBLE_VAULT;1.1;AES256\n')));
  assert.not(isEncrypted(Buffer.from('$ANSIBLE')));
  assert.not(isEncrypted(' $ANSIBLE_VAULT;1.1;AES256\n'));
});

test.run();

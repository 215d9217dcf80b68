import { createCipheriv, createDecipheriv, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a vault holds: the salt of its keys, a checksum, and what was encrypted. */
export interface Sealed {
  readonly salt: Buffer;
  readonly hmac: Buffer;
  readonly ciphertext: Buffer;
}

// Of the format; see "Ansible Vault payload format 1.1 - 1.2" in Ansible's documentation.
const rounds = 10_000;
const keyBytes = 32;
const blockBytes = 16;
const saltBytes = 32;

/** Encrypts with AES-256-CTR, under keys that PBKDF2 makes of the password and a new salt. */
export function seal(plain: Buffer, password: string, salt: Buffer = randomBytes(saltBytes)): Sealed {
  const { key, hmacKey, iv } = keysOf(password, salt);
  const cipher = createCipheriv('aes-256-ctr', key, iv);
  const ciphertext = Buffer.concat([cipher.update(padded(plain)), cipher.final()]);
  return { salt, hmac: hmacOf(hmacKey, ciphertext), ciphertext };
}

/** What was encrypted; `null` when the password is another one, or when the vault was altered. */
export function unseal({ salt, hmac, ciphertext }: Sealed, password: string): Buffer | null {
  const { key, hmacKey, iv } = keysOf(password, salt);
  const expected = hmacOf(hmacKey, ciphertext);
  if (hmac.length !== expected.length || !timingSafeEqual(hmac, expected)) return null;
  const decipher = createDecipheriv('aes-256-ctr', key, iv);
  return unpadded(Buffer.concat([decipher.update(ciphertext), decipher.final()]));
}

function keysOf(password: string, salt: Buffer): { key: Buffer; hmacKey: Buffer; iv: Buffer } {
  const derived = pbkdf2Sync(password, salt, rounds, 2 * keyBytes + blockBytes, 'sha256');
  return {
    key: derived.subarray(0, keyBytes),
    hmacKey: derived.subarray(keyBytes, 2 * keyBytes),
    iv: derived.subarray(2 * keyBytes),
  };
}

function hmacOf(key: Buffer, ciphertext: Buffer): Buffer {
  return createHmac('sha256', key).update(ciphertext).digest();
}

// PKCS7 (RFC 5652, 6.3), though a stream cipher would need none.
function padded(plain: Buffer): Buffer {
  const count = blockBytes - (plain.length % blockBytes);
  return Buffer.concat([plain, Buffer.alloc(count, count)]);
}

function unpadded(bytes: Buffer): Buffer | null {
  const count = bytes.at(-1) ?? 0;
  const isPadding = count >= 1 && count <= blockBytes && bytes.subarray(-count).every((byte) => byte === count);
  return isPadding && count <= bytes.length ? bytes.subarray(0, bytes.length - count) : null;
}

import type { Sealed } from './cipher.ts';

/** A vault as text: `$ANSIBLE_VAULT;1.1;AES256`, or with 1.2 and an id, and behind it lines of hexadecimal digits. */
export interface Envelope extends Sealed {
  /** The vault id it was encrypted with; `null`: none is said. */
  readonly id: string | null;
}

/** Why a text is no vault, and where in it. */
export interface EnvelopeProblem {
  readonly message: string;
  readonly hint: string | null;
  readonly start: number;
  readonly end: number;
}

const magic = '$ANSIBLE_VAULT;';

/** Whether a text or a file begins as vaults do. */
export function isEncrypted(text: string | Buffer): boolean {
  return typeof text === 'string'
    ? text.startsWith(magic)
    : text.subarray(0, magic.length).toString('latin1') === magic;
}

/** Reads the text of a vault. */
export function parseEnvelope(text: string): Envelope | EnvelopeProblem {
  const header = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  const fields = header.trimEnd().split(';');
  const wrong = headerProblem(header, fields);
  if (wrong !== null) return wrong;
  const body = text.slice(header.length);
  const bad = /[^0-9a-fA-F\s]/.exec(body);
  if (bad !== null) {
    const start = header.length + bad.index;
    return problem('The lines of a vault are hexadecimal digits.', { start, end: start + 1 });
  }
  const parts = partsOf(body.replace(/\s+/g, ''));
  if (parts === null) return problem('The vault is not whole.', { start: 0, end: header.length });
  const [salt, hmac, ciphertext] = parts;
  return { id: fields[3] ?? null, salt, hmac, ciphertext };
}

// Each version says what it is encrypted with, in the same place.
function headerProblem(header: string, [, version, cipher]: readonly string[]): EnvelopeProblem | null {
  const place = { start: 0, end: Math.max(1, header.length) };
  if (!header.startsWith(magic)) {
    return problem('This is no vault.', place, `It begins with \`${magic}1.1;AES256\`.`);
  }
  if (version !== '1.1' && version !== '1.2') {
    const hint = 'Rekey it: `ansible-vault rekey FILE` writes 1.1.';
    return problem(`A vault of version \`${version ?? ''}\` can not be read, only 1.1 and 1.2.`, place, hint);
  }
  if (cipher === 'AES256') return null;
  return problem(`A vault with the cipher \`${cipher ?? ''}\` can not be read, only AES256.`, place);
}

function problem(
  message: string,
  { start, end }: { readonly start: number; readonly end: number },
  hint: string | null = 'Copy it once more, with all of its lines.',
): EnvelopeProblem {
  return { message, hint, start, end };
}

/** Salt, checksum and ciphertext: each hexadecimal, a line each, and all of that hexadecimal again. */
function partsOf(hex: string): [salt: Buffer, hmac: Buffer, ciphertext: Buffer] | null {
  const parts = (bytesOf(hex)?.toString('latin1') ?? '').split('\n').map(bytesOf);
  const [salt, hmac, ciphertext] = parts;
  if (!salt || !hmac || !ciphertext || parts.length > 3) return null;
  return salt.length > 0 && hmac.length > 0 && ciphertext.length > 0 ? [salt, hmac, ciphertext] : null;
}

function bytesOf(hex: string): Buffer | null {
  return /^(?:[0-9a-fA-F]{2})*$/.test(hex) ? Buffer.from(hex, 'hex') : null;
}

const lineWidth = 80;

/** The text of a vault, as `ansible-vault` writes it. */
export function formatEnvelope({ id, salt, hmac, ciphertext }: Envelope): string {
  const inner = [salt, hmac, ciphertext].map((part) => part.toString('hex')).join('\n');
  const lines = Buffer.from(inner, 'latin1')
    .toString('hex')
    .match(new RegExp(`.{1,${lineWidth}}`, 'g'));
  // An id is what 1.2 is for; older programs read 1.1 alone.
  const header = id === null || id === 'default' ? `${magic}1.1;AES256` : `${magic}1.2;AES256;${id}`;
  return `${[header, ...(lines ?? [])].join('\n')}\n`;
}

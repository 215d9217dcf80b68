import type { Secret } from '../base/secrets.ts';
import { seal, unseal } from './cipher.ts';
import { type Envelope, formatEnvelope } from './envelope.ts';

/** A password of vaults and the id that it goes by. */
export interface VaultKey {
  readonly id: string;
  readonly password: Secret;
}

/** What a vault was opened to, and with which key. */
export interface Opened {
  readonly plain: Buffer;
  readonly key: VaultKey;
  /** The id that the vault says. */
  readonly id: string;
}

/** Opens a vault: keys of its own id are tried first, then all others, as ids are but names. `null`: none fits. */
export function openEnvelope(envelope: Envelope, keys: readonly VaultKey[]): Opened | null {
  const own = keys.filter(({ id }) => id === (envelope.id ?? 'default'));
  for (const key of [...own, ...keys.filter((other) => !own.includes(other))]) {
    const plain = unseal(envelope, key.password.reveal());
    if (plain !== null) return { plain, key, id: envelope.id ?? 'default' };
  }
  return null;
}

/** The text of a new vault. */
export function encrypt(plain: Buffer, { id, password }: VaultKey): string {
  return formatEnvelope({ id, ...seal(plain, password.reveal()) });
}

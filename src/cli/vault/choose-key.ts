import { KmeshError } from '../../base/errors.ts';
import type { VaultKey } from '../../vault/keyring.ts';
import type { VaultCommand, VaultOptions } from '../options/command.ts';
import { vaultKeys } from './keys.ts';
import { promptIo, type VaultWorld } from './world.ts';

const newPassword = { confirm: true, what: 'new vault password' } as const;

/** The passwords to open files with; where none is given, one is asked for. */
export async function openingKeys(command: VaultOptions, world: VaultWorld): Promise<VaultKey[]> {
  const around = { io: promptIo(world), cwd: world.cwd };
  return vaultKeys(hasKeys(command) ? command : { ...command, askVaultPass: true }, around);
}

/** The password to encrypt with; where none is given, a new one is asked for. */
export async function encryptionKey(command: VaultCommand, world: VaultWorld): Promise<VaultKey> {
  const id = command.encryptVaultId;
  const around = { io: promptIo(world), cwd: world.cwd, ...newPassword };
  const options = hasKeys(command) ? command : { ...command, vaultId: [`${id ?? 'default'}@prompt`] };
  return chosen(await vaultKeys(options, around), id);
}

/** The password that files get by `rekey`. */
export async function newKey(command: VaultCommand, world: VaultWorld): Promise<VaultKey> {
  const { newVaultId, newVaultPasswordFile, encryptVaultId } = command;
  const options = {
    vaultId: newVaultId === null ? [] : [newVaultId],
    vaultPasswordFile: newVaultPasswordFile === null ? [] : [newVaultPasswordFile],
    askVaultPass: false,
  };
  return encryptionKey({ ...command, ...options, encryptVaultId }, world);
}

/** One of several keys. @throws KmeshError when it is not said which */
export function chosen(keys: readonly VaultKey[], id: string | null): VaultKey {
  const ids = [...new Set(keys.map((key) => key.id))];
  const known = ids.map((one) => `\`${one}\``).join(', ');
  const found = keys.find((key) => id === null || key.id === id);
  if (found === undefined) {
    throw new KmeshError(`There is no password for the vault id \`${id ?? ''}\`.`, {
      hint: `There is one for ${known}.`,
    });
  }
  if (id !== null || ids.length === 1) return found;
  throw new KmeshError(`There are passwords for the vault ids ${known}.`, {
    hint: 'Say which to encrypt with: `--encrypt-vault-id ID`.',
  });
}

function hasKeys({ vaultId, vaultPasswordFile, askVaultPass }: VaultOptions): boolean {
  return vaultId.length > 0 || vaultPasswordFile.length > 0 || askVaultPass;
}

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { KmeshError } from '../../base/errors.ts';
import { encrypt } from '../../vault/keyring.ts';
import type { VaultCommand } from '../options/command.ts';
import { chosen, encryptionKey, newKey, openingKeys } from './choose-key.ts';
import { editText } from './edit-text.ts';
import { encryptedFiles, openFiles, plainFiles, readFiles, writeFiles } from './files.ts';
import { textsOf, vaultedValue } from './strings.ts';
import type { VaultWorld } from './world.ts';

/** Does `kmesh vault ...`. Whatever is wrong with one of the files, none is written. @throws KmeshError */
export async function runVault(command: VaultCommand, world: VaultWorld): Promise<void> {
  switch (command.action) {
    case 'encrypt':
      return encryptFiles(command, world);
    case 'decrypt':
      return decryptFiles(command, world);
    case 'view':
      return decryptFiles({ ...command, output: '-' }, world);
    case 'rekey':
      return rekeyFiles(command, world);
    case 'edit':
      return editFiles(command, world);
    case 'create':
      return createFile(command, world);
    case 'encrypt-string':
      return encryptStrings(command, world);
  }
}

async function encryptFiles(command: VaultCommand, world: VaultWorld): Promise<void> {
  const files = plainFiles(await readFiles(command.words, world));
  const key = await encryptionKey(command, world);
  const contents = files.map(({ name, bytes }) => ({ name, content: encrypt(bytes, key) }));
  writeFiles(contents, command.output, world);
}

async function decryptFiles(command: VaultCommand, world: VaultWorld): Promise<void> {
  const files = encryptedFiles(await readFiles(command.words, world));
  const opened = openFiles(files, await openingKeys(command, world));
  const contents = opened.map(({ plain }, i) => ({ name: files[i]?.name ?? '-', content: plain }));
  writeFiles(contents, command.output, world);
}

async function rekeyFiles(command: VaultCommand, world: VaultWorld): Promise<void> {
  const files = encryptedFiles(await readFiles(command.words, world));
  const opened = openFiles(files, await openingKeys(command, world));
  const key = await newKey(command, world);
  const contents = opened.map(({ plain }, i) => ({ name: files[i]?.name ?? '-', content: encrypt(plain, key) }));
  writeFiles(contents, null, world);
}

async function editFiles(command: VaultCommand, world: VaultWorld): Promise<void> {
  const files = encryptedFiles(await readFiles(command.words, world));
  const keys = await openingKeys(command, world);
  for (const [i, { plain, key, id }] of openFiles(files, keys).entries()) {
    const name = files[i]?.name ?? '-';
    const edited = await editText(plain, name, world);
    // A new salt would be a change to who keeps the file under version control.
    if (edited.equals(plain)) continue;
    const { encryptVaultId: other } = command;
    const wanted = other === null ? { id, password: key.password } : chosen(keys, other);
    writeFiles([{ name, content: encrypt(edited, wanted) }], null, world);
  }
}

async function createFile(command: VaultCommand, world: VaultWorld): Promise<void> {
  const [name = ''] = command.words;
  if (existsSync(resolve(world.cwd, name))) {
    throw new KmeshError(`\`${name}\` is there already.`, { hint: 'Change it with `kmesh vault edit`.' });
  }
  const key = await encryptionKey(command, world);
  const written = await editText(Buffer.alloc(0), name, world);
  writeFiles([{ name, content: encrypt(written, key) }], null, world);
}

async function encryptStrings(command: VaultCommand, world: VaultWorld): Promise<void> {
  const key = await encryptionKey(command, world);
  const texts = await textsOf(command, world);
  const content = texts.map((text) => vaultedValue(text, key)).join('\n');
  writeFiles([{ name: '-', content }], command.output, world);
}

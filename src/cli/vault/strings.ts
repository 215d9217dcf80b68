import { KmeshError } from '../../base/errors.ts';
import { encrypt, type VaultKey } from '../../vault/keyring.ts';
import type { VaultCommand } from '../options/command.ts';
import { askSecret } from '../ask/prompt.ts';
import { promptIo, readStdin, type VaultWorld } from './world.ts';

/** A text to encrypt and the variable it is for. */
export interface NamedText {
  readonly name: string | null;
  readonly text: string | Buffer;
}

/** The texts that `encrypt-string` is given: asked for, from stdin, and words of the command line. @throws KmeshError */
export async function textsOf(command: VaultCommand, world: VaultWorld): Promise<NamedText[]> {
  const { words, name: names, stdinName, prompt } = command;
  const texts: NamedText[] = [];
  const next = (): string | null => names[texts.length] ?? null;
  if (prompt) texts.push({ name: next(), text: (await askSecret('Text to encrypt', promptIo(world))).reveal() });
  const fromStdin = words.includes('-') || stdinName !== null || (words.length === 0 && !prompt);
  if (fromStdin) texts.push({ name: stdinName ?? next(), text: await readStdin(world) });
  for (const word of words) if (word !== '-') texts.push({ name: next(), text: word });
  if (names.length > texts.length) {
    throw new KmeshError(`There are ${names.length} names and ${texts.length} texts to encrypt.`);
  }
  const empty = texts.find(({ text }) => text.length === 0);
  if (empty !== undefined) throw new KmeshError('There is nothing to encrypt: the text is empty.');
  return texts;
}

/** A text as it is put into a file of variables. */
export function vaultedValue({ name, text }: NamedText, key: VaultKey): string {
  const vault = encrypt(Buffer.from(text), key).trimEnd();
  const head = name === null ? '' : `${name}: `;
  return `${head}!vault |\n${vault.replace(/^/gm, ' '.repeat(10))}\n`;
}

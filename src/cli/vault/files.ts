import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import { InputError, KmeshError } from '../../base/errors.ts';
import { reasonOf } from '../../base/read-source.ts';
import { Decrypter, filePlace } from '../../vault/decrypter.ts';
import { isEncrypted } from '../../vault/envelope.ts';
import type { Opened, VaultKey } from '../../vault/keyring.ts';
import { replaceFile } from '../../vault/replace-file.ts';
import { readStdin, type VaultWorld } from './world.ts';

/** A file that was named, with its content. */
export interface VaultFile {
  /** As it was written; `-` is stdin. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** Reads files, stdin where none is named. @throws InputError with all that can not be read */
export async function readFiles(names: readonly string[], world: VaultWorld): Promise<VaultFile[]> {
  const problems: Diagnostic[] = [];
  const files: VaultFile[] = [];
  for (const name of names.length === 0 ? ['-'] : names) {
    try {
      files.push({ name, bytes: name === '-' ? await readStdin(world) : readFileSync(resolve(world.cwd, name)) });
    } catch (error) {
      problems.push(diagnostic(null, `\`${name}\` can not be read: ${reasonOf(error)}.`));
    }
  }
  return refuse(problems, files);
}

/** Those files, unless one is encrypted. @throws InputError */
export function plainFiles(files: readonly VaultFile[]): readonly VaultFile[] {
  const hint = 'For another password: `kmesh vault rekey`.';
  const problems = files
    .filter(({ bytes }) => isEncrypted(bytes))
    .map(({ name }) => diagnostic(null, `\`${name}\` is encrypted already.`, hint));
  return refuse(problems, files);
}

/** Those files, unless one is not encrypted. @throws InputError */
export function encryptedFiles(files: readonly VaultFile[]): readonly VaultFile[] {
  const problems = files
    .filter(({ bytes }) => !isEncrypted(bytes))
    .map(({ name }) => diagnostic(null, `\`${name}\` is not encrypted.`));
  return refuse(problems, files);
}

/** What is in encrypted files, in their order. @throws InputError with all that can not be opened */
export function openFiles(files: readonly VaultFile[], keys: readonly VaultKey[]): readonly Opened[] {
  const decrypter = new Decrypter(keys);
  const problems: Diagnostic[] = [];
  const opened = files.flatMap(({ name, bytes }) => {
    const source = { name, text: bytes.toString('latin1') };
    const result = decrypter.decrypt(source.text, filePlace(source));
    if ('plain' in result) return [result];
    problems.push(result.problem);
    return [];
  });
  return refuse(problems, opened);
}

/** Writes each content to its file, or to the one that is named. @throws KmeshError */
export function writeFiles(
  contents: readonly { readonly name: string; readonly content: string | Buffer }[],
  output: string | null,
  world: VaultWorld,
): void {
  if (output !== null && output !== '-' && contents.length > 1) {
    throw new KmeshError(`\`--output ${output}\` is one file, and there are ${contents.length} to be written.`);
  }
  for (const { name, content } of contents) {
    const target = output ?? name;
    if (target === '-') world.stdout.write(content);
    else write(target, content, world);
  }
}

function write(name: string, content: string | Buffer, { cwd }: VaultWorld): void {
  try {
    replaceFile(resolve(cwd, name), content);
  } catch (error) {
    throw new KmeshError(`\`${name}\` can not be written: ${reasonOf(error)}.`);
  }
}

function refuse<T>(problems: readonly Diagnostic[], otherwise: T): T {
  if (problems.length > 0) throw new InputError(problems);
  return otherwise;
}

import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { KmeshError } from '../../base/errors.ts';
import { reasonOf } from '../../base/read-source.ts';
import { Secret } from '../../base/secrets.ts';
import { expandHome } from '../../transport/account.ts';
import type { VaultKey } from '../../vault/keyring.ts';
import type { VaultOptions } from '../options/command.ts';
import { askSecret, type PromptIo } from '../ask/prompt.ts';

/** What passwords come from. */
export interface KeySurroundings {
  readonly io: PromptIo;
  readonly cwd: string;
  /** Asked a second time, as for a password that is new. */
  readonly confirm?: boolean;
  /** What is asked for. */
  readonly what?: string;
}

interface KeySource {
  readonly id: string;
  /** `prompt`, or the path of a file or program. */
  readonly from: string;
}

/** The vault passwords that the command line names, in its order; prompts are asked, programs are run. @throws KmeshError */
export async function vaultKeys(options: VaultOptions, around: KeySurroundings): Promise<VaultKey[]> {
  const keys: VaultKey[] = [];
  for (const source of sourcesOf(options)) keys.push({ id: source.id, password: await passwordFrom(source, around) });
  return keys;
}

function sourcesOf({ vaultId, vaultPasswordFile, askVaultPass }: VaultOptions): KeySource[] {
  return [
    ...vaultId.map(keySource),
    ...vaultPasswordFile.map((from) => ({ id: 'default', from })),
    ...(askVaultPass ? [{ id: 'default', from: 'prompt' }] : []),
  ];
}

/** Reads `id@source`; without `@` it is the source of the id `default`. */
function keySource(text: string): KeySource {
  const at = text.indexOf('@');
  return at === -1 ? { id: 'default', from: text } : { id: text.slice(0, at) || 'default', from: text.slice(at + 1) };
}

async function passwordFrom({ id, from }: KeySource, around: KeySurroundings): Promise<Secret> {
  if (from === 'prompt' || from === 'prompt_ask_vault_pass') return askPassword(id, around);
  const path = resolve(around.cwd, expandHome(from));
  const text = isProgram(path, from) ? await runProgram(path, from, id) : readPassword(path, from);
  if (text === '') throw new KmeshError(`The vault password of \`${from}\` is empty.`);
  return new Secret(text);
}

async function askPassword(id: string, { io, confirm, what = 'vault password' }: KeySurroundings): Promise<Secret> {
  const question = `${what.replace(/^./, (first) => first.toUpperCase())}${id === 'default' ? '' : ` (${id})`}`;
  const password = await askSecret(question, io);
  if (password.reveal() === '') throw new KmeshError(`The ${what} is empty.`);
  if (confirm !== true) return password;
  const again = await askSecret(`${question} once more`, io);
  if (again.reveal() !== password.reveal()) throw new KmeshError('The two passwords differ.');
  return password;
}

function readPassword(path: string, from: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw unreadable(from, error);
  }
}

// As Ansible: a file that may be executed is a program that prints the password.
function isProgram(path: string, from: string): boolean {
  try {
    if (!statSync(path).isFile()) return false;
  } catch (error) {
    throw unreadable(from, error);
  }
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function runProgram(path: string, from: string, id: string): Promise<string> {
  const isClient = basename(path, extname(path)).endsWith('-client');
  const { execa } = await import('execa');
  const { stdout, stderr, exitCode, code } = await execa(path, isClient ? ['--vault-id', id] : [], {
    reject: false,
    stdin: 'inherit',
    stripFinalNewline: false,
  });
  if (exitCode === 0) return stdout.replace(/^[\r\n]+|[\r\n]+$/g, '');
  const said = stderr.trim();
  if (exitCode === undefined)
    throw new KmeshError(`\`${from}\` can not be run: ${code ?? 'it was ended'}.`, { hint: programHint });
  const known = isClient && exitCode === 2 ? ` It has no password for the id \`${id}\`.` : '';
  throw new KmeshError(`\`${from}\` gave no vault password: exit status ${exitCode}.${known}`, { hint: said || null });
}

const programHint = 'A file that may be executed is run; `chmod -x` it when the password itself stands in it.';

function unreadable(from: string, error: unknown): KmeshError {
  return new KmeshError(`The vault password file \`${from}\` can not be read: ${reasonOf(error)}.`);
}

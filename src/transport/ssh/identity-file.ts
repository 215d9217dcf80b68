import { readFile, stat } from 'node:fs/promises';
import ssh2, { type ParsedKey } from 'ssh2';
import type { Secret } from '../../base/secrets.ts';

/** A key file of the user, as far as it can be read without its passphrase. */
export interface Identity {
  readonly file: string;
  /** `null`: it only shows with the passphrase. */
  readonly publicKey: Buffer | null;
  /** The key itself; `encrypted`: `unlock` gets it; `absent`: only the public half is here, the agent may have the rest. */
  readonly privateKey: ParsedKey | 'encrypted' | 'absent';
}

/** A key file that cannot be used, and why; for the message when nothing else works. */
export interface UnusableIdentity {
  readonly file: string;
  readonly reason: string;
}

/** Asks for a passphrase; `null`: none was given. */
export type AskPassphrase = (keyFile: string) => Promise<Secret | null>;

const identities = new Map<string, Promise<Identity | UnusableIdentity>>();
const unlocked = new Map<string, Promise<ParsedKey | null>>();
const passphraseTries = 3;

/** Reads a key file, once per process unless it changes. `null`: there is none. */
export async function loadIdentity(file: string): Promise<Identity | UnusableIdentity | null> {
  const version = await versionOf(file);
  if (version === null) return await publicHalf(file);
  let identity = identities.get(version);
  if (identity === undefined) identities.set(version, (identity = readIdentity(file)));
  return await identity;
}

/**
 * The key of an encrypted file. The passphrase is asked for once per process, and the costly derivation (about a
 * second, and nothing else runs meanwhile) is done once. `null`: no or no right passphrase was given.
 */
export async function unlock(file: string, ask: AskPassphrase): Promise<ParsedKey | null> {
  const version = (await versionOf(file)) ?? file;
  let key = unlocked.get(version);
  if (key === undefined) unlocked.set(version, (key = askAndParse(file, ask)));
  return await key;
}

async function askAndParse(file: string, ask: AskPassphrase): Promise<ParsedKey | null> {
  const text = await readFile(file);
  for (let tries = 0; tries < passphraseTries; tries++) {
    const passphrase = await askAlone(file, ask);
    if (passphrase === null) return null;
    const key = ssh2.utils.parseKey(text, passphrase.reveal());
    if (!(key instanceof Error)) return key;
  }
  return null;
}

// A terminal shows one question at a time.
let lastAsk: Promise<unknown> = Promise.resolve();

async function askAlone(file: string, ask: AskPassphrase): Promise<Secret | null> {
  const answer = lastAsk.then(() => ask(file));
  lastAsk = answer.catch(() => {});
  return await answer;
}

async function versionOf(file: string): Promise<string | null> {
  const found = await stat(file).catch(() => null);
  return found === null ? null : `${file} ${found.ino} ${found.size} ${found.mtimeMs} ${found.mode}`;
}

async function readIdentity(file: string): Promise<Identity | UnusableIdentity> {
  let text: Buffer;
  try {
    const { mode } = await stat(file);
    text = await readFile(file);
    const isPublic = /^(?:ssh|ecdsa|sk)-/.test(text.toString('latin1', 0, 16));
    // As ssh does: a key that others can read is no key.
    if (!isPublic && (mode & 0o077) !== 0) return { file, reason: 'others can read it; chmod 600 it' };
  } catch (error) {
    return { file, reason: error instanceof Error ? error.message : String(error) };
  }
  const key = ssh2.utils.parseKey(text);
  if (!(key instanceof Error)) {
    return { file, publicKey: key.getPublicSSH(), privateKey: key.isPrivateKey() ? key : 'absent' };
  }
  if (/encrypted/i.test(key.message)) return { file, publicKey: await publicOf(file, text), privateKey: 'encrypted' };
  if (isSecurityKey(text)) return { file, reason: 'it is a FIDO key; `ansible_connection: openssh` can use it' };
  const isForeign = key.message === 'Unsupported key format';
  return { file, reason: isForeign ? 'its format is not supported; `ssh-keygen -p -f` rewrites it' : key.message };
}

/** As `sk-ssh-ed25519@openssh.com`, in a public key or inside an OpenSSH private one. */
function isSecurityKey(text: Buffer): boolean {
  const content = text.toString('latin1');
  const decoded = Buffer.from(content.replace(/-----.*?-----/g, ''), 'base64').toString('latin1');
  return /sk-(?:ssh|ecdsa)-/.test(content) || /sk-(?:ssh|ecdsa)-/.test(decoded);
}

async function publicHalf(file: string): Promise<Identity | null> {
  const publicKey = await readPublic(`${file}.pub`);
  return publicKey === null ? null : { file, publicKey, privateKey: 'absent' };
}

async function publicOf(file: string, text: Buffer): Promise<Buffer | null> {
  return publicInside(text.toString('latin1')) ?? (await readPublic(`${file}.pub`));
}

async function readPublic(file: string): Promise<Buffer | null> {
  const text = await readFile(file).catch(() => null);
  if (text === null) return null;
  const key = ssh2.utils.parseKey(text);
  return key instanceof Error ? null : key.getPublicSSH();
}

/** The public key that an encrypted OpenSSH file holds in the clear. See PROTOCOL.key of OpenSSH. */
function publicInside(text: string): Buffer | null {
  const base64 = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/.exec(text)?.[1];
  if (base64 === undefined) return null;
  const bytes = Buffer.from(base64, 'base64');
  let at = 'openssh-key-v1\0'.length;
  try {
    // cipher, kdf, kdf options
    for (let i = 0; i < 3; i++) at += 4 + bytes.readUInt32BE(at);
    const length = bytes.readUInt32BE(at + 4);
    return bytes.subarray(at + 8, at + 8 + length);
  } catch {
    return null;
  }
}

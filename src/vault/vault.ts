import { closeSync, openSync, readSync } from 'node:fs';
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import { Mask } from '../base/mask.ts';
import { type ScalarNode, spanInScalar } from '../base/node.ts';
import { displayPath, type ReadSource, readSource } from '../base/read-source.ts';
import type { Source, Span } from '../base/source.ts';
import { type Parsed, parseYaml } from '../base/yaml.ts';
import { type Decrypted, Decrypter, filePlace } from './decrypter.ts';
import { isEncrypted } from './envelope.ts';
import type { VaultKey } from './keyring.ts';
import { taint } from './taint.ts';

// All lines of a file like this are secrets. Those of a larger one are shown nowhere but in what programs say of it.
const maxTaintedBytes = 64 * 1024;

/** Reads the user's files, decrypting what is encrypted with Ansible Vault; all that comes out of it is a secret. */
export class Vault {
  readonly mask: Mask;
  readonly #decrypter: Decrypter;
  readonly #decrypted = new WeakSet<Source>();
  #unreadCount = 0;

  constructor(keys: readonly VaultKey[] = [], mask = new Mask()) {
    this.mask = mask;
    this.#decrypter = new Decrypter(keys);
    for (const { password } of keys) mask.add(password.reveal());
  }

  /** Something could not be decrypted, or is no YAML: what seems to be missing may be in there. */
  get hasFailed(): boolean {
    return this.#decrypter.hasFailed || this.#unreadCount > 0;
  }

  /** How many texts so far are no YAML that can be used. */
  get unreadCount(): number {
    return this.#unreadCount;
  }

  /** Reads a text file. @param at where it was asked for */
  read(path: string, at: Span | null = null): ReadSource {
    const read = readSource(path, at);
    if ('problem' in read) return read;
    const { name, text } = read.source;
    if (!isEncrypted(text)) return { source: { name, text, shown: (line) => this.mask.hide(line) } };
    const opened = this.#open(read.source);
    if ('problem' in opened) return opened;
    const source = { name, text: opened.text.replace(/^\ufeff/, ''), shown: () => null };
    this.#decrypted.add(source);
    return { source };
  }

  /** Parses YAML that may have `!vault` in it. */
  parse(source: Source): Parsed {
    const { node, diagnostics } = parseYaml(source, (scalar, at) => this.#inline(scalar, at));
    if (node === null && diagnostics.length > 0) this.#unreadCount++;
    if (this.isSecret(source)) {
      if (node !== null) taint(node, this.mask);
      // What is no YAML has no values, and not all of them where a key stands twice; messages may quote any word.
      if (node === null || diagnostics.length > 0)
        for (const word of source.text.split(/[\s&*!"'`{}[\],:]+/)) this.mask.add(word);
    }
    return { node, diagnostics: this.#once(diagnostics) };
  }

  /** Whether a source was encrypted. */
  isSecret(source: Source): boolean {
    return this.#decrypted.has(source);
  }

  /** What is in an encrypted file; `null` when these bytes of it are not encrypted. */
  open(path: string, bytes: Buffer): Decrypted | null {
    if (!isEncrypted(bytes)) return null;
    const source = { name: displayPath(path), text: bytes.toString('latin1') };
    const opened = this.#decrypter.decrypt(source.text, filePlace(source));
    if ('plain' in opened) this.taintLines(opened.plain);
    return opened;
  }

  /** Makes secrets of the lines of a text. */
  taintLines(plain: Buffer): void {
    const text = plain.length <= maxTaintedBytes ? textOf(plain) : null;
    if (text !== null) this.mask.add(text);
  }

  #open(source: Source): { readonly text: string } | { readonly problem: Diagnostic } {
    return textIn(this.#decrypter.decrypt(source.text, filePlace(source)), filePlace(source).at);
  }

  #inline(scalar: ScalarNode, at: Span): { readonly text: string } | { readonly problem: Diagnostic } {
    const part = (start: number, end: number): Span => spanInScalar(scalar, start, end);
    const read = textIn(this.#decrypter.decrypt(String(scalar.value), { at, part }), at);
    if ('text' in read) this.mask.add(read.text);
    return read;
  }

  // The same hint for each of many values would bury all other problems.
  #once(diagnostics: readonly Diagnostic[]): Diagnostic[] {
    const without = diagnostics.filter((problem) => this.#decrypter.isWithoutKey(problem));
    const [first, ...others] = without;
    if (first === undefined || others.length === 0) return [...diagnostics];
    const more = `${others.length} more ${others.length === 1 ? 'value' : 'values'} of this file`;
    const all = { ...first, message: first.message.replace(/^This is/, `This and ${more} are`) };
    return [all, ...diagnostics.filter((problem) => !without.includes(problem))];
  }
}

/** Whether a file begins as encrypted ones do, without reading more of it. @throws when it can not be read */
export function isEncryptedFile(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(32);
    return isEncrypted(start.subarray(0, readSync(file, start)));
  } finally {
    closeSync(file);
  }
}

function textIn(decrypted: Decrypted, at: Span): { readonly text: string } | { readonly problem: Diagnostic } {
  if ('problem' in decrypted) return decrypted;
  const text = textOf(decrypted.plain);
  return text === null ? { problem: diagnostic(at, 'What was encrypted is not text in UTF-8.') } : { text };
}

function textOf(plain: Buffer): string | null {
  const text = plain.toString('utf8');
  return !plain.includes(0) && Buffer.from(text, 'utf8').equals(plain) ? text : null;
}

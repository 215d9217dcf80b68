import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import { type Source, type Span, spanOf } from '../base/source.ts';
import { parseEnvelope } from './envelope.ts';
import { type Opened, openEnvelope, type VaultKey } from './keyring.ts';

/** What was encrypted, or why it can not be read. */
export type Decrypted = Opened | { readonly problem: Diagnostic };

/** Where the text of a vault stands. */
export interface Place {
  readonly at: Span;
  /** Where a part of the text is. */
  part(start: number, end: number): Span;
}

/** The place of a vault that is all of a file. */
export function filePlace(source: Source): Place {
  const header = source.text.indexOf('\n');
  const at = spanOf(source, 0, header === -1 ? source.text.length : header);
  return { at, part: (start, end) => spanOf(source, start, end) };
}

const howToGive = 'Give it: `--ask-vault-pass`, `--vault-password-file FILE` or `--vault-id ID@FILE`.';

/** Opens the vaults of a site with the passwords of a run, each once, however often it is read. */
export class Decrypter {
  readonly #keys: readonly VaultKey[];
  readonly #opened = new Map<string, Opened | null>();
  readonly #withoutKey = new WeakSet<Diagnostic>();
  #hasFailed = false;

  constructor(keys: readonly VaultKey[]) {
    this.#keys = keys;
  }

  /** Something could not be decrypted. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Whether a problem is that there is no password at all. */
  isWithoutKey(problem: Diagnostic): boolean {
    return this.#withoutKey.has(problem);
  }

  /** Opens the text of a vault. */
  decrypt(text: string, place: Place): Decrypted {
    const vault = text.trimStart();
    const envelope = parseEnvelope(vault);
    if ('message' in envelope) {
      const skipped = text.length - vault.length;
      const at = place.part(skipped + envelope.start, skipped + envelope.end);
      return this.#failed(diagnostic(at, envelope.message, envelope.hint));
    }
    if (this.#keys.length === 0) return this.#failed(this.#noKey(place.at, envelope.id));
    const known = envelope.ciphertext.toString('latin1') + envelope.salt.toString('latin1');
    const before = this.#opened.get(known);
    const opened = before === undefined ? openEnvelope(envelope, this.#keys) : before;
    this.#opened.set(known, opened);
    return opened ?? this.#failed(this.#wrongKeys(place.at, envelope.id));
  }

  #failed(problem: Diagnostic): Decrypted {
    this.#hasFailed = true;
    return { problem };
  }

  #noKey(at: Span, id: string | null): Diagnostic {
    const of = id === null ? '' : ` with the id \`${id}\``;
    const problem = diagnostic(at, `This is encrypted with Ansible Vault${of}, and no password is given.`, howToGive);
    this.#withoutKey.add(problem);
    return problem;
  }

  #wrongKeys(at: Span, id: string | null): Diagnostic {
    const ids = this.#keys.map((key) => `\`${key.id}\``).join(', ');
    const tried =
      this.#keys.length === 1 ? `The vault password ${ids} does` : `None of the vault passwords ${ids} does`;
    const isMissing = id !== null && this.#keys.every((key) => key.id !== id);
    const hint = isMissing
      ? `It was encrypted with the id \`${id}\`: \`--vault-id ${id}@FILE\`.`
      : 'Either the password is another one, or the vault was altered.';
    return diagnostic(at, `${tried} not open this vault.`, hint);
  }
}

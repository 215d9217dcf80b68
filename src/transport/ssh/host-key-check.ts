import { ConnectError } from '../../base/errors.ts';
import type { Target } from '../session.ts';
import { appendKnownHost } from './host-key-files.ts';
import { fingerprint, hasAuthority, judge, keyType, type KnownHost, knownTypes, type Verdict } from './known-hosts.ts';

/** Whose key is checked, and by what. */
export interface HostKeyParts {
  /** For messages. */
  readonly host: string;
  /** What known_hosts calls it, the name to write down first. */
  readonly names: readonly [string, ...string[]];
  readonly known: readonly KnownHost[];
  readonly policy: Target['hostKeyChecking'];
  /** ssh_config or the arguments wanted a weaker policy; worth a hint. */
  readonly saidWeaker: boolean;
  /** Where a new key is written; `null`: nowhere (`UserKnownHostsFile none`). */
  readonly file: string | null;
  readonly hashed: boolean;
  readonly notice: (message: string) => void;
}

/** What a server can prove itself with, in our order. SHA-1 signatures (`ssh-rsa`) are no proof any more. */
const algorithms = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const;

/** A host key algorithm that is offered in the handshake. */
export type HostKeyAlgorithm = (typeof algorithms)[number];

/** Judges the key that a server shows, in each handshake of one connection. */
export class HostKeyCheck {
  readonly #parts: HostKeyParts;
  #accepted: Buffer | null = null;
  #isNew = false;
  /** Why the key was refused. */
  error: ConnectError | null = null;

  constructor(parts: HostKeyParts) {
    this.#parts = parts;
  }

  /** What to offer: the types that known_hosts holds first, so that a server with several keys shows the known one. */
  get algorithms(): HostKeyAlgorithm[] {
    const types = knownTypes(this.#parts.known, this.#parts.names);
    const isKnown = (algorithm: HostKeyAlgorithm): boolean => types.includes(typeOf(algorithm));
    return [...algorithms.filter(isKnown), ...algorithms.filter((algorithm) => !isKnown(algorithm))];
  }

  /** Whether to go on with this key. Not proven yet: nothing is written down. */
  accepts(key: Buffer): boolean {
    // A later handshake of the same connection must show the same key.
    if (this.#accepted !== null) return this.#accepted.equals(key);
    const { known, names, policy } = this.#parts;
    const verdict = judge(known, names, key);
    const isAccepted = verdict.kind === 'known' || (verdict.kind === 'unknown' && policy !== 'yes');
    if (!isAccepted) {
      this.error = this.#refusal(verdict, key);
      return false;
    }
    this.#accepted = Buffer.from(key);
    this.#isNew = verdict.kind === 'unknown';
    return true;
  }

  /**
   * Writes a new key down, once the handshake has proven that the server owns it.
   *
   * @throws ConnectError
   */
  async remember(): Promise<void> {
    const { host, names, policy, file, hashed, notice } = this.#parts;
    if (!this.#isNew || this.#accepted === null || policy !== 'accept-new' || file === null) return;
    this.#isNew = false;
    await appendKnownHost(file, names[0], this.#accepted, hashed);
    notice(`The ${keyType(this.#accepted)} key of ${host} is new: ${fingerprint(this.#accepted)}, written to ${file}.`);
  }

  #refusal(verdict: Verdict, key: Buffer): ConnectError {
    const { host, names, known } = this.#parts;
    const shown = `${keyType(key)} ${fingerprint(key)}`;
    switch (verdict.kind) {
      case 'revoked':
        return new ConnectError(`The host key of ${host} is revoked by ${place(verdict.line)}: ${shown}.`, {
          hint: 'Somebody may have a copy of the key. Do not log in until you know why it was revoked.',
        });
      case 'changed':
        return new ConnectError(
          `The host key of ${host} is not the known one: it shows ${shown}, known is ${verdict.lines.map(describe).join(', ')}.`,
          {
            hint: `Somebody may be in between. If the host was set up anew: ssh-keygen -R '${names[0]}' -f ${verdict.lines[0].file}`,
          },
        );
      default:
        return new ConnectError(`The host key of ${host} is not known: ${shown} (as \`${names[0]}\`).`, {
          hint: hasAuthority(known, names) ? authorityHint : this.#unknownHint(),
        });
    }
  }

  #unknownHint(): string {
    const how =
      'Compare the fingerprint, then accept new keys with `--host-key-checking accept-new`, or add it with ssh-keyscan.';
    return this.#parts.saidWeaker ? `${how} StrictHostKeyChecking of ssh does not loosen the check of kmesh.` : how;
  }
}

const authorityHint =
  'known_hosts has a certificate authority for it. Say `ansible_connection: openssh`, which knows host certificates.';

function typeOf(algorithm: HostKeyAlgorithm): string {
  return algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm;
}

function place({ file, line }: KnownHost): string {
  return `${file}:${line}`;
}

function describe(line: KnownHost): string {
  return `${line.type} ${fingerprint(line.key)} (${place(line)})`;
}

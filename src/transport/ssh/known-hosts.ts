import { createHash, createHmac } from 'node:crypto';

/** One line of a known_hosts file that could be read. See sshd(8), SSH_KNOWN_HOSTS FILE FORMAT. */
export interface KnownHost {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly marker: 'cert-authority' | 'revoked' | null;
  readonly names: HostPattern;
  /** As `ssh-ed25519`. */
  readonly type: string;
  /** The public key, as it travels. */
  readonly key: Buffer;
}

/** Which hosts a line speaks of. */
export type HostPattern =
  | { readonly kind: 'hashed'; readonly salt: Buffer; readonly hash: Buffer }
  | { readonly kind: 'plain'; readonly patterns: readonly string[] };

/** What known_hosts says of a key that a host showed. */
export type Verdict =
  | { readonly kind: 'known' }
  | { readonly kind: 'unknown' }
  /** Other keys are known for the host. `lines`: at least one. */
  | { readonly kind: 'changed'; readonly lines: readonly [KnownHost, ...KnownHost[]] }
  | { readonly kind: 'revoked'; readonly line: KnownHost };

/** Reads the lines of a known_hosts file. Comments and lines that make no sense are passed over, as ssh does. */
export function parseKnownHosts(text: string, file: string): KnownHost[] {
  return text.split('\n').flatMap((line, i) => parseLine(line, file, i + 1) ?? []);
}

/**
 * The names a host stands under, the one to write down first: `host`, or `[host]:port`. A key under the bare
 * name counts for another port too, as ssh has it; `HostKeyAlias` stands alone.
 */
export function knownNames(host: string, port: number, alias: string | null): [string, ...string[]] {
  if (alias !== null) return [alias.toLowerCase()];
  const name = host.toLowerCase();
  return port === 22 ? [name] : [`[${name}]:${port}`, name];
}

/** The lines that speak of a host. Hashed names make this slow for long files: once per host will do. */
export function linesFor(known: readonly KnownHost[], names: readonly string[]): KnownHost[] {
  return known.filter((line) => names.some((name) => speaksOf(line.names, name)));
}

/** Judges a key by the lines of all files. A revoked key is revoked whatever else stands there. */
export function judge(known: readonly KnownHost[], names: readonly [string, ...string[]], key: Buffer): Verdict {
  const all = linesFor(known, names);
  const revoked = all.find((line) => line.marker === 'revoked' && line.key.equals(key));
  if (revoked !== undefined) return { kind: 'revoked', line: revoked };
  const plain = all.filter((line) => line.marker === null);
  if (plain.some((line) => line.key.equals(key))) return { kind: 'known' };
  // The bare name may well be another server on the same address: it can confirm a key, not contradict it.
  const [first, ...others] = plain.filter((line) => isOffered(line.type) && speaksOf(line.names, names[0]));
  return first === undefined ? { kind: 'unknown' } : { kind: 'changed', lines: [first, ...others] };
}

// A key of a type that is never asked for (ssh-dss, sk-…) says nothing about the one that was shown.
function isOffered(type: string): boolean {
  return /^(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521))$/.test(type);
}

/** The key types known for a host, in the order of the files: what to ask the server for first. */
export function knownTypes(known: readonly KnownHost[], names: readonly string[]): string[] {
  const plain = linesFor(known, names).filter(({ marker }) => marker === null);
  return [...new Set(plain.map(({ type }) => type))];
}

/** Whether a certificate authority is known for a host. */
export function hasAuthority(known: readonly KnownHost[], names: readonly string[]): boolean {
  return linesFor(known, names).some(({ marker }) => marker === 'cert-authority');
}

/** A line to append. `salt`: the name is hashed with it, and cannot be read from the file. */
export function formatKnownHost(name: string, key: Buffer, salt: Buffer | null): string {
  const shown = salt === null ? name : `|1|${salt.toString('base64')}|${hashName(name, salt).toString('base64')}`;
  return `${shown} ${keyType(key)} ${key.toString('base64')}\n`;
}

/** `SHA256:…`, as ssh shows it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The type that stands at the beginning of a public key; empty when it is none. */
export function keyType(key: Buffer): string {
  const length = key.length < 4 ? 0 : key.readUInt32BE(0);
  return length > 64 ? '' : key.toString('latin1', 4, 4 + length);
}

function parseLine(text: string, file: string, line: number): KnownHost | null {
  const words = text.trim().split(/[ \t]+/);
  if (words[0] === '' || words[0]?.startsWith('#') === true) return null;
  const marker = words[0]?.startsWith('@') === true ? (words.shift()?.slice(1) ?? null) : null;
  if (marker !== null && marker !== 'revoked' && marker !== 'cert-authority') return null;
  const [hosts, type, base64] = words;
  if (hosts === undefined || type === undefined || base64 === undefined) return null;
  const names = parseNames(hosts);
  const key = Buffer.from(base64, 'base64');
  if (names === null || keyType(key) !== type) return null;
  return { file, line, marker, names, type, key };
}

function parseNames(hosts: string): HostPattern | null {
  if (!hosts.startsWith('|')) return { kind: 'plain', patterns: hosts.toLowerCase().split(',') };
  const [, version, salt, hash] = hosts.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return null;
  return { kind: 'hashed', salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
}

function speaksOf(names: HostPattern, name: string): boolean {
  if (names.kind === 'hashed') return hashName(name, names.salt).equals(names.hash);
  let found = false;
  for (const pattern of names.patterns) {
    if (pattern.startsWith('!') && matches(pattern.slice(1), name)) return false;
    found ||= matches(pattern, name);
  }
  return found;
}

function hashName(name: string, salt: Buffer): Buffer {
  return createHmac('sha1', salt).update(name).digest();
}

const wildcards = new Map<string, RegExp>();

function matches(pattern: string, name: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === name;
  let regexp = wildcards.get(pattern);
  if (regexp === undefined) {
    const escaped = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*+/g, '.*')
      .replaceAll('?', '.');
    wildcards.set(pattern, (regexp = new RegExp(`^${escaped}$`)));
  }
  return regexp.test(name);
}

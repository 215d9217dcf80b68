import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LabHost } from './host.ts';
import { run } from './run.ts';

/** Every kind of host key sshd has by default: clients that know only one must still get in. */
export const HOST_KEY_TYPES = ['ed25519', 'ecdsa', 'rsa'] as const;

type KeyType = (typeof HOST_KEY_TYPES)[number];

/** The key all accounts on all hosts of the lab accept. */
export function userKeyPath(labDir: string): string {
  return join(labDir, 'key');
}

/** A host's private key; the public one has `.pub` after it. */
export function hostKeyPath(host: LabHost, type: KeyType): string {
  return join(host.dir, 'keys', type);
}

/** Makes the keys that do not exist yet. They stay for the lab's life, so known_hosts is right after a reset too. */
export async function ensureKeys(labDir: string, hosts: readonly LabHost[]): Promise<void> {
  const hostKeys = hosts.flatMap((host) =>
    HOST_KEY_TYPES.map((type) => ensureKey(hostKeyPath(host, type), type, `root@${host.name}`)),
  );
  await Promise.all([ensureKey(userKeyPath(labDir), 'ed25519', 'kmesh-lab'), ...hostKeys]);
}

/** Lines of known_hosts for a host, under its address and its name. */
export function knownHostLines(host: LabHost): string[] {
  return HOST_KEY_TYPES.map((type) => {
    const [algorithm, key] = readFileSync(`${hostKeyPath(host, type)}.pub`, 'utf8').split(' ');
    return `${host.address},${host.name} ${algorithm} ${key}`;
  });
}

async function ensureKey(path: string, type: KeyType, comment: string): Promise<void> {
  if (existsSync(`${path}.pub`)) return;
  mkdirSync(dirname(path), { recursive: true });
  // 2048: these guard nothing, and 3072 bits take three times as long to find
  const bits = type === 'rsa' ? ['-b', '2048'] : [];
  await run('ssh-keygen', ['-q', '-t', type, ...bits, '-N', '', '-C', comment, '-f', path]);
}

import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Base } from './base.ts';
import type { LabHost } from './host.ts';
import { HOST_KEY_TYPES, hostKeyPath, userKeyPath } from './keys.ts';
import { run } from './run.ts';

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const ROOT: Owner = { uid: 0, gid: 0 };

const SSHD_CONFIG = `PermitRootLogin prohibit-password
# many runs at once start many logins at once; the number of sessions in one login stays sshd's default
MaxStartups 2000
MaxSessions 10
UseDNS no
`;

/**
 * Writes the layer between the shared base and the host's own files: what makes this host itself.
 *
 * It is no part of the upper folder, so a host is fresh again when that is empty.
 */
export async function ensureSeed(labDir: string, host: LabHost, base: Base): Promise<void> {
  const seed = join(host.dir, 'seed');
  if (existsSync(seed)) return;
  const draft = `${seed}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const lower = host.kind === 'debian' ? base.debian : base.busybox;
  const write = (path: string, text: string, mode = 0o644, owner = ROOT): void =>
    writeSeed({ draft, lower, path }, text, mode, owner);
  write('etc/hostname', `${host.name}\n`);
  write('etc/hosts', `127.0.0.1 localhost\n${host.address} ${host.name}\n`);
  const userKey = readFileSync(`${userKeyPath(labDir)}.pub`, 'utf8');
  for (const { home, ...owner } of accounts(lower)) write(join(home, '.ssh/authorized_keys'), userKey, 0o600, owner);
  if (host.kind === 'debian') seedDebian(host, write);
  else await seedBusybox(host, lower, draft);
  renameSync(draft, seed);
}

function seedDebian(host: LabHost, write: (path: string, text: string, mode?: number) => void): void {
  write('etc/machine-id', `${createHash('md5').update(host.unit).digest('hex')}\n`, 0o444);
  write('etc/fstab', '# the lab mounts everything itself\n');
  write('etc/ssh/sshd_config.d/lab.conf', SSHD_CONFIG);
  for (const type of HOST_KEY_TYPES) {
    const key = hostKeyPath(host, type);
    write(`etc/ssh/ssh_host_${type}_key`, readFileSync(key, 'utf8'), 0o600);
    write(`etc/ssh/ssh_host_${type}_key.pub`, readFileSync(`${key}.pub`, 'utf8'));
  }
}

async function seedBusybox(host: LabHost, lower: string, draft: string): Promise<void> {
  const folder = join(draft, 'etc/dropbear');
  mkdirSync(folder, { mode: 0o755 });
  for (const type of HOST_KEY_TYPES) {
    const out = join(folder, `dropbear_${type}_host_key`);
    // run with the host's own loader and libraries, which this machine need not have
    const loader = join(lower, 'lib64/ld-linux-x86-64.so.2');
    const library = [
      '--library-path',
      ['lib/x86_64-linux-gnu', 'usr/lib/x86_64-linux-gnu'].map((dir) => join(lower, dir)).join(':'),
    ];
    const convert = [join(lower, 'usr/bin/dropbearconvert'), 'openssh', 'dropbear', hostKeyPath(host, type), out];
    await run(loader, [...library, ...convert]);
  }
}

function accounts(lower: string): (Owner & { home: string })[] {
  const lines = readFileSync(join(lower, 'etc/passwd'), 'utf8').trim().split('\n');
  return lines.flatMap((line) => {
    const [, , uid, gid, , home = ''] = line.split(':');
    const isPerson = home === '/root' || home.startsWith('/home/');
    return isPerson ? [{ uid: Number(uid), gid: Number(gid), home: home.slice(1) }] : [];
  });
}

function writeSeed(to: { draft: string; lower: string; path: string }, text: string, mode: number, owner: Owner): void {
  makeFolder(to.draft, to.lower, dirname(to.path), owner);
  const file = join(to.draft, to.path);
  writeFileSync(file, text);
  chmodSync(file, mode);
  chownSync(file, owner.uid, owner.gid);
}

/** A folder in an upper layer hides the attributes of the same folder below, so they are copied. */
function makeFolder(draft: string, lower: string, path: string, owner: Owner): void {
  const folder = join(draft, path);
  if (path === '.' || existsSync(folder)) return;
  makeFolder(draft, lower, dirname(path), owner);
  mkdirSync(folder);
  const below = join(lower, path);
  const { mode, uid, gid } = existsSync(below) ? lstatSync(below) : { mode: 0o700, ...owner };
  chmodSync(folder, mode & 0o7777);
  chownSync(folder, uid, gid);
}

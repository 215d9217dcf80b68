import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { LabError, run } from './run.ts';

/** A file the lab cannot do without, and the Debian package that brings it. */
const NEEDS = [
  { tool: 'systemd-nspawn', debian: 'systemd-container' },
  { tool: 'mmdebstrap', debian: 'mmdebstrap' },
  { tool: '/usr/share/keyrings/debian-archive-keyring.gpg', debian: 'debian-archive-keyring' },
  { tool: 'ip', debian: 'iproute2' },
  { tool: 'flock', debian: 'util-linux' },
  { tool: 'unshare', debian: 'util-linux' },
  { tool: 'nsenter', debian: 'util-linux' },
  { tool: 'ssh', debian: 'openssh-client' },
  { tool: 'ssh-keygen', debian: 'openssh-client' },
  { tool: 'dpkg-deb', debian: 'dpkg' },
  { tool: 'xmllint', debian: 'libxml2-utils' },
] as const;

const INOTIFY_LIMIT = '/proc/sys/fs/inotify/max_user_instances';

/** Why this process cannot run a lab, or null: the runner leaves out what needs one, and says so with these words. */
export function labObstacle(): string | null {
  if (process.platform !== 'linux') return 'the lab needs Linux';
  if (process.getuid?.() === 0) return null;
  const missing = missingPackages();
  return `the lab needs root${missing.length > 0 ? ` and the packages ${missing.join(' ')}` : ''}`;
}

/**
 * For a test file that needs a lab: without one it fails as a whole, since tests that do nothing would pass.
 *
 * @throws LabError
 */
export function requireLab(): void {
  const obstacle = labObstacle();
  if (obstacle !== null) throw new LabError(obstacle);
}

/**
 * Makes this machine able to run a lab, installing what it lacks.
 *
 * @throws LabError that says exactly what is missing.
 */
export async function prepareMachine(): Promise<void> {
  const obstacle = labObstacle();
  if (obstacle !== null) throw new LabError(obstacle);
  await install(missingPackages());
  // each systemd takes a few dozen; with the usual 128 the third host dies with a misleading message
  if (Number(readFileSync(INOTIFY_LIMIT, 'utf8')) < 8192) writeFileSync(INOTIFY_LIMIT, '8192');
}

/** Has gcc ready, which only a lab with added round-trip time needs. */
export async function prepareCompiler(): Promise<void> {
  if (!has('gcc') || !existsSync('/usr/include/stdio.h')) await install(['gcc', 'libc6-dev']);
}

const PYTHON_APT = '/usr/lib/python3/dist-packages/apt/__init__.py';

/** Has Debian's Ansible ready, with what its apt module needs; only tests that compare with it need that. */
export async function prepareAnsible(): Promise<void> {
  const tools = ['ansible-inventory', 'ansible-playbook', PYTHON_APT];
  if (!tools.every(has)) await install(['ansible-core', 'python3-apt']);
}

function missingPackages(): string[] {
  return [...new Set(NEEDS.filter(({ tool }) => !has(tool)).map(({ debian }) => debian))];
}

function has(tool: string): boolean {
  if (tool.startsWith('/')) return existsSync(tool);
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, tool)));
}

async function install(packages: readonly string[]): Promise<void> {
  if (packages.length === 0) return;
  if (!has('apt-get')) throw new LabError(`the lab needs ${packages.join(' ')} (names of Debian packages)`);
  process.stderr.write(`lab: installing ${packages.join(' ')}\n`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
}

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { withLock } from './lock.ts';
import { ask, lastLines, LabError, run, sleep } from './run.ts';

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
  await install(missingPackages);
  // each systemd takes a few dozen; with the usual 128 the third host dies with a misleading message
  if (Number(readFileSync(INOTIFY_LIMIT, 'utf8')) < 8192) writeFileSync(INOTIFY_LIMIT, '8192');
}

/** Has gcc ready, which only a lab with added round-trip time needs. */
export async function prepareCompiler(): Promise<void> {
  await install(() => (has('gcc') && has('/usr/include/stdio.h') ? [] : ['gcc', 'libc6-dev']));
}

const PYTHON_APT = '/usr/lib/python3/dist-packages/apt/__init__.py';
// Refreshing the lists has no option to wait for whoever does it already, and then fails at once.
const APT_PATIENCE_MS = 5 * 60_000;

/** Has Debian's Ansible ready, with what its apt module needs; only tests that compare with it need that. */
export async function prepareAnsible(): Promise<void> {
  const tools = ['ansible', 'ansible-inventory', 'ansible-playbook', 'ansible-vault', PYTHON_APT];
  await install(() => (tools.every(has) ? [] : ['ansible-core', 'python3-apt']));
}

function missingPackages(): string[] {
  return [...new Set(NEEDS.filter(({ tool }) => !has(tool)).map(({ debian }) => debian))];
}

function has(tool: string): boolean {
  if (tool.startsWith('/')) return existsSync(tool);
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, tool)));
}

/** Installs what is missing, one process at a time: those that waited look again, and find it there. */
async function install(missing: () => string[]): Promise<void> {
  if (missing().length === 0) return;
  if (!has('apt-get')) throw new LabError(`the lab needs ${missing().join(' ')} (names of Debian packages)`);
  // The one lock that can't lie with the state of labs: the machine has its packages once.
  await withLock('/run/lock/kmesh-lab-packages', async () => {
    const packages = missing();
    if (packages.length === 0) return;
    process.stderr.write(`lab: installing ${packages.join(' ')}\n`);
    await refreshLists();
    const options = ['-y', '-qq', '--no-install-recommends', '-o', `DPkg::Lock::Timeout=${APT_PATIENCE_MS / 1000}`];
    await run('apt-get', ['install', ...options, ...packages], { env: NONINTERACTIVE });
  });
}

const NONINTERACTIVE = { DEBIAN_FRONTEND: 'noninteractive' };

async function refreshLists(): Promise<void> {
  const until = Date.now() + APT_PATIENCE_MS;
  for (;;) {
    const { code, stderr } = await ask('apt-get', ['update', '-qq'], { env: { ...NONINTERACTIVE, LC_ALL: 'C' } });
    if (code === 0) return;
    if (!stderr.includes('Could not get lock') || Date.now() > until) {
      throw new LabError(`apt-get update failed (${code}):\n${lastLines(stderr)}`);
    }
    await sleep(1000);
  }
}

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { quote } from '../../src/base/shell.ts';
import { writePackagesIndex } from './deb.ts';
import { withLock } from './lock.ts';
import { BASE_PACKAGES, BASE_SETUP, BUSYBOX_PACKAGES, BUSYBOX_SETUP, recipeKey, SUITE } from './recipe.ts';
import { LabError, run } from './run.ts';

/** What every lab shares and nobody writes to: two root file systems and a package repository. */
export interface Base {
  readonly dir: string;
  readonly debian: string;
  readonly busybox: string;
  readonly repo: string;
}

/** Where bases are kept between labs. */
function cacheDir(): string {
  const { KMESH_LAB_CACHE, XDG_CACHE_HOME } = process.env;
  return KMESH_LAB_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kmesh-lab');
}

/**
 * The base of this recipe, built when there is none yet (a minute or two, and the only moment that needs network).
 *
 * Built aside and renamed under a lock, so a killed build leaves nothing that looks finished.
 */
export async function ensureBase(): Promise<Base> {
  const dir = join(cacheDir(), recipeKey());
  if (!existsSync(dir))
    await withLock(join(cacheDir(), 'lock'), async () => (existsSync(dir) ? undefined : build(dir)));
  return baseAt(dir);
}

/** The base in that folder. */
export function baseAt(dir: string): Base {
  return { dir, debian: join(dir, 'debian'), busybox: join(dir, 'busybox'), repo: join(dir, 'repo') };
}

async function build(dir: string): Promise<void> {
  process.stderr.write(`lab: building ${dir}, a minute or two\n`);
  const draft = `${dir}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(join(draft, 'repo'), { recursive: true });
  await Promise.all([buildDebian(join(draft, 'debian'), join(draft, 'repo')), buildBusybox(join(draft, 'busybox'))]);
  renameSync(draft, dir);
}

async function buildDebian(root: string, repo: string): Promise<void> {
  // --variant=minbase brings apt and Essential only; hooks run while /proc, /dev and the network are there
  await mmdebstrap(root, [
    '--variant=minbase',
    `--include=${BASE_PACKAGES.join(',')}`,
    `--customize-hook=chroot "$1" sh -ec ${quote(BASE_SETUP)}`,
    `--customize-hook=mv "$1"/var/cache/apt/archives/*.deb ${quote(repo)}/`,
  ]);
  const python = readdirSync(join(root, 'usr/bin')).filter((file) => file.startsWith('python'));
  if (python.length > 0) throw new LabError(`the base has ${python.join(' ')}; hosts must not`);
  await writePackagesIndex(repo);
}

async function buildBusybox(root: string): Promise<void> {
  // --variant=extract unpacks without running maintainer scripts, so there need be no dpkg in there
  await mmdebstrap(root, ['--variant=extract', `--include=${BUSYBOX_PACKAGES.join(',')}`]);
  await run('chroot', [root, '/bin/busybox', 'sh', '-ec', BUSYBOX_SETUP]);
}

async function mmdebstrap(root: string, options: readonly string[]): Promise<void> {
  const mirror = process.env['KMESH_LAB_MIRROR'];
  await run('mmdebstrap', ['--mode=root', ...options, SUITE, root, ...(mirror === undefined ? [] : [mirror])]);
}

import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from './run.ts';

/** A package small enough to be written down in a test. */
export interface DebRecipe {
  readonly name: string;
  readonly version: string;
  /** Text by absolute path; files below a `bin` or `sbin` folder become executable. */
  readonly files?: Readonly<Record<string, string>>;
  /** As in debian/control: `libc6 (>= 2.30), adduser`. */
  readonly depends?: string;
  /** Shell text run after unpacking, with `#!/bin/sh` and `set -e` before it. */
  readonly postinst?: string;
}

/** Builds a .deb and gives its path, which lasts as long as this process: upgrades are tested with versions nobody can change. */
export async function buildDeb(recipe: DebRecipe): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'kmesh-deb-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  const root = join(dir, 'root');
  for (const [path, text] of Object.entries(recipe.files ?? {})) {
    writeIn(join(root, path), text, /\/s?bin\//.test(path) ? 0o755 : 0o644);
  }
  writeIn(join(root, 'DEBIAN/control'), control(recipe), 0o644);
  if (recipe.postinst !== undefined) {
    writeIn(join(root, 'DEBIAN/postinst'), `#!/bin/sh\nset -e\n${recipe.postinst}\n`, 0o755);
  }
  const deb = join(dir, `${recipe.name}_${recipe.version}_all.deb`);
  await run('dpkg-deb', ['--root-owner-group', '--build', root, deb]);
  rmSync(root, { recursive: true });
  return deb;
}

/** Writes the `Packages` and `Release` files that make a folder of .debs a repository. */
export async function writePackagesIndex(dir: string): Promise<void> {
  const debs = readdirSync(dir)
    .filter((file) => file.endsWith('.deb'))
    .toSorted();
  const entries = await Promise.all(debs.map((file) => packageEntry(dir, file)));
  const packages = entries.join('');
  // without a Release, apt asks for a dozen kinds of compression; with an empty one, it refuses the repository
  const release = `Suite: lab\nDate: ${new Date().toUTCString()}\nSHA256:\n ${sha256(packages)} ${Buffer.byteLength(packages)} Packages\n`;
  writeFileSync(join(dir, 'Packages'), packages);
  writeFileSync(join(dir, 'Release'), release);
}

async function packageEntry(dir: string, file: string): Promise<string> {
  const content = readFileSync(join(dir, file));
  const fields = await run('dpkg-deb', ['--field', join(dir, file)]);
  return `${fields}\nFilename: ./${file}\nSize: ${content.length}\nSHA256: ${sha256(content)}\n\n`;
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function control({ name, version, depends }: DebRecipe): string {
  const needs = depends === undefined ? '' : `Depends: ${depends}\n`;
  return `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: lab <lab@localhost>\n${needs}Description: made by a test\n`;
}

function writeIn(path: string, text: string, mode: number): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

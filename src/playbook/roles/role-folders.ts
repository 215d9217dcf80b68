import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { nearest } from '../../base/did-you-mean.ts';
import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import { displayPath } from '../../base/read-source.ts';
import type { Span } from '../../base/source.ts';

const foldersWithMain = ['tasks', 'handlers', 'defaults', 'vars', 'meta', 'preflight', 'verify'];
const roleFolders = [...foldersWithMain, 'templates', 'files'];

// Files there may be read by name alone, such as `vars/Debian.yml`.
const mayHaveNoMain = new Set(['vars', 'meta']);

/**
 * Notes folders and files of a role that are misspelt: it would be a role that does nothing, silently.
 *
 * @param byName folders of which another file than `main.yml` is asked for
 */
export function checkRoleFolders(path: string, byName: ReadonlySet<string>, problems: Diagnostic[]): void {
  for (const name of foldersIn(path)) {
    if (foldersWithMain.includes(name) && !byName.has(name)) checkMain(path, name, problems);
    const near = meantFolder(name);
    if (near === null) continue;
    problems.push(
      diagnostic(null, `\`${displayPath(join(path, name))}\` is not a folder of a role.`, `Did you mean \`${near}\`?`),
    );
  }
}

/** Notes that there is nothing in a role that could be used, unless a misspelt folder tells why. @param at its name */
export function checkRoleHasParts(path: string, at: Span, problems: Diagnostic[]): void {
  const folders = foldersIn(path);
  if (folders.some((name) => foldersWithMain.includes(name) || meantFolder(name) !== null)) return;
  const parts = foldersWithMain.map((name) => `\`${name}\``).join(', ');
  problems.push(
    diagnostic(at, `The role \`${displayPath(path)}\` has nothing in it.`, `A role has at least one of ${parts}.`),
  );
}

function foldersIn(path: string): string[] {
  return readdirSync(path).filter((name) => !name.startsWith('.') && isDirectory(join(path, name)));
}

/** What an unknown folder is a slip of, or `null`. */
function meantFolder(name: string): string | null {
  return roleFolders.includes(name) ? null : nearest(name, roleFolders);
}

// Of a link, what it leads to.
function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function checkMain(path: string, folder: string, problems: Diagnostic[]): void {
  const files = readdirSync(join(path, folder)).filter((name) => !name.startsWith('.'));
  if (files.length === 0 || ['main', 'main.yml', 'main.yaml', 'main.json'].some((name) => files.includes(name))) return;
  if (mayHaveNoMain.has(folder) && !files.some((name) => nearest(name, ['main.yml', 'main.yaml']) !== null)) return;
  const named = files
    .slice(0, 3)
    .map((name) => `\`${name}\``)
    .join(', ');
  const message = `\`${displayPath(join(path, folder))}\` has no \`main.yml\`, so that nothing in it is read.`;
  problems.push(diagnostic(null, message, `There is ${named}.`));
}

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { anything } from './name-patterns.ts';

/** What is looked for. */
export type Wanted = 'file' | 'directory';

/** Paths that a pattern fits, in the first of the folders that has one of that name. Without `anything` in it at most one. */
export function findByPattern(pattern: string, folders: readonly string[], wanted: Wanted): string[] {
  if (!pattern.includes(anything)) {
    const paths = folders.map((folder) => resolve(folder, pattern));
    return paths.filter((path) => isWanted(path, wanted)).slice(0, 1);
  }
  // What lies beside a playbook is of all kinds: any file there is meant only where no other folder has one.
  const own = isOpen(pattern) ? folders.slice(0, -1) : folders;
  const first = inFolders(own, (folder) => walk(folder, pattern.split('/'), wanted));
  const flat = first.length > 0 ? first : inFolders(folders, (folder) => walk(folder, pattern.split('/'), wanted));
  // A value may hold a slash; but where nothing else is said, that would be any file at all.
  return flat.length > 0 || isOpen(pattern) ? flat : inFolders(folders, (folder) => deep(folder, pattern, wanted));
}

/** Whether a pattern fits just any file of a folder. */
export function isOpen(pattern: string): boolean {
  return pattern.replace(/\.(ya?ml|json)$/, '') === anything;
}

/** What is found in an earlier folder hides what has the same name in a later one. */
function inFolders(folders: readonly string[], find: (folder: string) => string[]): string[] {
  const found = new Map<string, string>();
  for (const folder of folders) {
    for (const path of find(folder)) {
      const name = path.slice(folder.length);
      if (!found.has(name)) found.set(name, path);
    }
  }
  return [...new Set(found.values())];
}

function walk(folder: string, [first = '', ...rest]: readonly string[], wanted: Wanted): string[] {
  if (!first.includes(anything)) {
    const path = first === '' && rest.length > 0 ? '/' : join(folder, first);
    if (rest.length > 0) return existsSync(path) ? walk(path, rest, wanted) : [];
    return isWanted(path, wanted) ? [path] : [];
  }
  const fits = regExpOf(first, '[^/]*');
  const paths = namesIn(folder)
    .filter((name) => fits.test(name))
    .map((name) => join(folder, name));
  if (rest.length > 0) return paths.flatMap((path) => walk(path, rest, wanted));
  return paths.filter((path) => isWanted(path, wanted) && isData(first, path, wanted));
}

function deep(folder: string, pattern: string, wanted: Wanted): string[] {
  const fits = regExpOf(pattern, '.*');
  if (!existsSync(folder) || pattern.startsWith('/')) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => fits.test(name) && !/(^|\/)(\.|node_modules\/)/.test(name))
    .map((name) => join(folder, name))
    .filter((path) => isWanted(path, wanted) && isData(pattern, path, wanted));
}

// Where the name of the file is open, too, only such files are meant as can be read.
function isData(pattern: string, path: string, wanted: Wanted): boolean {
  return wanted === 'directory' || !pattern.endsWith(anything) || /\.(ya?ml|json)$/.test(path);
}

function regExpOf(pattern: string, any: string): RegExp {
  const parts = pattern.split(anything).map((part) => part.replace(/[.+*?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join(any)}$`, 's');
}

function namesIn(folder: string): string[] {
  if (!isWanted(folder, 'directory')) return [];
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort();
}

function isWanted(path: string, wanted: Wanted): boolean {
  if (!existsSync(path)) return false;
  return statSync(path).isDirectory() === (wanted === 'directory');
}

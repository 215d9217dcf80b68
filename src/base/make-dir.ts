import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory for the user alone, with those around it; one that is there stays as it is. Node's own `recursive`
 * never ends where a file system refuses with "no such file", as `/proc` does.
 */
export function makeDir(path: string): void {
  if (makeOne(path)) return;
  makeDir(dirname(path));
  if (!makeOne(path)) throw new Error(`ENOENT: no such file or directory, mkdir '${path}'`);
}

/** False: what it should be in is not there. Another run may make it at the same time. */
function makeOne(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(path) !== path) return false;
    if (code !== 'EEXIST') throw error;
  }
  return true;
}

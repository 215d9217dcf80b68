import { randomBytes, randomInt } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeDir } from '../../base/make-dir.ts';
import { displayPath, reasonOf } from '../../base/read-source.ts';
import { CallProblem } from '../../template/operations/call-problem.ts';
import type { NewPassword } from '../../template/scope.ts';

/**
 * The password that a file keeps; where there is none, it is made and kept, readable by the user alone. `null`: it is not
 * there, and may not be made.
 */
export function keptPassword(path: string, wanted: NewPassword, { mayMake }: { mayMake: boolean }): string | null {
  const kept = readPassword(path);
  if (kept !== null || !mayMake) return kept;
  try {
    keepPassword(path, newPassword(wanted));
  } catch (error) {
    throw new CallProblem(`\`${displayPath(path)}\` can not be written: ${reasonOf(error)}`, 0);
  }
  return readPassword(path);
}

// Ansible keeps a salt behind it, which is of no use here.
function readPassword(path: string): string | null {
  const text = readOrNull(path);
  if (text === null) return null;
  const password = (text.split('\n')[0] ?? '').replace(/ (?:salt|ident)=\S*(?: ident=\S*)?$/, '');
  if (password !== '') return password;
  throw new CallProblem(`\`${displayPath(path)}\` is empty`, 0, 'Remove it, and a password is made.');
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new CallProblem(`\`${displayPath(path)}\` can not be read: ${reasonOf(error)}`, 0);
  }
}

// Written beside and linked: nobody reads half of it, and of two runs at once the first one wins.
function keepPassword(path: string, password: string): void {
  makeDir(dirname(path));
  const beside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    const file = openSync(beside, 'wx', 0o600);
    try {
      writeSync(file, `${password}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    linkSync(beside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(beside, { force: true });
  }
}

function newPassword({ length, chars }: NewPassword): string {
  return Array.from({ length }, () => chars.charAt(randomInt(chars.length))).join('');
}

import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Puts content at a path, whole or not at all. A file that is there keeps mode and owner; a new one is its owner's alone. */
export function replaceFile(path: string, content: string | Buffer): void {
  const before = statSync(path, { throwIfNoEntry: false });
  const target = before === undefined ? path : realpathSync(path);
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
  try {
    writeNew(temporary, content, before === undefined ? 0o600 : before.mode & 0o7777);
    if (before !== undefined) keepOwner(temporary, before);
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function writeNew(path: string, content: string | Buffer, mode: number): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, content);
    fchmodSync(file, mode);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

// Whoever may write to a file of another user's need not be allowed to give one away.
function keepOwner(path: string, { uid, gid, mode }: { uid: number; gid: number; mode: number }): void {
  const made = statSync(path);
  if (made.uid === uid && made.gid === gid) return;
  try {
    chownSync(path, uid, gid);
    // chown(2) takes setuid and the like away.
    const file = openSync(path, 'r');
    fchmodSync(file, mode & 0o7777);
    closeSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
}

import { accessSync, closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type Findings, kindOf, listDirectory, maxDirectoryDepth } from './files.ts';

/** The files of an inventory folder and of all folders in it, in Ansible's order, without those that are no inventory. */
export function inventoryFiles(path: string, findings: Findings, depth = 1): string[] {
  if (depth > maxDirectoryDepth) return [];
  return listDirectory(path, findings).flatMap((entry) => {
    if (ignored.test(entry)) return [];
    const inner = join(path, entry);
    const kind = kindOf(inner);
    if (kind === 'directory') return inventoryFiles(inner, findings, depth + 1);
    return kind === 'file' ? [inner] : [];
  });
}

// What Ansible passes over, but for `.ini`, which it does read in newer versions.
const ignored = /^\.|^(?:host_vars|group_vars|vars_plugins)$|~$|\.(?:pyc|pyo|swp|bak|rpm|md|txt|rst|orig|cfg|retry)$/;

/**
 * Whether a file is run rather than read: it may be executed, and is a script with `#!` or a binary of Linux.
 *
 * A list of hosts on a disk where every file is executable is still a text: a shell would run each line of it.
 */
export function isProgram(path: string): boolean {
  if (kindOf(path) !== 'file') return false;
  try {
    accessSync(path, constants.X_OK);
    const start = firstBytes(path);
    return start.startsWith('#!') || start === '\u007fELF';
  } catch {
    return false;
  }
}

function firstBytes(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(4);
    return bytes.toString('latin1', 0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}

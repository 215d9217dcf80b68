import { type Stats, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** Where runs on this machine remember things; it may not be there yet. */
export interface StateDir {
  /** `null`: nowhere. */
  readonly path: string | null;
  readonly warning: string | null;
}

/** `$KMESH_STATE`, else `$XDG_STATE_HOME/kmesh`, else `~/.local/state/kmesh`; a directory that others can write to is refused. */
export function findStateDir(env: Readonly<Record<string, string | undefined>>): StateDir {
  const path = stateDirOf(env);
  const problem = problemOf(path);
  if (problem === null) return { path, warning: null };
  return { path: null, warning: `The state directory ${path} is not used: ${problem}.` };
}

/** Of a directory that is there. */
function problemOf(path: string): string | null {
  const found = look(path);
  if (found === 'hidden') return 'its path leads nowhere';
  if (found === undefined) return null;
  if (!found.isDirectory()) return 'it is no directory';
  if (process.geteuid !== undefined && found.uid !== process.geteuid()) return 'it belongs to another user';
  return (found.mode & 0o022) === 0 ? null : 'others can write to it';
}

// A part of the path may be a file, or closed to this user.
function look(path: string): Stats | undefined | 'hidden' {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return 'hidden';
  }
}

/** Where it is by name: `$KMESH_STATE`, else `$XDG_STATE_HOME/kmesh`, else `~/.local/state/kmesh`. */
export function stateDirOf({
  KMESH_STATE: own,
  XDG_STATE_HOME: states,
  HOME: home,
}: Readonly<Record<string, string | undefined>>): string {
  if (own) return resolve(own);
  // The XDG base directory specification: a relative path is ignored.
  if (states && isAbsolute(states)) return join(states, 'kmesh');
  return join(home || homedir(), '.local/state/kmesh');
}

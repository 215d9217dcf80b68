import type { Reply } from '../base/reply.ts';
import { raw, sh } from '../base/shell.ts';
import {
  clock,
  type HashMemory,
  type KnownHash,
  machineScript,
  nanoseconds,
  settledNs,
  stampFormat,
} from './hash-memory.ts';

/**
 * Learns the hash of a file that is written now, so that the next run need not take it again.
 *
 * The content is hashed under a temporary name, and the rename behind that gives the file a new time of change. So that
 * time can not tell whether somebody wrote in between; the time of modification does. It has to be older than the
 * hashing by more than a tick of the clock, or a write in the same tick would not show. Who may write to a file can set
 * that time back, so only what root alone may write to is remembered.
 */
export interface WrittenFile {
  readonly path: string;
  /** Lower-case hex, checked on the host between the two looks. */
  readonly sha256: string;
  /** What the host said before and after. */
  readonly before: Reply;
  readonly after: Reply;
}

const format = `%f %u ${stampFormat}`;

/** Looks at the file under its temporary name, when its last write is a tick of the clock ago. Never fails. */
export function beforeHashScript(temporary: string): string {
  return sh`{ sleep 0.06; stat -c ${format} -- ${clock} ${temporary}; stat -f -c %T -- ${temporary}; } 2>/dev/null; exit 0`;
}

/** Looks at the file in its place. Never fails. */
export function afterRenameScript(path: string): string {
  return sh`{ ${raw(machineScript)}stat -c ${format} -- ${path}; } 2>/dev/null; exit 0`;
}

/** Remembers the hash, if the file is the very one that was hashed. */
export function learnWritten({ path, sha256, before, after }: WrittenFile, memory: HashMemory): void {
  const [machine = '', place = ''] = after.stdout.toString('utf8').split('\0');
  const [now = '', written = '', fileSystem = ''] = before.stdout.toString('utf8').split('\n');
  const clockNow = lookOf(now);
  const hashed = lookOf(written);
  const found = lookOf(place);
  if (clockNow === null || hashed === null || found === null) return;
  if (hashed.content !== found.content || !isWrittenByRootAlone(found)) return;
  if (hashed.modified + settledNs(fileSystem, [hashed.modified]) > clockNow.changed) return;
  memory.learn(machine, path, { stamp: found.stamp, sha256 });
}

interface Look extends Pick<KnownHash, 'stamp'> {
  readonly mode: number;
  readonly uid: number;
  /** All of the stamp that a rename leaves as it is. */
  readonly content: string;
  readonly modified: bigint;
  readonly changed: bigint;
}

function lookOf(line: string): Look | null {
  const found = /^([0-9a-f]+) (\d+) ((\d+ \d+ \d+ (\d+\.\d{9})) (\d+\.\d{9}))$/.exec(line.trim());
  if (found === null) return null;
  const [, mode = '', uid = '', stamp = '', content = '', modified = '', changed = ''] = found;
  return {
    stamp,
    content,
    mode: Number.parseInt(mode, 16),
    uid: Number(uid),
    modified: nanoseconds(modified),
    changed: nanoseconds(changed),
  };
}

function isWrittenByRootAlone({ mode, uid }: Look): boolean {
  return uid === 0 && (mode & 0o022) === 0 && (mode & 0o170000) === 0o100000;
}

import { raw, type RawShell, sh } from '../base/shell.ts';

/** What was found out about a file's content once. */
export interface KnownHash {
  /**
   * Size, device, inode, times of modification and of change in nanoseconds, as `stampFormat` has them. While they are
   * the same, nobody has written to the file: every write changes the last of them. See inode(7).
   */
  readonly stamp: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Hashes of a host's files out of earlier runs. */
export interface HashMemory {
  /** What it remembers of is no other machine; `null`: it remembers nothing. */
  readonly machine: string | null;
  recall(path: string): KnownHash | null;
  /** Takes note of what a host said; another machine than before makes it forget all others. */
  learn(machine: string, path: string, known: KnownHash): void;
}

/** Remembers nothing. */
export const noMemory: HashMemory = { machine: null, recall: () => null, learn: () => {} };

/** Of stat(1). The `stat` of BusyBox knows no fractions of seconds; what it says is never remembered. */
export const stampFormat = '%s %d %i %.9Y %.9Z';

/** To hash a smaller file costs less than to talk about it. */
const rememberedBytes = 64 * 1024;

/** Its times are those of the moment when it is looked at: the host's clock, without a process of its own. */
export const clock = '/proc/self/.';

// Names of stat(1). They take their times from the very clock that is asked here, which ticks 100 times a second or more.
const localFileSystems = new Set(['btrfs', 'ext2/ext3', 'f2fs', 'overlayfs', 'tmpfs', 'xfs', 'zfs']);

/**
 * How long ago a file has to be changed before a look at it. One that is written to in that very tick of the clock may
 * be written to again without looking different. As git's index has it: "racily clean".
 *
 * @param times of the file; without a fraction they may be whole seconds (FAT: even two of them)
 */
export function settledNs(fileSystem: string, times: readonly bigint[]): bigint {
  const isFine = localFileSystems.has(fileSystem) && times.every((time) => time % 1_000_000n !== 0n);
  return isFine ? 50_000_000n : 2_000_000_000n;
}

/** Sets `$m` to which machine this is, and `$n` to what `stat` looks at first to tell the time. */
export const machineScript = sh`m=; { read -r m </etc/machine-id || read -r m </proc/sys/kernel/random/boot_id; } 2>/dev/null
n=; [ -e ${clock} ] && n=${clock}
printf '%s\\0' "$m"
`;

/** Empties `$s`, all that `stat` has said, on a machine that is not the one which is remembered. */
export function recallScript({ machine }: HashMemory): string {
  return machine === null ? '' : sh`[ "$m" = ${machine} ] || s=\n`;
}

/** Prints the hash of a file that `$s` shows as it was, else does something else. */
export function recalledOr(path: string, { stamp, sha256 }: KnownHash, otherwise: RawShell): string {
  const line = raw(sh`*${` ${stamp} ${path}\n`}*`);
  return sh`{ case $s in ${line}) [ -r ${path} ] ;; *) false ;; esac && printf '%s\\n' ${`${sha256}  ${path}`}; } || ${otherwise}\n`;
}

/** What a host said of its files, each beginning where its `stat` began. */
export interface Told {
  readonly machine: string;
  /** Lines of `stat`, that of the clock among them. */
  readonly stats: string;
  readonly hashes: ReadonlyMap<string, string>;
}

/** Remembers the hashes of files that were at rest when they were looked at. */
export function learnFrom({ machine, stats, hashes }: Told, memory: HashMemory): void {
  if (!/^[0-9a-f-]{32,36}$/.test(machine)) return;
  const stamps = stampsOf(stats);
  const now = stamps.get(clock)?.changed ?? null;
  if (now === null) return;
  for (const [path, sha256] of hashes) {
    const found = stamps.get(path);
    if (found === undefined || found.size <= rememberedBytes) continue;
    const last = found.changed > found.modified ? found.changed : found.modified;
    if (last + settledNs('', []) <= now) memory.learn(machine, path, { stamp: found.stamp, sha256 });
  }
}

interface Stamp {
  readonly stamp: string;
  readonly size: number;
  /** Nanoseconds since the epoch. */
  readonly modified: bigint;
  readonly changed: bigint;
}

/** Of regular files, and of the clock. */
function stampsOf(text: string): Map<string, Stamp> {
  const line = /^[48][0-9a-f]{3} \d+ \d+ .+? \S+ \d+ ((\d+) \d+ \d+ (\d+\.\d{9}) (\d+\.\d{9})) (\/.*)$/gm;
  return new Map(
    [...text.matchAll(line)].map(([, stamp = '', size, modified = '', changed = '', path = '']) => [
      path,
      { stamp, size: Number(size), modified: nanoseconds(modified), changed: nanoseconds(changed) },
    ]),
  );
}

/** A time of `stampFormat`. */
export function nanoseconds(seconds: string): bigint {
  return BigInt(seconds.replace('.', ''));
}

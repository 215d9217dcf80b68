import { existsSync, readdirSync, readFileSync, rmdirSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ask, sleep } from './run.ts';

const CGROUP2_MAGIC = 0x63677270;

/** Whether systemd manages this machine: then it owns the cgroup tree and has to be asked for a place in it. */
export const hasSystemd = existsSync('/run/systemd/system');

/**
 * The cgroup folders of a unit; the first one says which processes are its own.
 *
 * A unit's processes are found through its cgroup and not through remembered pids, so a killed lab can always be
 * cleaned, and a pid that now belongs to somebody else is never hit.
 */
export function cgroupDirs(unit: string): string[] {
  const leaf = hasSystemd ? `system.slice/${unit}.scope` : `kmesh-lab/${unit}`;
  return hierarchies().map((root) => join(root, leaf));
}

function hierarchies(): string[] {
  const root = '/sys/fs/cgroup';
  if (statfsSync(root).type === CGROUP2_MAGIC) return [root];
  // cgroup v1: systemd manages these two; with one for all, hosts' systemds would end each other's services
  return ['unified', 'systemd'].map((name) => join(root, name)).filter((dir) => existsSync(dir));
}

/** The processes of a unit, those of its nested cgroups included. */
export function processesOf(unit: string): number[] {
  const [dir] = cgroupDirs(unit);
  return dir === undefined ? [] : pidsBelow(dir);
}

/** The unit's process that is PID 1 of its own pid namespace, as seen from here; null while there is none. */
export function initOf(unit: string): number | null {
  return processesOf(unit).find((pid) => namespacePids(pid).join() === `${pid},1`) ?? null;
}

/** CPU time all processes of a unit have used together, dead ones included. */
export function cpuSecondsOf(unit: string): number {
  const [dir = ''] = cgroupDirs(unit);
  const microseconds = /^usage_usec (\d+)$/m.exec(readOr(join(dir, 'cpu.stat')))?.[1] ?? '0';
  return Number(microseconds) / 1e6;
}

/** Ends everything a unit runs and removes its cgroups. */
export async function endUnit(unit: string): Promise<void> {
  const [dir] = cgroupDirs(unit);
  if (dir === undefined || !existsSync(dir)) return removeCgroups(unit);
  // in this order nobody starts it again, and nspawn sees its container end and tidies up
  for (const pid of pidsBelow(join(dir, 'keeper'))) kill(pid);
  const init = initOf(unit);
  if (init !== null) kill(init);
  const deadline = Date.now() + 5000;
  for (let waited = 0; Date.now() < deadline; waited += 10) {
    const left = processesOf(unit);
    if (left.length === 0) break;
    if (waited > 1000) left.forEach(kill);
    await sleep(10);
  }
  removeCgroups(unit);
  // systemd has to have noticed before it takes the same name again
  if (hasSystemd) await ask('systemctl', ['stop', `${unit}.scope`]);
}

function removeCgroups(unit: string): void {
  for (const dir of cgroupDirs(unit)) {
    removeTree(dir);
    // the folder all labs have in common goes with the last of them
    if (!hasSystemd) removeFolder(dirname(dir));
  }
}

/** Cgroup folders hold files that cannot be removed, so this is no `rm -r`. */
function removeTree(dir: string): void {
  for (const child of folders(dir)) removeTree(join(dir, child));
  removeFolder(dir);
}

function removeFolder(dir: string): void {
  try {
    rmdirSync(dir);
  } catch {
    // gone already, or still in use
  }
}

function pidsBelow(dir: string): number[] {
  const own = readOr(join(dir, 'cgroup.procs')).split('\n').filter(Boolean).map(Number);
  return [...own, ...folders(dir).flatMap((child) => pidsBelow(join(dir, child)))];
}

function folders(dir: string): string[] {
  try {
    return readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

function namespacePids(pid: number): number[] {
  const line = /^NSpid:(.*)$/m.exec(readOr(`/proc/${pid}/status`))?.[1] ?? '';
  return line.trim().split(/\s+/).map(Number);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended by itself meanwhile
  }
}

function readOr(path: string, otherwise = ''): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

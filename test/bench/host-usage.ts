import { readFileSync } from 'node:fs';
import type { Lab } from '../lab/lab.ts';
import { uplinkOf } from '../lab/network.ts';
import { sleep } from '../lab/run.ts';
import { loadState } from '../lab/state.ts';

/** What a run cost the hosts and the network: the mean of all hosts. */
export interface HostUsage {
  readonly cpuSeconds: number;
  /** Both ways, with all that ssh and IP add. */
  readonly wireBytes: number;
  /** Processes that were started, those of the login included. */
  readonly forks: number;
}

/** Starts counting; the function it gives ends that. */
export async function countHosts(lab: Lab): Promise<() => Promise<HostUsage>> {
  const pids = await lastPids(lab);
  const before = look(lab);
  return async () => {
    // sshd tidies up after the last byte
    await sleep(300);
    const after = look(lab);
    const count = lab.hosts.length;
    return {
      cpuSeconds: (after.cpu - before.cpu) / count,
      wireBytes: (after.bytes - before.bytes) / count,
      forks: forksBetween(pids, await lastPids(lab)),
    };
  };
}

function look(lab: Lab): { readonly cpu: number; readonly bytes: number } {
  const state = loadState(lab.name);
  const link = state === null ? '' : uplinkOf(state);
  const counter = (name: string): number =>
    Number(readFileSync(`/sys/class/net/${link}/statistics/${name}_bytes`, 'utf8'));
  const cpu = lab.hosts.reduce((sum, { name }) => sum + lab.cpuSeconds(name), 0);
  return { cpu, bytes: counter('rx') + counter('tx') };
}

/** Pids of a host's own namespace are given out one after the other, so the last one counts all there were. */
async function lastPids(lab: Lab): Promise<number[]> {
  const answers = await Promise.all(lab.hosts.map(({ name }) => lab.exec(name, ['cat', '/proc/loadavg'])));
  return answers.map(({ stdout }) => Number(stdout.trim().split(' ').at(-1)));
}

// Less one: the program that looks is a process, too.
function forksBetween(before: readonly number[], after: readonly number[]): number {
  const sum = after.reduce((total, pid, i) => total + pid - (before[i] ?? 0) - 1, 0);
  return sum / after.length;
}

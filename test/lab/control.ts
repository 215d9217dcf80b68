import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { startHost, type Boot } from './boot.ts';
import { hasMark, markHost } from './changed.ts';
import type { LabHost } from './host.ts';
import { openPort, removePort } from './network.ts';
import { ask, LabError, lastLines, sleep } from './run.ts';
import { endUnit, initOf, processesOf } from './unit.ts';

const BOOT_TIMEOUT_MS = 90_000;

/** Whether the host has its PID 1, that is: whether it was started and did not stop. */
export function isRunning(host: LabHost): boolean {
  return initOf(host.unit) !== null;
}

/** Has a host running, booted and reachable; its files are as it left them. */
export async function bootHost(boot: Boot): Promise<void> {
  const { lab, host } = boot;
  const isNew = !hasMark(host);
  if (!isNew && isRunning(host) && (await openPort(lab, host))) return;
  // what a crashed lab may have left; a first boot that was broken off is not continued
  await stopHost(boot);
  if (isNew) discard(host);
  startHost(boot);
  await untilBooted(host);
  if (isNew) markHost(host);
}

/** Ends a host at once, as if its power was cut. Its files stay. */
export async function stopHost({ lab, host }: Omit<Boot, 'base'>): Promise<void> {
  await endUnit(host.unit);
  await removePort(lab, host);
}

/** Ends a host and boots it again with not one file of its former life. */
export async function resetHost(boot: Boot): Promise<void> {
  await stopHost(boot);
  discard(boot.host);
  await bootHost(boot);
}

/** The host's PID 1. @throws LabError when the host does not run. */
export function requireInit(host: LabHost): number {
  const init = initOf(host.unit);
  if (init === null) throw new LabError(`${host.name} does not run`);
  return init;
}

function discard(host: LabHost): void {
  const grave = join(host.dir, 'discarded');
  rmSync(grave, { recursive: true, force: true });
  mkdirSync(grave, { recursive: true });
  for (const folder of ['upper', 'work', 'mark.json']) {
    if (existsSync(join(host.dir, folder))) renameSync(join(host.dir, folder), join(grave, folder));
  }
  rmSync(grave, { recursive: true, force: true });
}

async function untilBooted(host: LabHost): Promise<void> {
  const start = Date.now();
  let wasAlive = false;
  while (!(await isBooted(host))) {
    const isAlive = processesOf(host.unit).length > 0;
    const took = Date.now() - start;
    // entering the cgroup takes it a moment, so being nowhere means the end only later
    if (!isAlive && (wasAlive || took > 3000)) throw bootError(host, 'ended while booting');
    if (took > BOOT_TIMEOUT_MS) throw bootError(host, `did not boot in ${BOOT_TIMEOUT_MS / 1000} s`);
    wasAlive = isAlive;
    await sleep(20);
  }
}

async function isBooted(host: LabHost): Promise<boolean> {
  const init = initOf(host.unit);
  if (init === null) return false;
  if (host.kind === 'busybox') return await answers(host.address);
  // until then PID 1 is still nspawn on its way to exec
  if (!existsSync(`/proc/${init}/root/run/systemd/private`)) return false;
  // a mark set before the whole boot is over would be too early; `degraded` is an end of it too
  const wait = ['-t', String(init), '-a', 'systemctl', 'is-system-running', '--wait'];
  const { stdout } = await ask('nsenter', wait, { timeout: BOOT_TIMEOUT_MS });
  return ['running', 'degraded'].includes(stdout) && (await answers(host.address));
}

async function answers(address: string): Promise<boolean> {
  return await new Promise((tell) => {
    const socket = createConnection({ host: address, port: 22, timeout: 2000 });
    const close = (answer: boolean): void => {
      socket.destroy();
      tell(answer);
    };
    socket
      .once('data', () => close(true))
      .once('error', () => close(false))
      .once('timeout', () => close(false));
  });
}

function bootError(host: LabHost, problem: string): LabError {
  const console = join(host.dir, 'console.log');
  const text = existsSync(console) ? readFileSync(console, 'utf8') : '';
  return new LabError(`${host.name} ${problem}; the end of ${console}:\n${lastLines(text)}`);
}

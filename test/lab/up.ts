import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBase, type Base } from './base.ts';
import { bootHost, isRunning, resetHost, stopHost } from './control.ts';
import { writePackagesIndex } from './deb.ts';
import { hostNames, labHost, type LabHost } from './host.ts';
import { writeAccessFiles } from './inventory.ts';
import { ensureKeys } from './keys.ts';
import { ensureSwitch, removeSwitch } from './network.ts';
import { prepareMachine } from './requirements.ts';
import { type Link, plainLink } from './link.ts';
import { setLink, stopDelay } from './set-link.ts';
import { allOf, LabError } from './run.ts';
import { ensureSeed } from './seed.ts';
import { claimState, labDir, loadState, saveState, withLab, type LabState } from './state.ts';

/** What lab is wanted. */
export interface LabOptions {
  /** `default` when left out. Labs of different names do not meet. */
  readonly name?: string;
  /** Debian hosts, named h1, h2 … */
  readonly hosts: number;
  /** Busybox hosts, named b1, b2 … */
  readonly busybox?: number;
  /** The line to the hosts; left out: as it was. What is left out of it is as when nothing is done to it. */
  readonly link?: Partial<Link>;
  /** Reset the hosts that run already; without it they are as they were left. */
  readonly fresh?: boolean;
}

/** Makes a lab be as wanted, whatever it was: not there, smaller, larger, crashed. */
export async function takeUp(options: LabOptions): Promise<LabState> {
  const { name = 'default', hosts, busybox = 0 } = options;
  if (!(hosts >= 0 && hosts <= 200 && busybox >= 0 && busybox <= 30)) {
    throw new LabError('a lab has up to 200 hosts and up to 30 busybox hosts');
  }
  await prepareMachine();
  const base = await ensureBase();
  return await withLab(name, async () => {
    const state = await fit(await claimState(name, base.dir), base, hostNames(hosts, busybox));
    await ensureSwitch(state);
    const link = options.link === undefined ? state.link : { ...plainLink, ...options.link };
    await setLink(state, link);
    saveState({ ...state, link });
    await bootAll(state, base, options.fresh ?? false);
    return { ...state, link };
  });
}

/** Removes a lab, and whatever a crashed one left. */
export async function takeDown(name: string): Promise<void> {
  await withLab(name, async () => {
    const state = loadState(name);
    if (state === null) return;
    await allOf(state.hosts.map((host) => removeHost(state, host)));
    await stopDelay(state);
    await removeSwitch(state);
    rmSync(labDir(name), { recursive: true, force: true });
  });
}

/** Removes the hosts that are too many, or all when the base is another now, and remembers what is to be. */
async function fit(state: LabState, base: Base, wanted: readonly string[]): Promise<LabState> {
  const isOutdated = state.base !== base.dir;
  const surplus = state.hosts.filter((host) => isOutdated || !wanted.includes(host));
  await allOf(surplus.map((host) => removeHost(state, host)));
  // remembered before they exist, so that they can be removed if this process is killed meanwhile
  const fitted = { ...state, base: base.dir, hosts: wanted };
  saveState(fitted);
  return fitted;
}

async function bootAll(state: LabState, base: Base, fresh: boolean): Promise<void> {
  const dir = labDir(state.name);
  const hosts = state.hosts.map((name) => labHost(state, name));
  mkdirSync(join(dir, 'extra'), { recursive: true });
  await writePackagesIndex(join(dir, 'extra'));
  await ensureKeys(dir, hosts);
  await Promise.all(hosts.map((host) => ensureSeed(dir, host, base)));
  writeAccessFiles(dir, hosts);
  const boot = (host: LabHost): Promise<void> => {
    const how = fresh && isRunning(host) ? resetHost : bootHost;
    return how({ lab: state, host, base });
  };
  await allOf(hosts.map(boot));
}

async function removeHost(state: LabState, name: string): Promise<void> {
  const host = labHost(state, name);
  await stopHost({ lab: state, host });
  rmSync(host.dir, { recursive: true, force: true });
}

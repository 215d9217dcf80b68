import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { baseAt } from './base.ts';
import { changedPaths, markHost, type ChangedOptions } from './changed.ts';
import { bootHost, requireInit, resetHost, stopHost } from './control.ts';
import { writePackagesIndex } from './deb.ts';
import { labHost, type LabHost } from './host.ts';
import { accessFiles, type AccessFiles } from './inventory.ts';
import { userKeyPath } from './keys.ts';
import { closePort, openPort } from './network.ts';
import { type Link, plainLink } from './link.ts';
import { setLink } from './set-link.ts';
import { allOf, ask, LabError, type Answer } from './run.ts';
import { labDir, loadState, saveState, withLab, type LabState } from './state.ts';
import { cpuSecondsOf } from './unit.ts';
import { takeDown, type LabOptions, takeUp } from './up.ts';

export { buildDeb } from './deb.ts';
export { labObstacle, requireLab } from './requirements.ts';
export { LabError } from './run.ts';
export type { LabOptions } from './up.ts';

/** Running hosts and what one can do to them. Host names that are left out mean all hosts. */
export interface Lab extends AccessFiles {
  readonly name: string;
  readonly dir: string;
  readonly hosts: readonly LabHost[];
  readonly keyPath: string;
  /** Boots the hosts anew without one file, process or address of before (about 2 s, in parallel). */
  reset(hosts?: readonly string[]): Promise<void>;
  /** Makes now the moment `changed` compares with. */
  mark(hosts?: readonly string[]): void;
  /** What was written on the host since the last mark, boot or reset: `+ /new`, `~ /other now`, `- /removed`. */
  changed(host: string, options?: ChangedOptions): string[];
  /** Runs a program on the host as root, without ssh. */
  exec(host: string, argv: readonly string[], input?: string): Promise<Answer>;
  /** Runs shell text on the host through OpenSSH, as root or another user. */
  ssh(host: string, command: string, user?: string): Promise<Answer>;
  /** CPU time a host has used since it booted, to be told from that of this machine's own programs. */
  cpuSeconds(host: string): number;
  /** Cuts the host's power; its files stay. */
  stop(host: string): Promise<void>;
  /** Boots a stopped host. */
  start(host: string): Promise<void>;
  /** Pulls the host's network cable: a host that hangs. */
  cut(host: string): Promise<void>;
  mend(host: string): Promise<void>;
  /** Makes the line between here and the hosts longer or narrower; what is left out is as when nothing is done to it. */
  setLink(link: Partial<Link>): Promise<void>;
  /** Puts .debs (see `buildDeb`) into this lab's own repository; hosts see them after `apt-get update`. */
  addDebs(debs: readonly string[]): Promise<void>;
  /** Removes the lab: processes, network, files. */
  down(): Promise<void>;
}

/**
 * A lab with that many hosts running, started, completed or reduced as needed.
 *
 * It outlives this process; an existing lab is quickly opened again, its hosts as they were left (see `fresh`).
 *
 * @throws LabError when this machine cannot have one, see `labObstacle`.
 */
export async function openLab(options: LabOptions): Promise<Lab> {
  return labOf(await takeUp(options));
}

/** The lab of that name as it is. @throws LabError when there is none. */
export function existingLab(name: string): Lab {
  const state = loadState(name);
  if (state === null) throw new LabError(`there is no lab \`${name}\`; \`up\` makes one`);
  return labOf(state);
}

function labOf(state: LabState): Lab {
  const { name } = state;
  const dir = labDir(name);
  const base = baseAt(state.base);
  const hosts = state.hosts.map((host) => labHost(state, host));
  const pick = (names?: readonly string[]): LabHost[] => (names === undefined ? hosts : names.map(one));
  const one = (wanted: string): LabHost => {
    const host = hosts.find((each) => each.name === wanted);
    if (host === undefined)
      throw new LabError(`lab \`${name}\` has no host \`${wanted}\`; it has ${state.hosts.join(' ')}`);
    return host;
  };
  const inLab = async (work: () => Promise<unknown>): Promise<void> => {
    await withLab(name, work);
  };
  return {
    name,
    dir,
    hosts,
    keyPath: userKeyPath(dir),
    ...accessFiles(dir),
    reset: (names) => inLab(() => allOf(pick(names).map((host) => resetHost({ lab: state, host, base })))),
    mark: (names) => pick(names).forEach(markHost),
    changed: (host, options) =>
      changedPaths(one(host), one(host).kind === 'debian' ? base.debian : base.busybox, options),
    exec: (host, argv, input) => execOn(one(host), argv, input),
    ssh: (host, command, user = 'root') => sshTo(dir, `${user}@${one(host).name}`, command),
    cpuSeconds: (host) => cpuSecondsOf(one(host).unit),
    stop: (host) => inLab(() => stopHost({ lab: state, host: one(host) })),
    start: (host) => inLab(() => bootHost({ lab: state, host: one(host), base })),
    cut: (host) => closePort(state, one(host)),
    mend: (host) => mend(state, one(host)),
    setLink: (link) => inLab(() => changeLink(name, { ...plainLink, ...link })),
    addDebs: (debs) => inLab(() => addDebs(dir, debs)),
    down: () => takeDown(name),
  };
}

async function execOn(host: LabHost, argv: readonly string[], input?: string): Promise<Answer> {
  const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LANG: 'C.UTF-8' };
  const enter = ['-t', String(requireInit(host)), '--all', '--', ...argv];
  return await ask('nsenter', enter, { env, extendEnv: false, ...(input === undefined ? {} : { input }) });
}

async function sshTo(dir: string, target: string, command: string): Promise<Answer> {
  return await ask('ssh', ['-F', accessFiles(dir).sshConfigPath, '-o', 'BatchMode=yes', target, command]);
}

async function mend(state: LabState, host: LabHost): Promise<void> {
  if (!(await openPort(state, host))) throw new LabError(`${host.name} does not run`);
}

async function changeLink(name: string, link: Link): Promise<void> {
  const state = loadState(name);
  if (state === null) throw new LabError(`lab \`${name}\` is down`);
  await setLink(state, link);
  saveState({ ...state, link });
}

async function addDebs(dir: string, debs: readonly string[]): Promise<void> {
  const extra = join(dir, 'extra');
  mkdirSync(extra, { recursive: true });
  for (const deb of debs) copyFileSync(deb, join(extra, basename(deb)));
  await writePackagesIndex(extra);
}

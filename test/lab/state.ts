import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Link, plainLink } from './link.ts';
import { withLock } from './lock.ts';
import { ask, LabError } from './run.ts';

/** What is remembered of a lab between commands. That a host runs is not: its cgroup tells. */
export interface LabState {
  readonly name: string;
  /** Third byte of the lab's subnet; the names of all its kernel objects are made from it. */
  readonly net: number;
  /** Folder of the base its hosts are made from. */
  readonly base: string;
  readonly hosts: readonly string[];
  readonly link: Link;
}

/** Where labs keep their state. */
function stateRoot(): string {
  return process.env['KMESH_LAB_STATE'] ?? '/var/tmp/kmesh-lab';
}

/** The folder of one lab. @throws LabError when the name is none. */
export function labDir(name: string): string {
  if (!/^[a-z0-9][a-z0-9-]{0,30}$/.test(name)) throw new LabError(`\`${name}\` is not a name for a lab (a-z, 0-9, -)`);
  return join(stateRoot(), name);
}

/** The state of a lab, null when there is no such lab. */
export function loadState(name: string): LabState | null {
  const path = join(labDir(name), 'lab.json');
  return existsSync(path) ? ({ link: plainLink, ...JSON.parse(readFileSync(path, 'utf8')) } as LabState) : null;
}

/** Writes the state of a lab, whole or not at all. */
export function saveState(state: LabState): void {
  const path = join(labDir(state.name), 'lab.json');
  mkdirSync(labDir(state.name), { recursive: true });
  writeFileSync(`${path}.new`, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}

/** Names of all labs there are. */
export function labNames(): string[] {
  if (!existsSync(stateRoot())) return [];
  return readdirSync(stateRoot()).filter((name) => existsSync(join(stateRoot(), name, 'lab.json')));
}

/** The state of a lab, made with a subnet of its own when it is new. */
export async function claimState(name: string, base: string): Promise<LabState> {
  const existing = loadState(name);
  if (existing !== null) return existing;
  return await withLock(join(stateRoot(), '.lock'), async () => {
    const state = { name, net: await freeNet(), base, hosts: [], link: plainLink };
    saveState(state);
    return state;
  });
}

/** Does `work` while no other process changes this lab. */
export async function withLab<T>(name: string, work: () => Promise<T>): Promise<T> {
  labDir(name);
  return await withLock(join(stateRoot(), `.${name}.lock`), work);
}

async function freeNet(): Promise<number> {
  const labs = new Set(labNames().map((name) => loadState(name)?.net));
  // whoever else has such a subnet here (another state folder, a VPN) shows in the routes
  const routes = (await ask('ip', ['-4', 'route'])).stdout;
  for (let net = 1; net < 255; net++) {
    if (!labs.has(net) && !routes.includes(`10.77.${net}.`)) return net;
  }
  throw new LabError('all subnets 10.77.x.0/24 are taken; take some labs down');
}

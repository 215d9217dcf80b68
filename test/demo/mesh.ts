import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Lab } from '../lab/lab.ts';

/** Two reflectors and three nodes, by the name of the lab's host. */
export const meshHosts: Readonly<Record<string, string>> = {
  rr1: 'h1',
  rr2: 'h2',
  node1: 'h3',
  node2: 'h4',
  node3: 'h5',
};

/** The address that two of the nodes announce. */
export const sharedAddress = '10.96.0.10';

/** Variables of hosts and groups on top of those that the mesh has. */
export type MeshVars = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Writes an inventory of the mesh into the lab's folder and gives its path. @param more by host or group, or `all` */
export function writeMeshInventory(lab: Lab, name: string, more: MeshVars = {}): string {
  const host = (own: string, vars: object = {}): object => ({
    ansible_host: addressOf(lab, own),
    ...vars,
    ...more[own],
  });
  const node = (number: number, vars: object = {}): object =>
    host(`node${number}`, { bird2_announce: [`10.244.${number}.0/24`], ...vars });
  const shared = { bird2_announce_shared: [`${sharedAddress}/32`] };
  const inventory = {
    all: { vars: { ...access(lab), pod_cidr: '10.244.0.0/16', service_cidr: '10.96.0.0/12', ...more.all } },
    reflectors: { hosts: { rr1: host('rr1'), rr2: host('rr2') }, vars: { ...more.reflectors } },
    nodes: { hosts: { node1: node(1, shared), node2: node(2, shared), node3: node(3) }, vars: { ...more.nodes } },
  };
  const path = join(lab.dir, name);
  writeFileSync(path, stringify(inventory));
  return path;
}

/** The address of a host of the mesh. */
export function addressOf(lab: Lab, name: string): string {
  const address = lab.hosts.find((host) => host.name === meshHosts[name])?.address;
  if (address === undefined) throw new Error(`the lab has no host for ${name}`);
  return address;
}

function access(lab: Lab): object {
  return {
    ansible_user: 'root',
    ansible_ssh_private_key_file: lab.keyPath,
    ansible_ssh_common_args: `-o UserKnownHostsFile=${lab.knownHostsPath} -o IdentitiesOnly=yes`,
  };
}

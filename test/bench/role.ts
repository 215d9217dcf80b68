import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';

/** A file of the role that is the same text for a host whoever writes it. */
export interface RoleFile {
  readonly dest: string;
  readonly mode: string;
  readonly group: string;
  readonly text: string;
}

/** A large file of the role. */
export interface Binary {
  readonly name: string;
  readonly dest: string;
  readonly bytes: number;
}

/** As large as a CNI agent and a router daemon, both of Go. */
export const binaries: readonly Binary[] = [
  { name: 'agent', dest: '/opt/mesh/bin/agent', bytes: 5_000_000 },
  { name: 'router', dest: '/opt/mesh/bin/router', bytes: 60_000_000 },
];

const templates = [
  { name: 'mesh.conf', dest: '/etc/mesh/mesh.conf', mode: '640', group: 'meshd' },
  { name: 'peers.conf', dest: '/etc/mesh/peers.conf', mode: '640', group: 'meshd' },
  { name: 'routes.conf', dest: '/etc/mesh/routes.conf', mode: '640', group: 'meshd' },
  { name: 'filters.conf', dest: '/etc/mesh/filters.conf', mode: '640', group: 'meshd' },
  { name: 'balancer.cfg', dest: '/etc/mesh/balancer.cfg', mode: '640', group: 'meshd' },
  { name: 'mesh.env', dest: '/etc/default/mesh', mode: '644', group: 'root' },
  { name: 'mesh-up', dest: '/usr/local/sbin/mesh-up', mode: '755', group: 'root' },
  { name: 'mesh.service', dest: '/etc/systemd/system/mesh.service', mode: '644', group: 'root' },
] as const;

/** The folder of the site in kmesh's words. */
export const siteDir = join(import.meta.dirname, 'site');

const templateDir = join(siteDir, 'roles/mesh/templates');

/** What all hosts have in common; loops over them make texts of up to 20 KB. */
export function groupVars(): Record<string, unknown> {
  return {
    mesh_name: 'bench-mesh',
    mesh_cluster: '10.255.0.0',
    mesh_services: '10.96.0.0/12',
    mesh_mtu: 1450,
    mesh_peers: Array.from({ length: 40 }, (_, i) => ({
      name: `peer${i + 1}`,
      ip: `10.255.1.${i + 1}`,
      asn: 64_600 + i,
      pods: `10.${100 + i}.0.0/16`,
      preference: 100 + (i % 7),
    })),
    mesh_routes: Array.from({ length: 180 }, (_, i) => ({
      prefix: `172.${16 + (i >> 6)}.${(i & 63) * 4}.0/22`,
      via: `10.255.1.${(i % 40) + 1}`,
      tag: 1000 + i,
    })),
  };
}

/** What a host has of its own; `index` counts from 1. */
export function hostVars(index: number): Record<string, string | number> {
  return {
    node_index: index,
    node_ip: `10.255.2.${index % 250}`,
    node_asn: 65_000 + index,
    node_pods: `10.244.${index % 250}.0/24`,
  };
}

/** The files a host ends up with, whichever tool did it. */
export function roleFiles(host: string, index: number): RoleFile[] {
  const scope = { ...groupVars(), ...hostVars(index), inventory_hostname: host };
  const rendered = templates.map(({ name, ...file }) => ({ ...file, text: render(name, scope) }));
  const modules = { dest: '/etc/modules-load.d/mesh.conf', mode: '644', group: 'root', text: 'dummy\nvxlan\n' };
  return [...rendered, modules];
}

function render(name: string, scope: Record<string, unknown>): string {
  const text = readFileSync(join(templateDir, `${name}.hbs`), 'utf8');
  return Handlebars.compile(text, { noEscape: true, strict: true })(scope);
}

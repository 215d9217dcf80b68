import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { requireInit } from '../lab/control.ts';
import type { LabHost } from '../lab/host.ts';
import type { Lab } from '../lab/lab.ts';
import { LabError } from '../lab/run.ts';
import { binaries, roleFiles } from './role.ts';

/**
 * Makes sure that all hosts are what the role wants, so that nobody is fast by doing less.
 *
 * @throws LabError that names what is not.
 */
export async function verifyHosts(lab: Lab, filesDir: string, contender: string): Promise<void> {
  const sums = binaries.map(({ name, dest }) => ({ dest, sum: sha256(join(filesDir, name)) }));
  const wrong = await Promise.all(
    lab.hosts.map(async (host) => {
      const { stdout } = await lab.exec(host.name, ['systemctl', 'is-active', 'mesh']);
      const { stdout: enabled } = await lab.exec(host.name, ['systemctl', 'is-enabled', 'mesh']);
      return [
        ...wrongFiles(host, sums),
        ...(stdout === 'active' && enabled === 'enabled' ? [] : [`mesh is ${stdout}, ${enabled}`]),
      ].map((what) => `${host.name}: ${what}`);
    }),
  );
  const all = wrong.flat();
  if (all.length > 0) throw new LabError(`after ${contender}, hosts are not as wanted:\n${all.join('\n')}`);
}

function wrongFiles(host: LabHost, sums: readonly { readonly dest: string; readonly sum: string }[]): string[] {
  const root = `/proc/${requireInit(host)}/root`;
  const small = roleFiles(host.name, Number(host.name.slice(1)));
  const text = (path: string): string => read(() => readFileSync(join(root, path), 'utf8'));
  const mode = (path: string): string => read(() => (statSync(join(root, path)).mode & 0o7777).toString(8));
  const all: readonly (readonly [what: string, isRight: boolean])[] = [
    ...small.map((file) => [file.dest, text(file.dest) === file.text && mode(file.dest) === file.mode] as const),
    ...sums.map(
      ({ dest, sum }) => [dest, read(() => sha256(join(root, dest))) === sum && mode(dest) === '755'] as const,
    ),
    ...binaries.map(({ name, dest }) => {
      const link = `/usr/local/bin/mesh-${name}`;
      return [link, read(() => readlinkSync(join(root, link))) === dest] as const;
    }),
    ['/etc/hosts', text('/etc/hosts').endsWith('\n10.255.0.1 mesh-api\n')],
    ['/var/lib/mesh/identity', text('/var/lib/mesh/identity') === text('/etc/machine-id')],
    ['/var/lib/mesh/store', mode('/var/lib/mesh/store') === '700'],
    ['/etc/mesh', mode('/etc/mesh') === '750'],
    ['/etc/sysctl.d/90-mesh.conf', /^net\.ipv4\.conf\.all\.rp_filter *= *2$/m.test(text('/etc/sysctl.d/90-mesh.conf'))],
  ];
  return all.filter(([, isRight]) => !isRight).map(([what]) => `${what} is not as wanted`);
}

function read(look: () => string): string {
  try {
    return look();
  } catch {
    return '';
  }
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabHost } from './host.ts';
import { knownHostLines, userKeyPath } from './keys.ts';

/** Files by which ssh and kmesh find the hosts. */
export interface AccessFiles {
  readonly inventoryPath: string;
  readonly knownHostsPath: string;
  readonly sshConfigPath: string;
}

/** Where a lab's access files are. */
export function accessFiles(labDir: string): AccessFiles {
  return {
    inventoryPath: join(labDir, 'inventory.ini'),
    knownHostsPath: join(labDir, 'known_hosts'),
    sshConfigPath: join(labDir, 'ssh_config'),
  };
}

/** Writes the access files for these hosts. */
export function writeAccessFiles(labDir: string, hosts: readonly LabHost[]): void {
  const { inventoryPath, knownHostsPath, sshConfigPath } = accessFiles(labDir);
  writeFileSync(knownHostsPath, `${hosts.flatMap(knownHostLines).join('\n')}\n`);
  writeFileSync(sshConfigPath, sshConfig(labDir, hosts));
  writeFileSync(inventoryPath, inventory(labDir, hosts));
}

function sshConfig(labDir: string, hosts: readonly LabHost[]): string {
  const names = hosts.map(({ name, address }) => `Host ${name}\n  HostName ${address}\n`);
  const common = [
    'Host *',
    'User root',
    `IdentityFile ${userKeyPath(labDir)}`,
    'IdentitiesOnly yes',
    `UserKnownHostsFile ${accessFiles(labDir).knownHostsPath}`,
    'StrictHostKeyChecking yes',
  ];
  return `${names.join('')}${common.join('\n  ')}\n`;
}

function inventory(labDir: string, hosts: readonly LabHost[]): string {
  const group = (name: string, kind: LabHost['kind']): string => {
    const lines = hosts
      .filter((host) => host.kind === kind)
      .map((host) => `${host.name} ansible_host=${host.address}\n`);
    return lines.length > 0 ? `[${name}]\n${lines.join('')}\n` : '';
  };
  return `${group('lab', 'debian')}${group('busybox', 'busybox')}[all:vars]
ansible_user=root
ansible_ssh_private_key_file=${userKeyPath(labDir)}
ansible_ssh_common_args=-o UserKnownHostsFile=${accessFiles(labDir).knownHostsPath} -o IdentitiesOnly=yes
`;
}

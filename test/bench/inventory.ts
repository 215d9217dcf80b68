import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../lab/lab.ts';
import { groupVars, hostVars } from './role.ts';

/** Writes the lab's inventory with the role's variables into a folder, as kmesh and Ansible both read it. */
export function writeInventory(lab: Lab, dir: string, filesDir: string): string {
  const path = join(dir, 'hosts.ini');
  const text = readFileSync(lab.inventoryPath, 'utf8');
  const withVars = text.replaceAll(/^h(\d+) .*$/gm, (line, number) => `${line} ${words(hostVars(Number(number)))}`);
  mkdirSync(join(dir, 'group_vars'), { recursive: true });
  writeFileSync(path, withVars);
  // JSON is YAML
  writeFileSync(join(dir, 'group_vars/all.yml'), `${JSON.stringify({ ...groupVars(), bench_files: filesDir })}\n`);
  return path;
}

function words(vars: Readonly<Record<string, string | number>>): string {
  return Object.entries(vars)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Lab, openLab } from '../lab/lab.ts';
import { writeInventory } from './inventory.ts';

/** The lab of the benchmark. */
export const labName = 'bench';

/** Where it takes place. */
export interface Ground {
  readonly lab: Lab;
  /** For files of this benchmark. */
  readonly dir: string;
  readonly inventoryPath: string;
  /** The folder of the large files. */
  readonly filesDir: string;
}

/** The lab with so many new hosts, and a folder for our files in it. */
export async function makeGround(hosts: number, filesDir: string): Promise<Ground> {
  const lab = await openLab({ name: labName, hosts, link: {}, fresh: true });
  const dir = join(lab.dir, 'bench');
  mkdirSync(dir, { recursive: true });
  const inventoryPath = writeInventory(lab, join(dir, 'inventory'), filesDir);
  return { lab, dir, inventoryPath, filesDir };
}

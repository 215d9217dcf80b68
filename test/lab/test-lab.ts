import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type Lab, type LabOptions, openLab } from './lab.ts';

/** A lab for a test file: another checkout of the project on this machine has another one of that name. */
export function openTestLab(options: LabOptions): Promise<Lab> {
  const checkout = createHash('sha256')
    .update(fileURLToPath(import.meta.url))
    .digest('hex')
    .slice(0, 4);
  return openLab({ ...options, name: `${options.name}-${checkout}` });
}

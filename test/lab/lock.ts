import { execa } from 'execa';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { LabError } from './run.ts';

/**
 * Does `work` while no other process holds the lock at `path`.
 *
 * The lock lives in a child `flock` that ends with our end of its stdin, so a killed process leaves none behind.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  const holder = execa('flock', [path, 'sh', '-c', 'echo locked; cat'], {
    stdin: 'pipe',
    buffer: false,
    reject: false,
  });
  const patience = setTimeout(() => process.stderr.write(`lab: waiting for whoever holds ${path}\n`), 2000);
  await new Promise<void>((locked, failed) => {
    holder.stdout.once('data', () => locked());
    void holder.then(({ shortMessage }) =>
      failed(new LabError(`cannot lock ${path}: ${shortMessage ?? 'flock ended'}`)),
    );
  });
  clearTimeout(patience);
  try {
    return await work();
  } finally {
    holder.stdin.end();
    await holder;
  }
}

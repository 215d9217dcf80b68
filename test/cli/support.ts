import { realpathSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { World } from '../../src/cli/world.ts';
import { type Files, tempDir } from '../support/temp-dir.ts';

/** How a command ended and what it said. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Does a command in a new directory with these files, which is the working directory meanwhile. */
export async function saidIn(files: Files, command: (world: World) => Promise<number>): Promise<Said> {
  const { dir, remove } = tempDir(files);
  const before = process.cwd();
  process.chdir(dir);
  const said = { out: '', err: '' };
  try {
    const code = await command({
      stdout: { write: (text: string) => (said.out += text) },
      stderr: { write: (text: string) => (said.err += text) },
      stdin: Readable.from([]),
      env: { KMESH_STATE: `${dir}/.state` },
      cwd: realpathSync(dir),
      bundledRoles: [],
      stop: new AbortController().signal,
    });
    return { code, ...said };
  } finally {
    process.chdir(before);
    remove();
  }
}

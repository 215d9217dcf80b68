import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { KmeshError } from '../../base/errors.ts';
import { splitWords } from '../../base/shell-words.ts';
import type { VaultWorld } from './world.ts';

/** What the user made of a text in the editor. @throws KmeshError when the editor says that it did not go well */
export async function editText(plain: Buffer, name: string, world: VaultWorld): Promise<Buffer> {
  const dir = mkdtempSync(join(privatePlace(), 'kmesh-vault-'));
  const clean = (): void => shred(dir);
  world.atExit(clean);
  try {
    const file = join(dir, basename(name));
    writeFileSync(file, plain, { mode: 0o600, flag: 'wx' });
    await runEditor(file, world);
    return readFileSync(file);
  } finally {
    clean();
  }
}

// What lies in memory alone leaves nothing on a disk.
function privatePlace(): string {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}

async function runEditor(file: string, { env }: VaultWorld): Promise<void> {
  const line = env['VISUAL'] || env['EDITOR'] || 'vi';
  const [program = 'vi', ...args] = splitWords(line, { comments: false }).words.map(({ text }) => text);
  const { execa } = await import('execa');
  const { exitCode, shortMessage, code } = await execa(program, [...args, file], { stdio: 'inherit', reject: false });
  if (exitCode === 0) return;
  const why = code === 'ENOENT' ? 'it is not there' : (shortMessage ?? '').replace(/: .*$/s, '').toLowerCase();
  throw new KmeshError(`The editor \`${line}\` failed: ${why}. The file stays as it was.`, {
    hint: 'Name another one in $VISUAL or $EDITOR.',
  });
}

/** Removes a directory of files, and what was in them before that. */
function shred(dir: string): void {
  try {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      if (entry.isFile()) overwrite(join(dir, entry.name));
    }
  } catch {
    // It is gone, or it is removed all the same.
  }
  rmSync(dir, { recursive: true, force: true });
}

function overwrite(path: string): void {
  const file = openSync(path, 'r+');
  try {
    writeSync(file, Buffer.alloc(fstatSync(file).size));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

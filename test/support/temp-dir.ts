import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Texts by path. */
export type Files = Readonly<Record<string, string | Buffer>>;

/** A new directory with these files; whoever makes it removes it. */
export function tempDir(files: Files = {}): { readonly dir: string; readonly remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), 'kmesh-test-'));
  writeFiles(dir, files);
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** Calls `use` in a new directory with these files, which is removed afterwards. */
export function withFiles<T>(files: Files, use: (dir: string) => T): T {
  const { dir, remove } = tempDir(files);
  try {
    return use(dir);
  } finally {
    remove();
  }
}

/** Writes files below a directory. A path that ends in `/` is a directory. */
export function writeFiles(dir: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(dir, name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(path, content);
  }
}

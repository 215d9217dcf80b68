import { readdirSync, statSync } from 'node:fs';
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import { displayPath, reasonOf } from '../base/read-source.ts';
import type { Source } from '../base/source.ts';
import { Vault } from '../vault/vault.ts';

/** What was found wrong, in the order it was found. */
export interface Findings {
  /** Errors: nothing runs when there are any. */
  readonly diagnostics: Diagnostic[];
  /** What is allowed but most likely not meant. */
  readonly warnings: Diagnostic[];
}

/** The text of a file, or `null` when it can not be read as text; why goes to the findings. */
export function readText(path: string, { diagnostics }: Findings, vault = new Vault()): Source | null {
  const read = vault.read(path);
  if ('source' in read) return read.source;
  diagnostics.push(read.problem);
  return null;
}

/** What a path is. A pipe is what the shell's `<(command)` gives; `unknown` may not even be looked at. */
export function kindOf(path: string): 'file' | 'directory' | 'pipe' | 'device' | 'unknown' | 'missing' {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return 'missing';
    if (stat.isDirectory()) return 'directory';
    if (stat.isFIFO()) return 'pipe';
    return stat.isFile() ? 'file' : 'device';
  } catch {
    return 'unknown';
  }
}

/** How deep directories are followed; only links that lead in a circle go deeper. */
export const maxDirectoryDepth = 10;

/** The names in a directory, sorted; none when it can not be read, and why goes to the findings. */
export function listDirectory(path: string, { diagnostics }: Findings): string[] {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    diagnostics.push(diagnostic(null, `\`${displayPath(path)}\` can not be read: ${reasonOf(error)}.`));
    return [];
  }
}

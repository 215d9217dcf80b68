import { statSync } from 'node:fs';
import type { Source } from '../../base/source.ts';
import { Vault } from '../../vault/vault.ts';

/** What lookups have read of the controller in this run, and what they may. */
export interface ControllerReads {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By path. */
  readonly sources: Map<string, Source>;
  readonly passwords: Map<string, string>;
  /** Templates that are being rendered by lookups, the innermost last. */
  readonly rendering: string[];
  /** The input is only looked at: nothing is made. */
  readonly isTrial: boolean;
  readonly vault: Vault;
}

/** Nothing read yet. */
export function newControllerReads(env: ControllerReads['env'], vault = new Vault()): ControllerReads {
  return { env, vault, sources: new Map(), passwords: new Map(), rendering: [], isTrial: false };
}

/** Whether a path is that of a file. */
export function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

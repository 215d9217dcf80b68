import module from 'node:module';
import { join } from 'node:path';

/** Of Node 22.1 and newer. */
interface CompileCache {
  enableCompileCache?: (dir: string) => unknown;
}

/**
 * Has Node keep what it compiles from run to run; it does without where it can not write. What is kept is run as it is:
 * the state directory must be the user's own.
 */
export function keepCompiled(stateDir: string): void {
  const { enableCompileCache } = module as typeof module & CompileCache;
  enableCompileCache?.(join(stateDir, 'compiled'));
}

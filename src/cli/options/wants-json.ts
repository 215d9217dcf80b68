import type { Options } from './command.ts';

/** Whether a command that only shows something is to show it for a program. */
export function wantsJson({ output }: Pick<Options, 'output'>): boolean {
  return output.some(({ kind, file }) => kind === 'json' && file === null);
}

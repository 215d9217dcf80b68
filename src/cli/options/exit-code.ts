import type { HostRecap } from '../../engine/events.ts';

/** How a run ended. */
export interface RunEnd {
  readonly recap: readonly Pick<HostRecap, 'failed' | 'unreachable'>[];
  readonly interrupted: boolean;
}

/** What a run that never began ends with: the command line or the files are wrong. */
export const inputExitCode = 1;

/**
 * The exit code of a run: 0 all went well · 2 a task failed · 3 a host could not be reached · 130 interrupted.
 *
 * Failed wins over unreachable: it is the one that left something half done.
 */
export function exitCode({ recap, interrupted }: RunEnd): 0 | 2 | 3 | 130 {
  if (interrupted) return 130;
  if (recap.some(({ failed }) => failed > 0)) return 2;
  return recap.some(({ unreachable }) => unreachable) ? 3 : 0;
}

import type { Ground } from './ground.ts';
import type { Command } from './meter.ts';
import type { Phase } from './trial.ts';

/** One of those that are compared. */
export interface Contender {
  readonly name: string;
  readonly phases: readonly Phase[];
  /** Needs python on the hosts. */
  readonly wantsPython: boolean;
  /** Why it cannot take part on this machine, or null. */
  readonly obstacle: string | null;
  /** Writes what it needs to know of the hosts, once for a number of them. */
  prepare(ground: Ground): void;
  command(phase: Phase, ground: Ground): Command;
}

/** For all alike: no colours, no agent, no terminal. */
export const plainEnv = { CI: 'true', NO_COLOR: '1', SSH_AUTH_SOCK: '', TERM: 'dumb' };

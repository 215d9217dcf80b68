import type { ReporterKind } from '../report/reporter.ts';
import type { Options } from './options/command.ts';

/** What is known of where a report goes. */
export interface Terminal {
  readonly isTty: boolean;
  /** The environment: `NO_COLOR`, `FORCE_COLOR`, `TERM` and `CI` are looked at. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Which reporter is wanted on stdout: lines that move only where somebody watches. */
export function stdoutReporter({ output }: Pick<Options, 'output'>, { isTty, env }: Terminal): ReporterKind {
  const chosen = output.find(({ file }) => file === null);
  if (chosen !== undefined) return chosen.kind === 'live' && !isTty ? 'lines' : chosen.kind;
  return isTty && env['TERM'] !== 'dumb' && isUnset(env['CI']) ? 'live' : 'lines';
}

/** Whether GitHub Actions reads stdout. */
export function isGithub({ env }: Terminal): boolean {
  return env['GITHUB_ACTIONS'] === 'true';
}

/** Whether colours are wanted: the option, then `NO_COLOR` (no-color.org), `FORCE_COLOR`, then what the terminal is. */
export function wantsColour({ colour }: Pick<Options, 'colour'>, { isTty, env }: Terminal): boolean {
  if (colour !== 'auto') return colour === 'always';
  if (!isUnset(env['NO_COLOR'])) return false;
  if (!isUnset(env['FORCE_COLOR'])) return env['FORCE_COLOR'] !== '0';
  return isTty && env['TERM'] !== 'dumb';
}

function isUnset(value: string | undefined): boolean {
  return value === undefined || value === '';
}

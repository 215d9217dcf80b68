import { pathMatch } from '../probes/path-match.ts';
import type { Probes } from '../probes/probe.ts';
import type { ArgSchema } from './module.ts';

/** The args that `command` and `shell` have alike. */
export interface RunArgs {
  readonly chdir: string | null;
  readonly creates: string | null;
  readonly removes: string | null;
  readonly stdin: string | null;
  readonly stdin_add_newline: boolean;
  readonly strip_empty_ends: boolean;
}

/** What of the host decides whether the program runs. */
export interface RunState {
  /** What is there of `creates`. */
  readonly created?: string | null;
  /** What is there of `removes`. */
  readonly removable?: string | null;
}

/** Their schemas. */
export const runProperties: Readonly<Record<keyof RunArgs, ArgSchema>> = {
  chdir: { type: ['string', 'null'], minLength: 1, default: null, description: 'Directory to run it in.' },
  creates: {
    type: ['string', 'null'],
    minLength: 1,
    default: null,
    description: 'Path or glob of the host. Where one is there already, nothing is run.',
  },
  removes: {
    type: ['string', 'null'],
    minLength: 1,
    default: null,
    description: 'Path or glob of the host. Where none is there, nothing is run.',
  },
  stdin: { type: ['string', 'null'], default: null, writeOnly: true, description: 'What the program reads.' },
  stdin_add_newline: { type: 'boolean', default: true, description: 'Ends `stdin` with a line end.' },
  strip_empty_ends: { type: 'boolean', default: true, description: 'Drops line ends at the end of the output.' },
};

/** What to ask before running. */
export function runProbes({ chdir, creates, removes }: RunArgs): Probes<RunState> {
  return {
    ...(creates === null ? {} : { created: pathMatch(creates, chdir) }),
    ...(removes === null ? {} : { removable: pathMatch(removes, chdir) }),
  };
}

/** Why nothing needs to run, or `null`. */
export function whyNotRun({ removes }: RunArgs, { created, removable }: RunState): string | null {
  if (created !== undefined && created !== null) return `not run, since \`${created}\` exists`;
  if (removable === null) return `not run, since \`${removes}\` does not exist`;
  return null;
}

/** What the program reads. */
export function stdinOf({ stdin, stdin_add_newline }: RunArgs): string | null {
  return stdin !== null && stdin_add_newline ? `${stdin}\n` : stdin;
}

/** The arg that somebody put into the free form, as Ansible allows: `creates=/x`. */
export function argInFreeForm(words: readonly string[]): string | null {
  const word = words.find((w) => /^(creates|removes|chdir|executable|stdin)=/.test(w));
  return word?.split('=')[0] ?? null;
}

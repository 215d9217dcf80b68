import { isDeepStrictEqual } from 'node:util';
import type { ObjectSchema } from '../../modules/module.ts';
import type { Details } from '../events.ts';

/** What is known of an instance that has ended. */
export interface DetailsParts {
  readonly schema: ObjectSchema;
  /** With the defaults filled in; what is at its default is not told. */
  readonly args: unknown;
  /** What `register` gets. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly noLog: boolean;
  /** A failure tells itself what the command said. */
  readonly hasFailed: boolean;
  /** How many `-v` there are. */
  readonly verbosity: number;
}

// A longer text is a file's content, which `--diff` is for.
const shownCharacters = 200;
const hidden = '******';

/** What `-v` tells of an instance; `null`: nobody asks, or there is nothing, or `no_log` hides it. */
export function detailsOf({ schema, args, values, noLog, hasFailed, verbosity }: DetailsParts): Details | null {
  if (noLog || verbosity < 1) return null;
  const told = verbosity < 2 ? null : argsOf(args, schema);
  const said = hasFailed ? nothing : outputOf(values);
  return told === null && said.status === null ? null : { args: told, ...said };
}

const nothing = { status: null, stdout: null, stderr: null };

function outputOf({ rc, stdout, stderr }: DetailsParts['values']): Omit<Details, 'args'> {
  if (typeof rc !== 'number') return nothing;
  return { status: rc, stdout: textOf(stdout), stderr: textOf(stderr) };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Args of which the schema says that they may only be written, such as a password, are not shown. */
function argsOf(args: unknown, { properties }: ObjectSchema): string | null {
  if (typeof args !== 'object' || args === null) return null;
  const shown = Object.entries(args).flatMap(([name, value]: [string, unknown]) => {
    if (value === undefined || isDeepStrictEqual(value, properties[name]?.['default'] ?? null)) return [];
    return [[name, properties[name]?.['writeOnly'] === true ? hidden : value]];
  });
  return JSON.stringify(Object.fromEntries(shown), (_, value: unknown) => shortened(value));
}

function shortened(value: unknown): unknown {
  if (typeof value !== 'string' || value.length <= shownCharacters) return value;
  return `${value.slice(0, shownCharacters)}… (${value.length} characters)`;
}

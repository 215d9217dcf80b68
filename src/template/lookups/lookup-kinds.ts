import type { Data } from '../../base/node.ts';
import { isFlag, namedWhole, stringAt } from '../operations/arguments.ts';
import { CallProblem, wrongArgument } from '../operations/call-problem.ts';
import { type DataMap, isList } from '../operations/values.ts';
import { matches } from '../regex/matches.ts';
import type { LookupPath, Lookups, Scope } from '../scope.ts';
import { charactersOf } from './characters.ts';

/** What a lookup sees. */
export interface LookupCall {
  readonly lookups: Lookups;
  readonly scope: Scope;
  /** Its arguments, without its own name. */
  readonly args: readonly Data[];
  readonly named: DataMap;
  /** The variables that the arguments are made of. */
  readonly names: readonly string[];
}

/** One kind of lookup: `lookup "file" PATH`. */
export interface LookupKind {
  /** Its arguments as a user would read them. */
  readonly usage: string;
  readonly max: number;
  readonly named: readonly string[];
  readonly run: (call: LookupCall) => Data;
}

/** All kinds of lookups by name, which are Ansible's. */
export const lookupKinds: ReadonlyMap<string, LookupKind> = new Map<string, LookupKind>([
  ['file', { usage: 'PATH [rstrip=]', max: 1, named: ['rstrip'], run: file }],
  ['fileglob', { usage: 'PATTERN', max: 1, named: [], run: (call) => call.lookups.fileglob(pathAt(call, 0)) }],
  ['first_found', { usage: 'PATH … [default=]', max: Infinity, named: ['default'], run: firstFound }],
  ['template', { usage: 'PATH', max: 1, named: [], run: (call) => call.lookups.template(pathAt(call, 0), call.scope) }],
  ['password', { usage: 'PATH [length=] [chars=]', max: 1, named: ['length', 'chars'], run: password }],
  ['env', { usage: 'NAME [default=]', max: 1, named: ['default'], run: env }],
  ['vars', { usage: 'NAME [default=]', max: 1, named: ['default'], run: variable }],
  ['varnames', { usage: 'EXPRESSION', max: 1, named: [], run: variableNames }],
]);

function pathAt({ args, names }: Pick<LookupCall, 'args' | 'names'>, index: number): LookupPath {
  const text = stringAt(args, index);
  if (text === '' || text.includes('\0')) throw wrongArgument(args, index, 'a path');
  return { text, names };
}

// As with Ansible, white space at the end does not count: a file ends with a newline, a value does not.
function file(call: LookupCall): string {
  const text = call.lookups.file(pathAt(call, 0));
  return call.named['rstrip'] !== undefined && !isFlag(call.named, 'rstrip') ? text : text.trimEnd();
}

function firstFound({ lookups, args, named, names }: LookupCall): Data {
  const [only = null] = args;
  const all = args.length === 1 && isList(only) ? only : args;
  const paths = all.map((_, i) => pathAt({ args: all, names }, i));
  const found = lookups.firstFound(paths);
  if (found !== null) return found;
  if (named['default'] !== undefined) return named['default'];
  throw new CallProblem(`none of ${paths.map(({ text }) => `\`${text}\``).join(', ')} exists`, 0);
}

function password(call: LookupCall): string {
  const path = pathAt(call, 0);
  if (/\s(?:length|chars)=/.test(path.text)) {
    const hint = 'Write `lookup "password" "PATH" length=20 chars="ascii_letters,digits"`.';
    throw new CallProblem('its path has options in it, which stand behind it', 0, hint);
  }
  const length = namedWhole(call.named, 'length', { otherwise: 20, min: 8, max: 1000 });
  return call.lookups.password(path, { length, chars: charactersOf(call.named) });
}

function env({ lookups, args, named }: LookupCall): Data {
  const name = stringAt(args, 0);
  const value = lookups.env(name) ?? named['default'];
  if (value !== undefined) return value;
  const hint = 'Where it may be missing: `lookup "env" "NAME" default=""`.';
  throw new CallProblem(`\`${name}\` is not set in the environment`, 0, hint);
}

function variable({ scope, args, named }: LookupCall): Data {
  const name = stringAt(args, 0);
  const value = scope.lookup(name) ?? named['default'];
  if (value !== undefined) return value;
  throw new CallProblem(`there is no variable \`${name}\``, 0, 'Where it may be missing, give `default=`.');
}

function variableNames({ scope, args }: LookupCall): Data {
  const pattern = stringAt(args, 0);
  return [...new Set(scope.names())].filter((name) => matches(name, pattern)).sort();
}

/** How a lookup is written. */
export function usageOf(kind: string): string {
  return `lookup "${kind}" ${lookupKinds.get(kind)?.usage ?? ''}`;
}

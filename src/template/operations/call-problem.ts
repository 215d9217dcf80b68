import type { Data } from '../../base/node.ts';
import { omitted } from '../omit.ts';
import { type DataMap, describe } from './values.ts';

/**
 * What a helper or function can not work with.
 *
 * It knows neither its name in the template nor its place: whoever called turns it into an `EvaluationError` with both.
 */
export class CallProblem extends Error {
  /** The argument it is about, from 0, or its name; `null`: the call as a whole. */
  readonly argument: number | string | null;
  readonly hint: string | null;

  constructor(message: string, argument: number | string | null = null, hint: string | null = null) {
    super(message);
    this.argument = argument;
    this.hint = hint;
  }
}

/** An argument is of the wrong kind. The message still lacks which one: `must be a list, not null`. */
export class WrongArgument extends CallProblem {
  declare readonly argument: number;
}

/** Makes the problem of a named argument that is not what is wanted. */
export function wrongNamed(named: DataMap, name: string, wanted: string): CallProblem {
  return new CallProblem(`\`${name}\` must be ${wanted}, not ${describe(named[name] ?? null)}`, name);
}

/** Makes the problem of an argument that is not what is wanted. */
export function wrongArgument(args: readonly Data[], index: number, wanted: string, hint?: string): WrongArgument {
  return new WrongArgument(`must be ${wanted}, not ${describe(args[index] ?? null)}`, index, hint ?? null);
}

/** @throws CallProblem for `omit`, which is not a value that anything could be made of */
export function refuseOmitted(args: readonly Data[]): void {
  const index = args.indexOf(omitted);
  if (index !== -1) throw new CallProblem('`omit` is not a value to work with', index);
}

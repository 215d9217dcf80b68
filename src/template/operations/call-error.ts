import { EvaluationError } from '../../base/errors.ts';
import type { Span } from '../../base/source.ts';
import { type CallProblem, WrongArgument } from './call-problem.ts';

/** How something was called. */
interface Called {
  readonly name: string;
  /** How many arguments it was given, with the receiver of a method. */
  readonly count: number;
  /** Whether the first argument stands before the dot: `list.join(",")`. */
  readonly isMethod: boolean;
  /** The place of an argument by its index or name, or `null` for that of the call. */
  readonly span: (argument: number | string | null) => Span;
}

/** What a helper or function could not do, as an error at the argument it is about. */
export function callError(problem: CallProblem, { name, count, isMethod, span }: Called): EvaluationError {
  const { message, argument, hint } = problem;
  const isWrong = problem instanceof WrongArgument;
  const subject = isWrong ? `${argumentWords(problem.argument, count, isMethod)} ` : '';
  return new EvaluationError(`\`${name}\`: ${subject}${message}.`, { at: span(argument), hint });
}

/** How many arguments: `2 arguments`, `1 to 3 arguments`. */
export function countWords({ min, max }: { readonly min: number; readonly max: number }): string {
  if (max === Infinity) return `at least ${min} argument${min === 1 ? '' : 's'}`;
  if (min === max) return min === 0 ? 'no arguments' : `${min} argument${min === 1 ? '' : 's'}`;
  return `${min} to ${max} arguments`;
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'];

function argumentWords(argument: number, count: number, isMethod: boolean): string {
  const index = isMethod ? argument - 1 : argument;
  if (index === -1) return 'what stands before the dot';
  return count - (isMethod ? 1 : 0) === 1 ? 'its argument' : `its ${ordinals[index] ?? `${index + 1}th`} argument`;
}

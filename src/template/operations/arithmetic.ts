import { CallProblem } from './call-problem.ts';

/** `a + b` */
export function add(a: number, b: number): number {
  return exact(a + b);
}

/** `a - b` */
export function subtract(a: number, b: number): number {
  return exact(a - b);
}

/** `a * b` */
export function multiply(a: number, b: number): number {
  return exact(a * b);
}

/** `a / b`; of two whole numbers a whole number, rounded towards zero as in CEL: `7 / 2` is 3. */
export function divide(a: number, b: number): number {
  if (b === 0) throw new CallProblem('division by zero');
  return Number.isInteger(a) && Number.isInteger(b) ? exact(Math.trunc(a / b)) : exact(a / b);
}

/** The rest of `a / b`, with the sign of `a`. */
export function remainder(a: number, b: number): number {
  if (b === 0) throw new CallProblem('division by zero');
  return exact(a % b);
}

/** A result as it is, but never one that has lost digits, and never `-0`. */
export function exact(value: number): number {
  if (Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value)) return value === 0 ? 0 : value;
  throw new CallProblem(`the result ${value} is too large to be exact`);
}

import type { Data } from '../../base/node.ts';
import { numberAt } from '../operations/arguments.ts';
import { add, divide, multiply, remainder, subtract } from '../operations/arithmetic.ts';
import { helper, type Helpers } from './helper.ts';

/** Helpers that calculate. */
export const numberHelpers = {
  add: helper('A B …', (args) => fold(args, add)),
  sub: helper('A B', (args) => fold(args, subtract)),
  mul: helper('A B …', (args) => fold(args, multiply)),
  div: helper('A B', (args) => fold(args, divide)),
  mod: helper('A B', (args) => fold(args, remainder)),
} satisfies Helpers;

function fold(args: readonly Data[], operation: (a: number, b: number) => number): number {
  let result = numberAt(args, 0);
  for (let i = 1; i < args.length; i++) result = operation(result, numberAt(args, i));
  return result;
}

import type { Data } from '../../base/node.ts';
import { compare, isEqual, isMember } from '../operations/comparison.ts';
import { helper, type Helpers } from './helper.ts';
import { isTruthy } from '../operations/values.ts';

/** Helpers that ask, or choose. */
export const logicHelpers = {
  eq: helper('A B', ([a = null, b = null]) => isEqual(a, b)),
  ne: helper('A B', ([a = null, b = null]) => !isEqual(a, b)),
  lt: helper('A B', (args) => compare(args) < 0),
  le: helper('A B', (args) => compare(args) <= 0),
  gt: helper('A B', (args) => compare(args) > 0),
  ge: helper('A B', (args) => compare(args) >= 0),
  and: helper('A B …', (args: readonly Data[]) => args.every(isTruthy)),
  or: helper('A B …', (args: readonly Data[]) => args.some(isTruthy)),
  not: helper('VALUE', ([value = null]) => !isTruthy(value)),
  in: helper('VALUE LIST', (args) => isMember(args)),
  // Those below are compiled apart: what they are given may be undefined, or code, or is looked at only when it is needed.
  defined: helper('PATH', () => true),
  default: helper('VALUE FALLBACK [EMPTY]', ([value = null]) => value),
  mandatory: helper('VALUE [MESSAGE]', ([value = null]) => value),
  ternary: helper('CONDITION YES NO', ([value = null]) => value),
  cel: helper('"EXPRESSION"', () => null),
} satisfies Helpers;

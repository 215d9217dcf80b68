import type { Data } from '../../base/node.ts';
import { numberAt, wholeAt } from '../operations/arguments.ts';
import { add, divide, exact, multiply, remainder, subtract } from '../operations/arithmetic.ts';
import { toBoolean, toNumber, toText, toWhole } from '../operations/conversions.ts';
import { compareVersions } from '../operations/versions.ts';
import { helper, type Helpers } from './helper.ts';

/** Helpers that calculate. */
export const numberHelpers = {
  add: helper('A B …', (args) => fold(args, add)),
  sub: helper('A B', (args) => fold(args, subtract)),
  mul: helper('A B …', (args) => fold(args, multiply)),
  div: helper('A B', (args) => fold(args, divide)),
  mod: helper('A B', (args) => fold(args, remainder)),
  int: helper('VALUE [FALLBACK]', toWhole),
  float: helper('VALUE', toNumber),
  string: helper('VALUE', toText),
  bool: helper('VALUE', toBoolean),
} satisfies Helpers;

/** Helpers that calculate, which expressions have as functions, too. */
export const sharedNumberHelpers = {
  abs: helper('NUMBER', (args) => Math.abs(numberAt(args, 0))),
  round: helper('NUMBER [DIGITS]', (args) => rounded(args, Math.round)),
  floor: helper('NUMBER', (args) => rounded([args[0] ?? null], Math.floor)),
  ceil: helper('NUMBER', (args) => rounded([args[0] ?? null], Math.ceil)),
  version: helper('A OPERATOR B', compareVersions),
} satisfies Helpers;

function rounded(args: readonly Data[], round: (value: number) => number): number {
  const factor = 10 ** (args.length > 1 ? wholeAt(args, 1) : 0);
  return exact(round(numberAt(args, 0) * factor) / factor);
}

function fold(args: readonly Data[], operation: (a: number, b: number) => number): number {
  let result = numberAt(args, 0);
  for (let i = 1; i < args.length; i++) result = operation(result, numberAt(args, i));
  return result;
}

import type { Data } from '../../base/node.ts';
import {
  cidrContains,
  cidrHost,
  cidrNetwork,
  cidrOverlaps,
  cidrPrefix,
  ipFamily,
  isAddress,
  isNetwork,
} from '../operations/addresses.ts';
import { listAt, mapAt, stringAt } from '../operations/arguments.ts';
import { add } from '../operations/arithmetic.ts';
import { WrongArgument, wrongArgument } from '../operations/call-problem.ts';
import { helper, type Helper } from '../helpers/helper.ts';
import { extreme, numbersOf, range, size, unique } from '../operations/lists.ts';
import { isList, isMap } from '../operations/values.ts';
import { compareVersions } from '../operations/versions.ts';

/** All functions of expressions by name: `f(a)`. */
export const celFunctions: ReadonlyMap<string, Helper> = new Map(
  Object.entries({
    size: helper('VALUE', size),
    string: helper('VALUE', toText),
    int: helper('VALUE', toWhole),
    double: helper('VALUE', toNumber),
    bool: helper('VALUE', toBoolean),
    dyn: helper('VALUE', ([value = null]) => value),
    type: helper('VALUE', ([value = null]) => typeName(value)),
    min: helper('NUMBER …', (args) => extreme(args, -1)),
    max: helper('NUMBER …', (args) => extreme(args, 1)),
    sum: helper('LIST', sum),
    unique: helper('LIST', (args) => unique(listAt(args, 0))),
    range: helper('[FROM] TO', range),
    keys: helper('MAP', (args) => Object.keys(mapAt(args, 0))),
    values: helper('MAP', (args) => Object.values(mapAt(args, 0))),
    version: helper('A OPERATOR B', compareVersions),
    ipInCidr: helper('ADDRESS CIDR', ipInCidr),
    cidrContains: helper('CIDR ADDRESS', cidrContains),
    cidrOverlaps: helper('CIDR CIDR', cidrOverlaps),
    cidrHost: helper('CIDR NUMBER', cidrHost),
    cidrNetwork: helper('CIDR', cidrNetwork),
    cidrPrefix: helper('CIDR', cidrPrefix),
    ipFamily: helper('ADDRESS', ipFamily),
    isIP: helper('TEXT', (args) => isAddress(stringAt(args, 0))),
    isCIDR: helper('TEXT', (args) => isNetwork(stringAt(args, 0))),
  }),
);

/** How CEL spells what other languages call these. */
export const foreignFunctions: Readonly<Record<string, string>> = {
  not: '!x',
  and: 'a && b',
  or: 'a || b',
  len: 'size(x)',
  length: 'size(x)',
  count: 'size(x)',
  defined: 'has(vars.x)',
  default: 'vars.?x.orValue("fallback")',
  lookup: 'map[key]',
  str: 'string(x)',
  float: 'double(x)',
  lower: 'text.lowerAscii()',
  upper: 'text.upperAscii()',
  duration: 'seconds as a number',
  timestamp: 'seconds as a number',
};

/** The sum of a list of numbers. */
export function sum(args: readonly Data[]): number {
  return numbersOf(listAt(args, 0)).reduce(add, 0);
}

function ipInCidr([address = null, cidr = null]: readonly Data[]): Data {
  try {
    return cidrContains([cidr, address]);
  } catch (error) {
    // The problem must point at the argument as the user wrote it, not as the other function counts.
    if (!(error instanceof WrongArgument)) throw error;
    throw new WrongArgument(error.message, 1 - error.argument, error.hint);
  }
}

function toText(args: readonly Data[]): string {
  const [value = null] = args;
  if (typeof value === 'object') throw wrongArgument(args, 0, 'a string, number or boolean');
  return String(value);
}

function toWhole(args: readonly Data[]): number {
  const number = Math.trunc(toNumber(args));
  if (!Number.isSafeInteger(number)) throw wrongArgument(args, 0, 'a number that is not too large');
  return number === 0 ? 0 : number;
}

function toNumber(args: readonly Data[]): number {
  const [value = null] = args;
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value)) return Number(value);
  throw wrongArgument(args, 0, 'a number or digits');
}

const booleans: ReadonlyMap<Data, boolean> = new Map<Data, boolean>([
  [true, true],
  [false, false],
  ...['true', 'True', 'yes', 'on', '1'].map((word) => [word, true] as const),
  ...['false', 'False', 'no', 'off', '0'].map((word) => [word, false] as const),
]);

function toBoolean(args: readonly Data[]): boolean {
  const boolean = booleans.get(args[0] ?? null);
  if (boolean === undefined) throw wrongArgument(args, 0, '`true` or `false`');
  return boolean;
}

function typeName(value: Data): string {
  if (value === null) return 'null_type';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'double';
  if (typeof value === 'boolean') return 'bool';
  if (isList(value)) return 'list';
  return isMap(value) ? 'map' : 'string';
}

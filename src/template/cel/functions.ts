import type { Data } from '../../base/node.ts';
import { asFunction, helper, type Helper } from '../helpers/helper.ts';
import { sharedHelpers } from '../helpers/helpers.ts';
import { listAt, mapAt } from '../operations/arguments.ts';
import { add } from '../operations/arithmetic.ts';
import { toBoolean, toNumber, toText, toWhole } from '../operations/conversions.ts';
import { extreme, numbersOf, range, size, unique } from '../operations/lists.ts';
import { isList, isMap } from '../operations/values.ts';

/** All functions of expressions by name: `f(a)`. */
export const celFunctions: ReadonlyMap<string, Helper> = new Map(
  Object.entries({
    size: helper('VALUE', size),
    string: helper('VALUE', toText),
    int: helper('VALUE [FALLBACK]', toWhole),
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
    ...Object.fromEntries(Object.entries(sharedHelpers).map(([name, shared]) => [name, asFunction(shared)])),
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
  str: 'string(x)',
  ternary: 'x ? a : b',
  mandatory: 'x, which is an error where it is undefined,',
  concat: 'a + b',
  ipVersion: 'ipFamily(x)',
  eq: 'a == b',
  ne: 'a != b',
  in: 'x in list',
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

function typeName(value: Data): string {
  if (value === null) return 'null_type';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'double';
  if (typeof value === 'boolean') return 'bool';
  if (isList(value)) return 'list';
  return isMap(value) ? 'map' : 'string';
}

import type { Data } from '../../base/node.ts';
import { CallProblem, wrongArgument } from './call-problem.ts';
import { describe, isList, isMap, isSame, kindOf } from './values.ts';

/**
 * Whether two values are equal.
 *
 * @throws CallProblem for values of two types, which are never equal: `port == "80"` is a slip. `null` may be compared
 * with anything.
 */
export function isEqual(a: Data, b: Data): boolean {
  if (a === null || b === null || kindOf(a) === kindOf(b)) return isSame(a, b);
  throw new CallProblem(`${describe(a)} and ${describe(b)} can never be equal`, null, hintFor(a, b));
}

/** Which of two numbers or strings is the greater one: negative, 0 or positive. Strings go by code point. */
export function compare(args: readonly Data[]): number {
  const [a = null, b = null] = args;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (typeof a !== 'number' && typeof a !== 'string') throw wrongArgument(args, 0, 'a number or a string');
  if (typeof b !== 'number' && typeof b !== 'string') throw wrongArgument(args, 1, 'a number or a string');
  throw new CallProblem(`${describe(a)} and ${describe(b)} have no order`, null, hintFor(a, b));
}

/** The order of two texts by code point, the same in any locale. */
export function compareText(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointOrder(x) - codePointOrder(y);
  }
  return a.length - b.length;
}

/** Whether a value is an item of a list, a key of a map, or a part of a string. */
export function isMember(args: readonly Data[]): boolean {
  const [value = null, owner = null] = args;
  if (isList(owner)) return isItem(value, owner);
  if (typeof value !== 'string') {
    if (isMap(owner) || typeof owner === 'string') throw wrongArgument(args, 0, 'a string');
  } else if (isMap(owner)) {
    return Object.hasOwn(owner, value);
  } else if (typeof owner === 'string') {
    return owner.includes(value);
  }
  throw wrongArgument(args, 1, 'a list, a map or a string');
}

/** Whether a value is an item of a list; like `isEqual` it minds types that can never be equal. */
export function isItem(value: Data, list: readonly Data[]): boolean {
  if (list.some((item) => isSame(value, item))) return true;
  const [first] = list;
  const kind = kindOf(value);
  if (first === undefined || value === null || list.some((item) => item === null || kindOf(item) === kind))
    return false;
  throw new CallProblem(
    `${describe(value)} can not be in a list that starts with ${describe(first)}`,
    null,
    hintFor(value, first),
  );
}

function hintFor(a: Data, b: Data): string | null {
  const kinds = new Set([kindOf(a), kindOf(b)]);
  if (kinds.has('string') && kinds.has('number')) {
    return 'A number and a string of digits differ: quote both or none.';
  }
  if (kinds.has('string') && kinds.has('bool')) return '`"true"` in quotes is a string, not a boolean.';
  return null;
}

// Surrogates stand below U+E000 in UTF-16, but mean code points above all of those.
function codePointOrder(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

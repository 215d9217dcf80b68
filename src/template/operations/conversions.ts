import type { Data } from '../../base/node.ts';
import { wrongArgument } from './call-problem.ts';

/** Text of a text, number or boolean. */
export function toText(args: readonly Data[]): string {
  const [value = null] = args;
  if (typeof value === 'object') throw wrongArgument(args, 0, 'a string, number or boolean');
  return String(value);
}

/** A whole number of digits, or of a number, cut off; a fallback as second argument for what is neither. */
export function toWhole(args: readonly Data[]): Data {
  const [, fallback] = args;
  if (fallback !== undefined && !isNumeric(args[0] ?? null)) return fallback;
  const number = Math.trunc(toNumber(args));
  if (!Number.isSafeInteger(number)) throw wrongArgument(args, 0, 'a number that is not too large');
  return number === 0 ? 0 : number;
}

/** A number of digits. */
export function toNumber(args: readonly Data[]): number {
  const [value = null] = args;
  if (isNumeric(value)) return Number(value);
  throw wrongArgument(args, 0, 'a number or digits');
}

/** A boolean of `true`, `yes`, `on`, `1` and their opposites. */
export function toBoolean(args: readonly Data[]): boolean {
  const [value = null] = args;
  const boolean = booleans.get(typeof value === 'string' ? value.toLowerCase() : value);
  if (boolean === undefined) throw wrongArgument(args, 0, '`true` or `false`');
  return boolean;
}

const booleans: ReadonlyMap<Data, boolean> = new Map<Data, boolean>([
  [true, true],
  [false, false],
  [1, true],
  [0, false],
  ...['true', 'yes', 'on', '1'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', '0'].map((word) => [word, false] as const),
]);

function isNumeric(value: Data): boolean {
  if (typeof value === 'number') return true;
  return typeof value === 'string' && /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(value);
}

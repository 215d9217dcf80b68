import type { Data } from '../../base/node.ts';
import { wrongArgument, wrongNamed } from './call-problem.ts';
import { type DataMap, isList, isMap } from './values.ts';

/** A text argument; numbers are not taken for one. */
export function stringAt(args: readonly Data[], index: number): string {
  const value = args[index];
  if (typeof value === 'string') return value;
  throw wrongArgument(args, index, 'a string');
}

/** An argument as text: a string, or a number or boolean as it prints. */
export function textAt(args: readonly Data[], index: number): string {
  const value = args[index];
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw wrongArgument(args, index, 'text', 'Lists and maps become text with `join`, `toJson` or `toYaml`.');
}

/** A number argument; a text of digits is not taken for one. */
export function numberAt(args: readonly Data[], index: number): number {
  const value = args[index];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw wrongArgument(args, index, 'a number');
}

/** A whole number argument. */
export function wholeAt(args: readonly Data[], index: number): number {
  const value = args[index];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw wrongArgument(args, index, 'a whole number');
}

/** A list argument. */
export function listAt(args: readonly Data[], index: number): readonly Data[] {
  const value = args[index] ?? null;
  if (isList(value)) return value;
  throw wrongArgument(args, index, 'a list');
}

/** A map argument. */
export function mapAt(args: readonly Data[], index: number): DataMap {
  const value = args[index] ?? null;
  if (isMap(value)) return value;
  throw wrongArgument(args, index, 'a map');
}

/** A named argument that is `true` or `false`; without it, `false`. */
export function isFlag(named: DataMap, name: string): boolean {
  const value = named[name] ?? false;
  if (typeof value === 'boolean') return value;
  throw wrongNamed(named, name, '`true` or `false`');
}

/** A named argument that is text. */
export function namedText(named: DataMap, name: string, otherwise: string): string {
  const value = named[name] ?? otherwise;
  if (typeof value === 'string') return value;
  throw wrongNamed(named, name, 'text');
}

/** A named argument that is a whole number of some range. */
export function namedWhole(
  named: DataMap,
  name: string,
  { otherwise, min, max }: { readonly otherwise: number; readonly min: number; readonly max: number },
): number {
  const value = named[name] ?? otherwise;
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw wrongNamed(named, name, `a whole number from ${min} to ${max}`);
}

import type { Data } from '../../base/node.ts';
import { omitted } from '../omit.ts';

/** A mapping of plain data. */
export type DataMap = { readonly [key: string]: Data };

/** Whether a value is a list. */
export function isList(value: Data): value is readonly Data[] {
  return Array.isArray(value);
}

/** Whether a value is a mapping. */
export function isMap(value: Data): value is DataMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value under a key or index, own ones only; `undefined` when there is none. */
export function childOf(value: Data, part: string): Data | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isList(value)) return isIndex(part) ? value[Number(part)] : undefined;
  return Object.hasOwn(value, part) ? value[part] : undefined;
}

/** Whether a path's part can be a place in a list. */
export function isIndex(part: string): boolean {
  return /^(?:0|[1-9]\d{0,8})$/.test(part);
}

/** Handlebars' idea of true: all but `false`, `null`, `0`, the empty string and the empty list. */
export function isTruthy(value: Data): boolean {
  return isList(value) ? value.length > 0 : Boolean(value);
}

/** Whether two values are the same, to any depth. */
export function isSame(a: Data, b: Data): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isList(a) || isList(b)) {
    return isList(a) && isList(b) && a.length === b.length && a.every((item, i) => isSame(item, b[i] as Data));
  }
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && isSame(a[key] as Data, b[key] as Data));
}

/** A text that two lists or maps share when they are the same: their JSON with sorted keys. */
export function sameText(value: Data): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(sameText).join()}]`;
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${sameText(value[key] ?? null)}`).join()}}`;
}

/** What kind of value it is, as CEL and JSON call it. */
export type Kind = 'null' | 'bool' | 'number' | 'string' | 'list' | 'map';

/** The kind of a value. */
export function kindOf(value: Data): Kind {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'string') return 'string';
  return isList(value) ? 'list' : 'map';
}

const shownLength = 40;

/** A value in the words of an error: `the string `abc``, `a list of 3`. */
export function describe(value: Data): string {
  if (value === null) return 'null';
  if (value === omitted) return '`omit`';
  if (typeof value === 'string') {
    if (value === '') return 'an empty string';
    const shown = value.length > shownLength ? `${value.slice(0, shownLength)}…` : value;
    return `the string \`${shown.replaceAll('\n', '\\n')}\``;
  }
  if (typeof value === 'object') return describeCollection(value);
  return typeof value === 'number' ? `the number ${value}` : String(value);
}

function describeCollection(value: readonly Data[] | DataMap): string {
  if (isList(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  const keys = Object.keys(value);
  if (keys.length === 0) return 'an empty map';
  const shown = keys.slice(0, 3).map((key) => `\`${key}\``);
  return `a map with ${shown.join(', ')}${keys.length > 3 ? ', …' : ''}`;
}

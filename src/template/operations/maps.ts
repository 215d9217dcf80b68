import type { Data } from '../../base/node.ts';
import { isFlag, listAt, mapAt, namedText } from './arguments.ts';
import { CallProblem, wrongArgument, wrongNamed } from './call-problem.ts';
import { childOf, type DataMap, describe, isList, isMap } from './values.ts';
import { Members } from './lists.ts';

/** How `combine` merges lists that stand under one key, by Ansible's names. */
const listMerges: Readonly<Record<string, (a: readonly Data[], b: readonly Data[]) => readonly Data[]>> = {
  replace: (_, b) => b,
  keep: (a) => a,
  append: (a, b) => [...a, ...b],
  prepend: (a, b) => [...b, ...a],
  append_rp: (a, b) => [...without(a, b), ...b],
  prepend_rp: (a, b) => [...b, ...without(a, b)],
};

/** Maps over each other, later ones win: with `recursive` also the maps in them. A list of maps counts as those maps. */
export function combine(args: readonly Data[], named: DataMap): DataMap {
  const recursive = isFlag(named, 'recursive');
  const merge = namedText(named, 'list_merge', 'replace');
  const mergeLists = Object.hasOwn(listMerges, merge) ? listMerges[merge] : undefined;
  if (mergeLists === undefined) throw wrongNamed(named, 'list_merge', `one of ${Object.keys(listMerges).join(', ')}`);
  let made = emptyMap();
  for (const map of mapsOf(args)) made = combined(made, map, { recursive, mergeLists });
  return made;
}

/** The entries of a map as a list of maps with `key` and `value`. */
export function dictToItems(args: readonly Data[], named: DataMap): DataMap[] {
  const [key, value] = [namedText(named, 'key_name', 'key'), namedText(named, 'value_name', 'value')];
  return Object.entries(mapAt(args, 0)).map(([name, data]) =>
    mapOf([
      [key, name],
      [value, data],
    ]),
  );
}

/** A map of a list of maps with `key` and `value`. */
export function itemsToDict(args: readonly Data[], named: DataMap): DataMap {
  const [key, value] = [namedText(named, 'key_name', 'key'), namedText(named, 'value_name', 'value')];
  return mapOf(
    listAt(args, 0).map((item, i) => {
      const [name, data] = [childOf(item, key), childOf(item, value)];
      if (name === undefined || data === undefined) {
        throw new CallProblem(`item ${i} of the list has no \`${name === undefined ? key : value}\``, 0);
      }
      return [keyOf(name, i), data];
    }),
  );
}

/** The items of a list of maps by the value that they have under a key, as maps of lists. */
export function groupBy(args: readonly Data[]): DataMap {
  const [, key = null] = args;
  if (typeof key !== 'string') throw wrongArgument(args, 1, 'a key');
  const groups = new Map<string, Data[]>();
  for (const [i, item] of listAt(args, 0).entries()) {
    const value = childOf(item, key);
    if (value === undefined) throw new CallProblem(`item ${i} of the list has no \`${key}\``, 0);
    const name = keyOf(value, i);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return mapOf([...groups]);
}

/** A map without prototype, so that no key of it means anything to JavaScript. */
export function mapOf(entries: Iterable<readonly [string, Data]>): DataMap {
  const map = emptyMap();
  for (const [key, value] of entries) map[key] = value;
  return map;
}

interface Merging {
  readonly recursive: boolean;
  readonly mergeLists: (a: readonly Data[], b: readonly Data[]) => readonly Data[];
}

function combined(a: DataMap, b: DataMap, how: Merging): Record<string, Data> {
  const made = emptyMap();
  for (const key of Object.keys(a)) made[key] = a[key] ?? null;
  for (const key of Object.keys(b)) {
    const [before, after] = [made[key] ?? null, b[key] ?? null];
    made[key] = how.recursive ? merged(before, after, how) : after;
  }
  return made;
}

function merged(a: Data, b: Data, how: Merging): Data {
  if (isMap(a) && isMap(b)) return combined(a, b, how);
  return isList(a) && isList(b) ? how.mergeLists(a, b) : b;
}

function mapsOf(args: readonly Data[]): DataMap[] {
  const [first = null] = args;
  const all = args.length === 1 && isList(first) ? first : args;
  return all.map((map, i) => {
    if (isMap(map)) return map;
    if (all === args) throw wrongArgument(args, i, 'a map');
    throw new CallProblem(`item ${i} of the list is ${describe(map)}, not a map`, 0);
  });
}

function without(list: readonly Data[], others: readonly Data[]): Data[] {
  const left = new Members(others);
  return list.filter((item) => !left.has(item));
}

function keyOf(value: Data, index: number): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new CallProblem(`item ${index} of the list has ${describe(value)} for a key`, 0);
}

function emptyMap(): Record<string, Data> {
  return Object.create(null) as Record<string, Data>;
}

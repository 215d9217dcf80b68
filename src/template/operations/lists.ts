import type { Data } from '../../base/node.ts';
import { listAt, numberAt, wholeAt } from './arguments.ts';
import { CallProblem, wrongArgument } from './call-problem.ts';
import { compare } from './comparison.ts';
import { childOf, describe, isList, isMap, sameText } from './values.ts';

const maxRange = 65_536;

/** How many characters, items or keys a value has. */
export function size(args: readonly Data[]): number {
  const [value = null] = args;
  if (typeof value === 'string') return Array.from(value).length;
  if (isList(value)) return value.length;
  if (isMap(value)) return Object.keys(value).length;
  throw wrongArgument(args, 0, 'a list, a map or a string');
}

/** The item of a list by its index, `-1` for the last. */
export function itemAt(args: readonly Data[], index: number): Data {
  const item = listAt(args, 0).at(index);
  if (item === undefined) throw new CallProblem('the list is empty', 0);
  return item;
}

/** A sorted copy of a list of numbers or of strings; equal ones keep their order. */
export function sorted(list: readonly Data[]): Data[] {
  return sortPairs(list.map((item) => ({ key: item, item })));
}

/** A copy of a list of maps, sorted by the value under a key. */
export function sortedBy(list: readonly Data[], key: string): Data[] {
  return sortPairs(
    list.map((item, i) => {
      const value = childOf(item, key);
      if (value === undefined) throw new CallProblem(`item ${i} of the list has no \`${key}\``, 0);
      return { key: value, item };
    }),
  );
}

function sortPairs(pairs: { readonly key: Data; readonly item: Data }[]): Data[] {
  const kind = typeof pairs[0]?.key;
  for (const { key } of pairs) {
    if (typeof key === kind && (kind === 'string' || kind === 'number')) continue;
    throw new CallProblem(`only numbers or only strings can be sorted, not ${describe(key)}`, 0);
  }
  pairs.sort((a, b) => compare([a.key, b.key]));
  return pairs.map(({ item }) => item);
}

/** A list without what is there twice; the first one stays. */
export function unique(list: readonly Data[]): Data[] {
  const seen = new Members([]);
  return list.filter((item) => {
    if (seen.has(item)) return false;
    seen.add(item);
    return true;
  });
}

/** Values that are found at once, however many there are. */
export class Members {
  readonly #plain = new Set<Data>();
  readonly #others = new Set<string>();

  constructor(list: readonly Data[]) {
    for (const item of list) this.add(item);
  }

  add(item: Data): void {
    if (typeof item === 'object' && item !== null) this.#others.add(sameText(item));
    else this.#plain.add(item);
  }

  has(item: Data): boolean {
    return typeof item === 'object' && item !== null ? this.#others.has(sameText(item)) : this.#plain.has(item);
  }
}

/** Lists in the list opened, to any depth or so many levels. */
export function flatten(args: readonly Data[]): Data[] {
  const levels = args.length > 1 ? wholeAt(args, 1) : Infinity;
  const flat = (list: readonly Data[], left: number): Data[] =>
    list.flatMap((item) => (isList(item) && left > 0 ? flat(item, left - 1) : [item]));
  return flat(listAt(args, 0), levels);
}

/** Lists of the first items, the second ones and so on, as far as the shortest list goes. */
export function zip(args: readonly Data[]): Data[] {
  const lists = args.map((_, i) => listAt(args, i));
  const end = Math.min(...lists.map((list) => list.length));
  return Array.from({ length: end }, (_, i) => lists.map((list) => list[i] ?? null));
}

/** Every way to take one item of each list. */
export function product(args: readonly Data[]): Data[] {
  const lists = args.map((_, i) => listAt(args, i));
  const count = lists.reduce((all, list) => all * list.length, 1);
  if (count > maxRange) throw new CallProblem(`${count} combinations are too many, at most ${maxRange} are made`);
  let made: Data[][] = [[]];
  for (const list of lists) made = made.flatMap((taken) => list.map((item) => [...taken, item]));
  return made;
}

/** The numbers from the first argument (or 0) up to, but without, the last. */
export function range(args: readonly Data[]): number[] {
  const from = args.length > 1 ? wholeAt(args, 0) : 0;
  const to = wholeAt(args, args.length - 1);
  if (to - from > maxRange) throw new CallProblem(`${to - from} numbers are too many, at most ${maxRange} are made`);
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

/** The least (`-1`) or greatest (`1`) of some numbers, which may stand in one list. */
export function extreme(args: readonly Data[], sign: -1 | 1): number {
  const inList = args.length === 1 && isList(args[0] ?? null);
  const numbers = inList ? numbersOf(listAt(args, 0)) : args.map((_, i) => numberAt(args, i));
  if (numbers.length === 0) throw new CallProblem('the list is empty', 0);
  return numbers.reduce((best, number) => ((number - best) * sign > 0 ? number : best));
}

/** The items of a list that must be numbers. */
export function numbersOf(list: readonly Data[]): number[] {
  return list.map((item, i) => {
    if (typeof item === 'number') return item;
    throw new CallProblem(`item ${i} of the list is ${describe(item)}, not a number`, 0);
  });
}

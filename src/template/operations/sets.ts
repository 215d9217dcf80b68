import type { Data } from '../../base/node.ts';
import { listAt } from './arguments.ts';
import { isSame } from './values.ts';
import { unique } from './lists.ts';

/** What is in either list, each once. */
export function union(args: readonly Data[]): Data[] {
  return unique([...listAt(args, 0), ...listAt(args, 1)]);
}

/** What is in both lists, each once, in the order of the first. */
export function intersect(args: readonly Data[]): Data[] {
  const isIn = memberTest(listAt(args, 1));
  return unique(listAt(args, 0).filter(isIn));
}

/** What is in the first list and not in the second, each once. */
export function difference(args: readonly Data[]): Data[] {
  const isIn = memberTest(listAt(args, 1));
  return unique(listAt(args, 0).filter((item) => !isIn(item)));
}

/** What is in one of the lists and not in both, each once. */
export function symmetricDifference(args: readonly Data[]): Data[] {
  const [a = null, b = null] = args;
  return [...difference([a, b]), ...difference([b, a])];
}

/** Whether something is in a list: plain values are found at once, others one by one. */
function memberTest(list: readonly Data[]): (item: Data) => boolean {
  const plain = new Set(list.filter((item) => typeof item !== 'object' || item === null));
  const others = list.filter((item) => typeof item === 'object' && item !== null);
  return (item) =>
    typeof item === 'object' && item !== null ? others.some((other) => isSame(item, other)) : plain.has(item);
}

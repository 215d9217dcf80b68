import type { Data } from '../../base/node.ts';
import { listAt } from './arguments.ts';
import { Members, unique } from './lists.ts';

/** What is in either list, each once. */
export function union(args: readonly Data[]): Data[] {
  return unique([...listAt(args, 0), ...listAt(args, 1)]);
}

/** What is in both lists, each once, in the order of the first. */
export function intersect(args: readonly Data[]): Data[] {
  const others = new Members(listAt(args, 1));
  return unique(listAt(args, 0).filter((item) => others.has(item)));
}

/** What is in the first list and not in the second, each once. */
export function difference(args: readonly Data[]): Data[] {
  const others = new Members(listAt(args, 1));
  return unique(listAt(args, 0).filter((item) => !others.has(item)));
}

/** What is in one of the lists and not in both, each once. */
export function symmetricDifference(args: readonly Data[]): Data[] {
  const [a = null, b = null] = args;
  return [...difference([a, b]), ...difference([b, a])];
}

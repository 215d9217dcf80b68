import type { Entry } from './node.ts';

/** One place that sets variables, such as `group_vars/all.yml`; layers are stacked by precedence. */
export interface Layer {
  /** What it is, as `kmesh explain` and errors call it: `role defaults of bird2`, `group_vars of all`. */
  readonly name: string;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** Makes a layer; a later entry of the same key replaces an earlier one. */
export function layerOf(name: string, entries: Iterable<Entry>): Layer {
  return { name, entries: new Map([...entries].map((entry) => [entry.key, entry])) };
}

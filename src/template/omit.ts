import type { Data } from '../base/node.ts';

/**
 * The value of `omit`: what has it is left out of the mapping or list that it stands in, as if it had not been written.
 *
 * Known by its identity, so that no data of anybody's can be taken for it.
 */
export const omitted: Data = Object.freeze(Object.create(null) as { readonly [key: string]: Data });

/** A mapping without the keys whose value is `omit`. In what is deeper it was left out when that was evaluated. */
export function withoutOmitted(values: Readonly<Record<string, Data>>): Record<string, Data> {
  const kept = Object.create(null) as Record<string, Data>;
  for (const key of Object.keys(values)) {
    const value = values[key] ?? null;
    if (value !== omitted) kept[key] = value;
  }
  return kept;
}

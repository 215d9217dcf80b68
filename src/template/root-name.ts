import type { Span } from '../base/source.ts';

/** A variable that a template or expression looks up in the scope. */
export interface RootName {
  readonly name: string;
  /** The whole path as far as it is written down: `['bird', 'peers']`. */
  readonly path: readonly string[];
  readonly span: Span;
  /** Nothing is wrong when it does not exist: `default x 1`, `has(vars.x)`, or what such a question guards. */
  readonly optional: boolean;
}

/** Variables that are known to exist once a question was answered. */
export interface Guards {
  readonly whenTrue: readonly string[];
  readonly whenFalse: readonly string[];
}

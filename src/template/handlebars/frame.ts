import type { Data } from '../../base/node.ts';
import type { Scope } from '../scope.ts';

/** What a running template sees: the scope, and one frame for each `{{#each}}` or `{{#with}}` it is in. */
export interface Frame {
  readonly scope: Scope;
  /** `null` at the scope's own level. */
  readonly outer: Frame | null;
  /** What `this` is. */
  readonly value: Data;
  /** Values of the block's parameters: `as |item index|`. */
  readonly params: readonly Data[];
  /** `@index`, `@key`, `@first` and `@last`; `null` in `{{#with}}`. */
  readonly position: Position | null;
}

/** Where in the list or map an `{{#each}}` is. */
export interface Position {
  readonly index: number;
  readonly key: string | number;
  readonly first: boolean;
  readonly last: boolean;
}

/** The frame a template starts in. */
export function rootFrame(scope: Scope): Frame {
  return { scope, outer: null, value: null, params: [], position: null };
}

/** The frame some blocks further out. */
export function outerFrame(frame: Frame, hops: number): Frame {
  let here = frame;
  for (let i = 0; i < hops; i++) here = here.outer ?? here;
  return here;
}

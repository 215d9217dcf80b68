import { EvaluationError } from '../../base/errors.ts';
import type { Data } from '../../base/node.ts';
import type { Span } from '../../base/source.ts';
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
  /** Notes what is wrong and goes on; `null`: it is thrown. */
  readonly trial: Trial | null;
}

/** All that went wrong while a template was tried. */
export interface Trial {
  readonly errors: EvaluationError[];
  /** What else was thrown, that a value is not known yet or a bug, and by which part; `null`: by the whole. */
  readonly others: { readonly error: unknown; readonly part: Span | null }[];
}

/** Where in the list or map an `{{#each}}` is. */
export interface Position {
  readonly index: number;
  readonly key: string | number;
  readonly first: boolean;
  readonly last: boolean;
}

/** The frame a template starts in. */
export function rootFrame(scope: Scope, trial: Trial | null = null): Frame {
  return { scope, outer: null, value: null, params: [], position: null, trial };
}

/** The frame some blocks further out. */
export function outerFrame(frame: Frame, hops: number): Frame {
  let here = frame;
  for (let i = 0; i < hops; i++) here = here.outer ?? here;
  return here;
}

/** Runs a part of a template; in a trial, what it throws is noted, and `otherwise` takes its place. */
export function attempt<Result>(
  frame: Frame,
  run: (frame: Frame) => Result,
  { otherwise, part }: { readonly otherwise: Result; readonly part: Span | null },
): Result {
  const { trial } = frame;
  if (trial === null) return run(frame);
  try {
    return run(frame);
  } catch (error) {
    if (error instanceof EvaluationError) trial.errors.push(error);
    else trial.others.push({ error, part });
    return otherwise;
  }
}

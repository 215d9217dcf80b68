import { didYouMean } from '../base/did-you-mean.ts';
import { EvaluationError } from '../base/errors.ts';
import type { Data } from '../base/node.ts';
import type { Span } from '../base/source.ts';
import type { Scope } from './scope.ts';
import { describe, isIndex, isList, isMap } from './operations/values.ts';

/** A variable that does not exist. */
export function missingName(name: string, scope: Scope, at: Span, hint: string | null = null): EvaluationError {
  const known = hint ?? scope.hintFor?.(name) ?? didYouMean(name, scope.names());
  return new EvaluationError(`\`${name}\` is undefined.`, { at, hint: known });
}

interface MissingPart {
  /** The path as the user wrote it. */
  readonly path: string;
  /** What has no such part, in the words of the message: `` `bird` ``, `this item of `peers``. */
  readonly owner: string;
  readonly value: Data;
  readonly part: string;
  readonly at: Span;
  readonly hint?: string | null;
}

/** A part that the value before it does not have. */
export function missingPart({ path, owner, value, part, at, hint = null }: MissingPart): EvaluationError {
  const message = `\`${path}\` is undefined: ${owner} ${lack(value, part)}.`;
  return new EvaluationError(message, { at, hint: hint ?? hintFor(value, part) });
}

function lack(value: Data, part: string): string {
  if (isMap(value)) return `has no \`${part}\``;
  if (!isList(value)) return `is ${describe(value)}`;
  if (!isIndex(part)) return `is a list, it has no \`${part}\``;
  return value.length === 1 ? 'has 1 item' : `has ${value.length} items`;
}

function hintFor(value: Data, part: string): string | null {
  if (isMap(value)) return didYouMean(part, Object.keys(value));
  if (isList(value) && isIndex(part)) return 'Items are counted from 0.';
  return null;
}

import type { EvaluationError } from '../../base/errors.ts';
import type { Data } from '../../base/node.ts';
import { type Compiler, type MaybeValue, type Value, type Where, written } from './compiler.ts';
import type { Frame } from './frame.ts';
import type { Path } from './ast.ts';
import { missingPart } from '../missing.ts';
import { isScoped, rootOf, type Target, targetOf } from './path-target.ts';
import type { Scope } from '../scope.ts';
import { childOf, isList } from '../operations/values.ts';

/** A path as an expression; undefined in any place of it is an error. */
export function compilePath(c: Compiler, where: Where, path: Path): Value {
  const target = targetOf(c, where, path, where.guards.has(rootOf(path)));
  if (target === null) return () => null;
  const { start, parts, missing } = target;
  const fail = (frame: Frame): never => {
    throw undefinedPath(c, path, target, frame);
  };
  if (parts.length === 0) {
    return (frame) => {
      const value = start(frame);
      if (value === undefined) throw missing(frame);
      return value;
    };
  }
  return (frame) => {
    const value = walk(start(frame), parts);
    return value === undefined ? fail(frame) : value;
  };
}

/** A path as an expression that is `undefined` when any part of it is. */
export function compileMaybePath(c: Compiler, where: Where, path: Path): MaybeValue {
  const target = targetOf(c, where, path, true);
  if (target === null) return () => null;
  const { start, parts } = target;
  return (frame) => walk(start(frame), parts);
}

function walk(start: Data | undefined, parts: readonly string[]): Data | undefined {
  let value = start;
  for (const part of parts) {
    if (value === undefined) return undefined;
    value = childOf(value, part);
  }
  return value;
}

function undefinedPath(c: Compiler, path: Path, target: Target, frame: Frame): EvaluationError {
  const at = c.span(path.loc);
  const start = target.start(frame);
  if (start === undefined) return target.missing(frame);
  let value = start;
  let { owner } = target;
  const from = path.parts.length - target.parts.length;
  for (const [i, part] of target.parts.entries()) {
    const next = childOf(value, part);
    if (next === undefined) {
      const hint = (i === 0 ? outsideHint(path, from, frame.scope) : null) ?? lengthHint(owner, value, part);
      return missingPart({ path: written(c, path.loc), owner, value, part, at, hint });
    }
    value = next;
    owner = `\`${path.parts.slice(0, from + i + 1).join('.')}\``;
  }
  return target.missing(frame);
}

function lengthHint(owner: string, value: Data, part: string): string | null {
  const isLength = isList(value) && (part === 'length' || part === 'size');
  return isLength ? `Write \`length ${owner.replaceAll('`', '')}\`.` : null;
}

// The slip of everyone who comes from Jinja: inside of a loop a bare name is a property of the item.
function outsideHint(path: Path, from: number, scope: Scope): string | null {
  const name = path.parts[0];
  if (from !== 0 || isScoped(path) || name === undefined) return null;
  for (const known of scope.names()) {
    if (known === name) return `The variable \`${name}\` is outside of this block: write \`@root.${path.original}\`.`;
  }
  return null;
}

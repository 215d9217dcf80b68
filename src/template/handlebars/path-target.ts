import { EvaluationError } from '../../base/errors.ts';
import type { Span } from '../../base/source.ts';
import { type Compiler, type ContextBlock, type MaybeValue, reject, type Where } from './compiler.ts';
import { type Frame, outerFrame, type Position } from './frame.ts';
import type { Path } from './ast.ts';
import { helpers } from '../helpers/helpers.ts';
import { missingName } from '../missing.ts';

/** Where the value of a path comes from in a running template. */
export interface Target {
  /** The value the first part is looked up in or, with no parts left, the value itself. */
  readonly start: MaybeValue;
  /** The name of that value in messages. */
  readonly owner: string;
  readonly parts: readonly string[];
  /** Why there is no value to start from. */
  readonly missing: (frame: Frame) => EvaluationError;
}

/** What a path means at its place; `null` when it means nothing, which is noted. */
export function targetOf(c: Compiler, where: Where, path: Path, optional: boolean): Target | null {
  const at = c.span(path.loc);
  if (path.data) return path.parts[0] === 'root' ? rootTarget(c, path, optional) : positionTarget(c, where, path);
  const param = paramOf(where.block, path);
  if (param !== null) return paramTarget(param, path);
  const block = blockAt(where.block, path.depth);
  if (block === undefined) {
    reject(c, at, `\`${path.original}\` goes further out than the template.`, 'Each `../` leaves one each or with.');
    return null;
  }
  return block === null ? scopeTarget(c, path, path.parts, optional) : itemTarget(block, path, at);
}

function rootTarget(c: Compiler, path: Path, optional: boolean): Target | null {
  return scopeTarget(c, path, path.parts.slice(1), optional);
}

function scopeTarget(c: Compiler, path: Path, all: readonly string[], optional: boolean): Target | null {
  const at = c.span(path.loc);
  const parts = all[0] === 'vars' && all.length > 1 ? all.slice(1) : all;
  const [name, ...rest] = parts;
  if (name === undefined) {
    reject(c, at, `\`${path.original}\` is not a value here.`, 'Name a variable, as in `@root.name`.');
    return null;
  }
  c.roots.push({ name, path: parts, span: at, optional });
  return {
    start: ({ scope }) => scope.lookup(name),
    owner: `\`${name}\``,
    parts: rest,
    missing: ({ scope }) => missingName(name, scope, at, helperHint(name)),
  };
}

function helperHint(name: string): string | null {
  const helper = helpers.get(name);
  return helper === undefined ? null : `\`${name}\` is a helper: \`{{${name} ${helper.usage}}}\`.`;
}

function itemTarget(block: ContextBlock, path: Path, at: Span): Target {
  const hops = path.depth;
  const owner = block.kind === 'each' ? `this item of \`${block.over}\`` : `\`${block.over}\``;
  const missing = (): EvaluationError => new EvaluationError(`\`${path.original}\` is undefined.`, { at });
  if (hops === 0) return { start: (frame) => frame.value, owner, parts: path.parts, missing };
  return { start: (frame) => outerFrame(frame, hops).value, owner, parts: path.parts, missing };
}

interface Param {
  readonly name: string;
  readonly hops: number;
  readonly index: number;
}

function paramTarget({ name, hops, index }: Param, path: Path): Target {
  return {
    start: (frame) => outerFrame(frame, hops).params[index],
    owner: `\`${name}\``,
    parts: path.parts.slice(1),
    missing: () => new EvaluationError(`\`${name}\` is undefined.`),
  };
}

function paramOf(innermost: ContextBlock | null, path: Path): Param | null {
  const name = path.parts[0];
  if (name === undefined || path.data || isScoped(path)) return null;
  let hops = 0;
  for (let block = innermost; block !== null; block = block.outer) {
    const index = block.params.indexOf(name);
    if (index !== -1) return { name, hops, index };
    hops++;
  }
  return null;
}

const positions: readonly string[] = ['index', 'key', 'first', 'last'] satisfies (keyof Position)[];

function positionTarget(c: Compiler, where: Where, path: Path): Target | null {
  const at = c.span(path.loc);
  const [field, ...rest] = path.parts;
  if (field === undefined || !positions.includes(field) || rest.length > 0) {
    reject(
      c,
      at,
      `\`${path.original}\` does not exist.`,
      'There are `@index`, `@key`, `@first`, `@last` and `@root.name`.',
    );
    return null;
  }
  const hops = hopsToEach(where.block, path.depth);
  if (hops === null) {
    reject(c, at, `\`${path.original}\` is only known inside of \`{{#each}}\`.`);
    return null;
  }
  return {
    start: (frame) => outerFrame(frame, hops).position?.[field as keyof Position],
    owner: `\`${path.original}\``,
    parts: [],
    missing: () => new EvaluationError(`\`${path.original}\` is undefined.`, { at }),
  };
}

// `@../index` leaves loops, not blocks: `{{#with}}` has no index of its own.
function hopsToEach(innermost: ContextBlock | null, depth: number): number | null {
  let left = depth;
  let hops = 0;
  for (let block = innermost; block !== null; block = block.outer) {
    if (block.kind === 'each' && left-- === 0) return hops;
    hops++;
  }
  return null;
}

// `null`: the scope's own level; `undefined`: further out than that.
function blockAt(innermost: ContextBlock | null, depth: number): ContextBlock | null | undefined {
  let block: ContextBlock | null | undefined = innermost;
  for (let i = 0; i < depth; i++) block = block === null ? undefined : block?.outer;
  return block;
}

/** The variable of the scope a path starts at, or an empty string. */
export function scopeRootOf(where: Where, path: Path): string {
  if (path.data) return path.parts[0] === 'root' ? rootOf(path) : '';
  const block = blockAt(where.block, path.depth);
  const isParam = paramOf(where.block, path) !== null;
  return block === null && !isParam ? rootOf(path) : '';
}

/** Whether a path says `this.x`, `./x` or `../x`, so that it can mean neither a helper nor a block parameter. */
export function isScoped(path: Path): boolean {
  return path.depth > 0 || /^(?:\.|this\b)/.test(path.original);
}

/** The variable a path names if it starts in the scope. */
export function rootOf({ data, parts }: Path): string {
  const own = data ? parts.slice(1) : parts;
  return (own[0] === 'vars' && own.length > 1 ? own[1] : own[0]) ?? '';
}

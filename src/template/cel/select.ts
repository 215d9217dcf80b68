import type { Data } from '../../base/node.ts';
import {
  type CelCompiler,
  type CelFrame,
  type CelMaybe,
  type CelPlace,
  type CelValue,
  errorAt,
  rejectCel,
  spanOfNode,
  textOf,
} from './compiler.ts';
import type { CelNode } from './parse.ts';
import { missingName, missingPart } from '../missing.ts';
import { childOf, describe, isList, isMap } from '../operations/values.ts';

type Node<Op extends CelNode['op']> = CelNode & { readonly op: Op };

const foreignNames: Readonly<Record<string, string>> = {
  True: 'true',
  False: 'false',
  None: 'null',
};

/** A name: a macro variable, something of the template around, or a variable of the scope. */
export function compileIdentifier(
  c: CelCompiler,
  place: CelPlace,
  node: Node<'id'>,
  tail: readonly string[],
): CelValue {
  const name = node.args;
  const known = localValue(c, place, name);
  if (known !== null) return known;
  if (Object.hasOwn(foreignNames, name)) {
    return rejectCel(c, node, `\`${name}\` is not CEL.`, `Write \`${foreignNames[name]}\`.`);
  }
  return compileVariable(c, place, node, { name, path: [name, ...tail] });
}

/** `a.b`, and `vars.b`, which is the variable `b`. */
export function compileSelect(c: CelCompiler, place: CelPlace, node: Node<'.'>, tail: readonly string[]): CelValue {
  const [owner, name] = node.args;
  if (isVars(c, place, owner)) return compileVariable(c, place, node, { name, path: [name, ...tail] });
  const value = c.compile(c, place, owner, [name, ...tail]);
  return (frame) => {
    const data = value(frame);
    const part = isList(data) ? undefined : childOf(data, name);
    if (part === undefined) throw missing(c, node, data, name);
    return part;
  };
}

/** `a["b"]`, `a[0]`, and `vars[name]`, which is the variable of that name. */
export function compileIndex(c: CelCompiler, place: CelPlace, node: Node<'[]'>, tail: readonly string[]): CelValue {
  const [owner, key] = node.args;
  const literal = key.op === 'value' && typeof key.args === 'string' ? key.args : null;
  if (isVars(c, place, owner)) {
    if (literal !== null) return compileVariable(c, place, node, { name: literal, path: [literal, ...tail] });
    return compileDynamicVariable(c, place, node);
  }
  const value = c.compile(c, place, owner, literal === null ? [] : [literal, ...tail]);
  const index = c.compile(c, place, key);
  return (frame) => {
    const data = value(frame);
    const at = index(frame);
    const part = item(c, key, data, at);
    if (part === undefined) throw missing(c, node, data, typeof at === 'object' ? textOf(c, key) : String(at));
    return part;
  };
}

/** What `has(…)` and `.?` ask: the last part may be missing, what stands before it may not. */
export function compileMaybe(c: CelCompiler, place: CelPlace, node: CelNode): CelMaybe | null {
  if (node.op === '.' || node.op === '.?') {
    const [owner, name] = node.args;
    if (isVars(c, place, owner)) return compileMaybeVariable(c, node, name);
    const value = compileOwner(c, place, owner, name);
    return (frame) => {
      const data = value(frame);
      return data === undefined || isList(data) ? undefined : childOf(data, name);
    };
  }
  if (node.op === '[]' || node.op === '[?]') {
    const [owner, key] = node.args;
    const index = c.compile(c, place, key);
    if (isVars(c, place, owner)) return (frame) => frame.scope.lookup(variableName(c, key, index(frame)));
    const value = compileOwner(c, place, owner);
    return (frame) => {
      const data = value(frame);
      return data === undefined ? undefined : item(c, key, data, index(frame));
    };
  }
  return null;
}

/** Whether a node is the word `vars` that stands for all variables. */
export function isVars(c: CelCompiler, place: CelPlace, node: CelNode): boolean {
  return node.op === 'id' && node.args === 'vars' && localValue(c, place, 'vars') === null;
}

/** The name of a variable that is known only when the expression runs. */
export function variableName(c: CelCompiler, node: CelNode, name: Data): string {
  if (typeof name === 'string') return name;
  throw errorAt(c, node, `The name of a variable must be a string, not ${describe(name)}.`);
}

// `a.?b.c`: once a part may be missing, so may what hangs on it.
function compileOwner(c: CelCompiler, place: CelPlace, owner: CelNode, name?: string): CelMaybe {
  const isOptional = owner.op === '.?' || owner.op === '[?]' || hasOptionalOwner(owner);
  const maybe = isOptional ? compileMaybe(c, place, owner) : null;
  return maybe ?? c.compile(c, place, owner, name === undefined ? [] : [name]);
}

/** Whether a path has a `.?` somewhere. */
export function hasOptionalOwner(node: CelNode): boolean {
  if (node.op === '.?' || node.op === '[?]') return true;
  return (node.op === '.' || node.op === '[]') && hasOptionalOwner(node.args[0]);
}

function compileVariable(
  c: CelCompiler,
  place: CelPlace,
  node: CelNode,
  { name, path }: { readonly name: string; readonly path: readonly string[] },
): CelValue {
  const at = spanOfNode(c, node);
  c.roots.push({ name, path, span: at, optional: place.guards.has(name) });
  return ({ scope }) => {
    const value = scope.lookup(name);
    if (value !== undefined) return value;
    throw missingName(name, scope, at, name === 'vars' ? 'One variable is `vars.NAME`.' : null);
  };
}

/** A variable that need not exist. */
export function compileMaybeVariable(c: CelCompiler, node: CelNode, name: string): CelMaybe {
  c.roots.push({ name, path: [name], span: spanOfNode(c, node), optional: true });
  return ({ scope }) => scope.lookup(name);
}

function compileDynamicVariable(c: CelCompiler, place: CelPlace, node: Node<'[]'>): CelValue {
  const [, key] = node.args;
  const index = c.compile(c, place, key);
  return (frame) => {
    const name = variableName(c, key, index(frame));
    const value = frame.scope.lookup(name);
    if (value === undefined) throw missingName(name, frame.scope, spanOfNode(c, key));
    return value;
  };
}

/** What a name means that is no variable of the scope; `null` for one that is. */
export function localValue(c: CelCompiler, { slots }: CelPlace, name: string): CelValue | null {
  const slot = slots.get(name);
  if (slot !== undefined) return (frame: CelFrame) => frame.slots[slot] ?? null;
  const local = c.local(name);
  if (local === null) return null;
  return ({ frame }) => (frame === null ? null : local(frame));
}

/** A key of a map or an item of a list, if there is one. @throws EvaluationError for what can not be either */
export function item(c: CelCompiler, key: CelNode, data: Data, index: Data): Data | undefined {
  if (isMap(data)) {
    if (typeof index === 'string') return childOf(data, index);
    throw errorAt(c, key, `A key must be a string, not ${describe(index)}.`);
  }
  if (!isList(data)) return undefined;
  if (typeof index === 'number' && Number.isInteger(index) && index >= 0) return data[index];
  const hint = index === -1 ? 'The last item is `list.last()`.' : null;
  throw errorAt(c, key, `An index must be a whole number from 0, not ${describe(index)}.`, hint);
}

function missing(c: CelCompiler, node: Node<'.'> | Node<'[]'>, value: Data, part: string): Error {
  const owner = textOf(c, node.args[0]);
  const isLength = isList(value) && (part === 'length' || part === 'size');
  const hint = isLength ? `Write \`size(${owner})\`.` : dashHint(c, node, value, part);
  return missingPart({ path: textOf(c, node), owner: `\`${owner}\``, value, part, at: spanOfNode(c, node), hint });
}

// `groups.control-plane` is a subtraction.
function dashHint(c: CelCompiler, node: Node<'.'> | Node<'[]'>, value: Data, part: string): string | null {
  const [rest] = /^-[\w-]*\w/.exec(c.text.text.slice(node.end)) ?? [];
  if (rest === undefined || childOf(value, part + rest) === undefined) return null;
  return `A key with \`-\` in it: write \`${textOf(c, node.args[0])}["${part}${rest}"]\`.`;
}

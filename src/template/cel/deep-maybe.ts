import type { Data } from '../../base/node.ts';
import { childOf, isList, isTruthy } from '../operations/values.ts';
import { type CelCompiler, type CelMaybe, type CelPlace, type CelValue, rejectCel } from './compiler.ts';
import type { CelNode } from './parse.ts';
import { compileMaybeVariable, isVars, item, localValue, variableName } from './select.ts';

type CallNode = CelNode & { readonly op: 'call' };

/** `defined(a.b)`: whether the whole of a path exists; any part of it may be missing, other than with `has`. */
export function compileDefined(c: CelCompiler, place: CelPlace, node: CallNode): CelValue {
  const [, [asked, second]] = node.args;
  if (asked === undefined || second !== undefined) return wrongCall(c, node, 'a path', 'defined(PATH)');
  const maybe = deepMaybe(c, place, asked);
  return (frame) => maybe(frame) !== undefined;
}

/**
 * `default(a.b, fallback)`: the value of a path, or the fallback where any part of it is missing; with `true` behind it,
 * also where it is empty, 0 or false.
 */
export function compileDefault(c: CelCompiler, place: CelPlace, node: CallNode): CelValue {
  const [, [asked, otherwise, whenEmpty, more]] = node.args;
  if (asked === undefined || otherwise === undefined || more !== undefined) {
    return wrongCall(c, node, 'a path and a fallback', 'default(PATH, FALLBACK, [true])');
  }
  const maybe = deepMaybe(c, place, asked);
  const fallback = c.compile(c, place, otherwise);
  const alsoEmpty = whenEmpty === undefined ? () => false : c.compile(c, place, whenEmpty);
  return (frame) => {
    const value = maybe(frame);
    return value === undefined || (alsoEmpty(frame) === true && !isTruthy(value)) ? fallback(frame) : value;
  };
}

function wrongCall(c: CelCompiler, node: CallNode, wanted: string, usage: string): CelValue {
  return rejectCel(c, node, `\`${node.args[0]}\` wants ${wanted}.`, `Write \`${usage}\`.`);
}

/** A path of which every part may be missing. */
function deepMaybe(c: CelCompiler, place: CelPlace, node: CelNode): CelMaybe {
  switch (node.op) {
    case 'id':
      return localValue(c, place, node.args) ?? compileMaybeVariable(c, node, node.args);
    case '.':
    case '.?': {
      const [owner, name] = node.args;
      if (isVars(c, place, owner)) return compileMaybeVariable(c, node, name);
      return partOf(deepMaybe(c, place, owner), (data) => (isList(data) ? undefined : childOf(data, name)));
    }
    case '[]':
    case '[?]': {
      const [owner, key] = node.args;
      const index = c.compile(c, place, key);
      if (isVars(c, place, owner)) return (frame) => frame.scope.lookup(variableName(c, key, index(frame)));
      const from = deepMaybe(c, place, owner);
      return (frame) => {
        const data = from(frame);
        return data === undefined ? undefined : item(c, key, data, index(frame));
      };
    }
    default:
      return c.compile(c, place, node);
  }
}

function partOf(from: CelMaybe, part: (data: Data) => Data | undefined): CelMaybe {
  return (frame) => {
    const data = from(frame);
    return data === undefined ? undefined : part(data);
  };
}

import { didYouMean } from '../../base/did-you-mean.ts';
import type { Data } from '../../base/node.ts';
import type { Span } from '../../base/source.ts';
import { CallProblem, refuseOmitted } from '../operations/call-problem.ts';
import { type CelCompiler, type CelPlace, type CelValue, rejectCel, spanOfNode, textOf } from './compiler.ts';
import { compileCelLookup } from './lookup.ts';
import { compileDefault, compileDefined } from './deep-maybe.ts';
import { celFunctions, foreignFunctions } from './functions.ts';
import { compileMacro, macroNames } from './macros.ts';
import { celMethods } from './methods.ts';
import type { CelNode } from './parse.ts';
import { compileMaybe, hasOptionalOwner } from './select.ts';
import { celSpelling } from '../foreign/in-cel.ts';
import { callError, countWords } from '../operations/call-error.ts';
import { type Helper, noneNamed } from '../helpers/helper.ts';

type CallNode = CelNode & { readonly op: 'call' | 'rcall' };

/** `f(a)` and `a.f(b)`. */
export function compileCall(c: CelCompiler, place: CelPlace, node: CallNode): CelValue {
  if (node.op === 'call') {
    const [name, args] = node.args;
    if (name === 'has') return compileHas(c, place, node, args);
    if (name === 'defined') return compileDefined(c, place, node);
    if (name === 'default') return compileDefault(c, place, node);
    if (name === 'lookup') return compileCelLookup(c, place, node);
    return compileFunction(c, place, node, {
      name,
      found: celFunctions.get(name),
      args,
      known: [...celFunctions.keys(), 'has', 'defined', 'default', 'lookup'],
    });
  }
  const [name, receiver, args] = node.args;
  if (hasOptionalOwner(receiver)) return compileOptional(c, place, node, { name, receiver, args });
  const macro = compileMacro(c, place, node);
  if (macro !== null) return macro;
  const known = [...celMethods.keys(), ...macroNames];
  const all = [receiver, ...args];
  return compileFunction(c, place, node, { name, found: celMethods.get(name), args: all, known });
}

interface Called {
  readonly name: string;
  readonly found: Helper | undefined;
  readonly args: readonly CelNode[];
  readonly known: Iterable<string>;
}

function compileFunction(
  c: CelCompiler,
  place: CelPlace,
  node: CallNode,
  { name, found, args, known }: Called,
): CelValue {
  if (found === undefined) {
    const hint = otherSpelling(node) ?? pythonSpelling(textOf(c, node)) ?? didYouMean(name, known);
    return rejectCel(c, node, `There is no function \`${name}\`.`, hint);
  }
  const values = args.map((arg) => c.compile(c, place, arg));
  if (args.length < found.min || args.length > found.max) {
    return rejectCel(c, node, wrongCount(node, found, args.length), `Write \`${signature(node.op, name, found)}\`.`);
  }
  const span = (i: number | string | null): Span => spanOfNode(c, args[typeof i === 'number' ? i : -1] ?? node);
  const called = { name, count: args.length, isMethod: node.op === 'rcall', span };
  const { run } = found;
  return (frame) => {
    const data = values.map((value) => value(frame));
    try {
      refuseOmitted(data);
      return run(data, noneNamed);
    } catch (error) {
      throw error instanceof CallProblem ? callError(error, called) : error;
    }
  };
}

// `text.startswith("a")`
function pythonSpelling(text: string): string | null {
  const spelled = celSpelling(text, 'value');
  return spelled === null ? null : `Write \`${spelled}\`.`;
}

function otherSpelling({ op, args: [name] }: CallNode): string | null {
  const method = celMethods.get(name);
  if (op === 'call' && method !== undefined) return `Write \`${signature('rcall', name, method)}\`.`;
  const found = celFunctions.get(name);
  if (op === 'rcall' && found !== undefined) return `Write \`${signature('call', name, found)}\`.`;
  return Object.hasOwn(foreignFunctions, name) ? `Write \`${foreignFunctions[name]}\`.` : null;
}

function wrongCount({ op, args: [name] }: CallNode, { min, max }: Helper, count: number): string {
  const own = op === 'rcall' ? 1 : 0;
  return `\`${name}\` wants ${countWords({ min: min - own, max: max - own })}, not ${count - own}.`;
}

function signature(op: CallNode['op'], name: string, { usage }: Helper): string {
  const words = usage.split(' ');
  return op === 'call' ? `${name}(${words.join(', ')})` : `${words[0]}.${name}(${words.slice(1).join(', ')})`;
}

function compileHas(c: CelCompiler, place: CelPlace, node: CallNode, args: readonly CelNode[]): CelValue {
  const [asked, second] = args;
  const maybe = asked === undefined || second !== undefined ? null : compileMaybe(c, place, asked);
  if (maybe !== null) return (frame) => maybe(frame) !== undefined;
  const name = asked?.op === 'id' ? textOf(c, asked) : 'NAME';
  return rejectCel(c, node, '`has` wants a path, as `a.b`.', `Whether a variable exists: \`has(vars.${name})\`.`);
}

interface OptionalCall {
  readonly name: string;
  readonly receiver: CelNode;
  readonly args: readonly CelNode[];
}

function compileOptional(
  c: CelCompiler,
  place: CelPlace,
  node: CallNode,
  { name, receiver, args }: OptionalCall,
): CelValue {
  const maybe = compileMaybe(c, place, receiver);
  const [fallback] = args;
  if (maybe !== null && name === 'hasValue' && args.length === 0) return (frame) => maybe(frame) !== undefined;
  if (maybe === null || name !== 'orValue' || fallback === undefined || args.length !== 1) {
    return rejectCel(c, node, '`.?` gives no value yet.', 'End it with `.orValue(FALLBACK)` or `.hasValue()`.');
  }
  const otherwise = c.compile(c, place, fallback);
  return (frame) => {
    const value: Data | undefined = maybe(frame);
    return value === undefined ? otherwise(frame) : value;
  };
}

import type { Diagnostic } from '../../base/diagnostic.ts';
import { diagnostic } from '../../base/diagnostic.ts';
import type { Data } from '../../base/node.ts';
import { compileCall } from './calls.ts';
import { type CelCompiler, type CelPlace, type CelValue, errorAt, rejectCel } from './compiler.ts';
import { compileBinary, compileUnary } from './operators.ts';
import { type CelNode, parseCel } from './parse.ts';
import { celGuards } from './guards.ts';
import { compileIdentifier, compileIndex, compileSelect } from './select.ts';
import type { Guards, RootName } from '../root-name.ts';
import type { Frame } from '../handlebars/frame.ts';
import { omitted } from '../omit.ts';
import { celSpelling, type Wanted } from '../foreign/in-cel.ts';
import type { PlacedText } from '../placed-text.ts';
import type { Scope } from '../scope.ts';
import { describe } from '../operations/values.ts';

/** An expression made ready to run, with all that can be said about it before it runs. */
export interface CompiledCel {
  readonly run: (scope: Scope, frame?: Frame) => Data;
  readonly problems: readonly Diagnostic[];
  readonly roots: readonly RootName[];
  readonly guards: Guards;
}

interface Options {
  readonly local?: CelCompiler['local'];
  readonly outerNames?: readonly string[];
  readonly guards?: ReadonlySet<string>;
  /** What it is asked for, for the words of a hint. */
  readonly wanted?: Wanted;
}

/** Compiles a CEL expression; what is wrong with it stands in `problems`. */
export function compileCelText(
  text: PlacedText,
  { local = () => null, outerNames = [], guards = new Set(), wanted = 'value' }: Options = {},
): CompiledCel {
  const c: CelCompiler = { text, problems: [], roots: [], local, outerNames, compile };
  const node = parseCel(text, wanted);
  if (!('op' in node)) {
    c.problems.push(diagnostic(text.span(node.start, node.end), node.message, node.hint));
    return { run: () => null, problems: c.problems, roots: [], guards: { whenTrue: [], whenFalse: [] } };
  }
  const value = compile(c, { slots: new Map(), depth: 0, guards }, node);
  const run: CompiledCel['run'] = (scope, frame) => value({ scope, frame: frame ?? null, slots: [] });
  return { run, problems: c.problems, roots: c.roots, guards: celGuards(node) };
}

function compile(c: CelCompiler, place: CelPlace, node: CelNode, tail: readonly string[] = []): CelValue {
  switch (node.op) {
    case 'value':
      return compileLiteral(c, node);
    case 'id':
      return compileIdentifier(c, place, node, tail);
    case '.':
      return compileSelect(c, place, node, tail);
    case '[]':
      return compileIndex(c, place, node, tail);
    case '.?':
    case '[?]':
      return rejectCel(c, node, '`.?` gives no value yet.', 'End it with `.orValue(…)` or `.hasValue()`.');
    case 'call':
    case 'rcall':
      return compileCall(c, place, node);
    case 'list':
      return compileList(c, place, node.args);
    case 'map':
      return compileMap(c, place, node.args);
    case '?:':
      return compileTernary(c, place, node.args);
    case '&&':
    case '||':
      return compileLogic(c, place, node.op, node.args);
    case '!_':
    case '-_':
      return compileUnary(c, place, node);
    default:
      return compileBinary(c, place, node);
  }
}

function compileLiteral(c: CelCompiler, node: CelNode & { readonly op: 'value' }): CelValue {
  const { args: literal } = node;
  if (typeof literal === 'bigint') {
    const number = Number(literal);
    return Number.isSafeInteger(number) ? () => number : rejectCel(c, node, 'This number is too large to be exact.');
  }
  if (typeof literal === 'string' && /\{\{\s*[\w.]+\s*\}\}/.test(literal)) {
    const spelled = celSpelling(c.text.text, 'value');
    const hint = spelled === null ? 'Write the variable alone: `x == "text"`.' : `Write \`${spelled}\`.`;
    return rejectCel(c, node, 'A string in an expression is not a template.', hint);
  }
  if (literal === null || typeof literal !== 'object') return () => literal;
  if ('length' in literal) return rejectCel(c, node, 'There are no bytes here.', 'Write a string, without `b`.');
  return () => Number(literal.valueOf());
}

function compileList(c: CelCompiler, place: CelPlace, nodes: readonly CelNode[]): CelValue {
  const items = nodes.map((node) => compile(c, place, node));
  return (frame) => items.map((item) => item(frame)).filter((item) => item !== omitted);
}

function compileMap(c: CelCompiler, place: CelPlace, nodes: readonly (readonly [CelNode, CelNode])[]): CelValue {
  const entries = nodes.map(([key, value]) => [compile(c, place, key), compile(c, place, value), key] as const);
  return (frame) => {
    const map = Object.create(null) as Record<string, Data>;
    for (const [key, value, node] of entries) {
      const name = key(frame);
      if (typeof name !== 'string') throw errorAt(c, node, `A key must be a string, not ${describe(name)}.`);
      const data = value(frame);
      if (data !== omitted) map[name] = data;
    }
    return map;
  };
}

function compileTernary(c: CelCompiler, place: CelPlace, [asked, yes, no]: readonly CelNode[]): CelValue {
  if (asked === undefined || yes === undefined || no === undefined) return () => null;
  const { whenTrue, whenFalse } = celGuards(asked);
  const condition = compileBoolean(c, place, asked, '?:');
  const whenYes = compile(c, guarded(place, whenTrue), yes);
  const whenNo = compile(c, guarded(place, whenFalse), no);
  return (frame) => (condition(frame) === true ? whenYes(frame) : whenNo(frame));
}

// Strictly from left to right: an error on the left is an error, whatever stands on the right.
function compileLogic(
  c: CelCompiler,
  place: CelPlace,
  op: '&&' | '||',
  [left, right]: readonly [CelNode, CelNode],
): CelValue {
  const { whenTrue, whenFalse } = celGuards(left);
  const first = compileBoolean(c, place, left, op);
  const second = compileBoolean(c, guarded(place, op === '&&' ? whenTrue : whenFalse), right, op);
  return op === '&&'
    ? (frame) => first(frame) === true && second(frame)
    : (frame) => first(frame) === true || second(frame);
}

function compileBoolean(c: CelCompiler, place: CelPlace, node: CelNode, op: string): CelValue {
  const value = compile(c, place, node);
  return (frame) => {
    const data = value(frame);
    if (typeof data === 'boolean') return data;
    const hint = 'There is no truth but `true` and `false`: write `x != ""`, `size(x) > 0` or `x != null`.';
    throw errorAt(c, node, `\`${op}\` wants a boolean, not ${describe(data)}.`, hint);
  };
}

function guarded(place: CelPlace, names: readonly string[]): CelPlace {
  return names.length === 0 ? place : { ...place, guards: new Set([...place.guards, ...names]) };
}

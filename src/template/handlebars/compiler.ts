import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import type { Data } from '../../base/node.ts';
import type { Span } from '../../base/source.ts';
import type { Frame } from './frame.ts';
import type { Call, Loc } from './ast.ts';
import type { PlacedText } from '../placed-text.ts';
import type { RootName } from '../root-name.ts';

/** What is gathered while a template is compiled. */
export interface Compiler {
  readonly text: PlacedText;
  readonly problems: Diagnostic[];
  readonly roots: RootName[];
  offset(position: Loc['start']): number;
  span(loc: Loc): Span;
}

/** A compiled expression; throws when something in it is undefined. */
export type Value = (frame: Frame) => Data;

/** A compiled stretch of template: its text. */
export type Render = (frame: Frame) => string;

/** A compiled expression that may be undefined. */
export type MaybeValue = (frame: Frame) => Data | undefined;

/** Where in the template something is compiled. */
export interface Where {
  /** The innermost `{{#each}}` or `{{#with}}`; `null` at the scope's own level. */
  readonly block: ContextBlock | null;
  /** Variables that are known to exist here. */
  readonly guards: ReadonlySet<string>;
}

/** A block that changes what `this` is. */
export interface ContextBlock {
  readonly kind: 'each' | 'with';
  readonly outer: ContextBlock | null;
  readonly params: readonly string[];
  /** What it goes over, as written. */
  readonly over: string;
}

/** Makes a compiler for one text. */
export function compilerFor(text: PlacedText): Compiler {
  const starts = lineStartsOf(text.text);
  const offset: Compiler['offset'] = ({ line, column }) => (starts[line - 1] ?? 0) + column;
  return { text, problems: [], roots: [], offset, span: ({ start, end }) => text.span(offset(start), offset(end)) };
}

/** Notes what is wrong with a template; the expression it gives is never run. */
export function reject(c: Compiler, at: Span, message: string, hint: string | null = null): Value {
  c.problems.push(diagnostic(at, message, hint));
  return () => null;
}

/** The place of a call without its braces. */
export function callLoc({ type, loc, path, params, hash }: Call): Loc {
  if (type === 'SubExpression') return loc;
  return { start: path.loc.start, end: (hash ?? params.at(-1) ?? path).loc.end };
}

/** The text of a node as the user wrote it. */
export function written(c: Compiler, { start, end }: Loc): string {
  return c.text.text.slice(c.offset(start), c.offset(end));
}

// The library counts a lone carriage return as a line end, other than positions in files do.
function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n?|\n/g)) starts.push(match.index + match[0].length);
  return starts;
}

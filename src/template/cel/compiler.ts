import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import { EvaluationError } from '../../base/errors.ts';
import type { Data } from '../../base/node.ts';
import type { Span } from '../../base/source.ts';
import { callError } from '../operations/call-error.ts';
import { CallProblem } from '../operations/call-problem.ts';
import type { CelNode } from './parse.ts';
import type { RootName } from '../root-name.ts';
import type { Frame } from '../handlebars/frame.ts';
import type { PlacedText } from '../placed-text.ts';
import type { Scope } from '../scope.ts';

/** What a running expression sees. */
export interface CelFrame {
  readonly scope: Scope;
  /** The template the expression stands in, or `null`. */
  readonly frame: Frame | null;
  /** Values of macro variables, by their slot. */
  readonly slots: Data[];
}

/** A compiled expression. */
export type CelValue = (frame: CelFrame) => Data;

/** A compiled expression that may be undefined. */
export type CelMaybe = (frame: CelFrame) => Data | undefined;

/** What is gathered while an expression is compiled. */
export interface CelCompiler {
  readonly text: PlacedText;
  readonly problems: Diagnostic[];
  readonly roots: RootName[];
  /** Names that mean something else than a variable of the scope: `this` and block parameters of a template. */
  readonly local: (name: string) => ((frame: Frame) => Data) | null;
  /** Variables that those names may be made of. */
  readonly outerNames: readonly string[];
  readonly compile: (c: CelCompiler, place: CelPlace, node: CelNode, tail?: readonly string[]) => CelValue;
}

/** Where in the expression something is compiled. */
export interface CelPlace {
  /** Slots of the macro variables that are known here. */
  readonly slots: ReadonlyMap<string, number>;
  /** How many slots are in use; more than names when one hides another. */
  readonly depth: number;
  /** Variables that are known to exist here. */
  readonly guards: ReadonlySet<string>;
}

/** The place of a node in the user's file. */
export function spanOfNode(c: CelCompiler, node: CelNode): Span {
  return c.text.span(node.start, node.end);
}

/** Notes what is wrong with an expression; the value it gives is never used. */
export function rejectCel(c: CelCompiler, node: CelNode, message: string, hint: string | null = null): CelValue {
  c.problems.push(diagnostic(spanOfNode(c, node), message, hint));
  return () => null;
}

/** An error at a node. */
export function errorAt(c: CelCompiler, node: CelNode, message: string, hint: string | null = null): EvaluationError {
  return new EvaluationError(message, { at: spanOfNode(c, node), hint });
}

/** An operator: what raises a `CallProblem` gets the name and place it lacks. */
export function named(c: CelCompiler, node: CelNode, name: string, run: (frame: CelFrame) => Data): CelValue {
  const called = { name, count: 2, isMethod: false, span: () => spanOfNode(c, node) };
  return (frame) => {
    try {
      return run(frame);
    } catch (error) {
      throw error instanceof CallProblem ? callError(error, called) : error;
    }
  };
}

/** A node as text: the path it is or, for anything else, what the user wrote. */
export function textOf(c: CelCompiler, node: CelNode): string {
  return c.text.text.slice(node.start, node.end);
}

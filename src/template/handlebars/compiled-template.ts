import type { Diagnostic } from '../../base/diagnostic.ts';
import { EvaluationError } from '../../base/errors.ts';
import type { Data, ScalarNode } from '../../base/node.ts';
import type { Source } from '../../base/source.ts';
import { compileOmittable, compileProgram, loneStatement } from './compile.ts';
import { compileExpression } from './compile-expression.ts';
import { type Compiler, compilerFor, type Where } from './compiler.ts';
import type { RootName } from '../root-name.ts';
import { attempt, type Frame, rootFrame, type Trial } from './frame.ts';
import type { Program } from './ast.ts';
import { parseTemplate } from './parse.ts';
import { type PlacedText, textOfScalar, textOfSource } from '../placed-text.ts';
import type { Scope } from '../scope.ts';

/** A template made ready to run, with all that can be said about it before it runs. */
export interface CompiledTemplate<Result extends Data = Data> {
  readonly run: (frame: Frame) => Result;
  readonly problems: readonly Diagnostic[];
  readonly roots: readonly RootName[];
}

/** Whether a scalar is anything but its own value. */
export function isTemplate({ value, verbatim }: ScalarNode): boolean {
  return typeof value === 'string' && !verbatim && value.includes('{{');
}

/** The value of a template. */
export function runTemplate<Result extends Data>(
  { run: render, problems }: CompiledTemplate<Result>,
  scope: Scope,
): Result {
  const [problem] = problems;
  if (problem !== undefined) throw new EvaluationError(problem.message, { at: problem.at, hint: problem.hint });
  return render(rootFrame(scope));
}

/** Tries a template: all that is wrong with it in this scope, as far as each part can be tried without the others. */
export function tryCompiled({ run: render, problems }: CompiledTemplate, scope: Scope, trial: Trial): void {
  for (const { message, at, hint } of problems) trial.errors.push(new EvaluationError(message, { at, hint }));
  if (problems.length === 0) attempt<Data>(rootFrame(scope, trial), render, { otherwise: null, part: null });
}

const scalars = new WeakMap<ScalarNode, CompiledTemplate>();
const sources = new WeakMap<Source, CompiledTemplate<string>>();

/** A scalar as a template, compiled once. */
export function compiledScalar(node: ScalarNode): CompiledTemplate {
  const known = scalars.get(node);
  if (known !== undefined) return known;
  const made = compile(textOfScalar(node), (c, program) => compileScalar(c, program));
  scalars.set(node, made);
  return made;
}

/** A template file, compiled once. */
export function compiledSource(source: Source): CompiledTemplate<string> {
  const known = sources.get(source);
  if (known !== undefined) return known;
  const made = compile(textOfSource(source), (c, program) => compileProgram(c, scopeLevel, program));
  sources.set(source, made);
  return made;
}

const scopeLevel: Where = { block: null, guards: new Set() };

function compile<Result extends Data>(
  text: PlacedText,
  compileBody: (c: Compiler, program: Program | undefined) => CompiledTemplate<Result>['run'],
): CompiledTemplate<Result> {
  const c = compilerFor(text);
  return { run: compileBody(c, parseTemplate(c)), problems: c.problems, roots: c.roots };
}

function compileScalar(c: Compiler, program: Program | undefined): CompiledTemplate['run'] {
  const lone = program === undefined ? null : loneStatement(program);
  if (lone?.statement.type !== 'MustacheStatement') return compileOmittable(c, scopeLevel, program);
  const { before, after } = lone;
  const expression = compileExpression(c, scopeLevel, lone.statement);
  if (before + after === '') return expression;
  // A newline behind it belongs to a text, as in a block scalar, but must not make text of a list.
  return (frame) => {
    const data = expression(frame);
    return typeof data === 'string' ? before + data + after : data;
  };
}

import type { Diagnostic } from '../base/diagnostic.ts';
import { EvaluationError } from '../base/errors.ts';
import type { Data, ScalarNode } from '../base/node.ts';
import { compileCelText, type CompiledCel } from './cel/compile.ts';
import type { RootName } from './root-name.ts';
import { type PlacedText, textOfScalar } from './placed-text.ts';
import type { Scope } from './scope.ts';
import { describe } from './operations/values.ts';

/** A CEL expression of the user's: a YAML scalar, or a text with its place. */
export type Expression = ScalarNode | PlacedText;

/**
 * The value of a CEL expression.
 *
 * Variables are looked up when the expression comes to them, so `a && b` with a false `a` does not need `b`.
 *
 * @throws EvaluationError for what is undefined or of the wrong type; and what `scope.lookup` throws.
 */
export function evaluateExpression(expression: Expression, scope: Scope): Data {
  const literal = literalOf(expression);
  if (literal !== undefined) return literal;
  const { run, problems } = compiled(expression);
  const [problem] = problems;
  if (problem !== undefined) throw new EvaluationError(problem.message, { at: problem.at, hint: problem.hint });
  return run(scope);
}

/**
 * The answer of a condition, as in `when`. `true`, `false`, and `yes`, `no`, `on`, `off` alone are answers too.
 *
 * @throws EvaluationError as `evaluateExpression`, and when the expression gives no boolean.
 */
export function evaluateCondition(condition: Expression, scope: Scope): boolean {
  const word = 'kind' in condition ? answers.get(String(condition.value)) : undefined;
  if (word !== undefined) return word;
  const value = evaluateExpression(condition, scope);
  if (typeof value === 'boolean') return value;
  throw notBoolean(condition, value);
}

/** All that is wrong with an expression that can be seen without any variable. */
export function checkExpression(expression: Expression): readonly Diagnostic[] {
  return isLiteral(expression) ? [] : compiled(expression).problems;
}

/** Every variable an expression may look up in the scope, once for each place. */
export function expressionRootNames(expression: Expression): readonly RootName[] {
  return isLiteral(expression) ? [] : compiled(expression).roots;
}

/** Variables that exist whenever the condition is true: `x` in `has(vars.x) && x > 1`. */
export function guardedNames(condition: Expression): readonly string[] {
  return isLiteral(condition) ? [] : compiled(condition).guards.whenTrue;
}

/** Words that are a condition by themselves, and its answer. */
export const answers: ReadonlyMap<string, boolean> = new Map([
  ['yes', true],
  ['on', true],
  ['true', true],
  ['no', false],
  ['off', false],
  ['false', false],
]);

const cache = new WeakMap<Expression, CompiledCel>();

function compiled(expression: Expression): CompiledCel {
  const known = cache.get(expression);
  if (known !== undefined) return known;
  const made = compileCelText('kind' in expression ? textOfScalar(expression) : expression, { wanted: 'condition' });
  cache.set(expression, made);
  return made;
}

function isLiteral(expression: Expression): boolean {
  return literalOf(expression) !== undefined || ('kind' in expression && answers.has(String(expression.value)));
}

function literalOf(expression: Expression): Data | undefined {
  return 'kind' in expression && typeof expression.value !== 'string' ? expression.value : undefined;
}

function notBoolean(condition: Expression, value: Data): EvaluationError {
  const at = 'kind' in condition ? condition.span : condition.span(0, condition.text.length);
  const hint =
    typeof value === 'string'
      ? 'Compare it: `x == "text"`, `x != ""`.'
      : 'A condition is a comparison or a boolean: `x == 1`, `size(list) > 0`, `x != null`.';
  return new EvaluationError(`A condition must be true or false; this one is ${describe(value)}.`, { at, hint });
}

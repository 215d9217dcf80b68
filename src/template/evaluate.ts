import type { Diagnostic } from '../base/diagnostic.ts';
import type { Data, Node, ScalarNode } from '../base/node.ts';
import type { Source } from '../base/source.ts';
import {
  compiledScalar,
  compiledSource,
  type CompiledTemplate,
  isTemplate,
  runTemplate,
  tryCompiled,
} from './handlebars/compiled-template.ts';
import type { Trial } from './handlebars/frame.ts';
import { omitted, withoutOmitted } from './omit.ts';
import type { RootName } from './root-name.ts';
import type { Scope } from './scope.ts';

/**
 * The value of a YAML node, every template in it rendered.
 *
 * A scalar that is one single `{{ expression }}` keeps the expression's type; any other template gives text. Map keys are
 * not templates, nor are `!unsafe` scalars, nor values of variables. Maps and lists are made anew by each call, without
 * what is `omit` in them.
 *
 * @throws EvaluationError when anything in it is undefined or of the wrong type; and what `scope.lookup` throws.
 */
export function evaluate(node: Node, scope: Scope): Data {
  return evaluatorOf(node)(scope);
}

/**
 * The text of a template file.
 *
 * @throws EvaluationError as `evaluate`.
 */
export function renderTemplate(source: Source, scope: Scope): string {
  return runTemplate(compiledSource(source), scope);
}

/** All that is wrong with a template that can be seen without any variable. */
export function checkTemplate(template: Node | Source): Diagnostic[] {
  return compiledParts(template).flatMap(({ problems }) => problems);
}

/**
 * All that is wrong with a template in a scope: where `evaluate` and `renderTemplate` stop at the first, this goes on with
 * what stands beside it. `others` is what the scope has thrown.
 */
export function tryTemplate(template: Node | Source, scope: Scope): Trial {
  const trial: Trial = { errors: [], others: [] };
  for (const part of compiledParts(template)) tryCompiled(part, scope, trial);
  return trial;
}

/** Every variable a template looks up in the scope, once for each place. */
export function rootNames(template: Node | Source): RootName[] {
  return compiledParts(template).flatMap(({ roots }) => roots);
}

/** Whether a node has no template in it at all, so that its value is the same in any scope. */
export function isConstant(node: Node): boolean {
  switch (node.kind) {
    case 'scalar':
      return !isTemplate(node);
    case 'list':
      return node.items.every(isConstant);
    case 'map':
      return node.entries.every(({ value }) => isConstant(value));
  }
}

type Evaluator = (scope: Scope) => Data;

const evaluators = new WeakMap<Node, Evaluator>();

function evaluatorOf(node: Node): Evaluator {
  const known = evaluators.get(node);
  if (known !== undefined) return known;
  const made = makeEvaluator(node);
  evaluators.set(node, made);
  return made;
}

function makeEvaluator(node: Node): Evaluator {
  switch (node.kind) {
    case 'scalar':
      return scalarEvaluator(node);
    case 'list': {
      const items = node.items.map(evaluatorOf);
      return (scope) => items.map((item) => item(scope)).filter((item) => item !== omitted);
    }
    case 'map': {
      const entries = node.entries.map(({ key, value }) => [key, evaluatorOf(value)] as const);
      return (scope) => {
        const map = Object.create(null) as Record<string, Data>;
        for (const [key, value] of entries) map[key] = value(scope);
        return Object.values(map).includes(omitted) ? withoutOmitted(map) : map;
      };
    }
  }
}

function scalarEvaluator(node: ScalarNode): Evaluator {
  const { value } = node;
  if (!isTemplate(node)) return () => value;
  const compiled = compiledScalar(node);
  return (scope) => runTemplate(compiled, scope);
}

function compiledParts(template: Node | Source): CompiledTemplate[] {
  if (!('kind' in template)) return [compiledSource(template)];
  switch (template.kind) {
    case 'scalar':
      return isTemplate(template) ? [compiledScalar(template)] : [];
    case 'list':
      return template.items.flatMap(compiledParts);
    case 'map':
      return template.entries.flatMap(({ value }) => compiledParts(value));
  }
}

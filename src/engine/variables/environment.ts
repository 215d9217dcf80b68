import { EvaluationError } from '../../base/errors.ts';
import type { Data, Node } from '../../base/node.ts';
import { valueWords } from '../../base/schema.ts';
import type { Span } from '../../base/source.ts';
import { evaluate } from '../../template/evaluate.ts';
import { omitted } from '../../template/omit.ts';
import type { Scope } from '../../template/scope.ts';

/** The environment that several mappings make, later ones over earlier ones. @throws NotYetKnown, EvaluationError */
export function environmentOf(nodes: readonly Node[], scope: Scope): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const { name, value, at } of nodes.flatMap((node) => variablesIn(node, scope))) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      throw new EvaluationError(`\`${name}\` can not be the name of an environment variable.`, { at });
    if (value === omitted) continue;
    if (value !== null && typeof value === 'object') throw new EvaluationError(`\`${name}\` must be text.`, { at });
    environment[name] = String(value);
  }
  return environment;
}

interface Variable {
  readonly name: string;
  readonly value: Data;
  readonly at: Span;
}

function variablesIn(node: Node, scope: Scope): Variable[] {
  if (node.kind === 'map')
    return node.entries.map(({ key, value }) => ({ name: key, value: evaluate(value, scope), at: value.span }));
  const value = evaluate(node, scope);
  if (value !== null && typeof value === 'object' && !Array.isArray(value))
    return Object.entries(value).map(([name, one]) => ({ name, value: one, at: node.span }));
  throw new EvaluationError(`\`environment\` must be a mapping, not ${valueWords(value)}.`, { at: node.span });
}

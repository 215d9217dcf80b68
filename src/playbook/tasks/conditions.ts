import type { ScalarNode } from '../../base/node.ts';
import { answers, checkExpression } from '../../template/cel.ts';
import type { Fields } from '../fields.ts';

/** CEL of a key, one or a list; checked as far as that goes without variables. */
export function conditions(fields: Fields, key: string): ScalarNode[] {
  const nodes = fields.texts(key);
  for (const node of nodes) if (typeof node.value === 'string') fields.problems.push(...checkExpression(node));
  return nodes.map(withAnswer);
}

// `no` is a text in YAML 1.2, and means what `false` means.
function withAnswer(node: ScalarNode): ScalarNode {
  const answer = answers.get(String(node.value));
  return answer === undefined ? node : { ...node, value: answer };
}

/** The same, where no condition at all is no verdict: it does not "hold". */
export function verdict(fields: Fields, key: 'changed_when' | 'failed_when' | 'until'): ScalarNode[] | null {
  const nodes = conditions(fields, key);
  for (const node of nodes) if (isNumber(node)) fields.wants(node, key, 'a condition');
  return nodes.length === 0 ? null : nodes;
}

// What a condition gives is asked when there is a result; a number never gives one, and can be told before.
function isNumber({ value }: ScalarNode): boolean {
  return typeof value === 'number' || /^\s*-?\d+(?:\.\d+)?\s*$/.test(String(value));
}

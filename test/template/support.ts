import * as assert from 'uvu/assert';
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import { EvaluationError, must } from '../../src/base/errors.ts';
import type { Data, Node, ScalarNode } from '../../src/base/node.ts';
import { formatSpan, type Source } from '../../src/base/source.ts';
import { parseYaml } from '../../src/base/yaml.ts';
import { evaluateCondition, evaluateExpression } from '../../src/template/cel.ts';
import type { RootName } from '../../src/template/root-name.ts';
import { evaluate, renderTemplate } from '../../src/template/evaluate.ts';
import type { Scope } from '../../src/template/scope.ts';

/** A scope of plain values. */
export function scopeOf(values: Readonly<Record<string, Data>>): Scope {
  return {
    lookup: (name) => (Object.hasOwn(values, name) ? values[name] : undefined),
    names: () => Object.keys(values),
  };
}

/** A scope that notes what is looked up. */
export function watched(values: Readonly<Record<string, Data>>): Scope & { readonly asked: string[] } {
  const scope = scopeOf(values);
  const asked: string[] = [];
  const lookup = (name: string): Data | undefined => {
    asked.push(name);
    return scope.lookup(name);
  };
  return { asked, lookup, names: () => scope.names() };
}

/** The node of a YAML text; errors in it name `t.yml`. */
export function yaml(text: string): Node {
  const { node, diagnostics } = parseYaml({ name: 't.yml', text });
  assert.equal(diagnostics, []);
  return must(node, 'node');
}

/** A one-line text as a scalar whose columns start at 1. */
export function scalar(text: string): ScalarNode {
  const source = { name: 't.yml', text };
  const span = { source, start: 0, end: text.length };
  return { kind: 'scalar', span, value: text, written: text, style: 'plain', verbatim: false };
}

/** Values that many tests look at. */
export const site: Readonly<Record<string, Data>> = {
  name: 'node-1',
  port: 6443,
  ratio: 2.5,
  on: true,
  off: false,
  none: null,
  blank: '',
  list: [1, 2, 3],
  empty: [],
  bird: { asn: 64512, peer: { ip: '10.0.0.2' } },
  peers: [
    { name: 'a', ip: '10.0.0.1' },
    { name: 'b', ip: '10.0.0.2' },
  ],
  text: '{{name}}',
};

/** The value of a template in a YAML scalar. */
export function value(template: string, values = site): Data {
  return evaluate(scalar(template), scopeOf(values));
}

/** The text of a template file. */
export function render(template: string, values = site): string {
  return renderTemplate({ name: 't.hbs', text: template }, scopeOf(values));
}

/** The value of a CEL expression. */
export function cel(expression: string, values = site): Data {
  return evaluateExpression(scalar(expression), scopeOf(values));
}

/** The answer of a condition. */
export function holds(condition: string, values = site): boolean {
  return evaluateCondition(scalar(condition), scopeOf(values));
}

/** The error of a call: `t.yml:1:4: message | hint`. */
export function failure(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof EvaluationError) return line(error.diagnostic);
    throw error;
  }
  return assert.unreachable('no error was thrown') ?? '';
}

/** What the place of an error covers. */
export function marked(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (!(error instanceof EvaluationError) || error.at === null) throw error;
    const { source, start, end } = error.at;
    return source.text.slice(start, end);
  }
  return assert.unreachable('no error was thrown') ?? '';
}

/** A diagnostic in one line: `t.yml:1:4: message | hint`. */
export function line({ at, message, hint }: Diagnostic): string {
  const place = at === null ? '' : `${formatSpan(at)}: `;
  return `${place}${message}${hint === null ? '' : ` | ${hint}`}`;
}

/** Root names as text: `bird.peers`, `x?` for one that may be missing. */
export function roots(names: readonly RootName[]): string[] {
  return names.map(({ path, optional }) => path.join('.') + (optional ? '?' : ''));
}

/** A template file. */
export function file(text: string): Source {
  return { name: 't.hbs', text };
}

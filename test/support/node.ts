import * as assert from 'uvu/assert';
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import { must } from '../../src/base/errors.ts';
import type { Data, MapNode, Node, ScalarNode } from '../../src/base/node.ts';
import { formatSpan, type Source, type Span } from '../../src/base/source.ts';
import { parseYaml } from '../../src/base/yaml.ts';

/** A text that errors call `t.yml`. */
export function sourceOf(text: string, name = 't.yml'): Source {
  return { name, text };
}

/** The node of a YAML text. */
export function node(text: string): Node {
  const { node: parsed, diagnostics } = parseYaml(sourceOf(text));
  assert.equal(diagnostics.map(line), []);
  return must(parsed, 'node');
}

/** The node of a YAML text that is a mapping. */
export function map(text: string): MapNode {
  const parsed = node(text);
  if (parsed.kind !== 'map') throw new Error(`${text} is not a mapping`);
  return parsed;
}

/** The node of a YAML text that is a scalar. */
export function scalar(text: string): ScalarNode {
  const parsed = node(text);
  if (parsed.kind !== 'scalar') throw new Error(`${text} is not a scalar`);
  return parsed;
}

/** A diagnostic in one line: `t.yml:1:4: message | hint`. */
export function line({ at, message, hint }: Diagnostic): string {
  return `${at === null ? '' : `${formatSpan(at)}: `}${message}${hint === null ? '' : ` | ${hint}`}`;
}

/** The characters that a span covers. */
export function covered({ source, start, end }: Span): string {
  return source.text.slice(start, end);
}

/** The same data in objects with a prototype, as literals in tests have it. */
export function plain(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data)) as Data;
}

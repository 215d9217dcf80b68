import { Document, Pair, Scalar, type ScalarTag, YAMLMap } from 'yaml';
import { escapeControls } from '../files/json.ts';
import { type PythonDict, PythonFloat, type PythonValue, sortedEntries, Unsafe } from './python-value.ts';

/** YAML that Ansible reads as this value: what YAML 1.1 takes for no text, such as `yes`, stands in quotes. */
export function formatPythonYaml(value: PythonValue): string {
  const document = new Document(treeOf(value), {
    version: '1.1',
    aliasDuplicateObjects: false,
    customTags: (tags) => [unsafe, float, ...tags],
  });
  return escapeControls(document.toString({ singleQuote: true, indentSeq: false, lineWidth: 0, directives: false }));
}

const unsafe: ScalarTag = {
  tag: '!unsafe',
  identify: (value) => value instanceof Unsafe,
  resolve: (text) => new Unsafe(text),
  stringify: ({ value }) => JSON.stringify(value instanceof Unsafe ? value.text : value),
};

const float: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: (value) => value instanceof PythonFloat,
  resolve: (text) => new PythonFloat(Number(text)),
  // YAML 1.1 has no number with an exponent and without a point.
  stringify: ({ value }) => String(value).replace(/^(-?\d+)e/, '$1.0e'),
};

// The library takes a Map of JavaScript for an ordered one of YAML 1.1.
function treeOf(value: PythonValue): unknown {
  if (Array.isArray(value)) return (value as readonly PythonValue[]).map(treeOf);
  if (typeof value === 'string') return textOf(value);
  if (!(value instanceof Map)) return value;
  const map = new YAMLMap();
  for (const [key, one] of sortedEntries(value as PythonDict)) map.items.push(new Pair(textOf(key), treeOf(one)));
  return map;
}

// In double quotes characters can be escaped.
function textOf(text: string): Scalar {
  const scalar = new Scalar(text);
  if (escapeControls(text) !== text) scalar.type = 'QUOTE_DOUBLE';
  return scalar;
}

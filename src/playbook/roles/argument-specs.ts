import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import { didYouMean } from '../../base/did-you-mean.ts';
import { entryOf, type MapNode, type Node, toData } from '../../base/node.ts';
import type { Schema } from '../../base/schema.ts';
import { Fields } from '../fields.ts';

// Ansible converts as it goes; here the forms that it would take are allowed.
const types: Readonly<Record<string, Schema>> = {
  str: { type: ['string', 'number', 'boolean'] },
  path: { type: 'string' },
  int: { type: ['integer', 'string'], pattern: '^-?\\d+$' },
  float: { type: ['number', 'string'], pattern: '^-?\\d+(\\.\\d+)?$' },
  bool: { type: 'boolean' },
  list: { type: 'array' },
  dict: { type: 'object' },
  bits: { type: ['integer', 'string'] },
  bytes: { type: ['integer', 'string'] },
  json: {},
  jsonarg: {},
  raw: {},
  any: {},
};

/** The JSON Schema of `options` as Ansible's `meta/argument_specs.yml` has them. */
export function schemaOfSpecs(options: MapNode): { readonly schema: Schema; readonly problems: readonly Diagnostic[] } {
  const problems: Diagnostic[] = [];
  const schema = objectOf(options, problems);
  // Other variables than the role's own are none of its business.
  return { schema: { ...schema, additionalProperties: true }, problems };
}

function objectOf(options: MapNode, problems: Diagnostic[]): Schema {
  const properties = Object.create(null) as Record<string, Schema>;
  const required: string[] = [];
  for (const { key, value } of options.entries) {
    if (value.kind !== 'map') {
      problems.push(diagnostic(value.span, `\`${key}\` must be a mapping with \`type\`.`));
      continue;
    }
    properties[key] = optionOf(value, problems);
    if (new Fields(value, problems).boolean('required', false)) required.push(key);
  }
  return { type: 'object', properties, additionalProperties: false, ...(required.length === 0 ? {} : { required }) };
}

function optionOf(option: MapNode, problems: Diagnostic[]): Schema {
  const inner = entryOf(option, 'options')?.value;
  const nested = inner?.kind === 'map' ? objectOf(inner, problems) : {};
  const type = typeOf(option, 'type', problems) ?? types.str ?? {};
  const elements = typeOf(option, 'elements', problems);
  const choices = entryOf(option, 'choices')?.value;
  const description = textOf(entryOf(option, 'description')?.value);
  const isList = type === types.list;
  return {
    ...type,
    ...(type === types.dict ? nested : {}),
    ...(isList && (elements !== null || inner !== undefined) ? { items: { ...elements, ...nested } } : {}),
    ...choicesOf(choices, isList),
    ...(description === null ? {} : { description }),
  };
}

function choicesOf(node: Node | undefined, isList: boolean): Schema {
  if (node?.kind !== 'list') return {};
  const choices = { enum: toData(node) };
  return isList ? { items: choices } : choices;
}

function typeOf(option: MapNode, key: string, problems: Diagnostic[]): Schema | null {
  const node = entryOf(option, key)?.value;
  if (node === undefined) return null;
  const name = node.kind === 'scalar' ? String(node.value) : '';
  if (Object.hasOwn(types, name)) return types[name] ?? null;
  const known = Object.keys(types);
  problems.push(
    diagnostic(
      node.span,
      `\`${name}\` is not a type of \`argument_specs\`.`,
      didYouMean(name, known) ?? `Types: ${known.join(', ')}.`,
    ),
  );
  return null;
}

/** A text, or the lines of a list. */
function textOf(node: Node | undefined): string | null {
  if (node === undefined) return null;
  if (node.kind === 'list') return node.items.map(textOf).join(' ');
  return node.kind === 'scalar' ? String(node.value) : null;
}

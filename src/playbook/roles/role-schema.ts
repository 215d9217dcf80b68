import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import { type Entry, entryOf, type MapNode, type Node, toData } from '../../base/node.ts';
import { compile, type Schema } from '../../base/schema.ts';
import type { Span } from '../../base/source.ts';
import { checkTemplate } from '../../template/evaluate.ts';
import { schemaOfSpecs } from './argument-specs.ts';
import type { Fields } from '../fields.ts';

/** What a role says of its variables. */
export interface RoleSchema {
  readonly schema: Schema;
  readonly at: Span;
  /** The variables, each with a mapping that may have a `default`. */
  readonly properties: readonly Entry[];
  readonly problems: readonly Diagnostic[];
}

/**
 * The schema of a role's variables: `argument_schema` of its meta, or what `argument_specs` says in Ansible's way.
 *
 * @param entryPoint of the specs: `main`, or what `tasks_from` names
 */
export function roleSchema(meta: Fields | null, specs: MapNode | null, entryPoint: string): RoleSchema | null {
  const own = meta?.node('argument_schema') ?? null;
  const foreign = specs ?? (meta?.has('argument_specs') === true ? meta.map : null);
  if (own !== null && foreign !== null)
    meta?.note(own.span, 'This role has `argument_schema` and `argument_specs`.', 'Keep one of them.');
  if (own !== null) return schemaOf(own, meta);
  const options = foreign === null ? null : optionsOf(foreign, entryPoint);
  if (options === null) return null;
  const { schema, problems } = schemaOfSpecs(options);
  return {
    schema,
    at: options.span,
    properties: options.entries,
    problems: [...problems, ...invalid(schema, options)],
  };
}

/** The defaults that stand in the schema: beneath those of `defaults/main.yml`. */
export function defaultsOf(schema: RoleSchema | null, problems: Diagnostic[]): Entry[] {
  return (schema?.properties ?? []).flatMap(({ key, keySpan, value }) => {
    const given = value.kind === 'map' ? entryOf(value, 'default') : null;
    if (given === null) return [];
    problems.push(...checkTemplate(given.value));
    return [{ key, keySpan, value: given.value }];
  });
}

function schemaOf(node: Node, meta: Fields | null): RoleSchema | null {
  const properties = node.kind === 'map' ? entryOf(node, 'properties')?.value : undefined;
  if (node.kind !== 'map' || properties?.kind !== 'map') {
    meta?.note(node.span, '`argument_schema` must be a JSON Schema with `properties`.');
    return null;
  }
  const schema = { type: 'object', ...(toData(node) as Schema) };
  const problems = invalid(schema, node);
  if (problems.length === 0) return { schema, at: node.span, properties: properties.entries, problems };
  meta?.problems.push(...problems);
  return null;
}

function invalid(schema: Schema, { span }: MapNode): Diagnostic[] {
  try {
    compile(schema);
    return [];
  } catch (error) {
    return [diagnostic(span, `\`argument_schema\` is not a valid JSON Schema: ${(error as Error).message}.`)];
  }
}

function optionsOf(specs: MapNode, entryPoint: string): MapNode | null {
  const all = entryOf(specs, 'argument_specs')?.value;
  const own = all?.kind === 'map' ? entryOf(all, entryPoint)?.value : undefined;
  const options = own?.kind === 'map' ? entryOf(own, 'options')?.value : undefined;
  return options?.kind === 'map' ? options : null;
}

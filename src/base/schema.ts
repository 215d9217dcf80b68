import { Ajv2020, type ErrorObject, type Options, type ValidateFunction } from 'ajv/dist/2020.js';
import { didYouMean, nearest } from './did-you-mean.ts';
import { type Diagnostic, diagnostic } from './diagnostic.ts';
import { type Data, entryOf, type Node, nodeAt } from './node.ts';
import type { Span } from './source.ts';

/** A JSON Schema, as far as kmesh looks into one itself. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly items?: Schema;
  readonly description?: string;
  readonly [keyword: string]: unknown;
}

/** Data with defaults filled in, and what is wrong with it. */
export interface Checked {
  readonly data: unknown;
  readonly problems: readonly Problem[];
}

/** One thing that a schema does not allow. */
export interface Problem {
  /** Keys and indexes from the top to the value; for an unknown key, to the key. */
  readonly path: readonly string[];
  /** True: `path` ends in a key that should not be there. */
  readonly isKey: boolean;
  readonly message: string;
  readonly hint: string | null;
}

/**
 * How schemas are compiled, here and by the build.
 *
 * @public
 */
export const ajvOptions: Options = {
  allErrors: true,
  useDefaults: true,
  verbose: true,
  // Two roles may call their schemas alike.
  addUsedSchema: false,
  strict: true,
  // Compiling is strict enough: checking schemas against the schema of schemas takes ten times as long.
  meta: false,
  validateSchema: false,
  strictTypes: false,
  allowUnionTypes: true,
  // A schema is asked a few times in a run: making better code of it takes longer than that code saves.
  code: { optimize: false },
};

let shared: Ajv2020 | null = null;
const compiled = new WeakMap<object, ValidateFunction>();

/**
 * Checks data against a schema, fills in defaults, and takes `yes no on off` for booleans.
 *
 * @param kind what a property is in messages: `an argument of copy`
 */
export function checkData(value: Data, schema: Schema, kind: string): Checked {
  const data = withBooleans(structuredCloneData(value), schema);
  const validate = compile(schema);
  if (validate(data)) return { data, problems: [] };
  return { data, problems: distinct((validate.errors ?? []).map((error) => problemOf(error, kind))) };
}

/** Puts problems of a node's data at their places in its text. */
export function locate(problems: readonly Problem[], node: Node, whole: Span): Diagnostic[] {
  return problems.map(({ path, isKey, message, hint }) =>
    diagnostic(spanAt(node, path, isKey) ?? whole, message, numberHint(node, path) ?? hint),
  );
}

/** Says that a schema is compiled already. */
export function rememberCompiled(schema: Schema, validate: ValidateFunction): void {
  compiled.set(schema, validate);
}

/** Compiles a schema now. @throws Error when it is not a valid JSON Schema. */
export function compile(schema: Schema): ValidateFunction {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  shared ??= new Ajv2020(ajvOptions);
  const validate = shared.compile(schema);
  compiled.set(schema, validate);
  return validate;
}

function spanAt(node: Node, path: readonly string[], isKey: boolean): Span | null {
  if (path.length === 0) return null;
  const parent = nodeAt(node, path.slice(0, -1));
  const entry = parent.kind === 'map' ? entryOf(parent, path.at(-1) ?? '') : null;
  if (entry === null) return nodeAt(node, path).span;
  return isKey ? entry.keySpan : entry.value.span;
}

// `mode: 0644` is the number 644 to YAML: only the text as written shows what was meant.
function numberHint(node: Node, path: readonly string[]): string | null {
  const name = path.at(-1);
  const value = nodeAt(node, path);
  if (value.kind !== 'scalar' || typeof value.value !== 'number' || !path.includes(String(name)) || path.length === 0)
    return null;
  return value.written === String(value.value) && name !== 'mode' ? null : `Quote it: \`${name}: '${value.written}'\`.`;
}

function structuredCloneData(value: Data): Data {
  if (Array.isArray(value)) return value.map(structuredCloneData);
  if (value === null || typeof value !== 'object') return value;
  // ajv fills in defaults by assignment, which is safe only on objects without prototype.
  const copy = Object.create(null) as Record<string, Data>;
  for (const [key, inner] of Object.entries(value)) copy[key] = structuredCloneData(inner);
  return copy;
}

const booleans: Readonly<Record<string, boolean>> = {
  yes: true,
  no: false,
  on: true,
  off: false,
  true: true,
  false: false,
};

function withBooleans(data: Data, schema: Schema): Data {
  if (typeof data === 'string' && wantsBooleanOnly(schema)) return booleans[data.toLowerCase()] ?? data;
  if (Array.isArray(data))
    return schema.items === undefined ? data : data.map((item) => withBooleans(item, schema.items ?? {}));
  if (data === null || typeof data !== 'object') return data;
  const object = data as Record<string, Data>;
  for (const [key, inner] of Object.entries(schema.properties ?? {})) {
    if (Object.hasOwn(object, key)) object[key] = withBooleans(object[key] ?? null, inner);
  }
  return object;
}

function wantsBooleanOnly({ type }: Schema): boolean {
  const types = typeof type === 'string' ? [type] : (type ?? []);
  return types.includes('boolean') && !types.includes('string');
}

function problemOf(error: ErrorObject, kind: string): Problem {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const name = path.length === 0 ? 'This' : `\`${path.join('.')}\``;
  const at = (message: string, hint: string | null = null): Problem => ({ path, isKey: false, message, hint });
  const { params, parentSchema } = error as { params: Record<string, unknown>; parentSchema?: Schema };
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params.additionalProperty);
      const known = Object.keys(parentSchema?.properties ?? {});
      return {
        path: [...path, key],
        isKey: true,
        message: `\`${key}\` is not ${kind}.`,
        hint: didYouMean(key, known) ?? knownWords(known),
      };
    }
    case 'required':
      return at(`\`${String(params.missingProperty)}\` is missing: ${kind.replace(/^an? /, '')} that must be given.`);
    case 'type':
      return at(
        `${name} must be ${typeWords(params.type)}, not ${valueWords(error.data)}.`,
        quoteHint(error, parentSchema),
      );
    case 'enum': {
      const allowed = (params.allowedValues as unknown[]).map(String);
      const near = typeof error.data === 'string' ? nearest(error.data, allowed) : null;
      return at(
        `${name} is ${valueWords(error.data)}; it can be ${allowed.map((v) => `\`${v}\``).join(', ')}.`,
        near && `Did you mean \`${near}\`?`,
      );
    }
    case 'pattern':
      return at(
        `${name} is ${valueWords(error.data)}, which has not the right form.`,
        parentSchema?.description ?? null,
      );
    default:
      return at(
        `${name} ${error.message ?? 'is not right'}; it is ${valueWords(error.data)}.`,
        parentSchema?.description ?? null,
      );
  }
}

function knownWords(known: readonly string[]): string | null {
  return known.length === 0 ? null : `Known: ${[...known].sort().join(', ')}.`;
}

const articles: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  null: 'null',
};

function typeWords(type: unknown): string {
  const types = (Array.isArray(type) ? (type as string[]) : [String(type)]).filter(
    (t, _, all) => t !== 'null' || all.length === 1,
  );
  return types.map((t) => articles[t] ?? t).join(' or ');
}

/** A value as messages quote it. */
export function valueWords(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const shown = `\`${text.length > 60 ? `${text.slice(0, 57)}...` : text}\``;
  return typeof value === 'string' ? shown : `the ${typeof value} ${shown}`;
}

function quoteHint(error: ErrorObject, schema: Schema | undefined): string | null {
  const wantsText = typeWords(error.params.type).includes('text');
  if (wantsText && (typeof error.data === 'number' || typeof error.data === 'boolean'))
    return `Quote it: \`'${String(error.data)}'\`.`;
  return schema?.description ?? null;
}

// One wrong value fails several keywords: the first says it best.
function distinct(problems: readonly Problem[]): Problem[] {
  const byPath = new Map<string, Problem>();
  for (const problem of problems) {
    const key = JSON.stringify([
      problem.path,
      problem.isKey,
      problem.message.includes('is missing') ? problem.message : '',
    ]);
    if (!byPath.has(key)) byPath.set(key, problem);
  }
  return [...byPath.values()];
}

import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { nearest } from '../base/did-you-mean.ts';
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import { type Layer, layerOf } from '../base/layer.ts';
import { entryOf, type MapNode, type Node, toData } from '../base/node.ts';
import { displayPath } from '../base/read-source.ts';
import { compile, type Schema } from '../base/schema.ts';
import type { Span } from '../base/source.ts';
import type { Vault } from '../vault/vault.ts';
import { Fields } from './fields.ts';
import type { Role } from './playbook.ts';

/** What reading needs: passwords, and a place for what is wrong. */
export interface YamlReading {
  readonly vault: Vault;
  readonly problems: Diagnostic[];
}

/** The files of a role before its tasks are read for a play. */
export interface RoleFiles {
  readonly role: Role;
  /** May run more than once in a play, though nothing else is given to it. */
  readonly allowDuplicates: boolean;
  readonly dependencies: readonly Node[];
  readonly tasks: readonly MapNode[];
  readonly handlers: readonly MapNode[];
  readonly preflight: readonly MapNode[];
  readonly verify: readonly MapNode[];
}

const metaKeys = ['description', 'platforms', 'dependencies', 'argument_schema', 'galaxy_info', 'allow_duplicates'];
const foldersWithMain = ['tasks', 'handlers', 'defaults', 'vars', 'meta', 'preflight', 'verify'];
const roleFolders = [...foldersWithMain, 'templates', 'files'];

/** Finds a role in the folders, nearest first. A name with a slash is a path. */
export function findRole(name: string, folders: readonly string[], at: Span, problems: Diagnostic[]): string | null {
  const candidates = name.includes('/')
    ? [...folders.map((f) => join(f, '..', name)), name]
    : folders.map((f) => join(f, name));
  const found = candidates.find((path) => existsSync(path) && statSync(path).isDirectory());
  if (found !== undefined) return found;
  const known = folders.filter((f) => existsSync(f)).flatMap((f) => readdirSync(f));
  const near = nearest(name, known);
  const looked = `Looked in ${folders.map(displayPath).join(', ')}.`;
  problems.push(
    diagnostic(at, `There is no role \`${name}\`.`, near === null ? looked : `Did you mean \`${near}\`? ${looked}`),
  );
  return null;
}

/** Reads all files of a role that are YAML. */
export function readRole(path: string, params: Layer, reading: YamlReading): RoleFiles {
  const { problems } = reading;
  const name = basename(path);
  const meta = readMap(path, 'meta', reading);
  const fields = meta === null ? null : new Fields(meta, problems);
  fields?.only(metaKeys, 'a key of meta/main.yml');
  checkFolders(path, problems);
  const schema = schemaOf(fields, problems);
  const role: Role = {
    name,
    path,
    description: fields?.text('description') ?? null,
    defaults: readVariables(path, 'defaults', `role defaults of ${name}`, reading),
    vars: readVariables(path, 'vars', `role vars of ${name}`, reading),
    params,
    argumentSchema: schema?.schema ?? null,
    argumentSchemaAt: schema?.at ?? null,
  };
  const list = fields?.node('dependencies');
  return {
    role,
    allowDuplicates: fields?.boolean('allow_duplicates', false) ?? false,
    dependencies: list?.kind === 'list' ? list.items : [],
    tasks: readTasks(path, 'tasks', reading),
    handlers: readTasks(path, 'handlers', reading),
    preflight: readTasks(path, 'preflight', reading),
    verify: readTasks(path, 'verify', reading),
  };
}

/** The tasks of a file that is a list of them; none when the file is not there. */
function readTasks(path: string, folder: string, reading: YamlReading): MapNode[] {
  const node = readMain(path, folder, reading);
  if (node === null) return [];
  const key = { key: folder, keySpan: node.span, value: node };
  return new Fields({ kind: 'map', span: node.span, entries: [key] }, reading.problems).maps(folder, 'task');
}

function readVariables(path: string, folder: string, name: string, reading: YamlReading): Layer {
  const node = readMap(path, folder, reading);
  return node === null ? layerOf(name, []) : new Fields(node, reading.problems).layer(node, name);
}

function readMap(path: string, folder: string, reading: YamlReading): MapNode | null {
  const node = readMain(path, folder, reading);
  if (node === null || node.kind === 'map') return node;
  if (node.kind === 'scalar' && node.value === null) return null;
  reading.problems.push(diagnostic(node.span, `\`${folder}/main.yml\` must be a mapping.`));
  return null;
}

function readMain(path: string, folder: string, reading: YamlReading): Node | null {
  const file = ['main.yml', 'main.yaml'].map((name) => join(path, folder, name)).find((f) => existsSync(f));
  return file === undefined ? null : readYaml(file, reading);
}

/** The value of a YAML file, `null` when it is empty or wrong. */
export function readYaml(file: string, { vault, problems }: YamlReading, at: Span | null = null): Node | null {
  const read = vault.read(file, at);
  if ('problem' in read) {
    problems.push(read.problem);
    return null;
  }
  const { node, diagnostics } = vault.parse(read.source);
  problems.push(...diagnostics);
  return node;
}

// A misspelt folder or file would be a role that does nothing, silently.
function checkFolders(path: string, problems: Diagnostic[]): void {
  const folders = readdirSync(path, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith('.'),
  );
  for (const { name } of folders) {
    if (foldersWithMain.includes(name)) checkMain(join(path, name), problems);
    const near = roleFolders.includes(name) ? null : nearest(name, roleFolders);
    if (near === null) continue;
    problems.push(
      diagnostic(null, `\`${displayPath(join(path, name))}\` is not a folder of a role.`, `Did you mean \`${near}\`?`),
    );
  }
}

function checkMain(folder: string, problems: Diagnostic[]): void {
  const files = readdirSync(folder).filter((name) => !name.startsWith('.'));
  if (files.length === 0 || files.includes('main.yml') || files.includes('main.yaml')) return;
  const message = `\`${displayPath(folder)}\` has no \`main.yml\`, so that nothing in it is read.`;
  problems.push(
    diagnostic(
      null,
      message,
      `There is ${files
        .slice(0, 3)
        .map((name) => `\`${name}\``)
        .join(', ')}.`,
    ),
  );
}

function schemaOf(fields: Fields | null, problems: Diagnostic[]): { schema: Schema; at: Span } | null {
  const node = fields?.node('argument_schema') ?? null;
  if (node === null) return null;
  if (node.kind !== 'map' || entryOf(node, 'properties')?.value.kind !== 'map') {
    problems.push(diagnostic(node.span, '`argument_schema` must be a JSON Schema with `properties`.'));
    return null;
  }
  const schema = { type: 'object', ...(toData(node) as Schema) };
  try {
    compile(schema);
    return { schema, at: node.span };
  } catch (error) {
    problems.push(
      diagnostic(node.span, `\`argument_schema\` is not a valid JSON Schema: ${(error as Error).message}.`),
    );
    return null;
  }
}

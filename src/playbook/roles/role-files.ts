import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import { type Layer, layerOf } from '../../base/layer.ts';
import type { Entry, MapNode, Node, ScalarNode } from '../../base/node.ts';
import { displayPath } from '../../base/read-source.ts';
import type { Loader } from '../tasks/context.ts';
import { Fields } from '../fields.ts';
import type { Role } from '../playbook.ts';
import { checkRoleFolders } from './role-folders.ts';
import { defaultsOf, roleSchema } from './role-schema.ts';

/** Which files of a role are read in place of `main.yml`. */
export interface RoleFrom {
  readonly tasks: ScalarNode | null;
  readonly vars: ScalarNode | null;
  readonly defaults: ScalarNode | null;
  readonly handlers: ScalarNode | null;
}

/** Everywhere `main.yml`. */
export const fromMain: RoleFrom = { tasks: null, vars: null, defaults: null, handlers: null };

/** A file of steps. */
export interface StepsFile {
  readonly path: string;
  readonly maps: readonly MapNode[];
}

/** The files of a role before its steps are read for a play; `null`: there is none. */
export interface RoleFiles {
  readonly role: Omit<Role, 'handlersKey'>;
  /** May run more than once in a play, though nothing else is given to it. */
  readonly allowDuplicates: boolean;
  readonly dependencies: readonly Node[];
  readonly tasks: StepsFile | null;
  readonly handlers: StepsFile | null;
  readonly preflight: StepsFile | null;
  readonly verify: StepsFile | null;
}

const metaKeys = [
  'description',
  'platforms',
  'dependencies',
  'argument_schema',
  'argument_specs',
  'galaxy_info',
  'allow_duplicates',
  'collections',
];

/** Reads all files of a role that are YAML. */
export function readRole(path: string, from: RoleFrom, loader: Loader): RoleFiles {
  const name = basename(path);
  const { problems } = loader;
  const reader = new RoleReader(path, loader);
  const meta = reader.map('meta', null);
  const fields = meta === null ? null : new Fields(meta, problems);
  fields?.only(metaKeys, 'a key of meta/main.yml');
  checkRoleFolders(path, namedFolders(from), problems);
  const schema = roleSchema(fields, reader.specs(), entryPoint(from));
  if (schema !== null) problems.push(...schema.problems);
  const defaults = reader.variables('defaults', from.defaults);
  return {
    role: {
      name,
      path,
      description: fields?.text('description') ?? null,
      defaults: layerOf(`role defaults of ${name}`, [...defaultsOf(schema, problems), ...defaults]),
      vars: layerOf(`role vars of ${name}`, reader.variables('vars', from.vars)),
      params: layerOf('role params', []),
      argumentSchema: schema?.schema ?? null,
      argumentSchemaAt: schema?.at ?? null,
    },
    allowDuplicates: fields?.boolean('allow_duplicates', false) ?? false,
    dependencies: dependenciesOf(fields),
    tasks: reader.steps('tasks', from.tasks),
    handlers: reader.steps('handlers', from.handlers),
    preflight: reader.steps('preflight', null),
    verify: reader.steps('verify', null),
  };
}

function dependenciesOf(fields: Fields | null): readonly Node[] {
  const node = fields?.node('dependencies') ?? null;
  if (fields === null || node === null || (node.kind === 'scalar' && node.value === null)) return [];
  if (node.kind === 'list') return node.items;
  fields.wants(node, 'dependencies', 'a list of roles', 'Each starts with `- `.');
  return [];
}

function namedFolders(from: RoleFrom): Set<string> {
  return new Set(Object.entries(from).flatMap(([folder, name]) => (name === null ? [] : [folder])));
}

/** As Ansible calls the part of a role that `tasks_from` names. */
function entryPoint({ tasks }: RoleFrom): string {
  return tasks === null ? 'main' : String(tasks.value).replace(/\.(ya?ml|json)$/, '');
}

/** Reads the files of one role. */
class RoleReader {
  readonly #path: string;
  readonly #loader: Loader;
  readonly #problems: Diagnostic[];

  constructor(path: string, loader: Loader) {
    this.#path = path;
    this.#loader = loader;
    this.#problems = loader.problems;
  }

  steps(folder: string, from: ScalarNode | null): StepsFile | null {
    const path = this.#file(folder, from);
    if (path === null) return null;
    const node = this.#loader.read(path, from);
    if (node === null) return { path, maps: [] };
    const key = { key: folder, keySpan: node.span, value: node };
    const fields = new Fields({ kind: 'map', span: node.span, entries: [key] }, this.#problems);
    return { path, maps: fields.maps(folder, 'task') };
  }

  /** Of a file, or of all files in the directory `main`. */
  variables(folder: string, from: ScalarNode | null): Entry[] {
    const main = join(this.#path, folder, 'main');
    const isDirectory = from === null && existsSync(main) && statSync(main).isDirectory();
    const paths = isDirectory ? filesBelow(main) : [this.#file(folder, from)];
    return paths.flatMap((path) => {
      const map = path === null ? null : this.#mapOf(path, folder, from);
      return map === null ? [] : [...new Fields(map, this.#problems).layer(map, folder).entries.values()];
    });
  }

  map(folder: string, from: ScalarNode | null): MapNode | null {
    const path = this.#file(folder, from);
    return path === null ? null : this.#mapOf(path, folder, from);
  }

  /** `meta/argument_specs.yml`, where Ansible's roles say what they take. */
  specs(): MapNode | null {
    const path = ['argument_specs.yml', 'argument_specs.yaml']
      .map((name) => join(this.#path, 'meta', name))
      .find((file) => existsSync(file));
    return path === undefined ? null : this.#mapOf(path, 'meta', null);
  }

  #mapOf(path: string, folder: string, from: ScalarNode | null): MapNode | null {
    const node: Layer | Node | null = this.#loader.read(path, from);
    if (node === null || node.kind === 'map') return node;
    if (node.kind === 'scalar' && node.value === null) return null;
    this.#problems.push(diagnostic(node.span, `\`${folder}/${basename(path)}\` must be a mapping.`));
    return null;
  }

  #file(folder: string, from: ScalarNode | null): string | null {
    const names = from === null ? ['main.yml', 'main.yaml', 'main.json'] : fileNames(String(from.value));
    const found = names.map((name) => join(this.#path, folder, name)).find((f) => existsSync(f));
    if (found !== undefined) return found;
    if (from !== null) this.#noteMissing(folder, from);
    return null;
  }

  #noteMissing(folder: string, from: ScalarNode): void {
    const path = join(this.#path, folder);
    const there = existsSync(path) ? readdirSync(path).map((name) => `\`${name}\``) : [];
    const hint = there.length === 0 ? null : `There is ${there.join(', ')}.`;
    const message = `There is no \`${String(from.value)}\` in \`${displayPath(path)}\`.`;
    this.#problems.push(diagnostic(from.span, message, hint));
  }
}

function fileNames(name: string): string[] {
  return [name, `${name}.yml`, `${name}.yaml`, `${name}.json`];
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

import { didYouMean } from '../../base/did-you-mean.ts';
import { type Layer, layerOf } from '../../base/layer.ts';
import { type Entry, mapNode, type Node, type ScalarNode, scalarNode, toData } from '../../base/node.ts';
import { constantText } from '../includes/constant-text.ts';
import { findRole } from './find-role.ts';
import type { TaskContext } from '../tasks/context.ts';
import { Fields } from '../fields.ts';
import { inherit } from '../tasks/inherited.ts';
import { roleKeywords } from '../keywords.ts';
import { fromMain, readRole, type RoleFrom } from './role-files.ts';

/** A role as it is asked for. */
export interface RoleUse {
  readonly name: ScalarNode;
  readonly from: RoleFrom;
  readonly params: Layer;
  /** What is given to it, as text: the same runs once. `null`: it runs whenever it is asked for. */
  readonly given: string | null;
  /** The whole play sees its variables. */
  readonly isPublic: boolean;
  /** Its checks before and after are those of the play. */
  readonly hasChecks: boolean;
}

/** An entry of `roles:`, and what its steps take over. */
export interface RoleEntry {
  readonly use: RoleUse;
  readonly context: TaskContext;
}

/** Reads an entry of `roles:` or of a role's `dependencies`: a name, or a mapping with it. */
export function parseRoleEntry(item: Node, context: TaskContext): RoleEntry | null {
  const { problems } = context.loader;
  if (item.kind === 'scalar' && typeof item.value === 'string') {
    const name = knownName(item, context);
    return name === null ? null : { use: useOf(name, item), context };
  }
  if (item.kind === 'map') {
    const fields = new Fields(item, problems);
    const written = fields.scalar('role') ?? fields.scalar('name');
    const name = written === null ? null : knownName(written, context);
    if (written !== null && name === null) return null;
    if (name !== null) {
      const params = paramsOf(fields, name, context);
      const use = { ...useOf(name, item), from: roleFrom(fields), params };
      return { use, context: { ...context, inherited: inherit(fields, context.inherited, null) } };
    }
  }
  problems.push({
    at: item.span,
    message: 'An entry of `roles` is a name, or a mapping with `role: name`.',
    hint: null,
  });
  return null;
}

/** Which files of the role are read, as `tasks_from` and its like say. */
export function roleFrom(fields: Fields): RoleFrom {
  return {
    tasks: fields.template('tasks_from'),
    vars: fields.template('vars_from'),
    defaults: fields.template('defaults_from'),
    handlers: fields.template('handlers_from'),
  };
}

function knownName(name: ScalarNode, context: TaskContext): ScalarNode | null {
  if (!String(name.value).includes('{{')) return name;
  const text = constantText(name, 'roles', context);
  return text === null ? null : scalarNode(text, name.span);
}

function useOf(name: ScalarNode, item: Node): RoleUse {
  return {
    name,
    from: fromMain,
    params: layerOf('role params', []),
    given: givenTo(item),
    isPublic: true,
    hasChecks: true,
  };
}

/** What stands beside the name of a role, as text that is the same for the same. */
function givenTo(item: Node): string {
  const given = item.kind === 'map' ? item.entries.filter(({ key }) => key !== 'role' && key !== 'name') : [];
  return given.length === 0 ? '' : JSON.stringify(given.map(({ key, value }) => [key, toData(value)]));
}

/** `vars` of the entry, and its other keys that are variables. */
function paramsOf(fields: Fields, name: ScalarNode, context: TaskContext): Layer {
  const direct = fields.map.entries.filter(({ key }) => !(roleKeywords as readonly string[]).includes(key));
  const given = fields.variables('vars', 'role params');
  const known = direct.length === 0 ? null : variablesOf(name, context);
  const variables = direct.filter((entry) => isVariable(entry, known, fields));
  const layer = fields.layer(mapNode(variables, fields.map.span), 'role params');
  return layerOf('role params', [...(given?.entries.values() ?? []), ...layer.entries.values()]);
}

function isVariable({ key, keySpan }: Entry, known: ReadonlySet<string> | null, fields: Fields): boolean {
  if (known?.has(key) === true) return true;
  const hint = didYouMean(key, roleKeywords);
  if (hint === null) return true;
  fields.note(keySpan, `\`${key}\` is not a key of an entry of roles.`, hint);
  return false;
}

function variablesOf(name: ScalarNode, { loader }: TaskContext): Set<string> {
  const path = findRole(name, loader.roleFolders, []);
  if (path === null) return new Set();
  const { defaults, vars, argumentSchema } = readRole(path, fromMain, loader).role;
  return new Set([
    ...defaults.entries.keys(),
    ...vars.entries.keys(),
    ...Object.keys(argumentSchema?.properties ?? {}),
  ]);
}

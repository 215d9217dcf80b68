import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import { type Layer, layerOf } from '../base/layer.ts';
import { type Node, type ScalarNode, toData } from '../base/node.ts';
import type { Source } from '../base/source.ts';
import { Vault } from '../vault/vault.ts';
import { Fields, wordsOf } from './fields.ts';
import { playKeywords, roleKeywords } from './keywords.ts';
import { findRole, readRole, readYaml, type RoleFiles } from './load-role.ts';
import { becomeOf, conditions, loadTasks, type TaskContext } from './load-tasks.ts';
import type { Batch, Phase, PhaseName, Play, Playbook, Role, Task } from './playbook.ts';

/** A playbook as far as it could be read, and everything that is wrong with it. */
export interface LoadedPlaybook {
  readonly playbook: Playbook;
  readonly problems: readonly Diagnostic[];
}

/** Reads a playbook and all its roles. @param bundledRoles folders to look for roles in after the site's own */
export function loadPlaybook(path: string, bundledRoles: readonly string[], vault = new Vault()): LoadedPlaybook {
  const read = vault.read(path);
  if ('problem' in read) return { playbook: { path, plays: [] }, problems: [read.problem] };
  return loadPlaybookSource(path, read.source, bundledRoles, vault);
}

/** Reads a playbook's text; its roles and files are looked for beside `path`. */
export function loadPlaybookSource(
  path: string,
  source: Source,
  bundledRoles: readonly string[],
  vault = new Vault(),
): LoadedPlaybook {
  const { node, diagnostics } = vault.parse(source);
  const problems = [...diagnostics];
  if (node === null && problems.length === 0) {
    problems.push(diagnostic(null, `\`${source.name}\` is empty.`, 'A playbook is a list of plays: `- hosts: all`.'));
  }
  if (node !== null && node.kind !== 'list') {
    problems.push(
      diagnostic(
        node.span,
        `A playbook is a list of plays, not ${wordsOf(node)}.`,
        'Each play starts with `- hosts: ...`.',
      ),
    );
  }
  const folder = dirname(resolve(path));
  const folders = [join(folder, 'roles'), join(folder, 'vendor/roles'), resolve('roles'), ...bundledRoles];
  let id = 0;
  const loader: Loader = { folder, roleFolders: [...new Set(folders)], problems, vault, nextId: () => ++id };
  const items = node?.kind === 'list' ? node.items : [];
  const plays = items.flatMap((item) => loadPlay(item, loader) ?? []);
  return { playbook: { path, plays }, problems };
}

interface Loader {
  readonly folder: string;
  readonly roleFolders: readonly string[];
  readonly problems: Diagnostic[];
  readonly vault: Vault;
  readonly nextId: () => number;
}

function loadPlay(node: Node, loader: Loader): Play | null {
  const { problems } = loader;
  if (node.kind !== 'map') {
    problems.push(
      diagnostic(node.span, `A play is a mapping, not ${wordsOf(node)}.`, 'It starts with `- hosts: ...`.'),
    );
    return null;
  }
  const fields = new Fields(node, problems);
  fields.only(playKeywords, 'a key of a play');
  if (!fields.has('hosts'))
    fields.note(node.entries[0]?.keySpan ?? node.span, 'This play has no `hosts`.', 'Say which: `hosts: all`.');
  const become = becomeOf(fields, { enabled: null, user: null });
  const tags = fields.words('tags');
  const context: TaskContext = {
    role: null,
    tags,
    when: [],
    become,
    phase: 'tasks',
    problems,
    nextId: loader.nextId,
  };
  const roles = loadRoles(fields, context, loader);
  const own = (phase: PhaseName): Task[] => loadTasks(fields.maps(phase, 'task'), { ...context, phase });
  const preTasks = own('pre_tasks');
  const roleTasks = roles.flatMap((role) => role.tasks);
  const hosts = fields.texts('hosts');
  return {
    name: fields.text('name') ?? hosts.map((h) => String(h.value)).join(','),
    at: node.span,
    hosts,
    vars: fields.variables('vars', 'play vars') ?? layerOf('play vars', []),
    varsFiles: varsFiles(fields, loader),
    become,
    gatherFacts: fields.boolean('gather_facts', true),
    serial: serialOf(fields),
    environment: fields.mapping('environment'),
    roles: roles.map(({ role }) => role),
    phases: phasesOf({
      preflight: roles.flatMap((role) => role.preflight),
      pre_tasks: preTasks,
      tasks: [...roleTasks, ...own('tasks')],
      post_tasks: own('post_tasks'),
      verify: roles.flatMap((role) => role.verify),
    }),
    handlers: [...own('handlers'), ...roles.flatMap((role) => role.handlers)],
  };
}

function phasesOf(tasks: Readonly<Record<Phase['name'], Task[]>>): Phase[] {
  const names = ['preflight', 'pre_tasks', 'tasks', 'post_tasks', 'verify'] as const;
  return names.map((name) => ({ name, tasks: tasks[name] })).filter((phase) => phase.tasks.length > 0);
}

interface LoadedRole {
  readonly role: Role;
  readonly tasks: readonly Task[];
  readonly handlers: readonly Task[];
  readonly preflight: readonly Task[];
  readonly verify: readonly Task[];
}

function loadRoles(fields: Fields, context: TaskContext, loader: Loader): LoadedRole[] {
  const node = fields.node('roles');
  if (node === null || (node.kind === 'scalar' && node.value === null)) return [];
  if (node.kind !== 'list') {
    fields.note(node.span, `\`roles\` must be a list, not ${wordsOf(node)}.`);
    return [];
  }
  const visited: Visited = { done: new Set(), repeatable: new Set(), open: [] };
  return node.items.flatMap((item) => loadRoleEntry(item, context, loader, visited));
}

interface Visited {
  /** Roles that are there already, with what was given them: as in Ansible the same runs once in a play. */
  readonly done: Set<string>;
  /** Roles that say `allow_duplicates`. */
  readonly repeatable: Set<string>;
  /** The roles whose dependencies are being read, for cycles. */
  readonly open: readonly string[];
}

function loadRoleEntry(item: Node, outer: TaskContext, loader: Loader, visited: Visited): LoadedRole[] {
  const { problems } = loader;
  const entry = roleEntry(item, problems);
  if (entry === null) return [];
  const { fields, name } = entry;
  const path = findRole(String(name.value), loader.roleFolders, name.span, problems);
  if (path === null) return [];
  if (visited.open.includes(path)) {
    problems.push(diagnostic(name.span, `The role \`${String(name.value)}\` depends on itself.`));
    return [];
  }
  const key = path + givenTo(item);
  if (visited.done.has(key) && !visited.repeatable.has(path)) return [];
  visited.done.add(key);
  const params = fields?.variables('vars', 'role params') ?? layerOf('role params', []);
  const files = readRole(path, params, loader);
  if (files.allowDuplicates) visited.repeatable.add(path);
  const context = roleContext(outer, fields, files.role);
  const open = [...visited.open, path];
  const before = files.dependencies.flatMap((dependency) =>
    loadRoleEntry(dependency, { ...context, role: null }, loader, { ...visited, open }),
  );
  return [...before, readyRole(files, context)];
}

/** What stands beside the name of a role, as text that is the same for the same. */
function givenTo(item: Node): string {
  const given = item.kind === 'map' ? item.entries.filter(({ key }) => key !== 'role' && key !== 'name') : [];
  return given.length === 0 ? '' : JSON.stringify(given.map(({ key, value }) => [key, toData(value)]));
}

function roleEntry(item: Node, problems: Diagnostic[]): { fields: Fields | null; name: ScalarNode } | null {
  if (item.kind === 'scalar' && typeof item.value === 'string') return { fields: null, name: item };
  if (item.kind === 'map') {
    const fields = new Fields(item, problems);
    fields.only(roleKeywords, 'a key of an entry of roles');
    const name = fields.scalar('role') ?? fields.scalar('name');
    if (name !== null) return { fields, name };
  }
  problems.push(diagnostic(item.span, 'An entry of `roles` is a name, or a mapping with `role: name`.'));
  return null;
}

function roleContext(outer: TaskContext, fields: Fields | null, role: Role): TaskContext {
  if (fields === null) return { ...outer, role };
  return {
    ...outer,
    role,
    tags: [...outer.tags, ...fields.words('tags')],
    when: [...outer.when, ...conditions(fields, 'when')],
    become: becomeOf(fields, outer.become),
  };
}

function readyRole(files: RoleFiles, context: TaskContext): LoadedRole {
  const tasks = (phase: Exclude<PhaseName, 'pre_tasks' | 'post_tasks'>): Task[] =>
    loadTasks(files[phase], { ...context, phase });
  return {
    role: files.role,
    tasks: tasks('tasks'),
    handlers: tasks('handlers'),
    preflight: tasks('preflight').filter((task) => onlyAsserts(task, context.problems)),
    verify: tasks('verify'),
  };
}

// Whoever reads "before anything is written" must be able to rely on it.
function onlyAsserts(task: Task, problems: Diagnostic[]): boolean {
  const asks = task.checkMode === false && task.changedWhen?.length === 1 && task.changedWhen[0]?.value === false;
  if (['controller', 'none'].includes(task.module.effects) || asks) return true;
  const hint =
    'Here stand `assert`, `fail`, `debug`, `set_fact`, `stat`, and commands that say `changed_when: false` and `check_mode: false`.';
  problems.push(diagnostic(task.at, `\`${task.module.name}\` can write; a preflight only asks.`, hint));
  return false;
}

function varsFiles(fields: Fields, loader: Loader): Layer[] {
  return fields.texts('vars_files').flatMap((name) => {
    const written = String(name.value);
    const path = isAbsolute(written) ? written : join(loader.folder, written);
    const inVars = join(loader.folder, 'vars', written);
    const node = readYaml(!existsSync(path) && existsSync(inVars) ? inVars : path, loader, name.span);
    if (node === null) return [];
    if (node.kind === 'map') return [fields.layer(node, `vars_files ${written}`)];
    fields.note(node.span, `A file of variables is a mapping, not ${wordsOf(node)}.`);
    return [];
  });
}

function serialOf(fields: Fields): Batch[] {
  const node = fields.node('serial');
  if (node === null) return [];
  return (node.kind === 'list' ? node.items : [node]).flatMap((item) => batchOf(item, fields));
}

function batchOf(node: Node, fields: Fields): Batch[] {
  const value = node.kind === 'scalar' ? node.value : null;
  const percent = /^(\d{1,3})%$/.exec(String(value));
  if (percent !== null && Number(percent[1]) > 0) return [{ kind: 'percent', percent: Number(percent[1]) }];
  const count = Number(value);
  if (typeof value !== 'boolean' && Number.isInteger(count) && count > 0) return [{ kind: 'count', count }];
  fields.note(node.span, `\`serial\` must be a number of hosts or a share such as \`30%\`, not ${wordsOf(node)}.`);
  return [];
}

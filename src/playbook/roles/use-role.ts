import { type Layer, layerOf } from '../../base/layer.ts';
import { diagnostic } from '../../base/diagnostic.ts';
import { expressionRootNames } from '../../template/cel.ts';
import { type Data, type Node, type ScalarNode, toData } from '../../base/node.ts';
import type { TaskContext } from '../tasks/context.ts';
import { findRole } from './find-role.ts';
import type { Role, Step } from '../playbook.ts';
import { parseRoleEntry, type RoleUse } from './role-entry.ts';
import { readRole, type RoleFiles, type StepsFile } from './role-files.ts';
import { checkRoleHasParts } from './role-folders.ts';
import { addToPlay, preflightOf } from './role-parts.ts';
import { isCircle } from '../includes/task-files.ts';

/** A role in a play. */
export interface UsedRole {
  /** Its folder; `null`: it is not there, or may not be here. */
  readonly path: string | null;
  /** `null`: the same has run already, or it is not there. */
  readonly role: Role | null;
  readonly steps: readonly Step[];
}

/** The steps of a role, behind those of the roles it depends on. What it brings to the play is added there. */
export function useRole(use: RoleUse, context: TaskContext): UsedRole {
  const { loader, visited } = context;
  const path = findRole(use.name, loader.roleFolders, loader.problems);
  if (path === null || dependsOnItself(path, use, context)) return { path: null, role: null, steps: [] };
  checkRoleHasParts(path, use.name.span, loader.problems);
  if (hasRun(path, use, context)) return { path, role: null, steps: [] };
  const inner = { ...context, visited: { ...visited, open: [...visited.open, path] } };
  const files = readRole(path, use.from, loader);
  const before = files.dependencies.map((node) => dependencyOf(node, use, inner));
  const { role, isKnown, hasHandlers } = knownRole(
    files,
    use,
    inner,
    before.flatMap((one) => one.role ?? []),
  );
  const inRole: TaskContext = { ...inner, role };
  const isEarly = use.hasChecks && !dependsOnResults(context);
  if (!isKnown) addToPlay(files, { handlers: !hasHandlers, preflight: isEarly, verify: use.hasChecks }, inRole);
  if (use.isPublic && !context.play.roles.includes(role)) context.play.roles.push(role);
  const preflight = isEarly ? [] : preflightOf(files, context.phase, inRole);
  return {
    path,
    role,
    steps: [...before.flatMap(({ steps }) => steps), ...preflight, ...tasksOf(files.tasks, use, inRole)],
  };
}

// What stands under a condition that only the run can tell can not be judged before it.
function dependsOnResults({ inherited, play }: TaskContext): boolean {
  return inherited.when.flatMap(expressionRootNames).some(({ name }) => play.results.has(name));
}

function tasksOf(file: StepsFile | null, { name, from }: RoleUse, context: TaskContext): Step[] {
  if (file === null || isCircle(file.path, from.tasks ?? name, 'includes', context)) return [];
  const visited = { ...context.visited, open: [] };
  return context.loader.loadSteps(file.maps, { ...context, visited, files: [...context.files, file.path] });
}

function dependencyOf(node: Node, { isPublic, hasChecks }: RoleUse, context: TaskContext): UsedRole {
  const entry = parseRoleEntry(node, { ...context, role: null });
  return entry === null
    ? { path: null, role: null, steps: [] }
    : useRole({ ...entry.use, isPublic, hasChecks }, entry.context);
}

function dependsOnItself(path: string, { name }: RoleUse, { visited, loader }: TaskContext): boolean {
  if (!visited.open.includes(path)) return false;
  loader.problems.push(diagnostic(name.span, `The role \`${String(name.value)}\` depends on itself.`));
  return true;
}

/** Whether the same has been run, under no more conditions than now. */
function hasRun(path: string, use: RoleUse, context: TaskContext): boolean {
  const { inherited, visited, loader } = context;
  if (use.given === null) return false;
  const when = inherited.when.map(({ value }) => String(value));
  const from = Object.values(use.from).map((name: ScalarNode | null) => name?.value ?? null);
  const run = { key: JSON.stringify([path, from, use.given]), when, tags: inherited.tags.join(',') };
  const isThere = visited.runs.some(
    (other) =>
      other.key === run.key && other.tags === run.tags && other.when.every((condition) => when.includes(condition)),
  );
  if (isThere) return !readRole(path, use.from, loader).allowDuplicates;
  visited.runs.push(run);
  return false;
}

interface KnownRole {
  readonly role: Role;
  readonly isKnown: boolean;
  /** The play has its handlers, of another use of it. */
  readonly hasHandlers: boolean;
}

/** A role that is the same is one role. */
function knownRole(files: RoleFiles, use: RoleUse, context: TaskContext, dependencies: readonly Role[]): KnownRole {
  const { known } = context.play;
  const handlersKey = handlersKeyOf(files, use, context);
  const from = Object.values(use.from).map((name: ScalarNode | null) => name?.value ?? null);
  const key = JSON.stringify([handlersKey, from, use.isPublic, use.hasChecks]);
  const hasHandlers = [...known.values()].some((other) => other.handlersKey === handlersKey);
  const same = known.get(key);
  if (same !== undefined) return { role: same, isKnown: true, hasHandlers };
  const seen = use.isPublic ? {} : withAll(files.role, dependencies);
  const role: Role = { ...files.role, params: use.params, ...seen, handlersKey };
  known.set(key, role);
  return { role, isKnown: false, hasHandlers };
}

// What its handlers do may depend on, but which of its tasks are run, and who sees its variables, is not among it.
function handlersKeyOf({ role }: RoleFiles, { from, params }: RoleUse, { inherited }: TaskContext): string {
  const { become, environment, when } = inherited;
  return JSON.stringify([
    role.path,
    from.handlers?.value ?? null,
    [role.defaults, role.vars, params].map(({ entries }) =>
      [...entries].map(([name, one]) => [name, toData(one.value)]),
    ),
    [when, environment, [become.enabled, become.user].filter((node) => node !== null)].map(dataOf),
  ]);
}

function dataOf(nodes: readonly Node[]): Data[] {
  return nodes.map(toData);
}

// The play does not see the variables of these roles, but the role that depends on them does.
function withAll(role: RoleFiles['role'], dependencies: readonly Role[]): Pick<Role, 'defaults' | 'vars'> {
  const all = (key: 'defaults' | 'vars'): Layer =>
    layerOf(
      role[key].name,
      [...dependencies, role].flatMap((one) => [...one[key].entries.values()]),
    );
  return { defaults: all('defaults'), vars: all('vars') };
}

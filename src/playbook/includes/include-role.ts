import { resolve } from 'node:path';
import { type Entry, type ScalarNode, scalarNode } from '../../base/node.ts';
import { callArgs } from '../tasks/call-args.ts';
import type { TaskContext } from '../tasks/context.ts';
import type { Fields } from '../fields.ts';
import { findByPattern } from './find-by-pattern.ts';
import { rolePaths } from '../roles/find-role.ts';
import { applyOf, draftInclude, findByPath, type IncludeDraft } from './include-step.ts';
import { anything, namePatterns } from './name-patterns.ts';
import type { Candidate, Include } from '../playbook.ts';
import { noteNothingFits } from './possible-files.ts';
import { includeRoleShape, roleUse } from '../roles/role-call.ts';
import { withoutCollection } from '../tasks/step-call.ts';
import { useRole } from '../roles/use-role.ts';

/** An include of a role, with all roles that it may mean, or with all files of one that `tasks_from` may mean. */
export function includeRole(fields: Fields, entry: Entry, context: TaskContext): Include[] {
  const args = callArgs(entry, fields, includeRoleShape);
  const draft = draftInclude(fields, entry, args === null ? null : applyOf(args), context);
  const name = args?.template('name') ?? null;
  if (args === null || name === null) {
    if (args !== null) fields.note(entry.keySpan, '`include_role` needs a `name`.', 'Write `include_role: {name: x}`.');
    return [];
  }
  const [role, ...others] = namePatterns(name, draft.loop, context);
  const from = args.template('tasks_from');
  const parts = from === null ? [] : namePatterns(from, draft.loop, context);
  const isOneRole = role !== undefined && others.length === 0 && !role.includes(anything);
  if (from === null || (parts.length === 1 && parts[0]?.includes(anything) === false))
    return [byName(args, name, [role ?? '', ...others], { draft, context })];
  if (isOneRole) return [byPart(args, { name: scalarNode(role, name.span), from, parts }, { draft, context })];
  const hint = 'Write an include for each role.';
  fields.note(
    from.span,
    'Only one of `name` and `tasks_from` can be a template that is not known before the run.',
    hint,
  );
  return [];
}

interface Around {
  readonly draft: IncludeDraft;
  readonly context: TaskContext;
}

function byName(args: Fields, name: ScalarNode, patterns: readonly string[], { draft, context }: Around): Include {
  const folders = context.loader.roleFolders;
  const candidates = patterns.flatMap((pattern) => {
    if (!pattern.includes(anything)) return candidateOf(args, scalarNode(pattern, name.span), { draft, context });
    const paths = findByPattern(withoutCollection(pattern), folders, 'directory').filter(
      (path) => !isOpen(path, context),
    );
    if (paths.length === 0) noteNothingFits(name, pattern, folders, context);
    return paths.flatMap((path) =>
      candidateOf(args, scalarNode(path.slice(path.lastIndexOf('/') + 1), name.span), { draft, context }),
    );
  });
  const find = findByPath(candidates, (written) => rolePaths(written, folders).map((path) => resolve(path)));
  return draft.step({ what: 'role', file: name, candidates, find });
}

interface Parts {
  readonly name: ScalarNode;
  readonly from: ScalarNode;
  readonly parts: readonly string[];
}

/** Of one role any of several files of tasks: those are the candidates. */
function byPart(args: Fields, { name, from, parts }: Parts, { draft, context }: Around): Include {
  const folders = rolePaths(String(name.value), context.loader.roleFolders).map((path) => resolve(path, 'tasks'));
  const files = parts.flatMap((part) => {
    const found = [part, `${part}.yml`, `${part}.yaml`].flatMap((one) => findByPattern(one, folders, 'file'));
    if (found.length === 0) noteNothingFits(from, part, folders, context);
    return found.filter((path) => !context.files.includes(path));
  });
  const candidates = [...new Set(files)].flatMap((path) => {
    const tasksFrom = { ...scalarNode(path.slice(path.lastIndexOf('/tasks/') + 7), from.span) };
    const own = withTasksFrom(args, tasksFrom);
    return candidateOf(own, name, { draft, context }).map((candidate) => ({ ...candidate, path }));
  });
  const find = findByPath(candidates, (written) =>
    folders.flatMap((folder) => ['', '.yml', '.yaml'].map((end) => resolve(folder, `${written}${end}`))),
  );
  return draft.step({ what: 'role', file: from, candidates, find });
}

function withTasksFrom(args: Fields, tasksFrom: ScalarNode): Fields {
  const entries = args.map.entries.map((entry) =>
    entry.key === 'tasks_from' ? { ...entry, value: tasksFrom } : entry,
  );
  return args.of({ ...args.map, entries });
}

function candidateOf(args: Fields, name: ScalarNode, { draft, context }: Around): Candidate[] {
  const { inside, params, loop } = draft;
  if (!context.loader.mayInclude(name)) return [];
  // What names an item of the loop means nothing to handlers.
  const ofRole = loop === null ? params : null;
  const use = roleUse(args, name, { params: ofRole, keyword: 'include_role' }, context);
  const { path, steps } = useRole(use, { ...inside, role: null });
  return path === null ? [] : [{ path, steps, variables: null }];
}

// A role that is being read can not be meant by an open name.
function isOpen(path: string, { files }: TaskContext): boolean {
  return files.some((file) => file.startsWith(`${path}/tasks/`));
}

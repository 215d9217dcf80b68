import { resolve } from 'node:path';
import type { Entry, Node, ScalarNode } from '../../base/node.ts';
import { callArgs } from '../tasks/call-args.ts';
import type { TaskContext } from '../tasks/context.ts';
import type { Fields } from '../fields.ts';
import { isOpen } from './find-by-pattern.ts';
import { applyOf, draftInclude, findByPath } from './include-step.ts';
import type { Candidate, Include } from '../playbook.ts';
import { possibleFiles } from './possible-files.ts';
import { isCircle, taskFolders, tasksOfFile } from './task-files.ts';

const shape = { keyword: 'include_tasks', main: 'file', known: ['file', 'apply'] };

/** An include of a file of tasks, with all files that it may mean. */
export function includeTasks(fields: Fields, entry: Entry, context: TaskContext): Include[] {
  const args = callArgs(entry, fields, shape);
  const draft = draftInclude(fields, entry, args === null ? null : applyOf(args), context);
  const file = args?.template('file') ?? null;
  if (file === null) {
    if (args !== null) fields.note(entry.keySpan, '`include_tasks` needs a `file`.', 'Write `include_tasks: x.yml`.');
    return [];
  }
  const folders = taskFolders(context);
  const accepts = (path: string, pattern: string): boolean =>
    // The name is open: what can not be meant is no mistake.
    !context.files.includes(path) && isTasks(context.loader.read(path, file), pattern);
  const paths = possibleFiles(file, draft.loop, { folders, wanted: 'file', accepts }, context);
  const candidates = paths.flatMap((path) => candidateOf(path, file, draft.inside));
  const find = findByPath(candidates, (name) => folders.map((folder) => resolve(folder, name)));
  return [draft.step({ what: 'tasks', file, candidates, find })];
}

function isTasks(node: Node | null, pattern: string): boolean {
  if (node === null || (node.kind === 'scalar' && node.value === null)) return true;
  if (node.kind !== 'list') return !isOpen(pattern);
  return !node.items.some(
    (item) => item.kind === 'map' && item.entries.some(({ key }) => key === 'hosts' || key === 'import_playbook'),
  );
}

function candidateOf(path: string, file: ScalarNode, inside: TaskContext): Candidate[] {
  if (isCircle(path, file, 'includes', inside)) return [];
  const maps = tasksOfFile(path, file, inside);
  if (maps === null || !inside.loader.mayInclude(file)) return [];
  const steps = inside.loader.loadSteps(maps, { ...inside, files: [...inside.files, path] });
  return [{ path, steps, variables: null }];
}

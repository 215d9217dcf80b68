import type { Entry } from '../../base/node.ts';
import { callArgs } from '../tasks/call-args.ts';
import { constantText } from './constant-text.ts';
import type { TaskContext } from '../tasks/context.ts';
import type { Fields } from '../fields.ts';
import { inherit } from '../tasks/inherited.ts';
import { importKeywords } from '../keywords.ts';
import type { Step } from '../playbook.ts';
import { onlyKeys } from '../tasks/step-call.ts';
import { findIn, isCircle, noteMissing, taskFolders, tasksOfFile } from './task-files.ts';

const shape = { keyword: 'import_tasks', main: 'file', known: ['file'] };

/** The steps of a file that is known before the run: they stand in place of the import. */
export function importTasks(fields: Fields, entry: Entry, context: TaskContext): Step[] {
  onlyKeys(fields, importKeywords, 'import_tasks');
  fields.template('name');
  const inherited = inherit(fields, context.inherited, 'vars of the import');
  const args = callArgs(entry, fields, shape);
  const file = args?.scalar('file') ?? null;
  if (file === null) return [];
  const name = constantText(file, 'import_tasks', context);
  if (name === null) return [];
  const folders = taskFolders(context);
  const path = findIn(folders, name);
  if (path === null) {
    noteMissing(file, name, folders, context);
    return [];
  }
  if (isCircle(path, file, 'imports', context)) return [];
  const maps = tasksOfFile(path, file, context) ?? [];
  return context.loader.loadSteps(maps, { ...context, inherited, files: [...context.files, path] });
}

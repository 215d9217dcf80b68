import type { TaskContext } from './context.ts';
import { Fields } from '../fields.ts';
import type { MapNode } from '../../base/node.ts';
import { importRole } from '../includes/import-role.ts';
import { importTasks } from '../includes/import-tasks.ts';
import { includeRole } from '../includes/include-role.ts';
import { includeTasks } from '../includes/include-tasks.ts';
import { includeVars } from '../includes/include-vars.ts';
import { isBlock, loadBlock } from './load-block.ts';
import { loadMeta } from './load-meta.ts';
import { loadTask } from './load-task.ts';
import type { Step } from '../playbook.ts';
import { stepCall } from './step-call.ts';

/** Reads a list of tasks, blocks, imports and includes; what is wrong with them goes to the problems. */
export function loadSteps(maps: readonly MapNode[], context: TaskContext): Step[] {
  return maps.flatMap((map) => stepsOf(new Fields(map, context.loader.problems), context));
}

function stepsOf(fields: Fields, context: TaskContext): readonly Step[] {
  if (isBlock(fields)) return loadBlock(fields, context);
  const call = stepCall(fields);
  if (call === null) return [];
  switch (call.kind) {
    case 'module':
      return [loadTask(fields, call, context)];
    case 'import_tasks':
      return importTasks(fields, call.entry, context);
    case 'include_tasks':
      return includeTasks(fields, call.entry, context);
    case 'import_role':
      return importRole(fields, call.entry, context);
    case 'include_role':
      return includeRole(fields, call.entry, context);
    case 'include_vars':
      return includeVars(fields, call.entry, context);
    case 'meta':
      return loadMeta(fields, call.entry, context);
  }
}

import type { ScalarNode } from '../base/node.ts';
import { displayPath } from '../base/read-source.ts';
import type { TaskContext } from './context.ts';
import { anything } from './name-patterns.ts';
import { noteMissing } from './task-files.ts';

/** Notes that an include can mean nothing that is there. */
export function noteNothingFits(
  name: ScalarNode,
  pattern: string,
  folders: readonly string[],
  context: TaskContext,
): void {
  if (!pattern.includes(anything)) {
    noteMissing(name, pattern, folders, context);
    return;
  }
  const looked = folders.map(displayPath).map((folder) => (folder === '' ? '.' : folder));
  context.loader.problems.push({
    at: name.span,
    message: `No file fits \`${pattern.replaceAll(anything, '*')}\`.`,
    hint: `Looked in ${looked.join(', ')}.`,
  });
}

import { type Node, type ScalarNode, toData } from '../../base/node.ts';
import { displayPath } from '../../base/read-source.ts';
import type { TaskContext } from '../tasks/context.ts';
import { findByPattern, type Wanted } from './find-by-pattern.ts';
import { anything, namePatterns } from './name-patterns.ts';
import type { Loop } from '../playbook.ts';
import { noteMissing } from './task-files.ts';

/** Where something is looked for, and what. */
export interface Search {
  readonly folders: readonly string[];
  readonly wanted: Wanted;
  /** Whether a path that an open name fits can be meant. */
  readonly accepts: (path: string, pattern: string) => boolean;
}

/** All paths that a name may mean; one that can mean nothing is noted. */
export function possibleFiles(
  name: ScalarNode,
  loop: Loop | null,
  { folders, wanted, accepts }: Search,
  context: TaskContext,
): string[] {
  const found = namePatterns(name, loop, context).map((pattern) => {
    const all = findByPattern(pattern, folders, wanted);
    const paths = all.filter((path) => !pattern.includes(anything) || accepts(path, pattern));
    // A file that is being read can not be meant by an open name, but it does fit.
    return { pattern, paths, isMissing: paths.length === 0 && !all.some((path) => context.files.includes(path)) };
  });
  const missing = found.filter(({ isMissing }) => isMissing);
  if (loop?.kind !== 'first_found') for (const { pattern } of missing) noteNothingFits(name, pattern, folders, context);
  else if (missing.length === found.length && !maySkip(loop.node))
    noteNothingFits(name, missing[0]?.pattern ?? '', folders, context);
  return [...new Set(found.flatMap(({ paths }) => paths))];
}

/** Notes that a name can mean nothing that is there. */
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

// `skip: true` of `with_first_found`: nothing needs to be there.
function maySkip(node: Node): boolean {
  if (node.kind === 'list') return node.items.some(maySkip);
  return node.kind === 'map' && node.entries.some(({ key, value }) => key === 'skip' && isTrue(toData(value)));
}

function isTrue(value: unknown): boolean {
  return ['true', 'yes', 'on'].includes(String(value).toLowerCase());
}

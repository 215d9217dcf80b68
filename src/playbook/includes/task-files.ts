import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { didYouMean } from '../../base/did-you-mean.ts';
import { diagnostic } from '../../base/diagnostic.ts';
import type { MapNode, ScalarNode } from '../../base/node.ts';
import { displayPath } from '../../base/read-source.ts';
import type { TaskContext } from '../tasks/context.ts';
import { Fields, wordsOf } from '../fields.ts';

/** Where files of tasks are looked for: beside the file that names them, in the role, beside the playbook. */
export function taskFolders({ files, role, loader }: TaskContext): string[] {
  const own = dirname(files.at(-1) ?? loader.folder);
  const ofRole = role === null ? [] : [join(role.path, 'tasks'), role.path];
  return [...new Set([own, ...ofRole, loader.folder])];
}

/** Where files of variables are looked for. */
export function varsFolders({ files, role, loader }: TaskContext): string[] {
  const own = dirname(files.at(-1) ?? loader.folder);
  const ofRole = role === null ? [] : [join(role.path, 'vars'), role.path];
  return [...new Set([...ofRole, join(own, 'vars'), own, join(loader.folder, 'vars'), loader.folder])];
}

/** The first of the folders' files, or directories, of that name. */
export function findIn(folders: readonly string[], name: string): string | null {
  return folders.map((folder) => resolve(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** Notes that nothing has that name. */
export function noteMissing(name: ScalarNode, text: string, folders: readonly string[], context: TaskContext): void {
  const near = folders.map((folder) => dirname(resolve(folder, text))).filter(isDirectory);
  const known = near.flatMap((folder) => readdirSync(folder));
  const guess = didYouMean(basename(text), known);
  const looked = `Looked in ${folders.map(displayPath).map(nameOfFolder).join(', ')}.`;
  context.loader.problems.push(diagnostic(name.span, `There is no file \`${text}\`.`, guess ?? looked));
}

/** The tasks of a file; `null` when it is no such file, which is noted. */
export function tasksOfFile(path: string, at: ScalarNode | null, context: TaskContext): MapNode[] | null {
  const { problems } = context.loader;
  const node = context.loader.read(path, at);
  if (node === null || (node.kind === 'scalar' && node.value === null)) return [];
  if (node.kind === 'list')
    return node.items.flatMap((item) => new Fields(emptyAt(node), problems).mapItem(item, 'task'));
  problems.push(
    diagnostic(node.span, `A file of tasks is a list, not ${wordsOf(node)}.`, 'Each task starts with `- `.'),
  );
  return null;
}

/** Whether a file that would be read now is being read already; that is noted. */
export function isCircle(path: string, at: ScalarNode, word: string, { files, loader }: TaskContext): boolean {
  const from = files.indexOf(path);
  if (from === -1) return false;
  const chain = [...files.slice(from), path].map(displayPath).join(' → ');
  const hint = 'To repeat tasks, put a `loop` beside the include, or `until` beside a task.';
  loader.problems.push(diagnostic(at.span, `\`${displayPath(path)}\` ${word} itself: ${chain}.`, hint));
  return true;
}

function nameOfFolder(path: string): string {
  return path === '' ? '.' : path;
}

function emptyAt({ span }: { readonly span: MapNode['span'] }): MapNode {
  return { kind: 'map', span, entries: [] };
}

function isDirectory(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

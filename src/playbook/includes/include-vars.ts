import { basename, resolve } from 'node:path';
import { type Layer, layerOf } from '../../base/layer.ts';
import type { Entry, Node, ScalarNode } from '../../base/node.ts';
import { checkTemplate } from '../../template/evaluate.ts';
import { callArgs } from '../tasks/call-args.ts';
import type { TaskContext } from '../tasks/context.ts';
import { Fields, wordsOf } from '../fields.ts';
import { isOpen } from './find-by-pattern.ts';
import { draftInclude, findByPath, noVariables } from './include-step.ts';
import type { Candidate, Include } from '../playbook.ts';
import { possibleFiles, type Search } from './possible-files.ts';
import { varsFolders } from './task-files.ts';
import { dirFilter, dirKeys, filesOfDir } from './vars-dir.ts';

const shape = {
  keyword: 'include_vars',
  main: 'file',
  known: ['file', 'dir', 'name', ...dirKeys],
};

/** An include of variables: a file, or all files of a directory. */
export function includeVars(fields: Fields, entry: Entry, context: TaskContext): Include[] {
  const args = callArgs(entry, fields, shape);
  const draft = draftInclude(fields, entry, null, context);
  if (args === null) return [];
  const into = args.text('name');
  if (into !== null) args.variableName(into, args.node('name')?.span ?? entry.keySpan);
  const named = nameOf(args, entry);
  if (named === null) return [];
  const { name, isDir } = named;
  const filter = dirFilter(args, isDir);
  const folders = varsFolders(context);
  const accepts = (path: string, pattern: string): boolean =>
    !isOpen(pattern) || isDir || context.loader.read(path, name)?.kind !== 'list';
  const search: Search = { folders, wanted: isDir ? 'directory' : 'file', accepts };
  const paths = possibleFiles(name, draft.loop, search, context);
  const candidates = paths.map((path) => {
    const files = isDir ? filesOfDir(path, filter, context) : [path];
    return candidateOf({ path, files, name, into }, context);
  });
  const find = findByPath(candidates, (written) => folders.map((folder) => resolve(folder, written)));
  return [draft.step({ what: 'vars', file: name, candidates, find, into })];
}

function nameOf(args: Fields, entry: Entry): { readonly name: ScalarNode; readonly isDir: boolean } | null {
  const [file, dir] = [args.template('file'), args.template('dir')];
  if (file !== null && dir !== null) {
    args.note(args.entry('dir')?.keySpan ?? entry.keySpan, 'Only one of `file` and `dir` can be given.');
    return null;
  }
  const name = file ?? dir;
  if (name !== null) return { name, isDir: dir !== null };
  args.note(entry.keySpan, 'One of `file` and `dir` must be given.', 'Write `include_vars: {file: x.yml}`.');
  return null;
}

interface VarsFiles {
  readonly path: string;
  readonly files: readonly string[];
  readonly name: ScalarNode;
  readonly into: string | null;
}

function candidateOf({ path, files, name, into }: VarsFiles, context: TaskContext): Candidate {
  const what = `include_vars ${basename(path)}`;
  const layers = files.map((file) => layerOfFile(context.loader.read(file, name), what, into !== null, context));
  const variables = layerOf(
    what,
    layers.flatMap((layer) => [...layer.entries.values()]),
  );
  return { path, steps: [], variables };
}

function layerOfFile(node: Node | null, name: string, isNested: boolean, { loader }: TaskContext): Layer {
  if (node === null || (node.kind === 'scalar' && node.value === null)) return noVariables(name);
  if (node.kind !== 'map') {
    loader.problems.push({
      at: node.span,
      message: `A file of variables is a mapping, not ${wordsOf(node)}.`,
      hint: null,
    });
    return noVariables(name);
  }
  if (!isNested) return new Fields(node, loader.problems).layer(node, name);
  loader.problems.push(...checkTemplate(node));
  return layerOf(name, node.entries);
}

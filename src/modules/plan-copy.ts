import { PlanError } from '../base/errors.ts';
import type { Change } from '../changes/change.ts';
import { contentOf } from '../changes/content.ts';
import type { AttributeArgs } from './attributes.ts';
import { at, type CopyArgs, type CopyState, directoryAt, fileTarget, textOf, treeTarget } from './copy-targets.ts';
import type { Tree, TreeEntry } from './module.ts';
import { makeDirectory, planDirectories } from './plan-directories.ts';
import { directoryOf, planCopy, planFile, requireDirectory } from './plan-file.ts';

/** The changes for one file or text. @throws PlanError */
export function planFileCopy(args: CopyArgs, state: CopyState, source: TreeEntry | null): Change[] {
  const { path, before } = fileTarget(args, state);
  const above = directoryOf(path);
  const directories = args.dest.endsWith('/') ? planMissingDirectory(above, args, state) : [];
  const changes = planContent(args, { path, before, state, source });
  // What a link leads to may be anywhere; whether it can be written there is left to the host.
  const isElsewhere = directories.length > 0 || path === state.real;
  if (!isElsewhere) requireDirectory(path, directoryAt(state, above) ?? state.dest, changes);
  return [...directories, ...changes];
}

interface Target {
  readonly path: string;
  readonly before: CopyState['dest'];
  readonly state: CopyState;
  readonly source: TreeEntry | null;
}

function planContent(args: CopyArgs, { path, before, state, source }: Target): Change[] {
  if (args.content !== null) return planFile({ ...args, path, content: contentOf(textOf(args.content)) }, before);
  if (source?.content) {
    checkSum(args, source.content.sha256);
    return planFile({ ...args, path, mode: modeOf(args, source.mode), content: source.content }, before);
  }
  const remote = state.source ?? null;
  const from = args.src ?? '';
  if (remote === null) throw new PlanError(`\`${from}\` does not exist on the host.`);
  if (remote.type === 'directory') {
    throw new PlanError(`\`${from}\` is a directory of the host; only files are copied there.`, {
      hint: `Use \`command: cp -a ${from} ${args.dest}\` with \`creates\`.`,
    });
  }
  if (remote.sha256 === null) throw new PlanError(`\`${from}\` is not a file.`);
  checkSum(args, remote.sha256);
  return planCopy({ ...args, path, from, sha256: remote.sha256, mode: modeOf(args, remote.mode) }, before);
}

/** The changes for all that is in a directory of the controller. @throws PlanError */
export function planTreeCopy(args: CopyArgs, state: CopyState, tree: Tree): Change[] {
  const changes = planMissingDirectory(args.dest.replace(/(?<=.)\/+$/, ''), args, state);
  for (const entry of tree.files) {
    const path = treeTarget(args, entry);
    if (/[\n\r\0]/.test(path)) throw new PlanError(`\`${path}\` has a line end in its name.`);
    if (entry.content === null) changes.push(...planEntryDirectory(path, args, state));
    else {
      const wanted = { ...args, path, mode: modeOf(args, entry.mode), content: entry.content };
      changes.push(...planFile(wanted, at(state, path)));
    }
  }
  return changes;
}

function planMissingDirectory(path: string, args: CopyArgs, state: CopyState): Change[] {
  const directory = directoryAt(state, path);
  if (directory?.type === 'directory') return [];
  if (directory !== null) throw new PlanError(`\`${path}\` is not a directory but a ${directory.type}.`);
  return planDirectories(path, directoryArgs(args), (above) => directoryAt(state, above));
}

// The one above is made by an earlier change, if it was missing.
function planEntryDirectory(path: string, args: CopyArgs, state: CopyState): Change[] {
  const directory = directoryAt(state, path);
  if (directory?.type === 'directory') return [];
  if (directory !== null) throw new PlanError(`\`${path}\` is not a directory but a ${directory.type}.`);
  return [makeDirectory(path, directoryArgs(args))];
}

function directoryArgs({ directory_mode, owner, group }: CopyArgs): AttributeArgs {
  return { mode: directory_mode, owner, group };
}

function modeOf({ mode }: CopyArgs, ofSource: string): string | null {
  return mode === 'preserve' ? ofSource : mode;
}

function checkSum({ checksum, src }: CopyArgs, sha256: string): void {
  if (checksum === null || checksum.toLowerCase() === sha256) return;
  throw new PlanError(`\`${src}\` has the sha256 ${sha256}, not ${checksum.toLowerCase()}.`);
}

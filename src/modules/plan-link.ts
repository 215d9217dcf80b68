import { PlanError } from '../base/errors.ts';
import { type Change, type MakeLink, unchanged } from '../changes/change.ts';
import type { FileState } from '../probes/file-state.ts';
import { type AttributeArgs, differingAttributes, planAttributes } from './attributes.ts';
import { directoryOf } from './plan-file.ts';

/** The args of `file` that links need. */
export interface LinkArgs extends AttributeArgs {
  readonly path: string;
  readonly src: string | null;
  readonly force: boolean;
}

/** Makes a path a symbolic link to `src`, as written. @throws PlanError */
export function planLink(args: LinkArgs, before: FileState | null, source: FileState | null | undefined): Change[] {
  const { path, src, force } = args;
  const target = src ?? '';
  if (before?.type === 'link' && before.target === target) return planAttributes(path, args, before);
  refuseOthers(args, before);
  if (!source && !force) {
    throw new PlanError(`\`${target}\`, which the link is to point to, does not exist.`, {
      hint: '`force: true` makes the link all the same.',
    });
  }
  return [{ kind: 'make-link', path, target, hard: false, before: wordsOf(before) }, ...ownerOfNewLink(args)];
}

/** Makes a path another name of the file `src`. @throws PlanError */
export function planHardLink(args: LinkArgs, before: FileState | null, source: FileState | null | undefined): Change[] {
  const { path, src } = args;
  const target = sourcePath(path, src ?? '');
  if (!source) throw new PlanError(`\`${target}\`, which the link is to point to, does not exist.`);
  if (source.type === 'directory')
    throw new PlanError(`\`${target}\` is a directory, which can not have a second name.`);
  if (before !== null && before.inode === source.inode && before.device === source.device) {
    return planAttributes(path, args, before);
  }
  refuseOthers(args, before);
  const link: MakeLink = { kind: 'make-link', path, target, hard: true, before: wordsOf(before) };
  return [link, ...planAttributes(path, args, source)];
}

/** Where a link in the directory of `path` leads. */
export function sourcePath(path: string, src: string): string {
  return src.startsWith('/') ? src : `${directoryOf(path).replace(/\/$/, '')}/${src}`;
}

function refuseOthers({ path, force }: LinkArgs, before: FileState | null): void {
  if (before === null || before.type === 'link') return;
  if (before.type === 'directory') {
    throw new PlanError(`\`${path}\` is a directory.`, { hint: 'Remove it first, with `state: absent`.' });
  }
  if (force) return;
  throw new PlanError(`\`${path}\` is not a link but a ${before.type}.`, { hint: '`force: true` replaces it.' });
}

function wordsOf(before: FileState | null): string | null {
  return before === null ? null : (before.target ?? before.type);
}

// Nobody knows yet who will own the new link; its mode means nothing.
function ownerOfNewLink({ path, owner, group }: LinkArgs): Change[] {
  const unknown = { type: 'link', mode: '0777', owner: '', uid: -1, group: '', gid: -1 } as const;
  const after = differingAttributes({ mode: null, owner, group }, unknown);
  if (after.owner === null && after.group === null) return [];
  return [{ kind: 'set-attributes', path, before: unchanged, after, follow: false, recurse: false }];
}

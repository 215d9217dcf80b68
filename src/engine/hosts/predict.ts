import { type Footprint, hasDots, overlaps, plainPath } from '../../base/footprint.ts';
import { type Attributes, type Change, type CopyPath, footprintOf, type WriteFile } from '../../changes/change.ts';
import { type FileQuestion, type FileState, fileStateKind } from '../../probes/file-state.ts';
import type { Probe } from '../../probes/probe.ts';

/** What a probe would answer after a change: as before, another answer, or nobody can know. */
export type Prediction =
  | { readonly kind: 'same' }
  | { readonly kind: 'known'; readonly answer: unknown }
  | { readonly kind: 'unknown' };

const same: Prediction = { kind: 'same' };
const unknown: Prediction = { kind: 'unknown' };

/** The owner and group of what is made: whoever makes it, or as its directory says. No host can have such a name. */
export const nobodyKnows = '\0';

/** Whether a change depends on whom something belongs to that nobody knows. */
export function dependsOnMaker(change: Change): boolean {
  switch (change.kind) {
    case 'write-file':
    case 'copy-path':
      return isOfNobody(change.attributes) || (change.before !== null && isOfNobody(change.before.attributes));
    case 'set-attributes': {
      const { before, after } = change;
      const owner = after.owner === null ? null : before.owner;
      return isOfNobody({ mode: null, owner, group: after.group === null ? null : before.group });
    }
    default:
      return false;
  }
}

function isOfNobody({ owner, group }: Attributes): boolean {
  return owner === nobodyKnows || group === nobodyKnows;
}

/**
 * Tells the answer of a probe after a change from its answer before it.
 *
 * @param maker owner and group of what is made, where the change does not say
 */
export function predict(
  { probe: { kind, question }, value }: { readonly probe: Probe<unknown>; readonly value: unknown },
  change: Change,
  maker = nobodyKnows,
): Prediction {
  const reads: Footprint = kind.reads(question);
  if (!overlaps(footprintOf(change), reads)) return same;
  if ((kind as unknown) !== fileStateKind || change.kind === 'run-command') return unknown;
  return predictFile(question as FileQuestion, value as FileState | null, change, madeBy(maker));
}

type FileChange = Exclude<Change, { kind: 'run-command' }>;

function predictFile(
  question: FileQuestion,
  before: FileState | null,
  change: FileChange,
  made: FileState,
): Prediction {
  if (hasDots(question.path) || hasDots(change.path)) return unknown;
  if (plainPath(question.path) !== plainPath(change.path)) return elsewhere(question, change);
  // What a link points to decides what is seen through it.
  if (question.follow && before?.type === 'link') return unknown;
  switch (change.kind) {
    case 'write-file': {
      const { bytes, sha256, size } = change.content;
      if (question.content !== 'never' && bytes === null) return unknown;
      return fileWith(change, before?.type === 'file' ? before : made, {
        sha256: question.hash ? sha256 : null,
        size,
        content: bytes,
      });
    }
    case 'copy-path':
      if (question.content !== 'never') return unknown;
      return fileWith(change, before?.type === 'file' ? before : made, {
        sha256: question.hash ? change.sha256 : null,
      });
    case 'make-directory':
      return known({ ...withAttributes(made, change.attributes), type: 'directory', inode: inodeOf(change) });
    case 'make-link':
      return question.follow || change.hard
        ? unknown
        : known({ ...made, type: 'link', mode: '0777', target: change.target, inode: inodeOf(change) });
    case 'remove-path':
      return known(null);
    case 'set-times':
      return same;
    case 'set-attributes':
      if (before?.type === 'link' && change.follow) return same;
      return before === null ? unknown : known(withAttributes(before, change.after));
  }
}

// The path is above or below what changes.
function elsewhere({ path }: FileQuestion, change: FileChange): Prediction {
  const isBelow = plainPath(path).startsWith(`${plainPath(change.path)}/`);
  if (!isBelow) return same;
  if (change.kind === 'remove-path') return known(null);
  if (change.kind === 'make-link') return unknown;
  return change.kind === 'set-attributes' && change.recurse ? unknown : same;
}

function madeBy(maker: string): FileState {
  const number = maker === 'root' ? 0 : -1;
  return {
    type: 'file',
    mode: '0644',
    owner: maker,
    uid: number,
    group: maker,
    gid: number,
    size: 0,
    mtime: 0,
    inode: 0,
    device: 0,
    links: 1,
    target: null,
    sha256: null,
    content: null,
  };
}

const inodes = new WeakMap<Change, number>();
let lastInode = 0;

// Two things that are made are not one, but what a change makes is: a number that no file has, for each change its own.
function inodeOf(change: Change): number {
  const inode = inodes.get(change) ?? --lastInode;
  inodes.set(change, inode);
  return inode;
}

function fileWith(change: WriteFile | CopyPath, before: FileState, parts: Partial<FileState>): Prediction {
  const written = { type: 'file', target: null, inode: inodeOf(change), links: 1 } as const;
  return known({ ...withAttributes(before, change.attributes), content: null, ...parts, ...written });
}

// Names and numbers of an owner are not told from each other here: -1 is nobody's number, so only the name counts.
function withAttributes(state: FileState, { mode, owner, group }: Attributes): FileState {
  return {
    ...state,
    mode: mode ?? state.mode,
    ...(owner === null ? {} : { owner, uid: numberOr(owner, -1) }),
    ...(group === null ? {} : { group, gid: numberOr(group, -1) }),
  };
}

function numberOr(name: string, otherwise: number): number {
  return /^\d+$/.test(name) ? Number(name) : otherwise;
}

function known(answer: unknown): Prediction {
  return { kind: 'known', answer };
}

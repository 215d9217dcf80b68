import { PlanError } from '../base/errors.ts';
import type { Change, Content } from '../changes/change.ts';
import { Obstructed } from '../changes/obstructed.ts';
import type { FileState } from '../probes/file-state.ts';
import { type AttributeArgs, attributesFor, beforeOf, planAttributes } from './attributes.ts';

/** A file as a task wants it, whatever it holds. */
export interface WantedPath extends AttributeArgs {
  readonly path: string;
  readonly validate: string | null;
  readonly backup: boolean;
  /** False: a file that is there stays, whatever it holds. */
  readonly force: boolean;
}

/** A file with content of the controller. */
export interface WantedFile extends WantedPath {
  readonly content: Content;
}

/** A file with the content of another file of the host. */
export interface WantedCopy extends WantedPath {
  readonly from: string;
  readonly sha256: string;
}

/** The changes that give a path its content and attributes. @throws PlanError when a directory is in the way */
export function planFile(wanted: WantedFile, before: FileState | null): Change[] {
  const { path, content } = wanted;
  return (
    planKept(wanted, content.sha256, before) ?? [{ kind: 'write-file', path, content, ...replacement(wanted, before) }]
  );
}

/** The changes that give a path the content of another one. @throws PlanError when a directory is in the way */
export function planCopy(wanted: WantedCopy, before: FileState | null): Change[] {
  const { path, from, sha256 } = wanted;
  const change: Change = { kind: 'copy-path', from, path, sha256, ...replacement(wanted, before) };
  return planKept(wanted, sha256, before) ?? [change];
}

// `null`: the content has to be written.
function planKept(wanted: WantedPath, sha256: string, before: FileState | null): Change[] | null {
  const { path, force } = wanted;
  if (before === null) return null;
  if (before.type === 'directory')
    throw new PlanError(`\`${path}\` is a directory.`, { hint: 'Give the name of the file in it.' });
  if (before.type === 'other') throw new PlanError(`\`${path}\` is a device, socket or pipe, not a file.`);
  if (before.type === 'link') return force ? null : [];
  return before.sha256 === sha256 || !force ? planAttributes(path, wanted, before) : null;
}

function replacement(wanted: WantedPath, before: FileState | null) {
  const { path, validate } = wanted;
  const attributes = attributesFor(wanted, before, '0644');
  const backup = wanted.backup && before !== null ? `${path}.${(before.sha256 ?? 'link').slice(0, 12)}.bak` : null;
  return { attributes, before: beforeOf(before), validate, backup };
}

/**
 * Says that there is no directory to put a path into, unless there is.
 *
 * @param planned what is to be done once there is one
 * @throws PlanError
 */
export function requireDirectory(path: string, parent: FileState | null, planned: readonly Change[] = []): void {
  if (parent?.type === 'directory') return;
  const directory = directoryOf(path);
  if (parent !== null) throw new PlanError(`\`${directory}\` is not a directory.`);
  const hint = `Make it first: \`file: {path: ${directory}, state: directory}\`.`;
  throw new Obstructed(`The directory \`${directory}\` does not exist.`, hint, planned);
}

/** The directory a path is in. */
export function directoryOf(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed.slice(0, trimmed.lastIndexOf('/')) || '/';
}

/** The directories above a path, from the top: `/`, `/a`, `/a/b` of `/a/b/c`. */
export function ancestorsOf(path: string): string[] {
  const ancestors: string[] = [];
  for (let above = directoryOf(path); above !== '/'; above = directoryOf(above)) ancestors.unshift(above);
  return ['/', ...ancestors];
}

/** The last name of a path. */
export function baseName(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

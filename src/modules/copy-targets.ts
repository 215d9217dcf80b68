import { PlanError } from '../base/errors.ts';
import type { Data } from '../base/node.ts';
import { contentOf } from '../changes/content.ts';
import { type FileState, fileState } from '../probes/file-state.ts';
import type { Probe, Probes } from '../probes/probe.ts';
import { realPath } from '../probes/real-path.ts';
import type { AttributeArgs } from './attributes.ts';
import type { Tree, TreeEntry } from './module.ts';
import { ancestorsOf, baseName } from './plan-file.ts';

export interface CopyArgs extends AttributeArgs {
  readonly src: string | null;
  readonly content: Data;
  readonly dest: string;
  readonly directory_mode: string | null;
  readonly remote_src: boolean;
  readonly follow: boolean;
  readonly force: boolean;
  readonly backup: boolean;
  readonly validate: string | null;
  readonly checksum: string | null;
  readonly decrypt: boolean;
}

export interface CopyState {
  /** What is at `dest` when links are followed. */
  readonly dest: FileState | null;
  /** Where a link at `dest` leads, when that is what is to be written. */
  readonly real?: string | null;
  /** The source, when it is on the host. */
  readonly source?: FileState | null;
  /** What is at each path that may be written. */
  readonly [path: `/${string}`]: FileState | null;
  /** Directories, links followed. */
  readonly [directory: `in /${string}`]: FileState | null;
}

export interface CopyInputs {
  readonly src?: Tree;
}

/** What to ask before copying. */
export function copyProbes(args: CopyArgs, { src }: CopyInputs): Probes<CopyState> {
  const { dest, follow, remote_src } = args;
  const sha256 = args.content === null ? src?.files[0]?.content?.sha256 : contentOf(textOf(args.content)).sha256;
  const look = { hash: true, content: sha256 === undefined ? 'never' : { unless: sha256 } } as const;
  return {
    dest: fileState(dest, follow ? { follow: true, ...look } : { follow: true }),
    ...(follow ? { real: realPath(dest) } : {}),
    ...(remote_src && args.src !== null ? { source: fileState(args.src, { follow: true, hash: true }) } : {}),
    ...(src?.isDirectory ? treeProbes(args, src) : fileProbes(args, look)),
  };
}

type Look = NonNullable<Parameters<typeof fileState>[1]>;
type PathProbes = Record<string, Probe<FileState | null>>;

function fileProbes(args: CopyArgs, look: Look): PathProbes {
  const { dest } = args;
  const inDirectory = dest.replace(/\/*$/, '/') + sourceName(args);
  const paths = args.content !== null ? [dest] : dest.endsWith('/') ? [inDirectory] : [dest, inDirectory];
  return {
    ...Object.fromEntries(paths.map((path) => [path, fileState(path, look)])),
    ...directoryProbes(dest.endsWith('/') ? ancestorsOf(inDirectory) : ancestorsOf(dest)),
  };
}

function treeProbes(args: CopyArgs, tree: Tree): PathProbes {
  const directories: string[] = [];
  const files: (readonly [string, Probe<FileState | null>])[] = [];
  for (const entry of tree.files) {
    const path = treeTarget(args, entry);
    if (entry.content === null) directories.push(path);
    else files.push([path, fileState(path, { hash: true, content: { unless: entry.content.sha256 } })]);
  }
  const above = ancestorsOf(treeTarget(args, { path: 'x' }));
  return { ...directoryProbes([...above, ...directories]), ...Object.fromEntries(files) };
}

function directoryProbes(paths: readonly string[]): PathProbes {
  return Object.fromEntries(paths.map((path) => [`in ${path}`, fileState(path, { follow: true })]));
}

/** Where an entry of a tree goes. */
export function treeTarget({ dest }: CopyArgs, { path }: Pick<TreeEntry, 'path'>): string {
  return `${dest.replace(/\/+$/, '')}/${path}`;
}

/** Where a single file goes, and what is there. @throws PlanError */
export function fileTarget(args: CopyArgs, state: CopyState): { path: string; before: FileState | null } {
  const { dest, content, follow } = args;
  const isDirectory = dest.endsWith('/') || state.dest?.type === 'directory';
  if (isDirectory && content === null) {
    const path = dest.replace(/\/*$/, '/') + sourceName(args);
    return { path, before: at(state, path) };
  }
  if (!follow || at(state, dest)?.type !== 'link') return { path: dest, before: at(state, dest) };
  if (!state.real) throw new PlanError(`The link \`${dest}\` leads to no directory that exists.`);
  return { path: state.real, before: state.dest };
}

/** What is at a path that may be written. */
export function at(state: CopyState, path: string): FileState | null {
  return state[path as `/${string}`] ?? null;
}

/** What a directory is, links followed. */
export function directoryAt(state: CopyState, path: string): FileState | null {
  return state[`in ${path as `/${string}`}`] ?? null;
}

/** The text of a `content` arg: lists and mappings are written as JSON. */
export function textOf(content: Data): string {
  return typeof content === 'string' ? content : JSON.stringify(content);
}

function sourceName({ src }: CopyArgs): string {
  return baseName(src ?? '');
}

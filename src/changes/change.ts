import { type Footprint, nothing, pathArea, union } from '../base/footprint.ts';
import type { Secret } from '../base/secrets.ts';

/** One thing to do on a host, as plain data: made by a module's plan, done by `apply.ts`, told by `describe.ts`. */
export type Change =
  | WriteFile
  | CopyPath
  | MakeDirectory
  | MakeLink
  | RemovePath
  | SetAttributes
  | SetTimes
  | RunCommand;

/** Puts content at a path, whole or not at all. */
export interface WriteFile {
  readonly kind: 'write-file';
  readonly path: string;
  readonly content: Content;
  readonly attributes: Attributes;
  readonly before: FileBefore | null;
  /** A command with `%s` for the candidate; unless it succeeds, the file stays as it is. */
  readonly validate: string | null;
  /** Where a copy of the old file is kept, or `null`. */
  readonly backup: string | null;
}

/** Puts a file of the host itself at another path, whole or not at all. */
export interface CopyPath {
  readonly kind: 'copy-path';
  readonly from: string;
  readonly path: string;
  readonly sha256: string;
  readonly attributes: Attributes;
  readonly before: FileBefore | null;
  readonly validate: string | null;
  readonly backup: string | null;
}

/** Makes one directory; the one above it is there. */
export interface MakeDirectory {
  readonly kind: 'make-directory';
  readonly path: string;
  readonly attributes: Attributes;
}

/** Makes or repoints a link. */
export interface MakeLink {
  readonly kind: 'make-link';
  readonly path: string;
  readonly target: string;
  readonly hard: boolean;
  /** What the link pointed to; `null`: nothing was there. */
  readonly before: string | null;
}

/** Removes what is at a path, and for a directory all in it. */
export interface RemovePath {
  readonly kind: 'remove-path';
  readonly path: string;
  readonly type: 'file' | 'directory' | 'link' | 'other';
  readonly before: FileBefore | null;
}

/** Sets mode, owner or group of what is there. */
export interface SetAttributes {
  readonly kind: 'set-attributes';
  readonly path: string;
  readonly before: Attributes;
  readonly after: Attributes;
  /** Of what a link points to, rather than of the link. */
  readonly follow: boolean;
  /** In a directory, with itself: a step for each sort of things that are alike; `false`: only the path itself. */
  readonly recurse: false | readonly TreeStep[];
}

/** What happens to all things of a directory that have the same type, mode, owner and group. */
export interface TreeStep {
  readonly type: 'file' | 'directory' | 'link' | 'other';
  /** How many there are. */
  readonly count: number;
  readonly before: { readonly mode: string; readonly uid: number; readonly gid: number };
  readonly after: Attributes;
}

/** Makes something look used or written now; see touch(1). */
export interface SetTimes {
  readonly kind: 'set-times';
  readonly path: string;
  readonly access: boolean;
  readonly modification: boolean;
  /** Of what a link points to, rather than of the link. */
  readonly follow: boolean;
}

/** Runs a program or a piece of shell text. */
export interface RunCommand {
  readonly kind: 'run-command';
  /** An argv list, or text for a shell. */
  readonly command: readonly string[] | ShellText;
  /** `null`: the login directory. */
  readonly directory: string | null;
  readonly environment: Readonly<Record<string, string>>;
  /** What the program reads; secrets go here, never into argv. */
  readonly stdin: string | Secret | null;
  /** What it may alter. */
  readonly touches: Footprint;
  /** What is so now and what will be, in words; `null` when nobody can know. */
  readonly before: string | null;
  readonly after: string | null;
  /** Shell text that tells why it failed, such as the last lines of a log; runs only then, and writes nothing. */
  readonly diagnose: string | null;
}

/** Text for a shell, such as `/bin/sh` or `/bin/bash`. */
export interface ShellText {
  readonly shell: string;
  readonly text: string;
}

/** Bytes of the controller: in memory, or a local file that is read when it is sent. */
export interface Content {
  /** Lower-case hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** `null`: too large to hold; then `file` names it. */
  readonly bytes: Buffer | null;
  readonly file: string | null;
  /** It was encrypted: nothing of it is shown. */
  readonly isSecret?: boolean;
}

/** Mode as four octal digits (`0644`), owner and group as names or numbers; `null` leaves each as it is. */
export interface Attributes {
  readonly mode: string | null;
  readonly owner: string | null;
  readonly group: string | null;
}

/** The old file as far as it was looked at; `content` is `null` when it was not, or when it is too large to show. */
export interface FileBefore {
  readonly type: 'file' | 'directory' | 'link' | 'other';
  readonly attributes: Attributes;
  readonly content: Buffer | null;
}

/** Attributes that leave everything as it is. */
export const unchanged: Attributes = { mode: null, owner: null, group: null };

/** Makes a command change; what is not said is empty. */
export function runCommand(
  parts: Pick<RunCommand, 'command' | 'touches'> & Partial<Omit<RunCommand, 'kind'>>,
): RunCommand {
  return {
    kind: 'run-command',
    directory: null,
    environment: {},
    stdin: null,
    before: null,
    after: null,
    diagnose: null,
    ...parts,
  };
}

/** What a change alters: probes that read it must be asked again. */
export function footprintOf(change: Change): Footprint {
  switch (change.kind) {
    case 'write-file':
    case 'copy-path':
    case 'make-directory':
    case 'make-link':
    case 'remove-path':
    case 'set-attributes':
    case 'set-times':
      return [pathArea(change.path)];
    case 'run-command':
      return change.touches;
  }
}

/** What several changes alter together. */
export function footprintOfAll(changes: readonly Change[]): Footprint {
  return changes.length === 0 ? nothing : union(changes.map(footprintOf));
}

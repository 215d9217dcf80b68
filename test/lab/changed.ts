import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LabHost } from './host.ts';
import { GONE, list, look, type Entry, type Listing } from './listing.ts';
import { LabError } from './run.ts';
import { initOf } from './unit.ts';

/** How closely to look. */
export interface ChangedOptions {
  /** Also name folders in which an entry came or went, which shows even a file that was removed again. */
  readonly strict?: boolean;
}

interface Comparison {
  readonly before: Listing;
  readonly now: Listing;
  /** The read-only layers below, uppermost first. */
  readonly lower: readonly string[];
  /** The merged tree as the host sees it, null when it does not run. */
  readonly merged: string | null;
}

/** Remembers the host's files as they are; `changedPaths` tells what became of them since. */
export function markHost(host: LabHost): void {
  writeFileSync(markPath(host), JSON.stringify([...list(host.upper)]));
}

/** Whether the host was ever marked; booting does it the first time. */
export function hasMark(host: LabHost): boolean {
  return existsSync(markPath(host));
}

/**
 * What was written since the last mark (boot, reset or `markHost`): `+ /new`, `~ /other now`, `- /removed`, by path.
 *
 * Read from the overlay's upper folder, so the host takes no part in it and cannot be wrong. A file rewritten with the
 * same text counts: its time is another.
 */
export function changedPaths(host: LabHost, baseRoot: string, { strict = false }: ChangedOptions = {}): string[] {
  if (!hasMark(host)) throw new LabError(`${host.name} has no mark: it never booted`);
  const before: Listing = new Map(JSON.parse(readFileSync(markPath(host), 'utf8')) as [string, Entry][]);
  const init = initOf(host.unit);
  const comparison = {
    before,
    now: list(host.upper),
    lower: [join(host.dir, 'seed'), baseRoot],
    merged: init === null ? null : `/proc/${init}/root`,
  };
  const paths = new Set([...before.keys(), ...comparison.now.keys()]);
  return [...paths].toSorted().flatMap((path) => compare(comparison, path, strict));
}

function compare(all: Comparison, path: string, strict: boolean): string[] {
  const was = entryBefore(all, path);
  const is = all.now.get(path) ?? GONE;
  const children = is.inode === undefined || was.inode === undefined ? [] : hiddenChildren(all, path);
  if (was.facts !== is.facts) return [`${sign(was, is)} /${path}`, ...children];
  // a folder that is new in the upper layer was copied there because something in it was written
  const isTouched = strict && was.time !== is.time;
  return isTouched ? [`~ /${path}`, ...children] : children;
}

function sign(was: Entry, is: Entry): '+' | '-' | '~' {
  if (was.facts === GONE.facts) return '+';
  return is.facts === GONE.facts ? '-' : '~';
}

function entryBefore(all: Comparison, path: string): Entry {
  const marked = all.before.get(path);
  if (marked !== undefined) return marked;
  const parent = dirname(path);
  if (parent !== '.' && entryBefore(all, parent).inode === undefined) return GONE;
  const found = all.lower.map((layer) => look(join(layer, path))).find((entry) => entry.facts !== GONE.facts);
  return found ?? GONE;
}

/** What a folder hides since it was removed and made again (an opaque folder; its attribute is unreadable to node). */
function hiddenChildren({ before, now, lower, merged }: Comparison, folder: string): string[] {
  if (merged === null || before.get(folder)?.inode === now.get(folder)?.inode) return [];
  const names = new Set(
    lower
      .map((layer) => join(layer, folder))
      .filter(existsSync)
      .flatMap((dir) => readdirSync(dir)),
  );
  const paths = [...names].map((name) => `${folder}/${name}`).filter((path) => !now.has(path) && !before.has(path));
  return paths.filter((path) => look(join(merged, path)).facts === GONE.facts).map((path) => `- /${path}`);
}

function markPath(host: LabHost): string {
  return join(host.dir, 'mark.json');
}

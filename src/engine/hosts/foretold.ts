import { type Attributes, type Change, unchanged } from '../../changes/change.ts';
import type { FileState } from '../../probes/file-state.ts';
import type { PlannedChange } from '../variables/host-run.ts';

/** An answer that was made of changes before they were. */
export interface Foretold {
  /** The task of the first of them. */
  readonly by: string;
  /** What they said of the attributes; the rest is a guess, and nobody is held to it. */
  readonly said: Attributes;
}

/** A foretold answer that a plan was made with, and that turned out to be wrong: a bug of kmesh, or of who else writes there. */
export interface Misprediction {
  readonly path: string;
  /** The task whose change it was foretold from. */
  readonly by: string;
  /** `mode 0644`. */
  readonly expected: string;
  readonly found: string;
}

/** Adds what one more change says of the same path. */
export function foretell(before: Foretold | null, { change, task }: PlannedChange): Foretold {
  const said = attributesOf(change);
  const old = change.kind === 'remove-path' ? unchanged : (before?.said ?? unchanged);
  return {
    by: before?.by ?? task,
    said: { mode: said.mode ?? old.mode, owner: said.owner ?? old.owner, group: said.group ?? old.group },
  };
}

/** The first thing in which a file is not as it was foretold, or `null`. */
export function misprediction(
  { by, said }: Foretold,
  path: string,
  { expected, found }: { readonly expected: FileState | null; readonly found: FileState | null },
): Misprediction | null {
  if (expected === null || found === null) {
    return expected === found ? null : { path, by, expected: wordFor(expected), found: wordFor(found) };
  }
  const pairs: readonly (readonly [name: string, expected: string | null, found: string | null])[] = [
    ['type', expected.type, found.type],
    ['target', expected.target, found.target],
    ['sha256', found.sha256 === null ? null : expected.sha256, found.sha256],
    ['mode', found.type === 'link' ? null : said.mode, found.mode],
    ['owner', said.owner, nameOrNumber(said.owner, found.owner, found.uid)],
    ['group', said.group, nameOrNumber(said.group, found.group, found.gid)],
  ];
  const wrong = pairs.find(([, wanted, is]) => wanted !== null && wanted !== is);
  if (wrong === undefined) return null;
  const [name, wanted, is] = wrong;
  return { path, by, expected: `${name} ${wanted}`, found: `${name} ${is}` };
}

/** As a user is told. */
export function describeMisprediction({ path, by, expected, found }: Misprediction, host: string): string {
  return (
    `${host}: after \`${by}\` \`${path}\` was expected to be ${expected}, and is ${found}. Tasks behind it were planned ` +
    'with that; run again to put them right. If nothing else writes there, this is a bug in kmesh: please report it.'
  );
}

function wordFor(state: FileState | null): string {
  return state?.type ?? 'nothing there';
}

function attributesOf(change: Change): Attributes {
  if (change.kind === 'set-attributes') return change.after;
  return 'attributes' in change ? change.attributes : unchanged;
}

function nameOrNumber(said: string | null, name: string, number: number): string {
  return said !== null && /^\d+$/.test(said) ? String(number) : name;
}

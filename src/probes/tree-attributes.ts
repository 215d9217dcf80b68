import { ProbeError } from '../base/errors.ts';
import { pathArea } from '../base/footprint.ts';
import { sh } from '../base/shell.ts';
import { ask, lastLine, type Probe, type ProbeKind } from './probe.ts';

/** What some of the things in a directory have alike. */
export interface AttributeGroup {
  readonly type: 'file' | 'directory' | 'link' | 'other';
  /** Four octal digits. */
  readonly mode: string;
  readonly owner: string;
  readonly uid: number;
  readonly group: string;
  readonly gid: number;
  /** How many there are. */
  readonly count: number;
}

/** Asks which attributes occur on a directory and below it, without following links; `null` when it is no directory. */
export function treeAttributes(path: string): Probe<readonly AttributeGroup[] | null> {
  return ask(treeAttributesKind, path);
}

/** Names do not travel: a million files are a few lines. See find(1), stat(1). */
const treeAttributesKind: ProbeKind<string, readonly AttributeGroup[] | null> = {
  name: 'tree-attributes',
  reads: (path) => [pathArea(path)],
  script: (paths) =>
    paths
      .map(
        (path) =>
          sh`if [ -d ${path} ]; then find ${`${path.replace(/\/+$/, '')}/`} -exec stat -c '%f %u %g %U %G' -- {} + | sort | uniq -c; else echo none; fi; printf '\\0'\n`,
      )
      .join(''),
  parse(reply, paths) {
    const complaint = lastLine(reply.stderr);
    if (complaint !== null) throw new ProbeError(complaint);
    const answers = reply.stdout.toString('utf8').split('\0');
    return paths.map((path, i) => groupsOf(answers[i] ?? '', path));
  },
};

function groupsOf(text: string, path: string): readonly AttributeGroup[] | null {
  if (text === 'none\n') return null;
  const groups = text
    .split('\n')
    .filter((line) => line !== '')
    .map(groupOf);
  if (groups.length === 0) throw new ProbeError(`Nothing was said about \`${path}\`.`);
  return groups;
}

const types: Readonly<Record<number, AttributeGroup['type']>> = {
  0o100000: 'file',
  0o040000: 'directory',
  0o120000: 'link',
};

function groupOf(line: string): AttributeGroup {
  const [, count, hex, uid, gid, owner = '', group = ''] =
    /^ *(\d+) ([0-9a-f]+) (\d+) (\d+) (.+?) (\S+)$/.exec(line) ?? [];
  if (hex === undefined) throw new ProbeError(`Not what stat says: \`${line}\`.`);
  const bits = Number.parseInt(hex, 16);
  return {
    type: types[bits & 0o170000] ?? 'other',
    mode: (bits & 0o7777).toString(8).padStart(4, '0'),
    owner,
    uid: Number(uid),
    group,
    gid: Number(gid),
    count: Number(count),
  };
}

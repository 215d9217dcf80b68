import type { Data } from '../../base/node.ts';
import { stringAt } from './arguments.ts';
import { wrongArgument } from './call-problem.ts';
import { compareText } from './comparison.ts';

/**
 * Compares two versions: `version(a, '>=', b)`.
 *
 * Parts between dots are compared as numbers, missing ones are 0; a leading `v`, an epoch (`1:`) and build data (`+k3s1`) do
 * not count. `-rc.1`, `-alpha`, `~beta2` come before the release. A Debian revision (`-0ubuntu1`) counts only when both sides
 * have one, so that `1.27.3-0ubuntu1` is `1.27.3`.
 */
export function compareVersions(args: readonly Data[]): boolean {
  const operator = stringAt(args, 1);
  const holds = operators.get(aliases.get(operator) ?? operator);
  if (holds === undefined) throw wrongArgument(args, 1, `one of ${[...operators.keys()].join(' ')}`);
  return holds(order(parse(args, 0), parse(args, 2)));
}

const operators: ReadonlyMap<string, (difference: number) => boolean> = new Map([
  ['<', (d) => d < 0],
  ['<=', (d) => d <= 0],
  ['==', (d) => d === 0],
  ['!=', (d) => d !== 0],
  ['>=', (d) => d >= 0],
  ['>', (d) => d > 0],
] satisfies [string, (d: number) => boolean][]);

/** The other names that Ansible has for them. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['le', '<='],
  ['=', '=='],
  ['eq', '=='],
  ['<>', '!='],
  ['ne', '!='],
  ['ge', '>='],
  ['gt', '>'],
]);

interface Version {
  readonly release: readonly string[];
  /** `rc.1`; empty: a release. */
  readonly pre: string;
  readonly revision: string;
}

const form = /^v?(?:\d+:)?(\d[0-9A-Za-z.]*)(?:[-~]([A-Za-z][0-9A-Za-z.~-]*))?(?:-([0-9][0-9A-Za-z.~-]*))?(?:\+.*)?$/;
const maxLength = 100;

function parse(args: readonly Data[], index: number): Version {
  const text = stringAt(args, index).trim();
  const match = text.length > maxLength ? null : form.exec(text);
  if (match === null) throw wrongArgument(args, index, 'a version as 1.27.3');
  const [, release = '', pre = '', revision = ''] = match;
  return { release: release.split('.'), pre, revision };
}

function order(a: Version, b: Version): number {
  const release = orderParts(a.release, b.release, '0');
  if (release !== 0) return release;
  if (a.pre !== b.pre) {
    if (a.pre === '' || b.pre === '') return a.pre === '' ? 1 : -1;
    const pre = orderParts(a.pre.split(/[.~-]/), b.pre.split(/[.~-]/), '');
    if (pre !== 0) return pre;
  }
  if (a.revision === '' || b.revision === '') return 0;
  return orderParts(a.revision.split(/[.~-]/), b.revision.split(/[.~-]/), '');
}

function orderParts(a: readonly string[], b: readonly string[], missing: string): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const part = orderPart(a[i] ?? missing, b[i] ?? missing);
    if (part !== 0) return part;
  }
  return 0;
}

// `rc10` comes after `rc9`: runs of digits are numbers, all else is text.
function orderPart(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const x = left[i] ?? '';
    const y = right[i] ?? '';
    const isNumeric = /^\d/.test(x) && /^\d/.test(y);
    const part = isNumeric ? Number(x) - Number(y) : compareText(x, y);
    if (part !== 0) return part;
  }
  return 0;
}

/**
 * What a probe reads or a change touches, so that the engine knows when an answer can no longer be trusted.
 *
 * `host` is anything at all. An area is `kind:name`; `kind:*` is all of a kind; paths overlap with what is above and below.
 */
export type Footprint = 'host' | readonly Area[];
export type Area = `${'path' | 'unit' | 'package' | 'account' | 'kernel'}:${string}`;

/** Nothing on the host. */
export const nothing: Footprint = [];

/** The area of a path. One with `..` in it may lead anywhere, since what stands before may be a link. */
export function pathArea(path: string): Area {
  return `path:${hasDots(path) ? '/' : plainPath(path)}`;
}

/** An absolute path without what changes nothing: `//`, `/./`, and `/` at the end. */
export function plainPath(path: string): string {
  if (!/\/\/|\/\.|.\/$/.test(path)) return path;
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  return `/${names.join('/')}`;
}

/** Whether a path goes up again. */
export function hasDots(path: string): boolean {
  return /(^|\/)\.\.(\/|$)/.test(path);
}

/** True when a change with one footprint can alter the answer of a probe with the other. */
export function overlaps(a: Footprint, b: Footprint): boolean {
  if (a === 'host') return b === 'host' || b.length > 0;
  if (b === 'host') return a.length > 0;
  return a.some((one) => b.some((other) => areasOverlap(one, other)));
}

/** Both footprints together. */
export function union(footprints: readonly Footprint[]): Footprint {
  const areas = new Set<Area>();
  for (const footprint of footprints) {
    if (footprint === 'host') return 'host';
    for (const area of footprint) areas.add(area);
  }
  return [...areas];
}

function areasOverlap(a: Area, b: Area): boolean {
  const [kindA, nameA] = split(a);
  const [kindB, nameB] = split(b);
  if (kindA !== kindB) return false;
  if (nameA === nameB || nameA === '*' || nameB === '*') return true;
  return kindA === 'path' && (isInside(nameA, nameB) || isInside(nameB, nameA));
}

function split(area: Area): [string, string] {
  const colon = area.indexOf(':');
  return [area.slice(0, colon), area.slice(colon + 1)];
}

function isInside(path: string, directory: string): boolean {
  return path.startsWith(directory.endsWith('/') ? directory : `${directory}/`);
}

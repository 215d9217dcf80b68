/**
 * Where a step stands in the order of a play: its place in the list, then, inside an include or where handlers run,
 * which round of it and the place in there. `[3]`, then `[3, 0, 0]`, `[3, 0, 1]`, `[3, 1, 0]`, then `[4]`.
 */
export type Position = readonly number[];

/** Where all begin. */
export const start: Position = [0];

/** Below 0 when `a` comes first, 0 when they are the same. What is inside a step comes behind the step itself. */
export function comparePositions(a: Position, b: Position): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** The first position behind a step and all that is inside it. */
export function behind(position: Position): Position {
  return [...position.slice(0, -1), (position.at(-1) ?? 0) + 1];
}

/** True when a position is that of a step inside the step at `outer`. */
export function isInside(position: Position, outer: Position): boolean {
  return position.length > outer.length && outer.every((place, i) => position[i] === place);
}

/** The first position behind `earlier` that `position` shares its surroundings with: `[4]` for `[3, 0, 5]` and `[4]`. */
export function behindAsSeenFrom(position: Position, earlier: Position): Position {
  const depth = earlier.findIndex((place, i) => position[i] !== place);
  return behind(earlier.slice(0, depth + 1));
}

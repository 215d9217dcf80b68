import type { Done, Path } from './reference.ts';
import type { Seen } from './run-program.ts';

/**
 * Where a run breaks the promise of `linear`: a command starts on a host before all hosts have finished what stands
 * before it. `finished` and `commands` are what the reference did, in whose order it is said.
 */
export function orderProblems(
  { finished, commands }: { readonly finished: readonly Done[]; readonly commands: readonly Done[] },
  seen: readonly Seen[],
): string[] {
  const left = new Set(finished);
  const pathOfTask = inTurn(finished);
  const pathOfCommand = inTurn(commands);
  const problems: string[] = [];
  for (const { what, host, text } of seen) {
    if (what === 'finished') {
      const done = pathOfTask(host, text);
      if (done !== undefined) left.delete(done);
    }
    if (what !== 'start') continue;
    const path = pathOfCommand(host, text)?.path;
    const early = path === undefined ? undefined : [...left].find((other) => isBefore(other.path, path));
    if (early !== undefined) problems.push(`${host} starts ${text} before ${early.host} has ${early.text}`);
  }
  return problems;
}

/** What is done again is the next one of its kind. */
function inTurn(list: readonly Done[]): (host: string, text: string) => Done | undefined {
  const byText = new Map<string, Done[]>();
  for (const done of list) {
    const key = `${done.host} ${done.text}`;
    byText.set(key, [...(byText.get(key) ?? []), done]);
  }
  return (host, text) => byText.get(`${host} ${text}`)?.shift();
}

/** False, too, where they stand in different files in the same place: nobody says which of them is first. */
function isBefore(one: Path, other: Path): boolean {
  for (const [i, place] of one.entries()) {
    const otherPlace = other[i];
    if (otherPlace === undefined) return false;
    if (typeof place !== 'number' || typeof otherPlace !== 'number') {
      if (place !== otherPlace) return false;
    } else if (place !== otherPlace) return place < otherPlace;
  }
  return one.length < other.length;
}

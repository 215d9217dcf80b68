import type { RandomProgram } from './program.ts';

/** A smaller program of which `isBad` is still true; hardly anything can be left out of it. */
export async function shrink(
  program: RandomProgram,
  isBad: (program: RandomProgram) => Promise<boolean>,
): Promise<RandomProgram> {
  let smallest = program;
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    for (let i = 0; ;) {
      const [smaller] = [...without(smallest)].slice(i, i + 1);
      if (smaller === undefined) break;
      // What could be left out once is not tried again before the next round.
      if (await isBad(smaller as RandomProgram)) [smallest, isSmaller] = [smaller as RandomProgram, true];
      else i++;
    }
  }
  return smallest;
}

const optional = new Set([
  'when',
  'isLoop',
  'register',
  'notify',
  'ignoreErrors',
  'until',
  'failedWhen',
  'changedWhen',
]);
const switches = new Set(['runOnce', 'delegateTo', 'anyErrorsFatal']);

/** The same with one thing less: an entry of a list, or a word that is not needed. */
function* without(value: unknown): Iterable<unknown> {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) yield value.toSpliced(i, 1);
    for (const [i, one] of value.entries()) for (const smaller of without(one)) yield value.with(i, smaller);
  } else if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value);
    for (const [key] of entries)
      if (optional.has(key) || switches.has(key)) yield Object.fromEntries(entries.filter(([other]) => other !== key));
    for (const [key, inner] of entries.filter(([name]) => name !== 'seed'))
      for (const smaller of without(inner)) yield { ...value, [key]: smaller };
  } else if (typeof value === 'number' && value > 0 && value < 100) yield 0;
}

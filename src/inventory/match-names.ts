import { createContext, Script } from 'node:vm';

/** Whether a pattern is a glob rather than a name. */
export function isGlob(pattern: string): boolean {
  return /[*?[]/.test(pattern);
}

/** A shell glob with `*`, `?`, `[abc]` and `[!abc]` as a regular expression for the whole name. */
export function globToRegExp(glob: string): RegExp {
  const parts = glob.match(/\*+|\?|\[!?\]?[^\]]*\]|[^*?]/g) ?? [];
  return new RegExp(`^${parts.map(partOfGlob).join('')}$`, 's');
}

/** The names that match, or `null` when that takes longer than any sensible expression does. */
export function matchNames(regex: RegExp, names: readonly string[]): string[] | null {
  // A sandbox would be no protection, and none is needed: it is there for its time limit alone.
  const context = createContext({ regex, names, found: [] as string[] });
  try {
    matcher.runInContext(context, { timeout: timeLimitMs });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null;
    throw error;
  }
  return [...(context['found'] as string[])];
}

const timeLimitMs = 500;
const matcher = new Script('for (const name of names) if (regex.test(name)) found.push(name);');

function partOfGlob(part: string): string {
  if (part.startsWith('*')) return '.*';
  if (part === '?') return '.';
  const set = /^\[(!?)(.+)\]$/s.exec(part);
  if (set === null) return part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return `[${set[1] === '!' ? '^' : ''}${(set[2] ?? '').replace(/[\\\]^[]/g, '\\$&')}]`;
}

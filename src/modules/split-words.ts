/** The words of a command line, or where it can not be read on. */
export type SplitWords =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'problem'; readonly message: string };

/**
 * Splits a command line as a POSIX shell does, quotes and backslashes resolved, nothing expanded.
 *
 * The same as Python's `shlex.split`, which Ansible uses.
 */
export function splitWords(line: string): SplitWords {
  const words: string[] = [];
  // One word: quoted parts, escaped characters and plain ones, up to a space outside quotes.
  const word = /(?:[^\s'"\\]|\\[^]|'[^']*'|"(?:[^"\\]|\\[^])*")+/y;
  let at = skipSpace(line, 0);
  while (at < line.length) {
    word.lastIndex = at;
    const match = word.exec(line);
    const end = match === null ? at : word.lastIndex;
    if (end < line.length && !/\s/.test(line[end] ?? '')) return { kind: 'problem', message: problemAt(line, end) };
    words.push(plain(match?.[0] ?? ''));
    at = skipSpace(line, end);
  }
  return { kind: 'words', words };
}

function skipSpace(line: string, from: number): number {
  let at = from;
  while (at < line.length && /\s/.test(line[at] ?? '')) at++;
  return at;
}

function problemAt(line: string, at: number): string {
  if (line[at] === '\\') return 'The command ends in a backslash that escapes nothing.';
  return `The quote in \`${line.slice(at, at + 20)}\` is never closed.`;
}

// Inside double quotes a backslash escapes only `"` and itself.
function plain(word: string): string {
  return word.replace(/\\([^])|'([^']*)'|"((?:[^"\\]|\\[^])*)"/g, (_, escaped, single, double) => {
    if (typeof escaped === 'string') return escaped;
    if (typeof single === 'string') return single;
    return String(double).replace(/\\(["\\])/g, '$1');
  });
}

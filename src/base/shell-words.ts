/** One word of a line, quotes and escapes resolved. */
export interface Word {
  readonly text: string;
  /** Where each character of `text` stands in the line. */
  readonly offsets: readonly number[];
  /** The word as written, with its quotes: offsets in the line, `end` exclusive. */
  readonly start: number;
  readonly end: number;
}

/** The words of a line, or those before the place where it can not be read on. */
export interface Words {
  readonly words: readonly Word[];
  readonly problem: { readonly kind: 'open-quote' | 'open-escape' | 'hash-in-word'; readonly at: number } | null;
}

/**
 * Splits a line as a POSIX shell does, without expanding anything: what Ansible does with host lines (Python's
 * `shlex`). With `comments`, ` #` ends the line; a `#` inside a word, where shlex would cut the word, is a problem.
 */
export function splitWords(line: string, { comments }: { readonly comments: boolean }): Words {
  const words: Word[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && isSpace(line[at])) at++;
    if (at >= line.length || (comments && line[at] === '#')) return { words, problem: null };
    const { word, problem } = readWord(line, at, comments);
    if (problem !== null) return { words, problem };
    words.push(word);
    at = word.end;
  }
}

function readWord(line: string, start: number, comments: boolean): { word: Word; problem: Words['problem'] } {
  const characters: string[] = [];
  const offsets: number[] = [];
  const take = (at: number): void => {
    characters.push(line[at] ?? '');
    offsets.push(at);
  };
  let problem: Words['problem'] = null;
  let quote: { readonly mark: string; readonly at: number } | null = null;
  let at = start;
  for (; at < line.length; at++) {
    const here = line[at] ?? '';
    if (quote !== null && here === quote.mark) quote = null;
    else if (here === '\\' && quote?.mark !== "'") {
      // Inside double quotes only these two can be escaped; any other backslash is itself.
      const escapes = quote === null || line[at + 1] === '"' || line[at + 1] === '\\';
      if (escapes && at + 1 >= line.length) problem ??= { kind: 'open-escape', at };
      take(escapes ? ++at : at);
    } else if (quote !== null) take(at);
    else if (here === "'" || here === '"') quote = { mark: here, at };
    else if (isSpace(here)) break;
    else if (comments && here === '#') problem ??= { kind: 'hash-in-word', at };
    else take(at);
  }
  if (quote !== null) problem ??= { kind: 'open-quote', at: quote.at };
  return { word: { text: characters.join(''), offsets, start, end: at }, problem };
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n';
}

/** What is wrong with a line that could not be split, as a sentence. */
export function wordsProblem(line: string, { kind, at }: NonNullable<Words['problem']>): string {
  switch (kind) {
    case 'open-escape':
      return 'The command ends in a backslash that escapes nothing.';
    case 'open-quote':
      return `The quote in \`${line.slice(at, at + 20)}\` is never closed.`;
    case 'hash-in-word':
      return `A \`#\` stands inside a word in \`${line.slice(at, at + 20)}\`.`;
  }
}

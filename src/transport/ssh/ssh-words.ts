// What these letters of ssh(1) say as a word of ssh_config(5).
const options: Readonly<Record<string, string>> = {
  b: 'bindaddress',
  i: 'identityfile',
  J: 'proxyjump',
  l: 'user',
  p: 'port',
};
const flags: Readonly<Record<string, string>> = { '4': 'addressfamily inet', '6': 'addressfamily inet6' };
const withArgument = /[BbcDEeFIiJLlmOopQRSWw]/;

/**
 * The arguments of ssh(1) as `key value` lines, for a controller that has no ssh to ask. Like there, the first word
 * for a key counts. What has no meaning for one connection (`-C`, `-v`, forwardings) is passed over.
 */
export function linesOfWords(words: readonly string[]): string {
  return [...readWords(words)].map(({ key, value }) => `${key} ${value}\n`).join('');
}

/** The `-F` file; `null`: the usual ones. */
export function configFileOf(words: readonly string[]): string | null {
  return [...readWords(words)].find(({ key }) => key === '-F')?.value ?? null;
}

// Say where to go and who to be there; a hop goes elsewhere.
const destinationKeys = new Set([
  'proxyjump',
  'proxycommand',
  'hostname',
  'port',
  'user',
  'hostkeyalias',
  'bindaddress',
]);

/** The words that hold for a hop as well: all but those that say where the last one goes. */
export function wordsForHop(words: readonly string[]): string[] {
  return [...readWords(words)].filter(({ key }) => !destinationKeys.has(key)).flatMap(({ words: own }) => own);
}

/** The words for an ssh that is started: without those that make it talk, be quiet, or ask for a terminal. */
export function wordsOfOpenssh(words: readonly string[]): string[] {
  return [...readWords(words)].flatMap(({ words: own }) => {
    if (withArgument.test(own[0]?.[1] ?? '')) return own;
    const flag = (own[0] ?? '').replace(/[qtTvy]/g, '');
    return flag === '-' ? [] : [flag];
  });
}

interface Word {
  /** A key of ssh_config(5) in small letters, or the letter itself with its dash. */
  readonly key: string;
  readonly value: string;
  readonly words: readonly string[];
}

function* readWords(words: readonly string[]): Generator<Word> {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const letter = word[1] ?? '';
    if (!withArgument.test(letter)) {
      const [key = word, value = ''] = (flags[letter] ?? word).split(' ');
      yield { key, value, words: [word] };
      continue;
    }
    const isApart = word.length === 2;
    const value = isApart ? (words[++i] ?? '') : word.slice(2);
    yield toWord(letter, value, isApart ? [word, value] : [word]);
  }
}

function toWord(letter: string, value: string, words: readonly string[]): Word {
  if (letter !== 'o') return { key: options[letter] ?? `-${letter}`, value, words };
  const [, key = value, rest = ''] = /^\s*([^\s=]+)\s*[=\s]\s*"?(.*?)"?\s*$/.exec(value) ?? [];
  return { key: key.toLowerCase(), value: rest, words };
}

import { CallProblem } from '../operations/call-problem.ts';

/** Whether a character, as its code point, is one of those meant. */
export type CharTest = (code: number) => boolean;

type Range = readonly [from: number, to: number];

const digit: readonly Range[] = [[0x30, 0x39]];
const upper: readonly Range[] = [[0x41, 0x5a]];
const lower: readonly Range[] = [[0x61, 0x7a]];
const word: readonly Range[] = [...digit, ...upper, [0x5f, 0x5f], ...lower];
const space: readonly Range[] = [
  [0x09, 0x0a],
  [0x0c, 0x0d],
  [0x20, 0x20],
];

const posix: Readonly<Record<string, readonly Range[]>> = {
  alnum: [...digit, ...upper, ...lower],
  alpha: [...upper, ...lower],
  blank: [
    [0x09, 0x09],
    [0x20, 0x20],
  ],
  digit,
  lower,
  upper,
  punct: [
    [0x21, 0x2f],
    [0x3a, 0x40],
    [0x5b, 0x60],
    [0x7b, 0x7e],
  ],
  space: [
    [0x09, 0x0d],
    [0x20, 0x20],
  ],
  word,
  xdigit: [...digit, [0x41, 0x46], [0x61, 0x66]],
};

const perl: Readonly<Record<string, readonly Range[]>> = { d: digit, w: word, s: space };

const controls: Readonly<Record<string, number>> = { n: 0x0a, t: 0x09, r: 0x0d, f: 0x0c, v: 0x0b, a: 0x07 };

/** Whether a character is part of a word, as `\b` sees it. */
export const isWordChar: CharTest = inRanges(word);

/** The test behind a backslash, and how many characters of the rest belong to it. */
export function escapedClass(char: string, rest: string): { test: CharTest; length: number } {
  const ranges = perlClass(char);
  if (ranges !== null) return { test: ranges, length: 0 };
  const { code, length } = escapedChar(char, rest);
  return { test: (other) => other === code, length };
}

/** The test of what stands in `[` and `]`. */
export function classOf(text: string): CharTest {
  const isNegated = text.startsWith('^');
  const tests: CharTest[] = [];
  let rest = isNegated ? text.slice(1) : text;
  while (rest !== '') {
    const item = classItem(rest);
    tests.push(item.test);
    rest = rest.slice(item.length);
  }
  return (code) => tests.some((test) => test(code)) !== isNegated;
}

/** The same test, for both cases of a letter. */
export function ignoringCase(test: CharTest): CharTest {
  return (code) => {
    if (test(code)) return true;
    const char = String.fromCodePoint(code);
    const other = char.toLowerCase() === char ? char.toUpperCase() : char.toLowerCase();
    return other.length === char.length && test(other.codePointAt(0) ?? code);
  };
}

interface ClassItem {
  readonly test: CharTest;
  readonly length: number;
}

function classItem(text: string): ClassItem {
  const named = /^\[:(\^?)([a-z]+):\]/.exec(text);
  if (named !== null) return posixItem(named[0], named[1] === '^', named[2] ?? '');
  if (text.startsWith('\\')) {
    const perlTest = perlClass(text.charAt(1));
    if (perlTest !== null) return { test: perlTest, length: 2 };
  }
  const from = classChar(text);
  const isRange = text.charAt(from.length) === '-' && text.length > from.length + 1;
  if (!isRange) return { test: (code) => code === from.code, length: from.length };
  const to = classChar(text.slice(from.length + 1));
  if (to.code < from.code) throw badClass(`\`${text.slice(0, from.length + 1 + to.length)}\` is the wrong way round`);
  return { test: inRanges([[from.code, to.code]]), length: from.length + 1 + to.length };
}

function posixItem(whole: string, isNegated: boolean, name: string): ClassItem {
  const ranges = Object.hasOwn(posix, name) ? posix[name] : undefined;
  if (ranges === undefined) throw badClass(`\`${whole}\` is not a class`);
  const test = inRanges(ranges);
  return { test: (code) => test(code) !== isNegated, length: whole.length };
}

function classChar(text: string): { code: number; length: number } {
  if (text.startsWith('\\')) {
    const { code, length } = escapedChar(text.charAt(1), text.slice(2));
    return { code, length: length + 2 };
  }
  const code = text.codePointAt(0) ?? 0;
  return { code, length: String.fromCodePoint(code).length };
}

function perlClass(char: string): CharTest | null {
  const ranges = Object.hasOwn(perl, char.toLowerCase()) ? perl[char.toLowerCase()] : undefined;
  if (ranges === undefined) return null;
  const test = inRanges(ranges);
  return char === char.toLowerCase() ? test : (code) => !test(code);
}

function escapedChar(char: string, rest: string): { code: number; length: number } {
  const control = Object.hasOwn(controls, char) ? controls[char] : undefined;
  if (control !== undefined) return { code: control, length: 0 };
  if (char === 'x') {
    const hex = /^(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/.exec(rest);
    const code = Number.parseInt(hex?.[1] ?? hex?.[2] ?? '', 16);
    if (hex === null || code > 0x10ffff) throw badClass('`\\x` wants two hexadecimal digits');
    return { code, length: hex[0].length };
  }
  if (/[0-9A-Za-z]/.test(char)) throw badClass(`\`\\${char}\` is not supported`);
  return { code: char.codePointAt(0) ?? 0, length: 0 };
}

function inRanges(ranges: readonly Range[]): CharTest {
  return (code) => ranges.some(([from, to]) => code >= from && code <= to);
}

function badClass(why: string): CallProblem {
  return new CallProblem(`the regular expression can not be used: ${why}`, 1, 'Its syntax is that of RE2.');
}

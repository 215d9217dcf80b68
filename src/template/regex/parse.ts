import { CallProblem } from '../operations/call-problem.ts';
import { classOf, type CharTest, escapedClass, ignoringCase, isWordChar } from './classes.ts';

/** A regular expression as a tree. */
export type Regex =
  | { readonly kind: 'char'; readonly test: CharTest }
  | { readonly kind: 'assert'; readonly test: PlaceTest }
  | { readonly kind: 'all'; readonly parts: readonly Regex[] }
  | { readonly kind: 'any'; readonly choices: readonly Regex[] }
  | { readonly kind: 'group'; readonly part: Regex; readonly index: number }
  | Repeat;

/** A part some times over; a lazy one takes as few as it can. */
interface Repeat {
  readonly kind: 'repeat';
  readonly part: Regex;
  readonly min: number;
  readonly max: number;
  readonly lazy: boolean;
}

/** A regular expression with what is known of its groups. */
export interface ParsedRegex {
  readonly regex: Regex;
  /** How many groups it has, without the whole. */
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

/** Whether a place between two characters is right; `-1` stands before the text and behind it. */
export type PlaceTest = (before: number, after: number) => boolean;

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
}

const newline = 0x0a;
const maxRepeat = 1000;
const maxDepth = 50;

/** Parses a regular expression in the syntax of RE2: no back references, no look around. */
export function parseRegex(pattern: string): ParsedRegex {
  const parser = new RegexParser(pattern);
  return parser.parse();
}

/** One pass over a pattern. */
class RegexParser {
  readonly #chars: readonly string[];
  #at = 0;
  #depth = 0;
  #flags: Flags = { i: false, m: false, s: false };
  #groups = 0;
  readonly #names = new Map<string, number>();

  constructor(pattern: string) {
    this.#chars = Array.from(pattern);
  }

  parse(): ParsedRegex {
    const regex = this.#choices();
    if (this.#at < this.#chars.length) throw bad('`)` closes nothing');
    return { regex, groups: this.#groups, names: this.#names };
  }

  #choices(): Regex {
    if (++this.#depth > maxDepth) throw bad('it has too many parentheses in each other');
    const outer = this.#flags;
    const choices = [this.#sequence()];
    while (this.#take('|')) choices.push(this.#sequence());
    this.#flags = outer;
    this.#depth--;
    const [only] = choices;
    return choices.length === 1 && only !== undefined ? only : { kind: 'any', choices };
  }

  #sequence(): Regex {
    const parts: Regex[] = [];
    while (this.#at < this.#chars.length && !this.#sees('|') && !this.#sees(')')) {
      const part = this.#repeated();
      if (part !== null) parts.push(part);
    }
    return { kind: 'all', parts };
  }

  #repeated(): Regex | null {
    const part = this.#atom();
    const range = this.#quantifier();
    if (range === null) return part;
    if (part === null || part.kind === 'assert') throw bad('a repetition has nothing to repeat');
    const lazy = this.#take('?');
    if (this.#quantifier() !== null) throw bad('a repetition is repeated; use parentheses');
    return { kind: 'repeat', part, ...range, lazy };
  }

  #quantifier(): { min: number; max: number } | null {
    if (this.#take('*')) return { min: 0, max: Infinity };
    if (this.#take('+')) return { min: 1, max: Infinity };
    if (this.#take('?')) return { min: 0, max: 1 };
    const match = /^\{(\d{1,5})(,(\d{1,5})?)?\}/.exec(this.#chars.slice(this.#at, this.#at + 14).join(''));
    if (match === null) return null;
    const [whole, least = '0', comma, most] = match;
    this.#at += whole.length;
    const min = Number(least);
    const max = comma === undefined ? min : Number(most ?? Infinity);
    if (min > maxRepeat || (max !== Infinity && max > maxRepeat)) throw bad(`\`${whole}\` is more than ${maxRepeat}`);
    if (min > max) throw bad(`\`${whole}\` is the wrong way round`);
    return { min, max };
  }

  #atom(): Regex | null {
    const char = this.#next();
    switch (char) {
      case '(':
        return this.#group();
      case '[':
        return this.#char(classOf(this.#classText()));
      case '.':
        return this.#char(this.#flags.s ? () => true : (code) => code !== newline);
      case '^':
        return lineStart(this.#flags.m);
      case '$':
        return lineEnd(this.#flags.m);
      case '\\':
        return this.#escape();
      case '*':
      case '+':
      case '?':
        throw bad('a repetition has nothing to repeat');
      default:
        return this.#char(is(char));
    }
  }

  #group(): Regex | null {
    if (!this.#take('?')) return this.#captured(null);
    const head = /^(?::|P?<([A-Za-z_]\w*)>|([imsU]*)(?:-([imsU]+))?([:)]))/.exec(
      this.#chars.slice(this.#at, this.#at + 80).join(''),
    );
    if (head === null) throw bad('look-around is not supported');
    const [whole, name, on = '', off = '', end] = head;
    this.#at += Array.from(whole).length;
    if (name !== undefined) return this.#captured(name);
    if (end === undefined) return this.#closed();
    const outer = this.#flags;
    this.#flags = withFlags(outer, on, off);
    if (end === ')') return null;
    const inner = this.#closed();
    this.#flags = outer;
    return inner;
  }

  #captured(name: string | null): Regex {
    const index = ++this.#groups;
    if (name !== null) this.#names.set(name, index);
    return { kind: 'group', part: this.#closed(), index };
  }

  #closed(): Regex {
    const inner = this.#choices();
    if (!this.#take(')')) throw bad('a parenthesis is never closed');
    return inner;
  }

  #escape(): Regex {
    const char = this.#next('it ends with a backslash');
    switch (char) {
      case 'b':
        return { kind: 'assert', test: (before, after) => isWordChar(before) !== isWordChar(after) };
      case 'B':
        return { kind: 'assert', test: (before, after) => isWordChar(before) === isWordChar(after) };
      case 'A':
        return lineStart(false);
      case 'z':
        return lineEnd(false);
      default: {
        const rest = this.#chars.slice(this.#at, this.#at + 10).join('');
        const { test, length } = escapedClass(char, rest);
        this.#at += length;
        return this.#char(test);
      }
    }
  }

  // From behind `[` to before its `]`, which can be the first character without closing.
  #classText(): string {
    const start = this.#at;
    if (this.#sees('^')) this.#at++;
    if (this.#sees(']')) this.#at++;
    while (this.#at < this.#chars.length && !this.#sees(']')) {
      if (this.#sees('[') && this.#chars[this.#at + 1] === ':') this.#at = this.#chars.indexOf(']', this.#at);
      else if (this.#sees('\\')) this.#at++;
      if (this.#at === -1) break;
      this.#at++;
    }
    if (this.#at === -1 || this.#at >= this.#chars.length) throw bad('`[` is never closed');
    return this.#chars.slice(start, this.#at++).join('');
  }

  #char(test: CharTest): Regex {
    return { kind: 'char', test: this.#flags.i ? ignoringCase(test) : test };
  }

  #sees(char: string): boolean {
    return this.#chars[this.#at] === char;
  }

  #take(char: string): boolean {
    if (!this.#sees(char)) return false;
    this.#at++;
    return true;
  }

  #next(otherwise = 'it ends too early'): string {
    const char = this.#chars[this.#at++];
    if (char === undefined) throw bad(otherwise);
    return char;
  }
}

/** A pattern that is no regular expression. */
export function bad(why: string): CallProblem {
  return new CallProblem(`the regular expression can not be used: ${why}`, 1, 'Its syntax is that of RE2.');
}

function is(char: string): CharTest {
  const wanted = char.codePointAt(0);
  return (code) => code === wanted;
}

function lineStart(everyLine: boolean): Regex {
  return { kind: 'assert', test: (before) => before === -1 || (everyLine && before === newline) };
}

function lineEnd(everyLine: boolean): Regex {
  return { kind: 'assert', test: (_before, after) => after === -1 || (everyLine && after === newline) };
}

function withFlags(flags: Flags, on: string, off: string): Flags {
  const flag = (name: keyof Flags): boolean => (flags[name] || on.includes(name)) && !off.includes(name);
  return { i: flag('i'), m: flag('m'), s: flag('s') };
}

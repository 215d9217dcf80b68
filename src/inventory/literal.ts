import { pythonEscapes } from '../base/python-escapes.ts';
import type { Entry, Node } from '../base/node.ts';
import type { Span } from '../base/source.ts';

/** Where characters `start` to `end` (exclusive) of a value's text stand in the user's file. */
export type Place = (start: number, end: number) => Span;

/** A value of an INI inventory. */
export interface IniValue {
  readonly node: Node;
  /** `false`: it is no literal, so the text itself is the value. */
  readonly isLiteral: boolean;
}

/**
 * Reads a value as Ansible does: as a Python literal (`22`, `True`, `None`, `'text'`, `[1, 2]`, `{'a': 1}`, and `80,443`
 * too, which is a list), else as the text it is: `yes`, `0644`, `10.0.0.1`.
 *
 * Whole numbers that JavaScript can not hold stay text, as do bytes and complex numbers.
 */
export function parseLiteral(text: string, place: Place): IniValue {
  const node = new LiteralReader(text, place).read();
  if (node !== null) return { node, isLiteral: true };
  const span = place(0, text.length);
  return {
    node: { kind: 'scalar', span, value: text, written: text, style: 'plain', verbatim: false },
    isLiteral: false,
  };
}

// As deep as anything written by hand; Python gives up at some depth, too.
const maxDepth = 50;
const numbers = [
  { form: /(?:\d(?:_?\d)*)?\.\d(?:_?\d)*(?:[eE][+-]?\d(?:_?\d)*)?/y, isInteger: false },
  { form: /\d(?:_?\d)*\.?(?:[eE][+-]?\d(?:_?\d)*)/y, isInteger: false },
  { form: /\d(?:_?\d)*\./y, isInteger: false },
  { form: /0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+/y, isInteger: true },
  { form: /[1-9](?:_?\d)*|0(?:_?0)*/y, isInteger: true },
];
const words: ReadonlyMap<string, boolean | null> = new Map([
  ['True', true],
  ['False', false],
  ['None', null],
]);

/** Recursive descent over one literal; every method gives `null` where the text stops being one. */
class LiteralReader {
  readonly #text: string;
  readonly #place: Place;
  #at = 0;
  #depth = 0;

  constructor(text: string, place: Place) {
    this.#text = text;
    this.#place = place;
  }

  read(): Node | null {
    this.#space();
    const start = this.#at;
    const node = this.#items('');
    if (node === null || this.#at < this.#text.length) return null;
    const [only] = node.items;
    return node.items.length === 1 && only !== undefined && !node.comma ? only : this.#list(start, node.items);
  }

  #value(): Node | null {
    const start = this.#at;
    const character = this.#text[start] ?? '';
    if ('[({'.includes(character) && character !== '') return this.#bracketed(character);
    if (/['"rRuU]/.test(character)) return this.#strings();
    if (/[\d.+-]/.test(character)) return this.#number();
    const word = this.#take(/[A-Za-z]+(?![\w])/y);
    const value = word === null ? undefined : words.get(word);
    return value === undefined ? null : this.#scalar(start, value, 'plain');
  }

  #bracketed(open: string): Node | null {
    if (++this.#depth > maxDepth) return null;
    const start = this.#at++;
    this.#space();
    const node = open === '{' ? this.#map(start) : this.#sequence(start, open === '[' ? ']' : ')');
    this.#depth--;
    return node;
  }

  #sequence(start: number, close: string): Node | null {
    const found = this.#items(close);
    if (found === null || this.#text[this.#at++] !== close) return null;
    const [only] = found.items;
    const isParenthesis = close === ')' && found.items.length === 1 && !found.comma;
    return isParenthesis && only !== undefined ? only : this.#list(start, found.items);
  }

  #items(close: string): { items: Node[]; comma: boolean } | null {
    const items: Node[] = [];
    let comma = false;
    while (this.#at < this.#text.length && this.#text[this.#at] !== close) {
      const item = this.#value();
      if (item === null) return null;
      items.push(item);
      this.#space();
      comma = this.#text[this.#at] === ',';
      if (!comma) break;
      this.#at++;
      this.#space();
    }
    return items.length === 0 && close === '' ? null : { items, comma };
  }

  #map(start: number): Node | null {
    const entries = new Map<string, Entry>();
    while (this.#text[this.#at] !== '}') {
      const key = this.#value();
      this.#space();
      if (key?.kind !== 'scalar' || this.#text[this.#at] !== ':') return null;
      this.#at++;
      this.#space();
      const value = this.#value();
      if (value === null) return null;
      entries.set(String(key.value), { key: String(key.value), keySpan: key.span, value });
      this.#space();
      if (this.#text[this.#at] === ',') this.#at++;
      else if (this.#text[this.#at] !== '}') return null;
      this.#space();
    }
    this.#at++;
    return { kind: 'map', span: this.#place(start, this.#at), entries: [...entries.values()] };
  }

  #number(): Node | null {
    const start = this.#at;
    const sign = this.#take(/[+-]/y) ?? '';
    if (sign !== '') this.#space();
    for (const { form, isInteger } of numbers) {
      const digits = this.#take(form);
      if (digits === null) continue;
      if (/[\w.]/.test(this.#text[this.#at] ?? '')) return null;
      const value = Number(digits.replaceAll('_', '')) * (sign === '-' ? -1 : 1);
      const fits = isInteger ? Number.isSafeInteger(value) : Number.isFinite(value);
      // -0 would print as `0` here and as `-0` there.
      return fits ? this.#scalar(start, value === 0 ? 0 : value, 'plain') : null;
    }
    return null;
  }

  /** One string, or several side by side, which Python joins. */
  #strings(): Node | null {
    const start = this.#at;
    let end = start;
    let value = '';
    for (;;) {
      const prefix = this.#take(/[rRuU]?(?='|")/y);
      if (prefix === null) break;
      const part = this.#string(prefix.toLowerCase() === 'r');
      if (part === null) return null;
      value += part;
      end = this.#at;
      this.#space();
    }
    this.#at = Math.max(end, start);
    return end === start ? null : this.#scalar(start, value, 'quoted');
  }

  #string(isRaw: boolean): string | null {
    const mark = this.#take(/'''|"""|'|"/y);
    if (mark === null) return null;
    let value = '';
    while (!this.#text.startsWith(mark, this.#at)) {
      const character = this.#text[this.#at++];
      if (character === undefined) return null;
      if (character !== '\\') value += character;
      else {
        const escaped = isRaw ? `\\${this.#text[this.#at++] ?? ''}` : this.#escape();
        if (escaped === null) return null;
        value += escaped;
      }
    }
    this.#at += mark.length;
    return value;
  }

  #escape(): string | null {
    const code = this.#take(/x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}/y);
    const octal = code === null ? this.#take(/[0-7]{1,3}/y) : null;
    if (octal !== null) return String.fromCodePoint(Number.parseInt(octal, 8));
    if (code !== null) {
      const point = Number.parseInt(code.slice(1), 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : null;
    }
    const character = this.#text[this.#at++];
    // \N{NAME}, and \x and \u with too few digits, are errors in Python, which makes the whole text no literal.
    if (character === undefined || 'NxuU'.includes(character)) return null;
    return pythonEscapes[character] ?? `\\${character}`;
  }

  #take(form: RegExp): string | null {
    form.lastIndex = this.#at;
    const found = form.exec(this.#text)?.[0] ?? null;
    if (found !== null) this.#at += found.length;
    return found;
  }

  /** Passes over blanks and, at the end, a comment. */
  #space(): void {
    this.#take(/[ \t]+/y);
    if (this.#text[this.#at] === '#') this.#at = this.#text.length;
  }

  #list(start: number, items: readonly Node[]): Node {
    return { kind: 'list', span: this.#place(start, this.#at), items };
  }

  #scalar(start: number, value: string | number | boolean | null, style: 'plain' | 'quoted'): Node {
    const span = this.#place(start, this.#at);
    const written = style === 'quoted' ? String(value) : this.#text.slice(start, this.#at);
    return { kind: 'scalar', span, value, written, style, verbatim: false };
  }
}

import { diagnostic } from './diagnostic.ts';
import type { Entry, Node } from './node.ts';
import { type Source, spanOf } from './source.ts';
import type { Parsed } from './yaml.ts';

/**
 * Parses one JSON text (RFC 8259), keeping the place of every value. Of a key that is there twice the last one counts,
 * as in Python and JavaScript.
 */
export function parseJson(source: Source): Parsed {
  const reader = new Reader(source);
  const node = reader.read();
  if (node !== null) return { node, diagnostics: [] };
  const { at, expected } = reader.failure;
  const found = source.text.slice(at).trim() === '' ? 'the text ends here' : `found ${shown(source.text, at)}`;
  return { node: null, diagnostics: [diagnostic(spanOf(source, at), `This is not JSON: ${expected}; ${found}.`)] };
}

// Deeper than anything a program says; the reader calls itself for each level.
const maxDepth = 500;
const literals = { true: true, false: false, null: null } as const;

/** Recursive descent; every method gives `null` where the text stops being JSON, and notes why. */
class Reader {
  failure = { at: 0, expected: 'a value is wanted' };
  readonly #source: Source;
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(source: Source) {
    this.#source = source;
    this.#text = source.text;
  }

  read(): Node | null {
    const node = this.#value();
    if (node === null) return null;
    this.#space();
    return this.#at === this.#text.length ? node : this.#fail('nothing may follow the value');
  }

  #value(): Node | null {
    this.#space();
    const start = this.#at;
    const character = this.#text[start];
    if (character === '{' || character === '[') return this.#nested(start, character);
    if (character === '"') {
      const text = this.#string();
      return text === null ? null : this.#scalar(start, text);
    }
    const number = this.#take(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y);
    if (number !== null) return this.#scalar(start, Number(number));
    const word = this.#take(/(?:true|false|null)(?!\w)/y);
    return word === null
      ? this.#fail('a value is wanted')
      : this.#scalar(start, literals[word as keyof typeof literals]);
  }

  #nested(start: number, open: '{' | '['): Node | null {
    if (++this.#depth > maxDepth) return this.#fail('this is nested too deeply');
    this.#at++;
    const node = open === '{' ? this.#map(start) : this.#list(start);
    this.#depth--;
    return node;
  }

  #list(start: number): Node | null {
    const items: Node[] = [];
    if (!this.#isNext(']')) {
      do {
        const item = this.#value();
        if (item === null) return null;
        items.push(item);
      } while (this.#isNext(','));
      if (!this.#isNext(']')) return this.#fail('`,` or `]` is wanted');
    }
    return { kind: 'list', span: spanOf(this.#source, start, this.#at), items };
  }

  #map(start: number): Node | null {
    const entries = new Map<string, Entry>();
    if (!this.#isNext('}')) {
      do {
        const entry = this.#entry();
        if (entry === null) return null;
        entries.set(entry.key, entry);
      } while (this.#isNext(','));
      if (!this.#isNext('}')) return this.#fail('`,` or `}` is wanted');
    }
    return { kind: 'map', span: spanOf(this.#source, start, this.#at), entries: [...entries.values()] };
  }

  #entry(): Entry | null {
    this.#space();
    const start = this.#at;
    if (this.#text[start] !== '"') return this.#fail('a key in double quotes is wanted');
    const key = this.#string();
    if (key === null) return null;
    const keySpan = spanOf(this.#source, start, this.#at);
    if (!this.#isNext(':')) return this.#fail('`:` is wanted behind a key');
    const value = this.#value();
    return value === null ? null : { key, keySpan, value };
  }

  #string(): string | null {
    // oxlint-disable-next-line no-control-regex -- control characters are what may not stand in a string
    const written = this.#take(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y);
    return written === null ? this.#fail('a string is wanted') : (JSON.parse(written) as string);
  }

  #isNext(character: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #space(): void {
    this.#take(/[ \t\r\n]+/y);
  }

  #take(form: RegExp): string | null {
    form.lastIndex = this.#at;
    const found = form.exec(this.#text)?.[0] ?? null;
    if (found !== null) this.#at += found.length;
    return found;
  }

  #scalar(start: number, value: string | number | boolean | null): Node {
    const span = spanOf(this.#source, start, this.#at);
    const isText = typeof value === 'string';
    const written = isText ? value : this.#text.slice(start, this.#at);
    return { kind: 'scalar', span, value, written, style: isText ? 'quoted' : 'plain', verbatim: false };
  }

  #fail(expected: string): null {
    this.failure = { at: this.#at, expected };
    return null;
  }
}

function shown(text: string, at: number): string {
  const word = /^(?:\w+|[^])/.exec(text.slice(at))?.[0] ?? '';
  return `\`${word.slice(0, 30)}\``;
}

import { type Token, tokensOf } from './tokens.ts';

/** A Jinja expression as a tree. */
export type Jinja =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'item'; readonly owner: Jinja; readonly key: Jinja }
  | { readonly kind: 'call'; readonly callee: Jinja; readonly args: Arguments }
  | { readonly kind: 'filter'; readonly value: Jinja; readonly name: string; readonly args: Arguments }
  | JinjaTest
  | { readonly kind: 'not' | 'minus'; readonly value: Jinja }
  | { readonly kind: 'binary'; readonly op: string; readonly left: Jinja; readonly right: Jinja }
  | { readonly kind: 'if'; readonly condition: Jinja; readonly yes: Jinja; readonly no: Jinja | null }
  | { readonly kind: 'list'; readonly items: readonly Jinja[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [Jinja, Jinja])[] };

/** `x is defined`, `x is not version("1", ">=")` */
export interface JinjaTest {
  readonly kind: 'test';
  readonly value: Jinja;
  readonly name: string;
  readonly args: Arguments;
  readonly negated: boolean;
}

/** What stands in the parentheses of a call. */
export interface Arguments {
  readonly positional: readonly Jinja[];
  readonly named: ReadonlyMap<string, Jinja>;
}

/** Parses what may stand between `{{` and `}}` of Jinja; `null` when it does not look like that. */
export function parseJinja(text: string): Jinja | null {
  const tokens = text.length > maxLength ? null : tokensOf(text);
  if (tokens === null) return null;
  try {
    return new JinjaParser(tokens).whole();
  } catch (error) {
    if (error instanceof NotJinja) return null;
    throw error;
  }
}

const maxLength = 2000;
const maxDepth = 100;
const none: Arguments = { positional: [], named: new Map() };
const constants: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);

class NotJinja extends Error {}

/** One pass over the tokens, with Jinja's own precedence. */
class JinjaParser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Jinja {
    const expression = this.#expression();
    if (this.#next.kind !== 'end') throw new NotJinja();
    return expression;
  }

  #expression(): Jinja {
    if (++this.#depth > maxDepth) throw new NotJinja();
    let yes = this.#or();
    while (this.#takeWord('if')) {
      const condition = this.#or();
      yes = { kind: 'if', condition, yes, no: this.#takeWord('else') ? this.#expression() : null };
    }
    this.#depth--;
    return yes;
  }

  #or(): Jinja {
    let left = this.#and();
    while (this.#takeWord('or')) left = { kind: 'binary', op: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Jinja {
    let left = this.#not();
    while (this.#takeWord('and')) left = { kind: 'binary', op: 'and', left, right: this.#not() };
    return left;
  }

  #not(): Jinja {
    return this.#takeWord('not') ? { kind: 'not', value: this.#not() } : this.#comparison();
  }

  #comparison(): Jinja {
    let left = this.#operators(0);
    for (;;) {
      const op = this.#comparator();
      if (op === null) return left;
      left = { kind: 'binary', op, left, right: this.#operators(0) };
    }
  }

  #comparator(): string | null {
    const { kind, text } = this.#next;
    if (kind === 'mark' && ['==', '!=', '<', '>', '<=', '>='].includes(text)) return this.#take();
    if (this.#takeWord('in')) return 'in';
    const after = this.#tokens[this.#at + 1];
    if (kind !== 'name' || text !== 'not' || after?.text !== 'in') return null;
    this.#at += 2;
    return 'not in';
  }

  #operators(level: number): Jinja {
    const marks = [['+', '-'], ['~'], ['*', '/', '//', '%'], ['**']][level];
    if (marks === undefined) return this.#unary();
    let left = this.#operators(level + 1);
    while (this.#next.kind === 'mark' && marks.includes(this.#next.text)) {
      left = { kind: 'binary', op: this.#take(), left, right: this.#operators(level + 1) };
    }
    return left;
  }

  #unary(): Jinja {
    if (this.#takeMark('-')) return this.#filtered({ kind: 'minus', value: this.#postfix(this.#primary()) });
    return this.#filtered(this.#postfix(this.#primary()));
  }

  #primary(): Jinja {
    const { kind, text } = this.#next;
    if (kind === 'string') return { kind: 'literal', value: this.#take() };
    if (kind === 'number') return { kind: 'literal', value: Number(this.#take()) };
    if (kind === 'name') {
      this.#at++;
      const constant = constants.get(text);
      return constant === undefined ? { kind: 'name', name: text } : { kind: 'literal', value: constant };
    }
    if (this.#takeMark('(')) return this.#parenthesis();
    if (this.#takeMark('[')) return { kind: 'list', items: this.#items(']') };
    if (this.#takeMark('{')) return this.#map();
    throw new NotJinja();
  }

  #parenthesis(): Jinja {
    const first = this.#expression();
    if (this.#takeMark(')')) return first;
    this.#want(',');
    return { kind: 'list', items: [first, ...this.#items(')')] };
  }

  #items(end: string): Jinja[] {
    const items: Jinja[] = [];
    while (!this.#takeMark(end)) {
      items.push(this.#expression());
      if (this.#next.text !== end) this.#want(',');
    }
    return items;
  }

  #map(): Jinja {
    const entries: (readonly [Jinja, Jinja])[] = [];
    while (!this.#takeMark('}')) {
      const key = this.#expression();
      this.#want(':');
      entries.push([key, this.#expression()]);
      if (this.#next.text !== '}') this.#want(',');
    }
    return { kind: 'map', entries };
  }

  #postfix(first: Jinja): Jinja {
    let owner = first;
    for (;;) {
      if (this.#takeMark('.')) {
        const { kind } = this.#next;
        if (kind !== 'name' && kind !== 'number') throw new NotJinja();
        const text = this.#take();
        owner = { kind: 'item', owner, key: { kind: 'literal', value: kind === 'number' ? Number(text) : text } };
      } else if (this.#takeMark('[')) {
        owner = { kind: 'item', owner, key: this.#expression() };
        this.#want(']');
      } else if (this.#takeMark('(')) {
        owner = { kind: 'call', callee: owner, args: this.#arguments() };
      } else {
        return owner;
      }
    }
  }

  #filtered(first: Jinja): Jinja {
    let value = first;
    for (;;) {
      if (this.#takeMark('|')) {
        const name = this.#filterName();
        value = { kind: 'filter', value, name, args: this.#takeMark('(') ? this.#arguments() : none };
      } else if (this.#takeWord('is')) {
        const negated = this.#takeWord('not');
        const name = this.#filterName();
        value = { kind: 'test', value, name, negated, args: this.#testArguments() };
      } else {
        return value;
      }
    }
  }

  // `ansible.builtin.regex_replace` is `regex_replace`.
  #filterName(): string {
    let { kind, text } = this.#next;
    if (kind !== 'name') throw new NotJinja();
    this.#at++;
    while (this.#takeMark('.')) {
      ({ kind, text } = this.#next);
      if (kind !== 'name') throw new NotJinja();
      this.#at++;
    }
    return text;
  }

  // `x is version("1", ">=")`, and also `x is divisibleby 3`.
  #testArguments(): Arguments {
    if (this.#takeMark('(')) return this.#arguments();
    const { kind, text } = this.#next;
    const isWord = kind === 'name' && ['and', 'or', 'not', 'if', 'else', 'is', 'in'].includes(text);
    const begins = kind === 'string' || kind === 'number' || text === '[' || (kind === 'name' && !isWord);
    return begins ? { positional: [this.#postfix(this.#primary())], named: new Map() } : none;
  }

  #arguments(): Arguments {
    const positional: Jinja[] = [];
    const named = new Map<string, Jinja>();
    while (!this.#takeMark(')')) {
      const { kind, text } = this.#next;
      if (kind === 'name' && this.#tokens[this.#at + 1]?.text === '=') {
        this.#at += 2;
        named.set(text, this.#expression());
      } else {
        positional.push(this.#expression());
      }
      if (this.#next.text !== ')') this.#want(',');
    }
    return { positional, named };
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' };
  }

  #take(): string {
    const { text } = this.#next;
    this.#at++;
    return text;
  }

  #takeMark(mark: string): boolean {
    const { kind, text } = this.#next;
    if (kind !== 'mark' || text !== mark) return false;
    this.#at++;
    return true;
  }

  #takeWord(word: string): boolean {
    const { kind, text } = this.#next;
    if (kind !== 'name' || text !== word) return false;
    this.#at++;
    return true;
  }

  #want(mark: string): void {
    if (!this.#takeMark(mark)) throw new NotJinja();
  }
}

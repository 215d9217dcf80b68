import type { Arguments, Jinja } from './parse-jinja.ts';

/** Something has no counterpart; whoever asked says so in other words. */
export class Untranslatable extends Error {}

/** A piece of the language that is translated to, and how tightly its parts hold together. */
export interface Piece {
  readonly text: string;
  readonly level: number;
}

/** How tightly the parts of an expression hold together, the loosest first. */
export const level = { choice: 0, or: 1, and: 2, comparison: 3, sum: 4, product: 5, unary: 6, whole: 7 } as const;

/** What translators of filters and tests need: the way back to the translator of expressions. */
export interface Translator {
  /** An expression, in parentheses where it holds less tightly than is needed. */
  of(node: Jinja, needed?: number): string;
  /** An expression as something that is true or false. */
  asBool(node: Jinja, needed?: number): string;
  /** Runs with a name for the items of a list, which nothing else has. */
  withItem<T>(make: (name: string) => T): T;
}

/** A piece that needs no parentheses anywhere. */
export function whole(text: string): Piece {
  return { text, level: level.whole };
}

/** An argument by its place or its name. */
export function argument({ positional, named }: Arguments, index: number, name = ''): Jinja | undefined {
  return positional[index] ?? named.get(name);
}

/** An argument that must be there. @throws Untranslatable */
export function wanted(args: Arguments, index: number, name = ''): Jinja {
  const found = argument(args, index, name);
  if (found === undefined) throw new Untranslatable();
  return found;
}

/** The text of an argument that is written down, or `null`. */
export function literalText(node: Jinja | undefined): string | null {
  return node?.kind === 'literal' && typeof node.value === 'string' ? node.value : null;
}

/** Whether an argument is written down as true. */
export function isTrue(node: Jinja | undefined): boolean {
  return node?.kind === 'literal' && node.value === true;
}

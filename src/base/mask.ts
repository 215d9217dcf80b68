import { edgesOf, type Form, formsOf } from './mask-forms.ts';
import { FormIndex } from './mask-index.ts';

/** What stands in the place of a secret. */
const masked = '******';

/**
 * The shortest text that is masked. What is shorter is no secret worth the name, and every other word of a report would
 * have it in it.
 */
const minTextLength = 4;

/** The same for numbers: ports and AS numbers are shorter. */
export const minNumberLength = 6;

/**
 * Knows the secrets of a run and keeps them out of what is told: as they are, in longer texts, line by line, quoted and
 * encoded. Looking for them takes time in proportion to the text, however many there are.
 */
export class Mask {
  /** By the first characters, of which each form has that many. */
  readonly #forms = new Map<string, FormIndex>();
  readonly #secrets = new Set<string>();
  /** Which hashes of first characters there are: nearly all of a text is passed over by this alone. */
  readonly #starts = new Uint8Array(0x10000);

  /** Takes in a secret; what is too short is passed over. */
  add(secret: string | number): void {
    const length = this.#secrets.size;
    if (this.#secrets.add(String(secret)).size === length) return;
    const minimum = typeof secret === 'number' ? minNumberLength : minTextLength;
    for (const form of formsOf(String(secret), minimum)) this.#addForm(form);
  }

  get isEmpty(): boolean {
    return this.#forms.size === 0;
  }

  /** A text without the secrets. */
  hide(text: string): string {
    if (this.isEmpty || text.length < minTextLength) return text;
    let shown = '';
    let at = 0;
    for (const [start, end] of this.#spans(text)) {
      shown += text.slice(at, start) + masked;
      at = end;
    }
    return at === 0 ? text : shown + text.slice(at);
  }

  /** As `hide`, for what kmesh itself says: messages name values in backquotes, also only a part of one. */
  hideParts(text: string): string {
    if (this.isEmpty) return text;
    return this.hide(text).replace(/`([^`]+)`/g, (whole, part: string) =>
      this.#isPart(part) ? `\`${masked}\`` : whole,
    );
  }

  // A word such as `default` may stand in a secret and in a message; it says something only where it is most of one.
  #isPart(part: string): boolean {
    if (part.length < minTextLength) return false;
    const isWord = /^[A-Za-z]+$/.test(part);
    for (const secret of this.#secrets) {
      if (secret.includes(part) && (!isWord || part.length * 2 > secret.length)) return true;
    }
    return false;
  }

  #addForm(form: Form): void {
    const start = form.text.slice(0, minTextLength);
    const index = this.#forms.get(start) ?? new FormIndex();
    this.#forms.set(start, index);
    index.add(form);
    this.#starts[hashAt(form.text, 0)] = 1;
  }

  /** Where secrets stand; those that overlap or touch are one. */
  #spans(text: string): (readonly [start: number, end: number])[] {
    const spans: [number, number][] = [];
    for (let at = 0; at + minTextLength <= text.length; at++) {
      if (this.#starts[hashAt(text, at)] === 0) continue;
      const found = this.#longestAt(text, at);
      if (found === null) continue;
      const last = spans.at(-1);
      if (last !== undefined && found[0] <= last[1]) last[1] = Math.max(last[1], found[1]);
      else spans.push(found);
    }
    return spans;
  }

  #longestAt(text: string, at: number): [start: number, end: number] | null {
    const found = this.#forms.get(text.slice(at, at + minTextLength))?.longestAt(text, at) ?? null;
    return found === null ? null : edgesOf(found.form, text, at, found.end);
  }
}

function hashAt(text: string, at: number): number {
  const first = (text.charCodeAt(at) * 31 + text.charCodeAt(at + 1)) * 31 + text.charCodeAt(at + 2);
  return (first * 31 + text.charCodeAt(at + 3)) & 0xffff;
}

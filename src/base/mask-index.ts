import type { Form } from './mask-forms.ts';

/** A form that stands in a text, and where it ends. */
export interface Found {
  readonly form: Form;
  readonly end: number;
}

// The longest that kmesh shows of a value it cuts is below this.
const cutWithin = 100;

/** Forms that begin alike. Of thousands each is found, or seen not to be there, in a few looks. */
export class FormIndex {
  readonly #forms = new Map<string, Form>();
  /** Longest first. */
  #lengths: number[] = [];
  #sorted: string[] | null = null;

  add(form: Form): void {
    const known = this.#forms.get(form.text);
    if (known === undefined) {
      if (!this.#lengths.includes(form.text.length)) {
        this.#lengths = [...this.#lengths, form.text.length].sort((a, b) => b - a);
      }
      this.#sorted = null;
    }
    // The same letters may be a secret as it is and a part of another one's base64.
    if (known === undefined || form.edges === 'both') this.#forms.set(form.text, form);
  }

  /** The longest form that begins at a place, whole, or cut off there as long values are in messages. */
  longestAt(text: string, at: number): Found | null {
    for (const length of this.#lengths) {
      const form = this.#forms.get(text.slice(at, at + length));
      if (form !== undefined) return { form, end: at + form.text.length };
    }
    return this.#cutAt(text, at);
  }

  #cutAt(text: string, at: number): Found | null {
    const size = text.slice(at, at + cutWithin).search(/\.\.\.|…/);
    if (size === -1) return null;
    const beginning = text.slice(at, at + size);
    const form = this.#forms.get(this.#firstFrom(beginning));
    return form?.text.startsWith(beginning) === true ? { form, end: at + size } : null;
  }

  /** The first form, in the order of the alphabet, that does not stand before a text. */
  #firstFrom(text: string): string {
    this.#sorted ??= [...this.#forms.keys()].sort();
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? '') < text) low = middle + 1;
      else high = middle;
    }
    return this.#sorted[low] ?? '';
  }
}

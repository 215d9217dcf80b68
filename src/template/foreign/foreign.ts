/** What is wrong at a place of a text, with offsets in it. */
export interface TextProblem {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly hint: string | null;
}

/** How another language spells something, and what to write instead. */
export interface ForeignRule {
  /** Has the flag `d`; group 1 is the place the error points at. */
  readonly pattern: RegExp;
  readonly advise: (groups: readonly string[]) => { readonly message: string; readonly hint: string };
}

/** The first rule that a text breaks; what stands in strings breaks none. */
export function foreignIn(text: string, rules: readonly ForeignRule[]): TextProblem | null {
  const masked = withoutStrings(text);
  for (const { pattern, advise } of rules) {
    const indices = pattern.exec(masked)?.indices;
    const place = indices?.[1];
    if (indices === undefined || place === undefined) continue;
    // Strings are blank in the masked text: what is quoted back comes from the real one.
    const groups = Array.from(indices, (range: [number, number] | undefined) => (range ? text.slice(...range) : ''));
    return { start: place[0], end: place[1], ...advise(groups) };
  }
  return null;
}

/** A text of the same length with nothing inside of its strings. */
function withoutStrings(text: string): string {
  return text.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/gs, (string) => {
    const quote = string.slice(0, 1);
    return quote + '_'.repeat(string.length - 2) + quote;
  });
}

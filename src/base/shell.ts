/** One shell word that means exactly `value`, in any POSIX shell. */
export function quote(value: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

/** An argv list as shell text, every word quoted. */
export function quoteAll(words: readonly string[]): string {
  return words.map(quote).join(' ');
}

/** A piece of shell text that `sh` puts in as it is. */
export interface RawShell {
  readonly raw: string;
}

/** Marks text that is shell code already, not a value. */
export function raw(text: string): RawShell {
  return { raw: text };
}

/**
 * Shell text in which each value is one quoted word, a list several, and `raw(…)` code.
 *
 * `sh`rm -f ${path}`` gives `rm -f '/tmp/it'\''s'`.
 */
export function sh(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | readonly string[] | RawShell)[]
): string {
  return parts.map((part, i) => part + (i < values.length ? shellText(values[i] ?? '') : '')).join('');
}

function shellText(value: string | number | readonly string[] | RawShell): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return String(value);
  return 'raw' in value ? value.raw : quoteAll(value);
}

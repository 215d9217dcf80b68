/** Where an annotation points: `null` where it has no place. */
export interface Annotation {
  readonly level: 'error' | 'warning';
  readonly title: string;
  readonly message: string;
  /** `file:line:col`, the file as GitHub knows it. */
  readonly at: string | null;
}

/** A line that GitHub Actions shows beside the file. See "Workflow commands for GitHub Actions" in its manual. */
export function formatAnnotation({ level, title, message, at }: Annotation): string {
  const [, file, line, col] = /^(.*):(\d+):(\d+)$/s.exec(at ?? '') ?? [];
  const place = file === undefined ? [] : [`file=${property(file)}`, `line=${line}`, `col=${col}`];
  return `::${level} ${[...place, `title=${property(title)}`].join(',')}::${data(message)}\n`;
}

/** Begins a group of lines that can be folded. */
export function formatGroup(title: string): string {
  return `::group::${data(title)}\n`;
}

/** Ends it. */
export const endGroup = '::endgroup::\n';

/**
 * Lines that GitHub Actions takes for nothing but text: it obeys a line that begins with `::`, spaces or not, and `##[`
 * anywhere, and what hosts say stands in such lines.
 */
export function withoutCommands(text: string): string {
  return text.replace(/^(\s*):(?=:)/gm, '$1\\x3a').replaceAll('##[', '\\x23#[');
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

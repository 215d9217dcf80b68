import { type Source, type Span, spanOf } from '../../base/source.ts';

/** One part of a name, and where it stands in what was asked. */
export interface Part {
  readonly name: string;
  readonly at: Span;
}

/** The parts of `a.b[0]`, or `null` when it is no such name. */
export function parsePath(source: Source): readonly Part[] | null {
  const parts: Part[] = [];
  const form = /(?:^|\.)([^.[\]\s]+)|\[(\d+|'[^']*'|"[^"]*")\]/y;
  while (form.lastIndex < source.text.length) {
    const start = form.lastIndex;
    const found = form.exec(source.text);
    if (found === null) return null;
    const name = found[1] ?? (found[2] ?? '').replace(/^(['"])(.*)\1$/, '$2');
    parts.push({ name, at: spanOf(source, start, form.lastIndex) });
  }
  return parts.length === 0 ? null : parts;
}

import { readFileSync, statSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { type Diagnostic, diagnostic } from './diagnostic.ts';
import type { Source, Span } from './source.ts';

/** A text file, or why it could not be read. */
export type ReadSource = { readonly source: Source } | { readonly problem: Diagnostic };

// Larger texts are never input; reading one whole would only take memory before it is refused.
const maxBytes = 4 * 1024 * 1024;

/**
 * Reads a text file of the user's.
 *
 * @param at where the file was asked for, for the diagnostic
 */
export function readSource(path: string, at: Span | null = null): ReadSource {
  const name = displayPath(path);
  try {
    const { size, ...stat } = statOf(path);
    if (stat.isDirectory) return { problem: diagnostic(at, `\`${name}\` is a directory, not a file.`) };
    if (size > maxBytes) {
      const problem = `\`${name}\` is ${(size / 1024 / 1024).toFixed(1)} MiB; at most ${maxBytes / 1024 / 1024} MiB of text is read.`;
      return { problem: diagnostic(at, problem, 'Is this the file you meant?') };
    }
    const bytes = readFileSync(path);
    const text = bytes.toString('utf8');
    if (bytes.includes(0) || text.includes('\ufffd')) {
      return { problem: diagnostic(at, `\`${name}\` is not a text file in UTF-8.`) };
    }
    return { source: { name, text: text.replace(/^\ufeff/, '') } };
  } catch (error) {
    return { problem: diagnostic(at, `\`${name}\` can not be read: ${reasonOf(error)}.`) };
  }
}

/** A path as the user would write it: relative to the working directory where that is inside it. */
export function displayPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short === '..' || short.startsWith(`..${sep}`) ? path : short;
}

/** What a failed file operation says, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'it does not exist',
    EACCES: 'permission denied',
    ENOTDIR: 'a part of its path is not a directory',
    ELOOP: 'too many symbolic links',
  };
  return words[code ?? ''] ?? message;
}

function statOf(path: string): { size: number; isDirectory: boolean } {
  const stat = statSync(path);
  return { size: stat.size, isDirectory: stat.isDirectory() };
}

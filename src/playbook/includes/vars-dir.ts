import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { TaskContext } from '../tasks/context.ts';
import type { Fields } from '../fields.ts';

/** Args of `include_vars` that say which files of a directory are meant. */
export const dirKeys = ['depth', 'files_matching', 'ignore_files', 'extensions', 'ignore_unknown_extensions'];

/** Which files of a directory are meant. */
export interface DirFilter {
  /** How many levels deep; `null`: all. */
  readonly depth: number | null;
  readonly matching: RegExp | null;
  readonly ignored: readonly RegExp[];
  readonly extensions: readonly string[];
}

/** Reads the args; beside a `file` they mean nothing, which is noted. */
export function dirFilter(args: Fields, isDir: boolean): DirFilter {
  for (const key of isDir ? [] : dirKeys) {
    const at = args.entry(key)?.keySpan;
    if (at !== undefined) args.note(at, `\`${key}\` is for \`dir\`.`, null);
  }
  const extensions = args.words('extensions');
  const [matching] = regExps(args, 'files_matching', (text) => text);
  return {
    depth: args.count('depth'),
    matching: matching ?? null,
    ignored: regExps(args, 'ignore_files', (text) => `${text}$`),
    extensions: extensions.length === 0 ? ['yaml', 'yml', 'json'] : extensions,
  };
}

/** The files of a directory that are meant, in the order in which they are read: later ones win. */
export function filesOfDir(
  folder: string,
  { depth, matching, ignored, extensions }: DirFilter,
  { role }: TaskContext,
): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return paths.filter((path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const levels = relative(folder, path).split('/').length;
    // The role has read it already.
    if (role !== null && path === join(role.path, 'vars', name) && /^main\.ya?ml$/.test(name)) return false;
    if (!extensions.some((extension) => name.endsWith(`.${extension}`)) || (depth !== null && levels > depth))
      return false;
    return (matching?.test(name) ?? true) && !ignored.some((one) => one.test(name));
  });
}

function regExps(args: Fields, key: string, whole: (text: string) => string): RegExp[] {
  return args.texts(key).flatMap((node) => {
    try {
      return [new RegExp(whole(String(node.value)))];
    } catch {
      args.note(node.span, `\`${String(node.value)}\` is no regular expression.`);
      return [];
    }
  });
}

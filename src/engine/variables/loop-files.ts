import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { EvaluationError } from '../../base/errors.ts';
import type { Data } from '../../base/node.ts';
import { displayPath } from '../../base/read-source.ts';
import { valueWords } from '../../base/schema.ts';
import type { Span } from '../../base/source.ts';

/** Where loops look for files of the controller. */
export interface ControllerFiles {
  /** Nearest first. */
  readonly folders: readonly string[];
  /** How `with_first_found` finds a file instead, where what is looked for is no file for a host. */
  readonly find?: (name: string) => string | null;
}

/** `with_fileglob`: the files that a pattern fits, in the first folder where any does; no directories, sorted. */
export function fileglob(pattern: string, { folders }: ControllerFiles): string[] {
  for (const folder of folders) {
    const path = resolve(folder, pattern);
    const fits = regExpOf(path.slice(dirname(path).length).replace(/^\//, ''));
    const found = filesIn(dirname(path)).filter((name) => fits.test(name));
    if (found.length > 0) return found.sort().map((name) => join(dirname(path), name));
  }
  return [];
}

/** `with_first_found`: the first of several files that is there. */
export function firstFound(value: Data, at: Span, files: ControllerFiles): Data[] {
  const terms = (Array.isArray(value) ? (value as readonly Data[]) : [value]).map((term) => termOf(term, at));
  const names = terms.flatMap((term) => term.names);
  const find = files.find ?? ((name: string) => findIn(files.folders, name));
  for (const name of names) {
    const path = find(name);
    if (path !== null) return [path];
  }
  if (terms.some(({ skip }) => skip)) return [];
  const looked = files.find === undefined ? ` Looked in ${files.folders.map(displayPath).join(', ')}.` : '';
  throw new EvaluationError(`None of these files is there: ${names.map((name) => `\`${name}\``).join(', ')}.`, {
    at,
    hint: `To go on without: \`{files: [...], skip: true}\`.${looked}`,
  });
}

interface Term {
  readonly names: readonly string[];
  readonly skip: boolean;
}

/** A name, or `{files: [...], paths: [...], skip: true}`. */
function termOf(term: Data, at: Span): Term {
  if (typeof term === 'string') return { names: [term], skip: false };
  if (term === null || typeof term !== 'object' || Array.isArray(term))
    throw new EvaluationError(`\`with_first_found\` takes names of files, not ${valueWords(term)}.`, { at });
  const { files = [], paths = [], skip = false } = term as Readonly<Record<string, Data>>;
  const names = textsOf(files);
  const folders = textsOf(paths);
  return {
    names: folders.length === 0 ? names : folders.flatMap((folder) => names.map((name) => `${folder}/${name}`)),
    skip: isYes(skip),
  };
}

function isYes(value: Data): boolean {
  return value === true || (typeof value === 'string' && ['true', 'yes', 'on'].includes(value.toLowerCase()));
}

/** A list of names, or a text with several of them. */
function textsOf(value: Data): string[] {
  if (Array.isArray(value)) return (value as readonly Data[]).map(String);
  return typeof value === 'string' ? value.split(/[,;]\s*/) : [];
}

function findIn(folders: readonly string[], name: string): string | null {
  const paths = isAbsolute(name) ? [name] : folders.map((folder) => resolve(folder, name));
  return paths.find((path) => existsSync(path)) ?? null;
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile());
}

// As glob(3): what begins with a dot is only fitted by what begins with one.
function regExpOf(pattern: string): RegExp {
  const parts = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
    .replaceAll('[!', '[^');
  return new RegExp(`^${pattern.startsWith('.') ? '' : '(?!\\.)'}${parts}$`);
}

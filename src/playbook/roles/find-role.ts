import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { nearest } from '../../base/did-you-mean.ts';
import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import type { ScalarNode } from '../../base/node.ts';
import { displayPath } from '../../base/read-source.ts';
import { withoutCollection } from '../tasks/step-call.ts';

/** Finds a role in the folders, nearest first; what can not be found is noted. A name with a slash is a path. */
export function findRole(name: ScalarNode, folders: readonly string[], problems: Diagnostic[]): string | null {
  const text = String(name.value);
  // `join` makes the folder of roles itself of these.
  const found = /^\.{0,2}$/.test(text) ? undefined : rolePaths(text, folders).find(isDirectory);
  if (found !== undefined) return found;
  const known = folders.flatMap((folder) => (isDirectory(folder) ? rolesIn(folder) : []));
  const near = nearest(text, known);
  const looked = `Looked in ${folders.map(displayPath).join(', ')}.`;
  problems.push(
    diagnostic(
      name.span,
      `There is no role \`${text}\`.`,
      near === null ? looked : `Did you mean \`${near}\`? ${looked}`,
    ),
  );
  return null;
}

/** All paths that a role's name may mean, nearest first. */
export function rolePaths(name: string, folders: readonly string[]): string[] {
  const own = withoutCollection(name);
  return own.includes('/') ? [...folders.map((f) => join(f, '..', own)), own] : folders.map((f) => join(f, own));
}

function rolesIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => isDirectory(join(folder, name)));
}

function isDirectory(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

import { dirname, join, resolve } from 'node:path';
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import { type Layer, layerOf } from '../base/layer.ts';
import type { MapNode, Node } from '../base/node.ts';
import type { Source } from '../base/source.ts';
import { Vault } from '../vault/vault.ts';
import type { Inherited, Loader, TaskContext } from './context.ts';
import { constantText } from './constant-text.ts';
import { Fields, wordsOf } from './fields.ts';
import { inherit, nothingInherited } from './inherited.ts';
import { importPlaybookKeywords } from './keywords.ts';
import { loadPlay } from './load-play.ts';
import { newLoader } from './new-loader.ts';
import type { Play, Playbook } from './playbook.ts';
import { findIn, isCircle, noteMissing } from './task-files.ts';
import { withoutCollection } from './step-call.ts';

/** A playbook as far as it could be read, and everything that is wrong with it. */
export interface LoadedPlaybook {
  readonly playbook: Playbook;
  readonly problems: readonly Diagnostic[];
}

/** What reading a playbook needs beside its file. */
export interface PlaybookReading {
  /** Folders to look for roles in after the site's own. */
  readonly bundledRoles: readonly string[];
  /** What `-e` says: names of imports, `hosts` and `serial` may be made of it. */
  readonly extraVars?: Layer;
  readonly vault?: Vault;
}

/** Reads a playbook and all that it is made of. */
export function loadPlaybook(path: string, reading: PlaybookReading): LoadedPlaybook {
  const read = (reading.vault ?? new Vault()).read(path);
  if ('problem' in read) return { playbook: { path, plays: [] }, problems: [read.problem] };
  return loadPlaybookSource(path, read.source, reading);
}

/** Reads a playbook's text; its roles and files are looked for beside `path`. */
export function loadPlaybookSource(
  path: string,
  source: Source,
  { bundledRoles, extraVars = layerOf('extra vars', []), vault = new Vault() }: PlaybookReading,
): LoadedPlaybook {
  const { node, diagnostics } = vault.parse(source);
  const problems = [...diagnostics];
  if (node === null && problems.length === 0)
    problems.push(diagnostic(null, `\`${source.name}\` is empty.`, 'A playbook is a list of plays: `- hosts: all`.'));
  const file = resolve(path);
  const folder = dirname(file);
  const folders = [join(folder, 'roles'), join(folder, 'vendor/roles'), resolve('roles'), ...bundledRoles];
  const roleFolders = [...new Set(folders)];
  const loader = newLoader({ folder, roleFolders, constants: extraVars, problems, vault });
  const plays = node === null ? [] : playsOf(node, { outer: nothingInherited, files: [file], loader });
  return { playbook: { path, plays }, problems };
}

interface Around {
  readonly outer: Inherited;
  /** The playbook, behind those that import it. */
  readonly files: readonly string[];
  readonly loader: Loader;
}

function playsOf(node: Node, around: Around): Play[] {
  const { problems } = around.loader;
  if (node.kind !== 'list') {
    const hint = 'Each play starts with `- hosts: ...`.';
    problems.push(diagnostic(node.span, `A playbook is a list of plays, not ${wordsOf(node)}.`, hint));
    return [];
  }
  return node.items.flatMap((item) => {
    if (item.kind === 'map') return playOrImport(item, around);
    problems.push(
      diagnostic(item.span, `A play is a mapping, not ${wordsOf(item)}.`, 'It starts with `- hosts: ...`.'),
    );
    return [];
  });
}

function playOrImport(map: MapNode, around: Around): Play[] {
  const imported = map.entries.find(({ key }) => withoutCollection(key) === 'import_playbook');
  if (imported !== undefined) {
    const entries = map.entries.map((entry) => (entry === imported ? { ...entry, key: 'import_playbook' } : entry));
    return importPlaybook(new Fields({ ...map, entries }, around.loader.problems), around);
  }
  return [loadPlay(map, around.outer, around.files.at(-1) ?? '', around.loader)];
}

/** The plays of another playbook, in place of the import. */
function importPlaybook(fields: Fields, { outer, files, loader }: Around): Play[] {
  fields.only(importPlaybookKeywords, 'a key beside import_playbook');
  const inherited = inherit(fields, outer, 'vars of the import');
  const name = fields.scalar('import_playbook');
  if (name === null) return [];
  const context = contextOf(files, loader);
  const written = constantText(name, 'import_playbook', context);
  if (written === null) return [];
  const folders = [...new Set([dirname(files.at(-1) ?? ''), loader.folder])];
  const path = findIn(folders, written);
  if (path === null) noteMissing(name, written, folders, context);
  if (path === null || isCircle(path, name, 'imports', context)) return [];
  const node = loader.read(path, name);
  const near = join(dirname(path), 'roles');
  const roleFolders = [...new Set([near, ...loader.roleFolders])];
  return node === null
    ? []
    : playsOf(node, { outer: inherited, files: [...files, path], loader: { ...loader, roleFolders } });
}

function contextOf(files: readonly string[], loader: Loader): TaskContext {
  const play = {
    roles: [],
    handlers: [],
    preflight: [],
    verify: [],
    results: new Set<string>(),
    known: new Map<string, never>(),
  };
  const visited = { runs: [], open: [] };
  return { loader, play, inherited: nothingInherited, role: null, phase: 'tasks', sections: [], files, visited };
}

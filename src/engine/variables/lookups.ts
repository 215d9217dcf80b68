import { readdirSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { didYouMean } from '../../base/did-you-mean.ts';
import { displayPath } from '../../base/read-source.ts';
import type { Source } from '../../base/source.ts';
import { globToRegExp, isGlob, matchNames } from '../../inventory/match-names.ts';
import { renderTemplate } from '../../template/evaluate.ts';
import { CallProblem } from '../../template/operations/call-problem.ts';
import type { LookupPath, Lookups } from '../../template/scope.ts';
import { originsOf } from './host-values.ts';
import type { HostRun } from './host-run.ts';
import { searchFolders } from '../hosts/inputs.ts';
import { keptPassword } from './kept-password.ts';
import { type ControllerReads, isFile } from './controller-reads.ts';
import { NotYetKnown } from './not-yet-known.ts';
import type { Place, Site } from './site.ts';

/** What is looked up on the controller for a host at a place; read once in a run. */
export function lookupsAt(site: Site, run: HostRun, place: Place): Lookups {
  const { reads } = site;
  const finder = new Finder(site, run, place);
  return {
    file: (path) => sourceAt(reads, finder.find(path, 'files')).text,
    fileglob: (pattern) => finder.glob(pattern),
    firstFound: (paths) => firstFound(finder, paths),
    template: (path, scope) => {
      const found = finder.find(path, 'templates');
      if (reads.rendering.includes(found)) {
        throw new CallProblem(`\`${displayPath(found)}\` is rendered already: it would contain itself`, 0);
      }
      reads.rendering.push(found);
      try {
        return renderTemplate(sourceAt(reads, found), scope);
      } finally {
        reads.rendering.pop();
      }
    },
    password: (path, made) => {
      const file = finder.placeOf(path, site.playbookDir);
      const known = reads.passwords.get(file) ?? keptPassword(file, made, { mayMake: !reads.isTrial && !site.check });
      if (known === null) throw new NotYetKnown(`password ${displayPath(file)}`);
      reads.passwords.set(file, known);
      reads.vault.mask.add(known);
      return known;
    },
    env: (name) => (Object.hasOwn(reads.env, name) ? reads.env[name] : undefined),
  };
}

function firstFound(finder: Finder, paths: readonly LookupPath[]): string | null {
  for (const path of paths) {
    const found = finder.candidates(path, 'files').find(isFile);
    if (found !== undefined) return found;
  }
  return null;
}

function sourceAt(reads: ControllerReads, path: string): Source {
  const known = reads.sources.get(path);
  if (known !== undefined) return known;
  const read = reads.vault.read(path);
  if ('problem' in read) throw new CallProblem(read.problem.message.replace(/\.$/, ''), 0, read.problem.hint);
  reads.sources.set(path, read.source);
  if (reads.vault.isSecret(read.source)) reads.vault.taintLines(Buffer.from(read.source.text));
  return read.source;
}

/** Finds what users name: in the role, then beside the playbook, and nowhere else unless they say so themselves. */
class Finder {
  readonly #site: Site;
  readonly #run: HostRun;
  readonly #place: Place;

  constructor(site: Site, run: HostRun, place: Place) {
    this.#site = site;
    this.#run = run;
    this.#place = place;
  }

  find(path: LookupPath, folder: 'files' | 'templates'): string {
    const candidates = this.candidates(path, folder);
    const found = candidates.find(isFile);
    if (found !== undefined) return found;
    const folders = [...new Set(candidates.map(dirname))];
    const near = folders.flatMap(namesIn);
    const hint = didYouMean(basename(path.text), near) ?? `Looked in ${folders.map(displayPath).join(', ')}.`;
    throw new CallProblem(`there is no file \`${path.text}\``, 0, hint);
  }

  candidates(path: LookupPath, folder: 'files' | 'templates'): string[] {
    const { role } = this.#place;
    return searchFolders(folder, role, this.#site.playbookDir).map((from) => this.placeOf(path, from));
  }

  glob(pattern: LookupPath): string[] {
    if (isGlob(dirname(pattern.text))) throw new CallProblem('only the last part of its path can be a pattern', 0);
    const regex = globToRegExp(basename(pattern.text));
    const folder = { ...pattern, text: dirname(pattern.text) };
    for (const from of this.candidates(folder, 'files')) {
      // As a shell does: a hidden file must be asked for.
      const names = namesIn(from).filter((name) => basename(pattern.text).startsWith('.') || !name.startsWith('.'));
      const found = (matchNames(regex, names) ?? []).map((name) => join(from, name)).filter(isFile);
      if (found.length > 0) return found.sort();
    }
    return [];
  }

  /** The place of a path that is relative to a folder. @throws CallProblem when that is nobody's to name */
  placeOf({ text, names }: LookupPath, from: string): string {
    const { fromHost, fromLoop } = originsOf(names, this.#site, this.#run, this.#place);
    if (fromHost !== null) {
      const hint = 'A host may not choose what is read here: take the path from a variable of the site.';
      throw new CallProblem(`its path is made of \`${fromHost}\`, which a host has said`, 0, hint);
    }
    const home = Object.hasOwn(this.#site.reads.env, 'HOME') ? this.#site.reads.env['HOME'] : undefined;
    const path = text.startsWith('~/') && home !== undefined ? join(home, text.slice(2)) : text;
    const placed = resolve(from, path);
    if (isAbsolute(path) && !fromLoop) return placed;
    if (this.#roots().some((root) => placed === root || placed.startsWith(root + sep))) return placed;
    const why = isAbsolute(path) ? 'comes from a loop' : 'leads out of the playbook';
    const hint = 'Outside of the role and of the playbook only an absolute path that is written down is read.';
    throw new CallProblem(`its path \`${text}\` ${why}`, 0, hint);
  }

  #roots(): string[] {
    const { role } = this.#place;
    return [...(role === null ? [] : [role.path]), this.#site.playbookDir].map((path) => resolve(path));
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

import { type BigIntStats, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, isAbsolute, join, relative } from 'node:path';
import { didYouMean } from '../../base/did-you-mean.ts';
import { EvaluationError, KmeshError } from '../../base/errors.ts';
import { displayPath, reasonOf } from '../../base/read-source.ts';
import type { Source, Span } from '../../base/source.ts';
import type { Content } from '../../changes/change.ts';
import { contentOf } from '../../changes/content.ts';
import type { Input, Tree } from '../../modules/module.ts';
import type { Role, Task } from '../../playbook/playbook.ts';
import { renderTemplate } from '../../template/evaluate.ts';
import type { Scope } from '../../template/scope.ts';
import type { ControllerFiles } from '../variables/loop-files.ts';

import { noMemory, type HashMemory } from '../../probes/hash-memory.ts';
import { hashFileNow } from './hash-file.ts';
import { LocalHashes } from './local-hashes.ts';
import { isEncryptedFile, Vault } from '../../vault/vault.ts';

/** A larger file is not held in memory; it is read again when it is sent. */
const heldBytes = 1024 * 1024;

/** The controller's files that tasks need: found, read and hashed once in a run. */
export class InputFiles {
  readonly #playbookDir: string;
  readonly #contents = new Map<string, Content>();
  readonly #sources = new Map<string, Source>();
  /** Files and directories that tasks have named. */
  readonly #named = new Set<string>();
  /** Of large files, by what they look like. */
  readonly #hashes = new Map<string, string>();
  readonly #vault: Vault;
  /** Files and directories that were looked into for what is encrypted. */
  readonly #opened = new Set<string>();

  constructor(playbookDir: string, vault = new Vault()) {
    this.#playbookDir = playbookDir;
    this.#vault = vault;
  }

  /** What a module asked for. @throws KmeshError at `at` when the file is not there or can not be read */
  load(input: Input, task: Task, scope: Scope, at: Span): Content | Tree {
    const path = this.find(input, task, at);
    if (input.kind === 'template') return this.#rendered(this.source(path, at), scope);
    const contentOfFile = (file: string): Content => this.#content(file, at, input.decrypt !== false);
    return input.kind === 'file' ? contentOfFile(path) : this.#tree(path, input.source, contentOfFile);
  }

  /** Decrypts what is encrypted at a path, so that a wrong password is told before anything is done. @throws KmeshError */
  open(path: string, at: Span): void {
    if (this.#opened.has(path)) return;
    for (const file of filesAt(path)) {
      // A pipe would wait for who writes to it.
      const isFile = statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
      if (isFile && readOr(file, at, () => isEncryptedFile(file))) this.#content(file, at, true);
    }
    this.#opened.add(path);
  }

  /**
   * Hashes the large files that tasks have named so far, a piece at a time, so that nobody has to wait for it later.
   * Those that look as they did in an earlier run are not even opened.
   */
  async hashNamed(memory: HashMemory = noMemory): Promise<void> {
    const known = new LocalHashes(memory);
    const named = [...this.#named];
    this.#named.clear();
    for (const path of named.flatMap(filesAt)) {
      try {
        const found = statSync(path, { bigint: true });
        if (!found.isFile() || found.size <= heldBytes || this.#hashes.has(lookOf(path, found))) continue;
        this.#hashes.set(lookOf(path, found), await known.hash(path, found));
      } catch {
        // It is told by the task that needs it, if any does.
      }
    }
  }

  /** A template's text. @throws KmeshError */
  source(path: string, at: Span | null): Source {
    const known = this.#sources.get(path);
    if (known !== undefined) return known;
    const read = this.#vault.read(path, at);
    if ('problem' in read) throw new KmeshError(read.problem.message, read.problem);
    this.#sources.set(path, read.source);
    return read.source;
  }

  /** Looks for files of the controller as loops do: in the role's `files/`, then beside the playbook. */
  lookingFor(role: Role | null): ControllerFiles {
    const folders = this.#folders('files', { role });
    return { folders };
  }

  /** The path of a file: in the role's folder, then beside the playbook. @throws KmeshError */
  find({ kind, source }: Input, task: Task, at: Span): string {
    const folders = this.#folders(kind === 'template' ? 'templates' : 'files', task);
    const candidates = isAbsolute(source) ? [source] : folders.map((folder) => join(folder, source));
    const found = candidates.find((path) => existsSync(path));
    if (found !== undefined && kind !== 'template') this.#named.add(found);
    if (found !== undefined) return found;
    const near = folders
      .filter((f) => existsSync(f))
      .flatMap((f) => readdirSync(f).filter((n) => existsSync(join(f, n))));
    const looked = `Looked in ${(isAbsolute(source) ? candidates : folders).map(displayPath).join(', ')}.`;
    throw new KmeshError(`There is no ${kind === 'template' ? 'template' : 'file'} \`${source}\`.`, {
      at,
      hint: didYouMean(source, near) ?? looked,
    });
  }

  #folders(folder: string, { role }: Pick<Task, 'role'>): string[] {
    return searchFolders(folder, role, this.#playbookDir);
  }

  #rendered(source: Source, scope: Scope): Content {
    const content = contentOf(Buffer.from(renderTemplate(source, scope), 'utf8'));
    return this.#vault.isSecret(source) ? this.#secret(content) : content;
  }

  #secret(content: Content): Content {
    if (content.bytes !== null) this.#vault.taintLines(content.bytes);
    return { ...content, isSecret: true };
  }

  #content(path: string, at: Span, decrypt: boolean): Content {
    const key = decrypt ? path : `as it is: ${path}`;
    const known = this.#contents.get(key);
    if (known !== undefined) return known;
    const found = statOf(path, at);
    const isOpened = decrypt && found.size > heldBytes && readOr(path, at, () => isEncryptedFile(path));
    if (found.size > heldBytes && !isOpened) return this.#largeContent(path, found, at);
    const content = decrypt ? this.#held(path, at) : contentOf(readOr(path, at, () => readFileSync(path)));
    this.#contents.set(key, content);
    return content;
  }

  // Held whatever its size: what is decrypted stands in no file that it could be sent from.
  #held(path: string, at: Span): Content {
    const bytes = readOr(path, at, () => readFileSync(path));
    const opened = this.#vault.open(path, bytes);
    if (opened === null) return contentOf(bytes);
    if ('problem' in opened) throw new KmeshError(opened.problem.message, opened.problem);
    return this.#secret(contentOf(opened.plain));
  }

  // What changes while a run goes on is sent as it is then, so that hash and content belong together.
  #largeContent(path: string, found: BigIntStats, at: Span): Content {
    const look = lookOf(path, found);
    const sha256 = this.#hashes.get(look) ?? readOr(path, at, () => hashFileNow(path));
    this.#hashes.set(look, sha256);
    return { sha256, size: Number(found.size), bytes: null, file: path };
  }

  #tree(path: string, written: string, contentOfFile: (file: string) => Content): Tree {
    if (!statSync(path).isDirectory()) {
      const entry = { path: basename(path), mode: modeOf(path), content: contentOfFile(path) };
      return { isDirectory: false, files: [entry] };
    }
    // As with rsync: `dir/` is what is in it, `dir` the directory itself.
    const base = written.endsWith('/') ? path : join(path, '..');
    const entries = readdirSync(path, { recursive: true, withFileTypes: true })
      .map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }))
      .filter(({ entry, path: inner }) => entry.isDirectory() || statSync(inner).isFile());
    const own = written.endsWith('/') ? [] : [{ path: relative(base, path), mode: modeOf(path), content: null }];
    const inner = entries.map(({ entry, path: file }) => ({
      path: relative(base, file),
      mode: modeOf(file),
      content: entry.isDirectory() ? null : contentOfFile(file),
    }));
    return { isDirectory: true, files: [...own, ...inner].sort((a, b) => (a.path < b.path ? -1 : 1)) };
  }
}

/** Where files of a role or playbook are looked for, first place first. */
export function searchFolders(folder: string, role: Role | null, playbookDir: string): string[] {
  const beside = [join(playbookDir, folder), playbookDir];
  return role === null ? beside : [join(role.path, folder), role.path, ...beside];
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o7777).toString(8).padStart(4, '0');
}

function statOf(path: string, at: Span): BigIntStats {
  const found = readOr(path, at, () => statSync(path, { bigint: true }));
  if (found.isDirectory()) throw new EvaluationError(`\`${displayPath(path)}\` is a directory.`, { at });
  return found;
}

function readOr<T>(path: string, at: Span, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new KmeshError(`\`${displayPath(path)}\` can not be read: ${reasonOf(error)}.`, { at });
  }
}

/** Changes whenever the file does. */
function lookOf(path: string, { dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [path, dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

/** A file, or all in a directory. */
function filesAt(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

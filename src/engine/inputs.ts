import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, isAbsolute, join, relative } from 'node:path';
import { didYouMean } from '../base/did-you-mean.ts';
import { EvaluationError, KmeshError } from '../base/errors.ts';
import { displayPath, readSource, reasonOf } from '../base/read-source.ts';
import type { Source, Span } from '../base/source.ts';
import type { Content } from '../changes/change.ts';
import { contentOf } from '../changes/content.ts';
import type { Input, Tree } from '../modules/module.ts';
import type { Task } from '../playbook/playbook.ts';
import { renderTemplate } from '../template/evaluate.ts';
import type { Scope } from '../template/scope.ts';

/** A larger file is not held in memory; it is read again when it is sent. */
const heldBytes = 1024 * 1024;

/** The controller's files that tasks need: found, read and hashed once in a run. */
export class InputFiles {
  readonly #playbookDir: string;
  readonly #contents = new Map<string, Content>();
  readonly #sources = new Map<string, Source>();

  constructor(playbookDir: string) {
    this.#playbookDir = playbookDir;
  }

  /** What a module asked for. @throws KmeshError at `at` when the file is not there or can not be read */
  load(input: Input, task: Task, scope: Scope, at: Span): Content | Tree {
    const path = this.find(input, task, at);
    if (input.kind === 'template') return contentOf(Buffer.from(renderTemplate(this.source(path, at), scope), 'utf8'));
    return input.kind === 'file' ? this.#content(path, at) : this.#tree(path, input.source, at);
  }

  /** A template's text. @throws KmeshError */
  source(path: string, at: Span | null): Source {
    const known = this.#sources.get(path);
    if (known !== undefined) return known;
    const read = readSource(path, at);
    if ('problem' in read) throw new KmeshError(read.problem.message, read.problem);
    this.#sources.set(path, read.source);
    return read.source;
  }

  /** The path of a file: in the role's folder, then beside the playbook. @throws KmeshError */
  find({ kind, source }: Input, task: Task, at: Span): string {
    const folders = this.#folders(kind === 'template' ? 'templates' : 'files', task);
    const candidates = isAbsolute(source) ? [source] : folders.map((folder) => join(folder, source));
    const found = candidates.find((path) => existsSync(path));
    if (found !== undefined) return found;
    const near = folders.filter((f) => existsSync(f)).flatMap((f) => readdirSync(f));
    const looked = `Looked in ${(isAbsolute(source) ? candidates : folders).map(displayPath).join(', ')}.`;
    throw new KmeshError(`There is no ${kind === 'template' ? 'template' : 'file'} \`${source}\`.`, {
      at,
      hint: didYouMean(source, near) ?? looked,
    });
  }

  #folders(folder: string, { role }: Task): string[] {
    const beside = [join(this.#playbookDir, folder), this.#playbookDir];
    return role === null ? beside : [join(role.path, folder), role.path, ...beside];
  }

  #content(path: string, at: Span): Content {
    const known = this.#contents.get(path);
    if (known !== undefined) return known;
    const content = readContent(path, at);
    this.#contents.set(path, content);
    return content;
  }

  #tree(path: string, written: string, at: Span): Tree {
    if (!statSync(path).isDirectory()) {
      const entry = { path: basename(path), mode: modeOf(path), content: this.#content(path, at) };
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
      content: entry.isDirectory() ? null : this.#content(file, at),
    }));
    return { isDirectory: true, files: [...own, ...inner].sort((a, b) => (a.path < b.path ? -1 : 1)) };
  }
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o7777).toString(8).padStart(4, '0');
}

function readContent(path: string, at: Span): Content {
  try {
    if (statSync(path).isDirectory()) throw new EvaluationError(`\`${displayPath(path)}\` is a directory.`, { at });
    const bytes = readFileSync(path);
    const content = contentOf(bytes);
    return bytes.length <= heldBytes ? content : { ...content, bytes: null, file: path };
  } catch (error) {
    if (error instanceof KmeshError) throw error;
    throw new KmeshError(`\`${displayPath(path)}\` can not be read: ${reasonOf(error)}.`, { at });
  }
}

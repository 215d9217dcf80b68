import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node as YamlNode,
  type Pair,
  parseAllDocuments,
  type Scalar,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { type Diagnostic, diagnostic } from './diagnostic.ts';
import type { Entry, Node, ScalarNode } from './node.ts';
import { tooDeepAt } from './yaml-depth.ts';
import { lineColumn, lineText, offsetOf, type Source, type Span, spanOf } from './source.ts';

/**
 * What a YAML text holds: `node` is `null` when it is empty or too broken to use. A vault that can not be opened is an
 * empty text in it, and a key that stands there twice has its last value.
 */
export interface Parsed {
  readonly node: Node | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Gives what a `!vault` scalar stands for, decrypted, or why there is none. @param at with the tag */
export type ReadVault = (scalar: ScalarNode, at: Span) => { readonly text: string } | { readonly problem: Diagnostic };

// Far above any site, far below what an alias bomb makes of a few lines.
const maxNodes = 500_000;
const maxCharacters = 4 * 1024 * 1024;

/**
 * Parses one YAML 1.2 document with merge keys, keeping the place of every value.
 *
 * @param readVault for `!vault`; `null`: such a text is none that has it
 */
export function parseYaml(source: Source, readVault: ReadVault | null = null): Parsed {
  const tooBig = sizeProblem(source);
  if (tooBig !== null) return { node: null, diagnostics: [tooBig] };
  const deep = tooDeepAt(source.text);
  if (deep !== null)
    return { node: null, diagnostics: [diagnostic(spanOf(source, deep), 'This is nested too deeply.')] };
  const documents = parseAllDocuments(source.text, {
    version: '1.2',
    merge: true,
    // The library compares each key with all before it, and not by their text.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  if (!Array.isArray(documents) || documents.length === 0) return { node: null, diagnostics: [] };
  const [first, second] = documents as Document.Parsed[];
  if (first === undefined) return { node: null, diagnostics: [] };
  const found = syntaxProblems(source, first.errors);
  if (second !== undefined) {
    const at = spanOf(source, second.range[0]);
    found.push(diagnostic(at, 'A second YAML document starts here.', 'Write one document per file.'));
  }
  if (found.length > 0 || isEmpty(first.contents)) return { node: null, diagnostics: found };
  const reader = new Reader(source, readVault);
  const node = reader.read(first.contents);
  return { node: reader.isUsable ? node : null, diagnostics: reader.diagnostics };
}

/** Why a text is too big to be input, or `null`. */
function sizeProblem({ name, text }: Source): Diagnostic | null {
  if (text.length <= maxCharacters) return null;
  const size = (text.length / 1024 / 1024).toFixed(1);
  return diagnostic(
    null,
    `${name}: the file is ${size} MiB; at most ${maxCharacters / 1024 / 1024} MiB is read.`,
    'Is this the file you meant?',
  );
}

/** Walks the library's tree once, making ours. */
class Reader {
  readonly diagnostics: Diagnostic[] = [];
  /** Whether the tree is what was written, so that its problems are no consequence of those that are known. */
  isUsable = true;
  readonly #source: Source;
  readonly #readVault: ReadVault | null;
  readonly #open = new Set<YamlNode>();
  /** The anchors so far. The library looks each up from the start of the document. */
  readonly #anchors = new Map<string, YamlNode>();
  readonly #targets = new Map<Alias, YamlNode | undefined>();
  #nodes = 0;

  constructor(source: Source, readVault: ReadVault | null) {
    this.#source = source;
    this.#readVault = readVault;
  }

  read(node: YamlNode | null): Node {
    if (node === null) return this.#empty();
    if (++this.#nodes > maxNodes) return this.#bomb(node);
    if (isAlias(node)) return this.#alias(node);
    this.#noteAnchor(node);
    this.#checkTag(node);
    if (isScalar(node)) return isVault(node) ? this.#vault(node) : this.#scalar(node);
    if (isSeq(node)) {
      return { kind: 'list', span: this.#span(node), items: node.items.map((item) => this.read(item as YamlNode)) };
    }
    if (isMap(node)) return this.#map(node);
    return this.#empty();
  }

  #map(node: YAMLMap): Node {
    const entries = new Map<string, Entry>();
    const merged: Entry[] = [];
    for (const pair of node.items as Pair<YamlNode, YamlNode | null>[]) {
      const key = this.#key(pair.key);
      if (key === null) continue;
      if (key.text === '<<' && !key.quoted) {
        merged.push(...this.#merge(pair.value));
        continue;
      }
      if (entries.has(key.text)) this.#duplicate(key.span);
      entries.set(key.text, { key: key.text, keySpan: key.span, value: this.#valueAfter(key.span, pair.value) });
    }
    for (const entry of merged) if (!entries.has(entry.key)) entries.set(entry.key, entry);
    return { kind: 'map', span: this.#span(node), entries: [...entries.values()] };
  }

  #duplicate(key: Span): void {
    const hint = 'The second one would win silently: keep one of them.';
    this.diagnostics.push(diagnostic(key, 'Map keys must be unique.', hint));
  }

  // `key:` alone has no text of its own; errors about it point at the key.
  #valueAfter(keySpan: Span, value: YamlNode | null): Node {
    const node = this.read(value);
    return isEmpty(value) ? { ...node, span: keySpan } : node;
  }

  #key(key: YamlNode): { text: string; span: Span; quoted: boolean } | null {
    const node = isAlias(key) ? (this.#targetOf(key) ?? key) : key;
    this.#noteAnchor(node);
    if (isScalar(node)) {
      const text = typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
      return { text, span: this.#span(key), quoted: isQuoted(node) };
    }
    const braces = isMap(node) && this.#source.text[this.#span(node).start] === '{';
    const hint = braces ? 'A value that starts with `{{` needs quotes: `key: "{{ name }}"`.' : 'A key is plain text.';
    this.#broken(
      braces ? this.#outerBrace(key) : this.#span(key),
      braces ? '`{{` without quotes is a YAML mapping.' : 'This key is not a text.',
      hint,
    );
    return null;
  }

  // `{{ x }}` is a map in a map: the template starts one brace before its key.
  #outerBrace(key: YamlNode): Span {
    const { start, end } = this.#span(key);
    return this.#source.text[start - 1] === '{' ? spanOf(this.#source, start - 1, end + 1) : this.#span(key);
  }

  #merge(value: YamlNode | null): readonly Entry[] {
    const before = this.diagnostics.length;
    const node = this.read(value);
    if (node.kind === 'map') return node.entries;
    if (this.diagnostics.length > before) return [];
    if (node.kind === 'list' && node.items.every((item) => item.kind === 'map')) {
      const first = new Map<string, Entry>();
      for (const item of node.items) for (const e of item.entries) if (!first.has(e.key)) first.set(e.key, e);
      return [...first.values()];
    }
    this.#broken(node.span, '`<<` merges a mapping or a list of mappings.');
    return [];
  }

  #alias(node: Alias): Node {
    const target = this.#targetOf(node);
    if (target === undefined) {
      this.#broken(this.#span(node), `No anchor \`&${node.source}\` stands before this alias.`);
      return this.#empty();
    }
    if (this.#open.has(target)) {
      this.#broken(this.#span(node), `\`*${node.source}\` contains itself.`);
      return this.#empty();
    }
    this.#open.add(target);
    const read = this.read(target);
    this.#open.delete(target);
    return read;
  }

  // What is read again through an alias still means the anchors that stood before it.
  #targetOf(alias: Alias): YamlNode | undefined {
    if (!this.#targets.has(alias)) this.#targets.set(alias, this.#anchors.get(alias.source));
    return this.#targets.get(alias);
  }

  #noteAnchor(node: YamlNode & { anchor?: string }): void {
    if (node.anchor !== undefined && this.#open.size === 0) this.#anchors.set(node.anchor, node);
  }

  #scalar(node: Scalar): ScalarNode {
    const { value } = node;
    const written = node.source ?? String(value);
    const known =
      value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return {
      kind: 'scalar',
      span: this.#span(node),
      value: known ? value : written,
      written,
      style: styleOf(node),
      verbatim: node.tag === '!unsafe',
    };
  }

  // As with `!unsafe`, what was encrypted is never a template.
  #vault(node: Scalar): ScalarNode {
    const scalar = this.#scalar(node);
    if (this.#readVault === null) return scalar;
    const at = spanOf(this.#source, this.#source.text.lastIndexOf('!', scalar.span.start), scalar.span.end);
    const read = this.#readVault(scalar, at);
    if ('problem' in read) this.diagnostics.push(read.problem);
    // All around it can be read on, so that its problems are told at once.
    const text = 'text' in read ? read.text : '';
    return { ...scalar, span: at, value: text, written: text, style: 'quoted', verbatim: true };
  }

  #checkTag(node: YamlNode & { tag?: string }): void {
    const { tag } = node;
    if (this.#readVault !== null && isScalar(node) && isVault(node)) return;
    if (tag === undefined || tag === '!unsafe' || tag.startsWith('tag:yaml.org,2002:') || tag === '!') return;
    this.diagnostics.push(
      diagnostic(
        this.#span(node),
        `The tag \`${tag}\` is not known.`,
        `Only ${this.#readVault === null ? '' : '`!vault`, '}\`!unsafe\` and the tags of YAML itself are.`,
      ),
    );
  }

  #bomb(node: YamlNode): Node {
    if (this.#nodes === maxNodes + 1) {
      this.#broken(this.#span(node), `Aliases make more than ${maxNodes} values of this file.`);
    }
    return this.#empty();
  }

  #broken(at: Span, message: string, hint: string | null = null): void {
    this.isUsable = false;
    this.diagnostics.push(diagnostic(at, message, hint));
  }

  #empty(): ScalarNode {
    return { kind: 'scalar', span: spanOf(this.#source, 0), value: null, written: '', style: 'plain', verbatim: false };
  }

  #span(node: YamlNode): Span {
    const [start, end] = node.range ?? [0, 1];
    return spanOf(this.#source, start, Math.max(end, start + 1));
  }
}

function isEmpty(node: YamlNode | null): boolean {
  return node === null || (isScalar(node) && node.value === null && node.source === '');
}

function isVault({ tag }: Scalar): boolean {
  return tag === '!vault' || tag === '!vault-encrypted';
}

function isQuoted(node: Scalar): boolean {
  return node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
}

function styleOf(node: Scalar): ScalarNode['style'] {
  if (isQuoted(node)) return 'quoted';
  return node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED' ? 'block' : 'plain';
}

const hints: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'Indent with spaces: YAML allows no tabs.',
  BAD_ALIAS: 'An alias is `*name`; quote a text that starts with `*`.',
  MULTILINE_IMPLICIT_KEY: 'Is a quote or a colon missing on the line before?',
  MISSING_CHAR: 'Is a quote or bracket left open?',
  BAD_INDENT: 'Entries of one mapping or list start in the same column.',
  BLOCK_AS_IMPLICIT_KEY: 'A value with `: ` in it needs quotes.',
};

/** Errors that leave the structure around them as it is: each has a cause of its own. */
const localErrors: ReadonlySet<string> = new Set([
  'BLOCK_AS_IMPLICIT_KEY',
  'BAD_ALIAS',
  'BAD_DQ_ESCAPE',
  'BAD_SCALAR_START',
  'TAG_RESOLVE_FAILED',
]);

/**
 * One problem a line, since what follows on it is a consequence. So is all that follows where the structure is lost, and
 * a tab that indents explains all that comes after it.
 */
function syntaxProblems(source: Source, errors: readonly YAMLError[]): Diagnostic[] {
  // One level that is too deep makes an error of every level around it.
  const tooDeep = errors.find(({ message }) => message.startsWith('Maximum call stack size'));
  if (tooDeep !== undefined) return [diagnostic(spanOf(source, tooDeep.pos[0]), 'This is nested too deeply.')];
  const lines = new Map<number, Diagnostic>();
  for (const error of errors.toSorted((a, b) => a.pos[0] - b.pos[0])) {
    const { line } = lineColumn(source, error.pos[0]);
    const tab = /^ *\t/.exec(lineText(source, line));
    if (tab !== null) {
      const at = offsetOf(source, { line, column: tab[0].length });
      return [
        ...lines.values(),
        diagnostic(spanOf(source, at), 'A tab indents this line.', hints['TAB_AS_INDENT'] ?? null),
      ];
    }
    if (lines.has(line)) continue;
    if (localErrors.has(error.code)) lines.set(line, syntaxProblem(source, error));
    else return lines.size > 0 ? [...lines.values()] : [syntaxProblem(source, error)];
  }
  return [...lines.values()];
}

function syntaxProblem(source: Source, { code, message, pos: [start, end] }: YAMLError): Diagnostic {
  const hint = /^\s*['"]?\{\{/.test(source.text.slice(start))
    ? 'A value that starts with `{{` needs quotes around the whole value.'
    : hints[code];
  return diagnostic(spanOf(source, start, Math.max(end, start + 1)), `${message.replace(/\.?$/, '')}.`, hint ?? null);
}

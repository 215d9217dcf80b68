import type { Source, Span } from './source.ts';

/** A value of the user's with its place: what YAML, INI and `-e` are parsed into. */
export type Node = ScalarNode | ListNode | MapNode;

/** A string, number, boolean or null. */
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly span: Span;
  readonly value: string | number | boolean | null;
  /** The scalar as written: `0644` where `value` is 644. */
  readonly written: string;
  readonly style: 'plain' | 'quoted' | 'block';
  /** `!unsafe`: the text is never a template. */
  readonly verbatim: boolean;
}

/** A sequence. */
export interface ListNode {
  readonly kind: 'list';
  readonly span: Span;
  readonly items: readonly Node[];
}

/** A mapping; keys are unique and in the order written. */
export interface MapNode {
  readonly kind: 'map';
  readonly span: Span;
  readonly entries: readonly Entry[];
}

/** One `key: value` of a map. */
export interface Entry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: Node;
}

/** Plain data as JSON has it. */
export type Data = string | number | boolean | null | readonly Data[] | { readonly [key: string]: Data };

/** The value under a key, or `null`. */
export function entryOf(map: MapNode, key: string): Entry | null {
  return map.entries.find((entry) => entry.key === key) ?? null;
}

/** The node at a path of keys and indexes, or the nearest one above it that exists. */
export function nodeAt(node: Node, path: readonly (string | number)[]): Node {
  let here = node;
  for (const key of path) {
    const next = childOf(here, key);
    if (next === null) break;
    here = next;
  }
  return here;
}

/** Plain data of a node: objects without prototype, so that no key of the user's means anything to JavaScript. */
export function toData(node: Node): Data {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toData);
    case 'map': {
      const object = Object.create(null) as Record<string, Data>;
      for (const { key, value } of node.entries) object[key] = toData(value);
      return object;
    }
  }
}

/** Makes a scalar that was not written as YAML, such as a host variable of an INI file. */
export function scalarNode(value: ScalarNode['value'], span: Span): ScalarNode {
  return { kind: 'scalar', span, value, written: String(value), style: 'plain', verbatim: false };
}

/** Makes a map of entries. */
export function mapNode(entries: readonly Entry[], span: Span): MapNode {
  return { kind: 'map', span, entries };
}

/**
 * The place of a part of a scalar's text, for errors inside templates and expressions.
 *
 * Exact for plain, quoted and block scalars, of one line or more, as far as nothing but quotes is escaped in them; else
 * the whole scalar.
 */
export function spanInScalar(node: ScalarNode, start: number, end: number): Span {
  const { source } = node.span;
  const from = offsetInSource(node, start);
  const to = offsetInSource(node, Math.max(start, end - 1));
  if (from === null || to === null) return node.span;
  return { source, start: from, end: to + 1 };
}

function offsetInSource(node: ScalarNode, index: number): number | null {
  const { source, start, end } = node.span;
  const text = source.text.slice(start, end);
  const value = String(node.value);
  if (node.style === 'block') return offsetInBlock(node, text, index);
  const lead = node.style === 'quoted' ? 1 : 0;
  if (text.slice(lead, lead + value.length) === value) return start + lead + index;
  const aligned = offsetInFolded(value, text.slice(lead), index);
  return aligned === null ? null : start + lead + aligned;
}

// A literal block keeps its lines; each stands in the source behind the same indentation.
function offsetInBlock(node: ScalarNode, text: string, index: number): number | null {
  const lines = String(node.value).slice(0, index).split('\n');
  const bodyStart = text.indexOf('\n') + 1;
  const sourceLines = text.slice(bodyStart).split('\n');
  const line = lines.length - 1;
  const column = lines[line]?.length ?? 0;
  const whole = String(node.value).split('\n')[line] ?? '';
  const sourceLine = sourceLines[line];
  if (!sourceLine?.endsWith(whole)) {
    const aligned = offsetInFolded(String(node.value), text.slice(bodyStart), index);
    return aligned === null ? null : node.span.start + bodyStart + aligned;
  }
  const before = sourceLines.slice(0, line).reduce((sum, l) => sum + l.length + 1, 0);
  return node.span.start + bodyStart + before + (sourceLine.length - whole.length) + column;
}

// Where lines were folded, any white space stands for any other; all else is the same but for escaped quotes.
function offsetInFolded(value: string, text: string, index: number): number | null {
  let at = spaceAt(text, 0);
  let i = spaceAt(value, 0);
  while (i < index) {
    const space = spaceAt(value, i);
    if (i + space > index) return at;
    if (space > 0) {
      at += spaceAt(text, at);
      i += space;
    } else {
      const isEscaped = `${text[at]}${text[at + 1]}` === `\\${value[i]}` || (text[at] === "'" && text[at + 1] === "'");
      if (isEscaped && value[i] !== '\\') at++;
      if (text[at] !== value[i]) return null;
      at++;
      i++;
    }
  }
  return at;
}

function spaceAt(text: string, from: number): number {
  return /^\s*/.exec(text.slice(from))?.[0].length ?? 0;
}

function childOf(node: Node, key: string | number): Node | null {
  if (node.kind === 'list') return node.items[Number(key)] ?? null;
  if (node.kind === 'map') return entryOf(node, String(key))?.value ?? null;
  return null;
}

/** A source that stands for a text without a file, such as `-e` or a host's name on the command line. */
export function namedSource(name: string, text: string): Source {
  return { name, text };
}

import { didYouMean } from '../base/did-you-mean.ts';
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import { type Layer, layerOf } from '../base/layer.ts';
import { type Entry, entryOf, type MapNode, type Node, type ScalarNode } from '../base/node.ts';
import { reservedNames } from '../base/reserved-names.ts';
import { valueWords } from '../base/schema.ts';
import type { Span } from '../base/source.ts';
import { checkTemplate, isConstant } from '../template/evaluate.ts';
import { ansibleOnly } from './keywords.ts';

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;
// Timers of Node end at 2^31 milliseconds: a longer one is over at once.
const maxSeconds = 2_147_483;
const yes = new Set(['true', 'yes', 'on']);
const no = new Set(['false', 'no', 'off']);

/** Reads the keys of one mapping, noting everything that is not right and going on. */
export class Fields {
  readonly map: MapNode;
  readonly problems: Diagnostic[];

  constructor(map: MapNode, problems: Diagnostic[]) {
    this.map = map;
    this.problems = problems;
  }

  /** Another mapping, whose problems are noted with those of this one. */
  of(map: MapNode): Fields {
    return new Fields(map, this.problems);
  }

  /** Notes each key that is not among the known ones. @param kind `a key of a play` */
  only(known: readonly string[], kind: string, accepts: (key: string) => boolean = () => false): void {
    for (const { key, keySpan } of this.map.entries) {
      if (known.includes(key) || accepts(key)) continue;
      this.unknown(key, keySpan, known, kind);
    }
  }

  /** Notes one key that is not known. */
  unknown(key: string, at: Span, known: readonly string[], kind: string): void {
    if (Object.hasOwn(ansibleOnly, key)) this.note(at, `\`${key}\` is not supported.`, ansibleOnly[key] ?? null);
    else this.note(at, `\`${key}\` is not ${kind}.`, didYouMean(key, known) ?? `Known: ${known.join(', ')}.`);
  }

  has(key: string): boolean {
    return this.entry(key) !== null;
  }

  entry(key: string): Entry | null {
    return entryOf(this.map, key);
  }

  node(key: string): Node | null {
    return this.entry(key)?.value ?? null;
  }

  /** A text without template, or `null`. */
  text(key: string): string | null {
    const node = this.scalar(key);
    if (node === null) return null;
    if (typeof node.value === 'string' || typeof node.value === 'number') return String(node.value);
    this.wants(node, key, 'text');
    return null;
  }

  scalar(key: string): ScalarNode | null {
    const node = this.node(key);
    if (node === null || node.kind === 'scalar') return node;
    this.wants(node, key, 'text');
    return null;
  }

  boolean(key: string, absent: boolean): boolean {
    return this.booleanOrNull(key) ?? absent;
  }

  booleanOrNull(key: string): boolean | null {
    const node = this.scalar(key);
    if (node === null) return null;
    const word = String(node.value).toLowerCase();
    if (yes.has(word)) return true;
    if (no.has(word)) return false;
    this.wants(node, key, 'true or false');
    return null;
  }

  /** True, false, or a template that gives one of them. */
  booleanOrTemplate(key: string): Node | null {
    const node = this.node(key);
    if (node === null || isNull(node)) return null;
    this.problems.push(...checkTemplate(node));
    if (isConstant(node)) this.booleanOrNull(key);
    return node;
  }

  /** A text, which may be a template. */
  template(key: string): ScalarNode | null {
    const node = this.scalar(key);
    if (node === null || isNull(node)) return null;
    this.problems.push(...checkTemplate(node));
    return node;
  }

  /** A text or a list of texts, which may be templates. */
  templates(key: string): ScalarNode[] {
    const nodes = this.texts(key);
    for (const node of nodes) this.problems.push(...checkTemplate(node));
    return nodes;
  }

  /** A number of things; 0 is none, as `null` is. */
  count(key: string): number | null {
    const node = this.scalar(key);
    if (node === null) return null;
    const value = typeof node.value === 'string' && /^\d+$/.test(node.value) ? Number(node.value) : node.value;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value === 0 ? null : value;
    this.wants(node, key, 'a whole number');
    return null;
  }

  /** Seconds, given as milliseconds. */
  milliseconds(key: string): number | null {
    const node = this.scalar(key);
    if (node === null) return null;
    const seconds = typeof node.value === 'string' && /^\d+$/.test(node.value) ? Number(node.value) : node.value;
    if (typeof seconds === 'number' && seconds >= 0 && seconds <= maxSeconds)
      return seconds === 0 ? null : seconds * 1000;
    this.wants(node, key, Number(seconds) > maxSeconds ? `at most ${maxSeconds} seconds` : 'a number of seconds');
    return null;
  }

  /** The mappings of a list. */
  maps(key: string, what: string): MapNode[] {
    const node = this.node(key);
    if (node === null || isNull(node)) return [];
    if (node.kind !== 'list') {
      this.wants(node, key, `a list of ${what}s`, 'Each starts with `- `.');
      return [];
    }
    return node.items.flatMap((item) => this.mapItem(item, what));
  }

  mapItem(item: Node, what: string): MapNode[] {
    if (item.kind === 'map') return [item];
    this.note(item.span, `A ${what} is a mapping, not ${wordsOf(item)}.`);
    return [];
  }

  /** A text or a list of texts. */
  texts(key: string): ScalarNode[] {
    const node = this.node(key);
    if (node === null || isNull(node)) return [];
    const items = node.kind === 'list' ? node.items : [node];
    return items.flatMap((item) => {
      if (item.kind === 'scalar' && item.value !== null) return [item];
      this.wants(item, key, 'text, or a list of texts');
      return [];
    });
  }

  /** Tags and the like: texts, also as one text with commas. */
  words(key: string): string[] {
    return this.texts(key)
      .flatMap((node) => String(node.value).split(','))
      .map((word) => word.trim())
      .filter((word) => word !== '');
  }

  /** Variables: a mapping of names. Their templates are checked. */
  variables(key: string, name: string): Layer | null {
    const node = this.node(key);
    if (node === null || isNull(node)) return null;
    if (node.kind === 'map') return this.layer(node, name);
    this.wants(node, key, 'a mapping of variables');
    return null;
  }

  layer(node: MapNode, name: string): Layer {
    for (const { key, keySpan, value } of node.entries) {
      this.variableName(key, keySpan);
      this.problems.push(...checkTemplate(value));
    }
    return layerOf(name, node.entries);
  }

  variableName(name: string, at: Span): void {
    if (!variableName.test(name)) {
      this.note(
        at,
        `\`${name}\` can not be the name of a variable.`,
        'Letters, digits and underscores, not a digit first.',
      );
    } else if (reservedNames.has(name)) {
      this.note(at, `\`${name}\` is set by kmesh itself.`, 'Choose another name.');
    }
  }

  /** A mapping whose values are templates. */
  mapping(key: string): MapNode | null {
    const node = this.node(key);
    if (node === null || isNull(node)) return null;
    if (node.kind !== 'map') {
      this.wants(node, key, 'a mapping');
      return null;
    }
    this.problems.push(...checkTemplate(node));
    return node;
  }

  note(at: Span | null, message: string, hint: string | null = null): void {
    this.problems.push(diagnostic(at, message, hint));
  }

  /** Notes that a key has a value of the wrong form. */
  wants(node: Node, key: string, wanted: string, hint: string | null = null): void {
    this.note(node.span, `\`${key}\` must be ${wanted}, not ${wordsOf(node)}.`, hint);
  }
}

/** A node as messages name it. */
export function wordsOf(node: Node): string {
  if (node.kind === 'scalar') return valueWords(node.value);
  return node.kind === 'list' ? 'a list' : 'a mapping';
}

function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null;
}

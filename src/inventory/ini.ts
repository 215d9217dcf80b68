import { diagnostic } from '../base/diagnostic.ts';
import { didYouMean } from '../base/did-you-mean.ts';
import type { Entry } from '../base/node.ts';
import { type Span, spanOf } from '../base/source.ts';
import { addHosts, type DraftGroup, groupIn, isVariable, type Reading, setGroupVariable } from './draft.ts';
import { parseLiteral, type Place } from './literal.ts';
import { splitWords, type Word, type Words } from '../base/shell-words.ts';

/** Reads an INI inventory into a draft; what is wrong with it goes to the findings, and the rest is read all the same. */
export function parseIni(reading: Reading): void {
  const { text } = reading.source;
  const pending: Pending = new Map();
  let section: Section | null = firstSection(reading, pending);
  for (let start = 0; start <= text.length;) {
    const found = text.indexOf('\n', start);
    const end = found === -1 ? text.length : found;
    const raw = text.slice(start, end);
    const line = { text: raw.trim(), start: start + (raw.length - raw.trimStart().length) };
    if (line.text !== '' && !/^[#;]/.test(line.text)) {
      if (isHeader(line.text)) section = readHeader(reading, line, pending);
      else if (section !== null) readLine(reading, section, line);
    }
    start = end + 1;
  }
  // Another source may define them.
  for (const name of pending.keys()) addPending(reading, name, pending);
}

/** Children that were named before they were defined, with the groups that want them. */
type Pending = Map<string, { readonly parent: DraftGroup; readonly at: Span }[]>;

// As in Ansible a child takes its place among the others when it is defined, unless it was before it was named.
function addPending(reading: Reading, name: string, pending: Pending): void {
  for (const { parent, at } of pending.get(name) ?? []) {
    if (groupIn(reading, name, at) !== null && !parent.children.has(name)) parent.children.set(name, at);
  }
  pending.delete(name);
}

/** One line without the blanks around it. */
interface Line {
  readonly text: string;
  /** Where it starts in the source. */
  readonly start: number;
}

/** What the lines below a header are about. */
interface Section {
  readonly kind: 'hosts' | 'children' | 'vars';
  readonly group: DraftGroup;
  /** Variables this section set already. */
  readonly seen: Map<string, Span>;
  readonly pending: Pending;
}

const kinds = ['hosts', 'children', 'vars'] as const;

// Lines above the first header name hosts without a group.
function firstSection(reading: Reading, pending: Pending): Section | null {
  const group = groupIn(reading, 'ungrouped', spanOf(reading.source, 0));
  return group === null ? null : { kind: 'hosts', group, seen: new Map(), pending };
}

// `[a:c].example.com` and `[::1]:22` are hosts.
function isHeader(line: string): boolean {
  if (!line.startsWith('[')) return false;
  return (
    !line.includes(']') || (/\]\s*(?:#.*)?$/.test(line) && !/^\[[0-9a-fA-F.]*:[0-9a-fA-F:.%]*:[^\]]*\]$/.test(line))
  );
}

function readHeader(reading: Reading, line: Line, pending: Pending): Section | null {
  const { source, findings } = reading;
  const found = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/.exec(line.text);
  if (found === null) {
    const at = spanOf(source, line.start, line.start + line.text.length);
    const hint = 'A header is `[group]`, `[group:children]` or `[group:vars]`, without blanks.';
    findings.diagnostics.push(diagnostic(at, `\`${line.text}\` is not the header of a section.`, hint));
    return null;
  }
  const [, name = '', kindText = 'hosts'] = found;
  const kind = kinds.find((known) => known === kindText);
  const at = spanOf(source, line.start + 1, line.start + 1 + name.length);
  if (kind === undefined) {
    const kindAt = spanOf(source, at.end + 1, at.end + 1 + kindText.length);
    const hint = didYouMean(kindText, kinds) ?? 'A section is `[group]`, `[group:children]` or `[group:vars]`.';
    findings.diagnostics.push(diagnostic(kindAt, `\`${kindText}\` is not a kind of section.`, hint));
    return null;
  }
  const group = groupIn(reading, name, at);
  if (group === null) return null;
  group.bare = false;
  if (kind !== 'vars') {
    group.declared = true;
    addPending(reading, name, pending);
  }
  return { kind, group, seen: new Map(), pending };
}

function readLine(reading: Reading, section: Section, line: Line): void {
  switch (section.kind) {
    case 'hosts':
      return readHostLine(reading, section.group, line);
    case 'children':
      return readChildLine(reading, section, line);
    case 'vars':
      return readVariableLine(reading, section, line);
  }
}

function readChildLine(reading: Reading, { group: parent, pending }: Section, line: Line): void {
  const found = /^([^:\]\s]+)\s*(?:#.*)?$/.exec(line.text);
  if (found === null) {
    const at = spanOf(reading.source, line.start, line.start + line.text.length);
    const message = `\`${line.text}\` is not the name of a group.`;
    reading.findings.diagnostics.push(
      diagnostic(at, message, 'A line here is one group; hosts stand under `[group]`.'),
    );
    return;
  }
  const name = found[1] ?? '';
  const at = spanOf(reading.source, line.start, line.start + name.length);
  pending.set(name, [...(pending.get(name) ?? []), { parent, at }]);
  if (reading.draft.groups.has(name)) addPending(reading, name, pending);
}

function readVariableLine(reading: Reading, { group, seen }: Section, line: Line): void {
  const equals = line.text.indexOf('=');
  const key = line.text.slice(0, Math.max(equals, 0)).trim();
  const at = spanOf(reading.source, line.start, line.start + Math.max(key.length, 1));
  if (equals === -1) {
    const whole = spanOf(reading.source, line.start, line.start + line.text.length);
    const hint = /^\w+:/.test(line.text)
      ? 'INI writes `name=value`, not `name: value`.'
      : 'A line here is `name=value`.';
    reading.findings.diagnostics.push(diagnostic(whole, 'This sets no variable.', hint));
    return;
  }
  if (!isVariable(reading, key, at) || isTwice(reading, key, at, seen)) return;
  const rest = line.text.slice(equals + 1);
  const start = line.start + equals + 1 + (rest.length - rest.trimStart().length);
  const place: Place = (from, to) => spanOf(reading.source, start + from, start + Math.max(to, from + 1));
  setGroupVariable(reading, group, { key, keySpan: at, value: valueOf(reading, rest.trim(), place) });
}

function readHostLine(reading: Reading, group: DraftGroup, line: Line): void {
  const { words, problem } = splitWords(line.text, { comments: true });
  const [first, ...rest] = words;
  if (problem !== null || first === undefined) {
    if (problem !== null) reportWords(reading, line, problem);
    return;
  }
  const at = spanOf(reading.source, line.start + first.start, line.start + first.end);
  addHosts(reading, first.text, at, { group, vars: readHostVariables(reading, line, rest) });
}

function readHostVariables(reading: Reading, line: Line, words: readonly Word[]): Entry[] {
  const entries: Entry[] = [];
  const seen = new Map<string, Span>();
  for (const word of words) {
    const equals = word.text.indexOf('=');
    const place: Place = (from, to) => placeInWord(reading, line, word, { from, to });
    if (equals <= 0) {
      const blanks = word.text.startsWith('=') || words[words.indexOf(word) + 1]?.text.startsWith('=') === true;
      const hint = blanks ? 'No blanks may stand around the `=`.' : 'Quote a value with blanks: `name="two words"`.';
      const whole = spanOf(reading.source, line.start + word.start, line.start + word.end);
      reading.findings.diagnostics.push(diagnostic(whole, `\`${word.text}\` sets no variable.`, hint));
      break;
    }
    const key = word.text.slice(0, equals);
    const keySpan = place(0, equals);
    if (!isVariable(reading, key, keySpan) || isTwice(reading, key, keySpan, seen)) continue;
    const placeOfValue: Place = (from, to) => place(equals + 1 + from, equals + 1 + to);
    entries.push({ key, keySpan, value: valueOf(reading, word.text.slice(equals + 1), placeOfValue) });
  }
  return entries;
}

function placeInWord(reading: Reading, line: Line, word: Word, part: { from: number; to: number }): Span {
  const from = word.offsets[part.from] ?? word.end - 1;
  const to = part.to > part.from ? (word.offsets[part.to - 1] ?? from) : from;
  return spanOf(reading.source, line.start + from, line.start + to + 1);
}

function valueOf(reading: Reading, text: string, place: Place): Entry['value'] {
  const { node, isLiteral } = parseLiteral(text, place);
  if (isLiteral) return node;
  const warn = (message: string, hint: string): void => {
    reading.findings.warnings.push(diagnostic(place(0, text.length), message, hint));
  };
  if (/^(?:\[(?![0-9a-fA-F.]*:[0-9a-fA-F:.%]*\])|\{(?![{%#]))/.test(text)) {
    const hint =
      'Lists and mappings are written as in Python: `["a", 1, True, None]`; on a host line quote them whole.';
    warn('This is read as a text: it is not a list or mapping.', hint);
  } else if (/^['"]/.test(text)) {
    warn('The quotes here are part of the value.', 'Quote the whole value, or nothing of it.');
  } else if (/\s#/.test(text)) {
    warn(
      'The `#` and what follows are part of the value.',
      'Behind a value there is no comment: move it to its own line.',
    );
  }
  return node;
}

function isTwice(reading: Reading, key: string, at: Span, seen: Map<string, Span>): boolean {
  const twice = seen.has(key);
  if (twice) reading.findings.diagnostics.push(diagnostic(at, `\`${key}\` is set twice.`, 'Keep one of them.'));
  seen.set(key, at);
  return twice;
}

function reportWords(reading: Reading, line: Line, { kind, at }: NonNullable<Words['problem']>): void {
  const place = spanOf(reading.source, line.start + at);
  const add = (message: string, hint: string): void => {
    reading.findings.diagnostics.push(diagnostic(place, message, hint));
  };
  switch (kind) {
    case 'open-quote':
      return add(
        'This quote is not closed.',
        'Put the whole value in quotes, or a backslash before a quote meant as text.',
      );
    case 'open-escape':
      return add('Nothing follows this backslash.', 'A backslash meant as text is `\\\\`.');
    case 'hash-in-word':
      return add('`#` would end the value here.', 'Quote the value, or put a blank before a comment.');
  }
}

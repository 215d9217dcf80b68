import { resolve } from 'node:path';
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import { didYouMean } from '../base/did-you-mean.ts';
import { namedSource } from '../base/node.ts';
import { spanOf } from '../base/source.ts';
import { type Findings, readText } from './files.ts';
import { type Host, type Inventory, localNames } from './inventory.ts';
import { globToRegExp, isGlob, matchNames } from './match-names.ts';
import { parsePattern, type Pattern, type PatternText, type Subscript } from './pattern.ts';

/** What `--limit` adds. */
export interface SelectOptions {
  readonly limit?: PatternText | null;
  /** For `@file` in the limit; the default is the process's working directory. */
  readonly cwd?: string;
}

/** The hosts that a pattern names, each once. */
export interface Selected {
  readonly hosts: readonly Host[];
  readonly diagnostics: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/**
 * The hosts of a play, in Ansible's order: part after part as written, groups in their own order, globs in the order of
 * the inventory; then what `&` keeps and `!` drops, wherever they stand.
 *
 * A name that is neither a host nor a group is an error; a glob or regex that matches nothing is a warning. A limit
 * may leave no host: that play has nothing to do.
 */
export function selectHosts(
  pattern: string | PatternText | readonly PatternText[],
  inventory: Inventory,
  options: SelectOptions = {},
): Selected {
  const findings: Findings = { diagnostics: [], warnings: [] };
  const selection: Selection = { inventory, findings };
  const texts = typeof pattern === 'string' ? [patternText('hosts', pattern)] : 'text' in pattern ? [pattern] : pattern;
  let names = select(texts, selection);
  if (options.limit !== null && options.limit !== undefined) {
    const kept = new Set(select(limitTexts(options.limit, options, findings), selection));
    names = names.filter((name) => kept.has(name));
  }
  return { hosts: names.flatMap((name) => inventory.host(name) ?? []), ...findings };
}

/** A pattern that comes from no file: `patternText('--limit', 'web')` is called `--limit` in errors. */
export function patternText(name: string, text: string): PatternText {
  return { text, span: spanOf(namedSource(name, text), 0, Math.max(text.length, 1)) };
}

interface Selection {
  readonly inventory: Inventory;
  readonly findings: Findings;
}

function select(texts: readonly PatternText[], selection: Selection): string[] {
  const parts = texts.flatMap(parsePattern);
  const [first] = texts;
  if (parts.length === 0 && first !== undefined) {
    selection.findings.diagnostics.push(diagnostic(first.span, 'This pattern names no host.', 'All hosts are `all`.'));
  }
  const added = parts.filter((part) => part.mode === 'add');
  // As in Ansible, a pattern of exclusions alone starts from all hosts.
  const start = added.length === 0 && parts.length > 0 ? membersOf('all', selection) : [];
  let names = [...new Set([...start, ...added.flatMap((part) => evaluate(part, selection))])];
  for (const mode of ['keep', 'drop'] as const) {
    for (const part of parts.filter((one) => one.mode === mode)) {
      const matched = new Set(evaluate(part, selection));
      names = names.filter((name) => matched.has(name) === (mode === 'keep'));
    }
  }
  return names;
}

function evaluate(part: Pattern, selection: Selection): readonly string[] {
  const names = matches(part, selection);
  const { subscript } = part;
  if (subscript === null || names === null) return names ?? [];
  const picked = subscripted(names, subscript);
  if (picked.length === 0 && names.length > 0) {
    const message = `\`${part.name}\` has ${names.length} hosts, and none at this subscript.`;
    const hint = 'The first host is `[0]`, the last `[-1]`.';
    selection.findings.diagnostics.push(diagnostic(part.at, message, hint));
  }
  return picked;
}

function subscripted(names: readonly string[], { first, last, isRange }: Subscript): readonly string[] {
  if (!isRange) return names.slice(first).slice(0, first < -names.length ? 0 : 1);
  return names.slice(first, last === null ? names.length : last + 1);
}

/** `null`: the part itself is wrong, and a finding says so. */
function matches(part: Pattern, selection: Selection): readonly string[] | null {
  const { name } = part;
  if (name === 'all' || name === '*') return membersOf('all', selection);
  if (name.startsWith('~')) return matchRegex(part, selection);
  if (selection.inventory.hosts.has(name) || selection.inventory.groups.has(name)) return named(part, selection);
  if (localNames.has(name)) return [name];
  if (isGlob(name)) return matchGlob(part, selection);
  selection.findings.diagnostics.push(unknownName(part, selection.inventory));
  return null;
}

function membersOf(group: string, { inventory }: Selection): readonly string[] {
  return inventory.groups.get(group)?.hosts ?? [];
}

/** A host goes before a group of its name, but nobody has to know that: where they differ it is an error. */
function named({ name, at }: Pattern, selection: Selection): readonly string[] {
  const { inventory, findings } = selection;
  const members = membersOf(name, selection);
  if (!inventory.hosts.has(name)) return members;
  const isSame = members.length === 1 && members[0] === name;
  if (inventory.groups.has(name) && !isSame) {
    const message = `\`${name}\` is a group and a host.`;
    findings.diagnostics.push(diagnostic(at, message, 'Rename one of them in the inventory.'));
  }
  return [name];
}

function unknownName({ name, at }: Pattern, inventory: Inventory): Diagnostic {
  const message = `No host or group is called \`${name}\`.`;
  if (name.startsWith('@')) return diagnostic(at, message, 'A file of hosts, `@file`, can stand in `--limit` only.');
  const known = [...inventory.groups.keys(), ...inventory.hosts.keys()];
  return diagnostic(at, message, didYouMean(name, known) ?? (known.length <= 2 ? 'The inventory is empty.' : null));
}

function matchGlob({ name, at }: Pattern, selection: Selection): readonly string[] | null {
  const dashed = /\[(\d+)-(\d+)\]$/.exec(name);
  if (dashed !== null) {
    const hint = `Hosts of a group are counted \`[${dashed[1]}:${dashed[2]}]\`; digits in a name are matched by \`~name[0-9]\`.`;
    selection.findings.diagnostics.push(diagnostic(at, `\`${dashed[0]}\` has two meanings.`, hint));
    return null;
  }
  return matchBoth(globToRegExp(name), at, selection);
}

function matchRegex({ name, at }: Pattern, selection: Selection): readonly string[] | null {
  try {
    return matchBoth(new RegExp(`^(?:${name.slice(1)})`), at, selection);
  } catch (error) {
    const message = `\`${name.slice(1)}\` is not a regular expression.`;
    selection.findings.diagnostics.push(diagnostic(at, message, error instanceof Error ? `${error.message}.` : null));
    return null;
  }
}

/** The hosts of all groups that match, then the hosts that match. `all` and `ungrouped` are matched by name only. */
function matchBoth(regex: RegExp, at: Pattern['at'], { inventory, findings }: Selection): readonly string[] | null {
  const groupNames = [...inventory.groups.keys()].filter((name) => name !== 'all' && name !== 'ungrouped');
  const groups = matchNames(regex, groupNames);
  const hosts = matchNames(regex, [...inventory.hosts.keys()]);
  if (groups === null || hosts === null) {
    findings.diagnostics.push(diagnostic(at, 'This regular expression takes too long.', 'Avoid `(a+)+` and the like.'));
    return null;
  }
  if (groups.length + hosts.length === 0) findings.warnings.push(diagnostic(at, 'This matches no host and no group.'));
  return [...new Set([...groups.flatMap((name) => inventory.groups.get(name)?.hosts ?? []), ...hosts])];
}

/** The texts of a limit: each `@file` in it stands for the lines of that file. */
function limitTexts(limit: PatternText, options: SelectOptions, findings: Findings): PatternText[] {
  if (!limit.text.includes('@')) return [limit];
  const cwd = options.cwd ?? process.cwd();
  let at = limit.span.start + Math.max(0, limit.span.source.text.slice(limit.span.start).indexOf(limit.text));
  return limit.text.split(',').flatMap((part) => {
    const text = part.trim();
    const span = { ...limit.span, start: at + part.indexOf(text), end: at + part.indexOf(text) + text.length };
    at += part.length + 1;
    if (text === '') return [];
    return text.startsWith('@') ? linesOf(resolve(cwd, text.slice(1)), findings) : [{ text, span }];
  });
}

function linesOf(path: string, findings: Findings): PatternText[] {
  const source = readText(path, findings);
  if (source === null) return [];
  return [...source.text.matchAll(/^.*$/gm)].flatMap(({ 0: line, index }) => {
    const text = line.replace(/(?:^|\s)#.*$/, '').trim();
    const start = index + line.indexOf(text);
    return text === '' ? [] : [{ text, span: spanOf(source, start, start + text.length) }];
  });
}

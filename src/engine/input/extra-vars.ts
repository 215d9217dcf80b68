import { resolve } from 'node:path';
import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import { type Layer, layerOf } from '../../base/layer.ts';
import { type Entry, namedSource, scalarNode } from '../../base/node.ts';
import { type Source, spanOf } from '../../base/source.ts';
import { variableNameProblem } from '../../inventory/names.ts';
import { taintPasswords } from '../../inventory/passwords.ts';
import { Vault } from '../../vault/vault.ts';

/** The layer of `-e`: `name=value` pairs; a mapping in YAML or JSON; or `@file` with one. */
export function loadExtraVars(args: readonly string[], problems: Diagnostic[], vault = new Vault()): Layer {
  const entries = args.flatMap((arg) => entriesOf(arg, problems, vault));
  taintPasswords(entries, vault);
  problems.push(...entries.flatMap(({ key, keySpan }) => variableNameProblem(key, keySpan) ?? []));
  return layerOf('extra vars (-e)', entries);
}

function entriesOf(arg: string, problems: Diagnostic[], vault: Vault): readonly Entry[] {
  if (arg.startsWith('@')) {
    const read = vault.read(resolve(arg.slice(1)));
    if ('source' in read) return mapping(read.source, problems, vault);
    problems.push({ ...read.problem, message: `-e ${arg}: ${read.problem.message}` });
    return [];
  }
  const source: Source = { ...namedSource('-e', arg), shown: (line) => vault.mask.hide(line) };
  return /^\s*\{/.test(arg) ? mapping(source, problems, vault) : pairs(source, problems);
}

function mapping(source: Source, problems: Diagnostic[], vault: Vault): readonly Entry[] {
  const { node, diagnostics } = vault.parse(source);
  problems.push(...diagnostics);
  if (node?.kind === 'map') return node.entries;
  if (diagnostics.length === 0)
    problems.push(
      diagnostic(node?.span ?? null, 'Extra variables are a mapping.', 'Write `-e name=value` or `-e @file.yml`.'),
    );
  return [];
}

// `a=1 b='two words'`, as Ansible splits it.
const pair = /\s*([A-Za-z_][A-Za-z0-9_]*)=('[^']*'|"[^"]*"|[^\s]*)/y;

function pairs(source: Source, problems: Diagnostic[]): Entry[] {
  const entries: Entry[] = [];
  pair.lastIndex = 0;
  for (let at = 0; source.text.slice(at).trim() !== ''; at = pair.lastIndex) {
    pair.lastIndex = at;
    const match = pair.exec(source.text);
    if (match === null) {
      const start = at + (source.text.slice(at).length - source.text.slice(at).trimStart().length);
      problems.push(
        diagnostic(spanOf(source, start, source.text.length), `\`${source.text.slice(start)}\` is not \`name=value\`.`),
      );
      return entries;
    }
    const open = openQuote(match, source, at);
    if (open !== null) {
      problems.push(open);
      return entries;
    }
    entries.push(entryOf(match, source, at));
  }
  return entries;
}

function openQuote([whole, , written = '']: RegExpExecArray, source: Source, at: number): Diagnostic | null {
  if (!/^(?:'[^']*|"[^"]*)$/.test(written)) return null;
  const start = at + whole.length - written.length;
  const hint = 'A quote that belongs to the value stands in quotes of the other kind.';
  return diagnostic(spanOf(source, start), 'This quote is not closed.', hint);
}

function entryOf(match: RegExpExecArray, source: Source, at: number): Entry {
  const [whole, key = '', written = ''] = match;
  const start = at + whole.length - written.length;
  const quoted = /^(['"])(.*)\1$/s.exec(written);
  const span = spanOf(source, start, Math.max(start + 1, start + written.length));
  const keySpan = spanOf(source, at + whole.indexOf(key), at + whole.indexOf(key) + key.length);
  return { key, keySpan, value: scalarNode(quoted?.[2] ?? typed(written), span) };
}

// `-e port=80` means the number. What a number would write in another way, such as a version 1.10 or a mode 0644, and
// what stands in quotes, is text.
function typed(written: string): string | number | boolean {
  if (written === 'true' || written === 'false') return written === 'true';
  return written !== '' && String(Number(written)) === written ? Number(written) : written;
}

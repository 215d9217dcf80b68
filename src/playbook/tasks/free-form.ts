import { type Entry, mapNode, type MapNode, type ScalarNode } from '../../base/node.ts';
import type { AnyModule } from '../../modules/module.ts';
import { entryOfWord, partOf, splitLine } from './one-line-args.ts';

// Words that Ansible takes out of the text of a command.
const options: ReadonlySet<string> = new Set([
  'creates',
  'removes',
  'chdir',
  'executable',
  'stdin',
  'stdin_add_newline',
  'strip_empty_ends',
  'warn',
]);

/** The args of a module whose text is a command: `make install creates=/opt/x`. */
export function freeFormArgs(line: ScalarNode, key: string, module: AnyModule): MapNode {
  const text = String(line.value);
  const split = splitLine(text);
  // What has an open quote is a mistake, or for a shell: both are told by the module.
  const words = 'words' in split ? split.words : [];
  const given = words.filter((word) => word.key !== null && options.has(word.key));
  const [first, last] = [given[0], given.at(-1)];
  if (first === undefined || last === undefined) return withText(line, []);
  const entries = given.map((word) => entryOfWord(line, word, module.schema.properties[word.key ?? '']));
  if (text.slice(0, first.start).trim() === '') return withText(trimmed(line, last.end, text.length), entries);
  const rest = words.filter(({ start }) => start > first.start);
  if (rest.every((word) => given.includes(word))) return withText(trimmed(line, 0, first.start), entries);
  const left = given
    .toReversed()
    .reduce((all, { start, end }) => all.slice(0, start).replace(/ $/, '') + all.slice(end), text);
  return withText(partOf(line, 0, text.length, left.trim()), entries);

  function withText(value: ScalarNode, others: readonly Entry[]): MapNode {
    const isEmpty = String(value.value).trim() === '' && others.length > 0;
    const own = isEmpty ? [] : [{ key, keySpan: value.span, value }];
    // `warn` has gone from Ansible, too.
    return mapNode([...own, ...others.filter((entry) => entry.key !== 'warn')], line.span);
  }
}

function trimmed(line: ScalarNode, from: number, to: number): ScalarNode {
  const text = String(line.value).slice(from, to);
  const start = from + text.length - text.trimStart().length;
  return partOf(line, start, start + text.trim().length);
}

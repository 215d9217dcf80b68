import { type Entry, mapNode, type MapNode, type ScalarNode, spanInScalar } from '../../base/node.ts';
import type { AnyModule } from '../../modules/module.ts';
import type { Fields } from '../fields.ts';
import { entryOfWord, partOf, splitLine } from './one-line-args.ts';

/** The args of `copy: src=a dest=/b`; `null` when the text is nothing like that. */
export function lineArgs(line: ScalarNode, module: AnyModule, fields: Fields): MapNode | null {
  const entries = lineEntries(line, fields, `an argument of ${module.name}`, (key) => module.schema.properties[key]);
  if (entries === null) return null;
  return mapNode(module.name === 'set_fact' ? entries.map(withBoolean) : entries, line.span);
}

/** The `key=value` of a line; `null` when there is none in it. What else stands there is noted. */
export function lineEntries(
  line: ScalarNode,
  fields: Fields,
  kind: string,
  schemaOf: (key: string) => Parameters<typeof entryOfWord>[2] = () => undefined,
): Entry[] | null {
  const text = String(line.value);
  const split = splitLine(text);
  if (!('words' in split)) {
    if (!/^\s*[A-Za-z_]\w*=/.test(text)) return null;
    const at = spanInScalar(line, split.openAt, text.length);
    fields.note(at, 'A quote or a brace is never closed here.', 'A value with spaces needs quotes: `msg="two words"`.');
    return [];
  }
  const { words } = split;
  if (!words.some(({ key }) => key !== null)) return null;
  for (const { key, start, end } of words) {
    if (key !== null) continue;
    const word = partOf(line, start, end);
    const hint = 'A value with spaces needs quotes: `msg="two words"`.';
    fields.note(word.span, `\`${String(word.value)}\` is not ${kind}.`, hint);
  }
  return unique(
    words.flatMap((word) => (word.key === null ? [] : [entryOfWord(line, word, schemaOf(word.key))])),
    fields,
  );
}

function unique(entries: readonly Entry[], fields: Fields): Entry[] {
  return entries.filter(({ key, keySpan }, i) => {
    const isFirst = entries.findIndex((other) => other.key === key) === i;
    if (!isFirst) fields.note(keySpan, `\`${key}\` is given twice.`, 'Keep one of them.');
    return isFirst;
  });
}

// As Ansible has it, though the schema of `set_fact` knows no types.
function withBoolean(entry: Entry): Entry {
  const { value } = entry;
  if (value.kind !== 'scalar') return entry;
  const word = String(value.value).toLowerCase();
  if (!['true', 'false', 'yes', 'no'].includes(word)) return entry;
  return { ...entry, value: { ...value, value: word === 'true' || word === 'yes' } };
}

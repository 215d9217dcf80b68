import { type Entry, entryOf, mapNode, type MapNode, type Node, type ScalarNode } from '../../base/node.ts';
import { Fields, wordsOf } from '../fields.ts';
import { lineEntries } from './line-args.ts';
import { partOf, splitLine } from './one-line-args.ts';

/** What a word of the language, such as `include_tasks`, is given. */
export interface CallShape {
  readonly keyword: string;
  /** What a plain text stands for. */
  readonly main: string;
  readonly known: readonly string[];
}

/** The args of a word of the language, as a mapping; `null` when they are none, which is noted. */
export function callArgs({ value }: Entry, fields: Fields, shape: CallShape): Fields | null {
  const map = asMap(value, fields, shape);
  if (map === null) {
    const hint = `Write \`${shape.keyword}: {${shape.main}: ...}\`.`;
    fields.note(value.span, `\`${shape.keyword}\` must be given a name, not ${wordsOf(value)}.`, hint);
    return null;
  }
  const args = new Fields(withArgs(map, fields), fields.problems);
  args.only(shape.known, `an argument of ${shape.keyword}`);
  return args;
}

function asMap(value: Node, fields: Fields, { keyword, main }: CallShape): MapNode | null {
  if (value.kind === 'map') return value;
  if (value.kind === 'list' || value.value === null) return null;
  return lineMap(value, fields, keyword, main);
}

/** `x.yml`, `file=x.yml`, or `x.yml name=y`. */
function lineMap(line: ScalarNode, fields: Fields, keyword: string, main: string): MapNode {
  const split = typeof line.value === 'string' ? splitLine(line.value) : { openAt: 0 };
  const words = 'words' in split ? split.words : [];
  if (!words.some(({ key }) => key !== null))
    return mapNode([{ key: main, keySpan: line.span, value: line }], line.span);
  const [first] = words;
  if (first === undefined || first.key !== null)
    return mapNode(lineEntries(line, fields, `an argument of ${keyword}`) ?? [], line.span);
  const name = partOf(line, first.start, first.end);
  const rest = partOf(line, first.end, String(line.value).length);
  const others = lineEntries(rest, fields, `an argument of ${keyword}`) ?? [];
  return mapNode([{ key: main, keySpan: name.span, value: name }, ...others], line.span);
}

function withArgs(map: MapNode, fields: Fields): MapNode {
  const args = fields.mapping('args');
  if (args === null) return map;
  return mapNode([...map.entries, ...args.entries.filter(({ key }) => entryOf(map, key) === null)], map.span);
}

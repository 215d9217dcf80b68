import { stringify } from 'yaml';
import { toData, type Data } from '../../base/node.ts';
import { parseYaml } from '../../base/yaml.ts';
import { isFlag, namedWhole, stringAt, wholeAt } from './arguments.ts';
import { CallProblem, wrongArgument } from './call-problem.ts';
import { mapOf } from './maps.ts';
import { type DataMap, isList, isMap } from './values.ts';

/** A value as block YAML, without a newline at its end; equal values give equal text. */
export function toYaml([value = null]: readonly Data[], named: DataMap): string {
  // A block scalar of its own would lose its indentation wherever the template puts it.
  if (typeof value === 'string' && value.includes('\n')) return JSON.stringify(value);
  const indent = namedWhole(named, 'indent', { otherwise: 2, min: 1, max: 16 });
  // What reads it may still know YAML 1.1, where `yes` and `012` without quotes are no strings.
  const options = { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1', indent } as const;
  const sorted = isFlag(named, 'sort_keys') ? withSortedKeys(value) : value;
  return stringify(sorted, options).replace(/\n$/, '');
}

/** A value as JSON in one line, or indented by so many spaces. */
export function toJson(args: readonly Data[], named: DataMap): string {
  const indent = namedWhole(named, 'indent', { otherwise: args.length > 1 ? widthAt(args, 1) : 0, min: 0, max: 100 });
  const [value = null] = args;
  return JSON.stringify(isFlag(named, 'sort_keys') ? withSortedKeys(value) : value, null, indent);
}

/** The value of a JSON text. */
export function fromJson(args: readonly Data[]): Data {
  const text = stringAt(args, 0);
  try {
    return plain(JSON.parse(text) as Data);
  } catch (error) {
    if (error instanceof CallProblem) throw error;
    throw wrongArgument(args, 0, 'JSON');
  }
}

/** The value of a YAML text; nothing in it is a template. */
export function fromYaml(args: readonly Data[]): Data {
  const { node, diagnostics } = parseYaml({ name: 'fromYaml', text: stringAt(args, 0) });
  const [problem] = diagnostics;
  if (problem !== undefined)
    throw new CallProblem(`its argument is not YAML: ${problem.message.replace(/\.$/, '')}`, 0);
  return node === null ? null : toData(node);
}

/** A width in spaces. */
export function widthAt(args: readonly Data[], index: number): number {
  const width = wholeAt(args, index);
  if (width < 0 || width > 100) throw wrongArgument(args, index, 'a number of spaces from 0 to 100');
  return width;
}

const maxDepth = 200;

/** What JSON gave, in maps without prototype. */
function plain(value: Data, depth = 0): Data {
  if (depth > maxDepth) throw new CallProblem(`it is more than ${maxDepth} levels deep`, 0);
  if (isList(value)) return value.map((item) => plain(item, depth + 1));
  if (!isMap(value)) return value;
  return mapOf(Object.keys(value).map((key) => [key, plain(value[key] ?? null, depth + 1)]));
}

function withSortedKeys(value: Data): Data {
  if (isList(value)) return value.map(withSortedKeys);
  if (!isMap(value)) return value;
  return mapOf(
    Object.keys(value)
      .sort()
      .map((key) => [key, withSortedKeys(value[key] ?? null)]),
  );
}

import { EvaluationError } from '../../base/errors.ts';
import type { Data } from '../../base/node.ts';
import { valueWords } from '../../base/schema.ts';
import type { Span } from '../../base/source.ts';

/** `with_dict`: each key of a mapping with its value. A list of mappings is gone through one after the other. */
export function dictItems(value: Data, at: Span): Data[] {
  if (Array.isArray(value)) return (value as readonly Data[]).flatMap((one) => dictItems(one, at));
  if (value !== null && typeof value === 'object')
    return Object.entries(value).map(([key, one]) => ({ key, value: one }));
  throw new EvaluationError(`\`with_dict\` must give a mapping, not ${valueWords(value)}.`, { at });
}

/** `with_indexed_items`: each item behind its index. */
export function indexed(items: readonly Data[]): Data[] {
  return items.map((item, index) => [index, item]);
}

/** `with_nested`: each item of the first list with each of the second, and so on. */
export function combined(lists: readonly (readonly Data[])[]): Data[] {
  if (lists.length === 0) return [];
  let rows: Data[][] = [[]];
  for (const list of lists) rows = rows.flatMap((row) => list.map((item) => [...row, item]));
  return rows.map(flat);
}

/** `with_together`: the first items of all lists, the second ones, and so on; `null` where a list has ended. */
export function zipped(lists: readonly (readonly Data[])[]): Data[] {
  const length = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length }, (_, i) => lists.map((list) => list[i] ?? null));
}

/** `with_subelements`: each item of a list with each item of a list in it: `[users, groups, {skip_missing: true}]`. */
export function subelements(value: Data, at: Span): Data[] {
  const [list, path, flags] = Array.isArray(value) ? (value as readonly Data[]) : [];
  const items = list !== null && typeof list === 'object' ? Object.values(list as Record<string, Data>) : null;
  if (items === null || typeof path !== 'string')
    throw new EvaluationError('`with_subelements` must give a list and the name of a list in its items.', {
      at,
      hint: 'Write `with_subelements: ["{{ users }}", groups]`.',
    });
  const skips = valueOf(flags ?? null, 'skip_missing');
  const maySkip = skips === true || skips === 'yes' || skips === 'true';
  return items.flatMap((item) => {
    const rest = without(item, path.split('.'));
    return inner(item, path, maySkip, at).map((one) => [rest, one]);
  });
}

function inner(item: Data, path: string, maySkip: boolean, at: Span): readonly Data[] {
  const parts = path.split('.');
  const found = parts.reduce<Data | undefined>((value, part) => valueOf(value, part), item);
  if (Array.isArray(found)) return found as readonly Data[];
  if (found === undefined && maySkip) return [];
  const what = found === undefined ? 'has none' : `has ${valueWords(found)} there`;
  const hint = found === undefined ? 'Where it may be missing: `- {skip_missing: true}` as the third.' : null;
  throw new EvaluationError(`\`with_subelements\` needs a list \`${path}\` in each item; one ${what}.`, { at, hint });
}

// As with Ansible, the item comes without the list that is gone through.
function without(item: Data, [key = '', ...deeper]: readonly string[]): Data {
  const value = valueOf(item, key);
  if (value === undefined) return item;
  const { [key]: _, ...rest } = item as Readonly<Record<string, Data>>;
  return deeper.length === 0 ? rest : { ...rest, [key]: without(value, deeper) };
}

function valueOf(value: Data | undefined, key: string): Data | undefined {
  if (value === null || value === undefined || typeof value !== 'object' || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? (value as Readonly<Record<string, Data>>)[key] : undefined;
}

// A list among the items gives its own items to the row, as with Ansible.
function flat(row: readonly Data[]): Data {
  return row.flatMap((one) => (Array.isArray(one) ? (one as readonly Data[]) : [one]));
}

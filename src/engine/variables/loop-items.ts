import { EvaluationError } from '../../base/errors.ts';
import type { Data } from '../../base/node.ts';
import { valueWords } from '../../base/schema.ts';
import type { Span } from '../../base/source.ts';
import type { LoopKind } from '../../playbook/playbook.ts';
import { combined, dictItems, indexed, subelements, zipped } from './loop-lists.ts';
import { type ControllerFiles, fileglob, firstFound } from './loop-files.ts';
import { sequence } from './loop-sequence.ts';

/**
 * The items that a loop goes over, of the value that it is given.
 *
 * @param at where the value stands
 * @throws EvaluationError when the value is none of which this kind of loop makes items
 */
export function itemsOf(kind: LoopKind, value: Data, at: Span, files: ControllerFiles): readonly Data[] {
  switch (kind) {
    case 'list':
      return listOf(value, '`loop`', at);
    case 'items':
      return isList(value) ? value.flatMap((item) => (isList(item) ? item : [item])) : [value];
    case 'indexed_items':
      return indexed(isList(value) ? value.flatMap((item) => (isList(item) ? item : [item])) : [value]);
    case 'dict':
      return dictItems(value, at);
    case 'nested':
      return combined(listsOf(value, '`with_nested`', at));
    case 'together':
      return zipped(listsOf(value, '`with_together`', at));
    case 'subelements':
      return subelements(value, at);
    case 'sequence':
      return (isList(value) ? value : [value]).flatMap((one) => sequence(one, at));
    case 'fileglob':
      return (isList(value) ? value : [value]).flatMap((one) => fileglob(textOf(one, '`with_fileglob`', at), files));
    case 'first_found':
      return firstFound(value, at, files);
  }
}

function isList(value: Data): value is readonly Data[] {
  return Array.isArray(value);
}

function listOf(value: Data, what: string, at: Span): readonly Data[] {
  if (isList(value)) return value;
  const isMap = value !== null && typeof value === 'object';
  const hint = isMap ? 'Go over a mapping with `with_dict`.' : null;
  throw new EvaluationError(`${what} must give a list, not ${valueWords(value)}.`, { at, hint });
}

/** Lists in a list; what is no list stands for a list of one. */
function listsOf(value: Data, what: string, at: Span): (readonly Data[])[] {
  return listOf(value, what, at).map((one) => (isList(one) ? one : [one]));
}

function textOf(value: Data, what: string, at: Span): string {
  if (typeof value === 'string') return value;
  throw new EvaluationError(`${what} takes texts, not ${valueWords(value)}.`, { at });
}

import type { Data } from '../../base/node.ts';
import { listAt, stringAt } from './arguments.ts';
import { CallProblem, wrongArgument } from './call-problem.ts';

/** The items of a list as one text; without a separator there is nothing between them. */
export function joinList(args: readonly Data[]): string {
  const separator = args.length > 1 ? stringAt(args, 1) : '';
  return listAt(args, 0).map(joined).join(separator);
}

/** A text with every occurrence of a part replaced; the part is no pattern. */
export function replaceText(args: readonly Data[]): string {
  const [text, old, replacement] = [stringAt(args, 0), stringAt(args, 1), stringAt(args, 2)];
  if (old === '') throw wrongArgument(args, 1, 'the text to replace');
  return text.replaceAll(old, () => replacement);
}

/** The parts of a text between separators; of an empty text there are none. */
export function splitText(args: readonly Data[]): string[] {
  const [text, separator] = [stringAt(args, 0), stringAt(args, 1)];
  if (separator === '') throw wrongArgument(args, 1, 'a separator');
  return text === '' ? [] : text.split(separator);
}

function joined(item: Data, index: number): string {
  if (typeof item === 'string') return item;
  if (typeof item === 'number' || typeof item === 'boolean') return String(item);
  const what = item === null ? 'null' : 'a list or a map';
  throw new CallProblem(`item ${index} of the list is ${what}, which does not print as text`, 0);
}

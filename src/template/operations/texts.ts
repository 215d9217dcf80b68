import type { Data } from '../../base/node.ts';
import { isFlag, listAt, stringAt, textAt } from './arguments.ts';
import { widthAt } from './documents.ts';
import { CallProblem, wrongArgument } from './call-problem.ts';
import type { DataMap } from './values.ts';

/** The items of a list as one text; without a separator there is nothing between them. */
export function joinList(args: readonly Data[]): string {
  const separator = args.length > 1 ? stringAt(args, 1) : '';
  const texts = listAt(args, 0).map(joined);
  checkLength(texts.reduce((sum, text) => sum + text.length + separator.length, 0));
  return texts.join(separator);
}

/** A text with every occurrence of a part replaced; the part is no pattern. */
export function replaceText(args: readonly Data[]): string {
  const [text, old, replacement] = [stringAt(args, 0), stringAt(args, 1), stringAt(args, 2)];
  if (old === '') throw wrongArgument(args, 1, 'the text to replace');
  const parts = text.split(old);
  checkLength(text.length + (parts.length - 1) * replacement.length);
  return parts.join(replacement);
}

const maxLength = 64 * 1024 * 1024;

/** @throws CallProblem for a text that nobody means to make, and that would take all memory */
export function checkLength(length: number): void {
  if (length > maxLength) throw new CallProblem(`the result would have ${length} characters, more than ${maxLength}`);
}

/** The parts of a text between separators; of an empty text there are none. */
export function splitText(args: readonly Data[]): string[] {
  const [text, separator] = [stringAt(args, 0), stringAt(args, 1)];
  if (separator === '') throw wrongArgument(args, 1, 'a separator');
  return text === '' ? [] : text.split(separator);
}

/** The last part of a path. */
export function basename(args: readonly Data[]): string {
  const path = stringAt(args, 0);
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A path without its last part, as Python's `os.path.dirname`: empty where there is none. */
export function dirname(args: readonly Data[]): string {
  const path = stringAt(args, 0);
  const head = path.slice(0, path.lastIndexOf('/') + 1);
  return withoutTrailing(head, '/') || head;
}

/** A text as one word of a shell. */
export function shellQuote(args: readonly Data[]): string {
  const text = textAt(args, 0);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}

/** The first letter in capitals, the others small. */
export function capitalize(args: readonly Data[]): string {
  const text = stringAt(args, 0);
  return text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();
}

/** All lines but the first so many spaces further in; with `first` the first one, too. */
export function indented(args: readonly Data[], named: DataMap): string {
  const space = ' '.repeat(widthAt(args, 1));
  const plain = stringAt(args, 0);
  checkLength(plain.length + space.length * plain.split('\n').length);
  const text = plain.replace(/\n(?=[^\r\n])/g, `\n${space}`);
  return isFlag(named, 'first') ? space + text : text;
}

// No regular expression: `/+$` takes the square of the time on a text full of slashes.
function withoutTrailing(text: string, mark: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === mark) end--;
  return text.slice(0, end);
}

function joined(item: Data, index: number): string {
  if (typeof item === 'string') return item;
  if (typeof item === 'number' || typeof item === 'boolean') return String(item);
  const what = item === null ? 'null' : 'a list or a map';
  throw new CallProblem(`item ${index} of the list is ${what}, which does not print as text`, 0);
}

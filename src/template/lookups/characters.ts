import { namedText } from '../operations/arguments.ts';
import { CallProblem } from '../operations/call-problem.ts';
import type { DataMap } from '../operations/values.ts';

const lower = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';

/** Sets of characters by the names that Ansible has for them. */
const sets: Readonly<Record<string, string>> = {
  ascii_letters: lower + lower.toUpperCase(),
  ascii_lowercase: lower,
  ascii_uppercase: lower.toUpperCase(),
  digits,
  hexdigits: `${digits}abcdefABCDEF`,
  punctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
};

/** The characters that `chars=` names, each once: sets and single ones, separated by commas; `,,` is a comma. */
export function charactersOf(named: DataMap): string {
  const wanted = namedText(named, 'chars', 'ascii_letters,digits,.,:,-,_');
  const parts = wanted.replace(/,,$|,,(?=,)/g, '\0').split(',');
  const characters = parts.map((part) => (Object.hasOwn(sets, part) ? sets[part] : part.replaceAll('\0', ',')));
  const all = new Set(characters.join(''));
  if (all.size < 2) throw new CallProblem('`chars` must name at least two characters', 'chars');
  return [...all].join('');
}

import type { Data } from '../../base/node.ts';
import { isFlag, stringAt } from '../operations/arguments.ts';
import { CallProblem, wrongArgument } from '../operations/call-problem.ts';
import type { DataMap } from '../operations/values.ts';
import { type Budget, findAll, type Match, newBudget } from './find.ts';
import { type Program, programOf } from './program.ts';

/** Every match replaced; `\1`, `\g<1>` and `\g<name>` in the replacement are groups, as Ansible has them. */
export function regexReplace(args: readonly Data[], named: DataMap, budget: Budget = newBudget()): string {
  const text = stringAt(args, 0);
  const program = programAt(args, named);
  const parts = replacementParts(stringAt(args, 2), program);
  let made = '';
  let at = 0;
  for (const match of findAll(program, text, budget)) {
    made += text.slice(at, match.start);
    for (const part of parts) made += typeof part === 'string' ? part : (match.groups[part] ?? '');
    at = match.end;
    if (made.length > maxMade) throw new CallProblem(`the result is longer than ${maxMade} characters`, 2);
  }
  return made + text.slice(at);
}

/** The first match, or a group of it by number or name; `null` where there is none. */
export function regexSearch(args: readonly Data[], named: DataMap): string | null {
  const text = stringAt(args, 0);
  const program = programAt(args, named);
  const group = groupAt(args, program);
  for (const match of findAll(program, text, newBudget())) return match.groups[group] ?? null;
  return null;
}

/** The texts of all matches; where the expression has one group, of that; where it has more, lists of them. */
export function regexFindAll(args: readonly Data[], named: DataMap): Data[] {
  const program = programAt(args, named);
  const matches = [...findAll(program, stringAt(args, 0), newBudget())];
  return matches.map(({ groups }: Match): Data => {
    const own = groups.slice(1).map((group) => group ?? '');
    return own.length > 1 ? own : (own[0] ?? groups[0] ?? '');
  });
}

/** A text as a regular expression that matches just it. */
export function regexEscape(args: readonly Data[]): string {
  return stringAt(args, 0).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

const maxMade = 10_000_000;

function programAt(args: readonly Data[], named: DataMap): Program {
  const flags = `${isFlag(named, 'ignorecase') ? 'i' : ''}${isFlag(named, 'multiline') ? 'm' : ''}`;
  return programOf(`${flags === '' ? '' : `(?${flags})`}${stringAt(args, 1)}`);
}

function groupAt(args: readonly Data[], program: Program): number {
  const [, , wanted = 0] = args;
  const index = typeof wanted === 'string' ? program.names.get(wanted) : wanted;
  const last = program.slots / 2 - 1;
  if (typeof index === 'number' && Number.isInteger(index) && index >= 0 && index <= last) return index;
  throw wrongArgument(args, 2, last === 0 ? '0, as the expression has no groups' : `a group: a name, or 0 to ${last}`);
}

function replacementParts(text: string, { slots, names }: Program): (string | number)[] {
  return text.split(/(\\(?:\d{1,2}|g<\w+>|\\|n|t))/).map((part) => {
    if (!/^\\(?:[\dg\\nt])/.test(part)) return part;
    if (part === '\\\\') return '\\';
    if (part === '\\n') return '\n';
    if (part === '\\t') return '\t';
    const name = part.replace(/^\\g?<?|>$/g, '');
    const index = /^\d+$/.test(name) ? Number(name) : names.get(name);
    if (index !== undefined && index < slots / 2) return index;
    throw new CallProblem(`the replacement names the group \`${name}\`, which the expression does not have`, 2);
  });
}

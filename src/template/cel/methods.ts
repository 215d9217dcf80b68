import type { Data } from '../../base/node.ts';
import { listAt, stringAt, textAt, wholeAt } from '../operations/arguments.ts';
import { CallProblem, wrongArgument } from '../operations/call-problem.ts';
import { sum } from './functions.ts';
import { helper, type Helper } from '../helpers/helper.ts';
import { matches } from '../regex/matches.ts';
import { extreme, flatten, itemAt, size, sorted, unique } from '../operations/lists.ts';
import { joinList, replaceText, splitText } from '../operations/texts.ts';
import { isList, isSame } from '../operations/values.ts';

/** All methods of expressions by name: `a.f(b)`; the receiver is the first argument. */
export const celMethods: ReadonlyMap<string, Helper> = new Map(
  Object.entries({
    size: helper('VALUE', size),
    contains: helper('TEXT PART', contains),
    startsWith: helper('TEXT PART', (args) => stringAt(args, 0).startsWith(stringAt(args, 1))),
    endsWith: helper('TEXT PART', (args) => stringAt(args, 0).endsWith(stringAt(args, 1))),
    matches: helper('TEXT EXPRESSION', (args) => matches(stringAt(args, 0), stringAt(args, 1))),
    split: helper('TEXT SEPARATOR', splitText),
    join: helper('LIST [SEPARATOR]', joinList),
    replace: helper('TEXT OLD NEW', replaceText),
    trim: helper('TEXT', (args) => stringAt(args, 0).trim()),
    lowerAscii: helper('TEXT', (args) => stringAt(args, 0).replace(/[A-Z]+/g, (part) => part.toLowerCase())),
    upperAscii: helper('TEXT', (args) => stringAt(args, 0).replace(/[a-z]+/g, (part) => part.toUpperCase())),
    substring: helper('TEXT START [END]', substring),
    charAt: helper('TEXT INDEX', (args) => stringAt(args, 0).charAt(wholeAt(args, 1))),
    indexOf: helper('VALUE PART', (args) => indexOf(args, 'first')),
    lastIndexOf: helper('VALUE PART', (args) => indexOf(args, 'last')),
    first: helper('LIST', (args) => itemAt(args, 0)),
    last: helper('LIST', (args) => itemAt(args, -1)),
    min: helper('LIST', (args) => extreme([listAt(args, 0)], -1)),
    max: helper('LIST', (args) => extreme([listAt(args, 0)], 1)),
    sum: helper('LIST', sum),
    sort: helper('LIST', (args) => sorted(listAt(args, 0))),
    distinct: helper('LIST', (args) => unique(listAt(args, 0))),
    reverse: helper('LIST', (args) => listAt(args, 0).toReversed()),
    flatten: helper('LIST [LEVELS]', (args) => flatten([listAt(args, 0), args[1] ?? 1])),
    slice: helper('LIST START END', (args) => listAt(args, 0).slice(indexAt(args, 1), indexAt(args, 2))),
  }),
);

function contains(args: readonly Data[]): boolean {
  const [owner = null] = args;
  if (typeof owner === 'string') return owner.includes(stringAt(args, 1));
  throw wrongArgument(args, 0, 'a string', isList(owner) ? 'For a list write `value in list`.' : undefined);
}

function substring(args: readonly Data[]): string {
  const text = stringAt(args, 0);
  const start = indexAt(args, 1);
  const end = args.length > 2 ? indexAt(args, 2) : text.length;
  if (start <= end && end <= text.length) return text.slice(start, end);
  throw new CallProblem(`${start} to ${end} is not inside of ${text.length} characters`, 1);
}

function indexAt(args: readonly Data[], index: number): number {
  const value = wholeAt(args, index);
  if (value < 0) throw wrongArgument(args, index, 'a whole number from 0');
  return value;
}

function indexOf(args: readonly Data[], which: 'first' | 'last'): number {
  const [owner = null, part = null] = args;
  if (isList(owner)) {
    const isPart = (item: Data): boolean => isSame(item, part);
    return which === 'first' ? owner.findIndex(isPart) : owner.findLastIndex(isPart);
  }
  const text = textAt(args, 0);
  return which === 'first' ? text.indexOf(stringAt(args, 1)) : text.lastIndexOf(stringAt(args, 1));
}

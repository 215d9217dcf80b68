import type { Data } from '../../base/node.ts';
import { isFlag, listAt, mapAt, stringAt } from '../operations/arguments.ts';
import { add } from '../operations/arithmetic.ts';
import { wrongArgument } from '../operations/call-problem.ts';
import { helper, type Helpers } from './helper.ts';
import {
  extreme,
  flatten,
  itemAt,
  numbersOf,
  product,
  range,
  size,
  sorted,
  sortedBy,
  unique,
  zip,
} from '../operations/lists.ts';
import { difference, intersect, symmetricDifference, union } from '../operations/sets.ts';
import { isList, isSame } from '../operations/values.ts';

/** Helpers for lists and maps. */
export const listHelpers = {
  length: helper('VALUE', size),
  first: helper('LIST', (args) => itemAt(args, 0)),
  last: helper('LIST', (args) => itemAt(args, -1)),
  indexOf: helper('LIST VALUE', (args) => listAt(args, 0).findIndex((item) => isSame(item, args[1] ?? null))),
  sort: helper('LIST [KEY]', (args) =>
    args.length === 1 ? sorted(listAt(args, 0)) : sortedBy(listAt(args, 0), stringAt(args, 1)),
  ),
  unique: helper('LIST', (args) => unique(listAt(args, 0))),
  keys: helper('MAP', (args) => Object.keys(mapAt(args, 0))),
  values: helper('MAP', (args) => Object.values(mapAt(args, 0))),
  range: helper('[FROM] TO', range),
  min: helper('NUMBER …', (args) => extreme(args, -1)),
  max: helper('NUMBER …', (args) => extreme(args, 1)),
  // Compiled apart: with `default` around it, what it looks up may be missing.
  lookup: helper('MAP KEY', () => null),
  concat: helper('A B …', concat),
  flatten: helper('LIST [LEVELS]', flatten),
  reverse: helper('LIST', (args) => listAt(args, 0).toReversed()),
  sum: helper('LIST', (args) => numbersOf(listAt(args, 0)).reduce(add, 0)),
} satisfies Helpers;

/** Helpers for lists that expressions have as functions, too. */
export const sharedListHelpers = {
  sortBy: helper('LIST KEY [reverse=]', (args, named) => {
    const made = sortedBy(listAt(args, 0), stringAt(args, 1));
    return isFlag(named, 'reverse') ? made.toReversed() : made;
  }),
  zip: helper('LIST LIST …', zip),
  product: helper('LIST LIST …', product),
  union: helper('LIST LIST', union),
  intersect: helper('LIST LIST', intersect),
  difference: helper('LIST LIST', difference),
  symmetricDifference: helper('LIST LIST', symmetricDifference),
} satisfies Helpers;

function concat(args: readonly Data[]): Data {
  if (args.every(isList)) return args.flat();
  const ofLists = isList(args[0] ?? null);
  const texts = args.map((arg, i) => {
    if (typeof arg === 'string' || typeof arg === 'number' || typeof arg === 'boolean') {
      if (!ofLists) return String(arg);
    } else if (ofLists && isList(arg)) {
      return '';
    }
    throw wrongArgument(args, i, ofLists ? 'a list like the first' : 'text');
  });
  return texts.join('');
}

import { didYouMean } from '../../base/did-you-mean.ts';
import type { Data } from '../../base/node.ts';
import { countWords } from '../operations/call-error.ts';
import { CallProblem } from '../operations/call-problem.ts';
import type { DataMap } from '../operations/values.ts';
import type { Scope } from '../scope.ts';
import { lookupKinds, usageOf } from './lookup-kinds.ts';

/** What is wrong with a call of a lookup that can be seen before it runs. */
export interface LookupProblem {
  readonly message: string;
  readonly hint: string | null;
}

/** Checks a call as it is written. */
export function checkLookup(kind: string, count: number, named: readonly string[]): LookupProblem | null {
  const found = lookupKinds.get(kind);
  if (found === undefined) {
    const known = `There are ${[...lookupKinds.keys()].map((name) => `\`${name}\``).join(', ')}.`;
    const foreign = Object.hasOwn(foreignKinds, kind) ? foreignKinds[kind] : undefined;
    const hint = foreign ?? didYouMean(kind, lookupKinds.keys()) ?? known;
    return { message: `There is no lookup \`${kind}\`.`, hint };
  }
  const hint = `Write \`${usageOf(kind)}\`.`;
  if (count < 1 || count > found.max) {
    return { message: `\`lookup "${kind}"\` wants ${countWords({ min: 1, max: found.max })}, not ${count}.`, hint };
  }
  const wrong = named.find((name) => !found.named.includes(name));
  if (wrong === undefined) return null;
  return { message: `\`lookup "${kind}"\` has no argument \`${wrong}\`.`, hint };
}

interface Running {
  readonly kind: string;
  readonly args: readonly Data[];
  readonly named: DataMap;
  readonly names: readonly string[];
}

/** The value of a lookup. @throws CallProblem, and what `Scope.lookup` throws */
export function runLookup(scope: Scope, { kind, args, named, names }: Running): Data {
  const found = lookupKinds.get(kind);
  if (found === undefined || scope.lookups === undefined) {
    throw new CallProblem('nothing can be looked up here');
  }
  return found.run({ lookups: scope.lookups, scope, args, named, names });
}

const foreignKinds: Readonly<Record<string, string>> = {
  pipe: 'No lookup runs a program: use `command` on `localhost` and `register`.',
  lines: 'No lookup runs a program: use `command` on `localhost` and `register`.',
  url: 'No lookup asks the network.',
  dict: 'Write `dict2items map`.',
  items: 'Write the list itself.',
  flattened: 'Write `flatten list`.',
  sequence: 'Write `range 1 5`.',
};

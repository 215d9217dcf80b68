import type { Data } from '../../base/node.ts';
import { didYouMean } from '../../base/did-you-mean.ts';
import { CallProblem } from '../operations/call-problem.ts';
import { type DataMap, isList, isMap } from '../operations/values.ts';

/** A function templates can call: `{{name a b}}`. */
export interface Helper {
  /** Its arguments as a user would read them: `LIST SEPARATOR`. */
  readonly usage: string;
  readonly min: number;
  readonly max: number;
  /** Names of arguments that are given by name: `indent=4`. */
  readonly named: readonly string[];
  readonly run: (args: readonly Data[], named: DataMap) => Data;
}

/** Helpers by name. */
export type Helpers = Readonly<Record<string, Helper>>;

/** No named arguments. */
export const noneNamed: DataMap = Object.freeze(Object.create(null) as DataMap);

/** Makes a helper; optional arguments stand in brackets, `…` means any number of them, `[x=]` is one that has a name. */
export function helper(usage: string, run: Helper['run']): Helper {
  const words = usage.split(' ').filter((word) => !word.endsWith('=]'));
  const named = [...usage.matchAll(/\[(\w+)=\]/g)].map(([, name = '']) => name);
  const min = words.filter((word) => word !== '' && !word.startsWith('[') && word !== '…').length;
  return { usage, min, max: words.includes('…') ? Infinity : words.length, named, run };
}

/** The same as a function of expressions: named arguments come as a map behind the others. */
export function asFunction({ usage, min, max, named, run }: Helper): Helper {
  const positional = usage.replace(/ \[\w+=\]/g, '');
  if (named.length === 0) return { usage, min, max, named, run };
  return {
    usage: `${positional} [OPTIONS]`,
    min,
    max: max + 1,
    named: [],
    run(args) {
      // Where any number of maps may come, options are told from them by the list before them.
      const mayHave = max === Infinity ? args.length === 2 && isList(args[0] ?? null) : args.length > min;
      const options = mayHave ? (args.at(-1) ?? null) : null;
      if (!isMap(options)) return run(args, noneNamed);
      checkNames(Object.keys(options), named, args.length - 1);
      return run(args.slice(0, -1), options);
    },
  };
}

function checkNames(given: readonly string[], known: readonly string[], argument: number): void {
  const wrong = given.find((name) => !known.includes(name));
  if (wrong === undefined) return;
  throw new CallProblem(`there is no option \`${wrong}\``, argument, didYouMean(wrong, known) ?? optionsHint(known));
}

function optionsHint(known: readonly string[]): string {
  return `There ${known.length === 1 ? 'is' : 'are'} ${known.map((name) => `\`${name}\``).join(', ')}.`;
}

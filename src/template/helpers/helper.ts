import type { Data } from '../../base/node.ts';

/** A function templates can call: `{{name a b}}`. */
export interface Helper {
  /** Its arguments as a user would read them: `LIST SEPARATOR`. */
  readonly usage: string;
  readonly min: number;
  readonly max: number;
  readonly run: (args: readonly Data[]) => Data;
}

/** Helpers by name. */
export type Helpers = Readonly<Record<string, Helper>>;

/** Makes a helper; optional arguments stand in brackets and `…` means any number of them. */
export function helper(usage: string, run: Helper['run']): Helper {
  const words = usage.split(' ');
  const min = words.filter((word) => !word.startsWith('[') && word !== '…').length;
  return { usage, min, max: words.includes('…') ? Infinity : words.length, run };
}

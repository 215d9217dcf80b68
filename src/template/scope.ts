import type { Data } from '../base/node.ts';

/** Where templates and expressions get the values of names from. */
export interface Scope {
  /**
   * The value of a variable, `undefined` when no such variable exists. May throw what evaluating the variable throws
   * (it can be a template itself), or that its value is not known yet: both pass through templates unchanged.
   */
  lookup(name: string): Data | undefined;
  /** All names that have a value, for "did you mean". */
  names(): Iterable<string>;
}

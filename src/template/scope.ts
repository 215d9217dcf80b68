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
  /** Where such a variable is usually set, for a name that has no value. */
  hintFor?(name: string): string | null;
  /** The controller's files and environment; without it nothing of them can be looked up. */
  readonly lookups?: Lookups;
}

/** A path or pattern that a lookup is given. */
export interface LookupPath {
  readonly text: string;
  /** The variables it is made of: what a host says may pick no path. */
  readonly names: readonly string[];
}

/** How a password that is not there yet is made. */
export interface NewPassword {
  readonly length: number;
  /** The characters it is made of. */
  readonly chars: string;
}

/**
 * What lookups may read of the controller. All of it may throw a `CallProblem`, whose argument counts the paths, and what
 * `Scope.lookup` throws.
 */
export interface Lookups {
  /** The text of a file. */
  file(path: LookupPath): string;
  /** Paths of the files that match a glob, sorted. */
  fileglob(pattern: LookupPath): readonly string[];
  /** The first of some paths that exists, or `null`. */
  firstFound(paths: readonly LookupPath[]): string | null;
  /** The text of a template, rendered with the variables of a scope. */
  template(path: LookupPath, scope: Scope): string;
  /** The password in a file, which is made when it is not there. */
  password(path: LookupPath, made: NewPassword): string;
  /** A variable of the environment that kmesh was started in. */
  env(name: string): string | undefined;
}

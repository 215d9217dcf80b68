import { PlanError } from '../base/errors.ts';
import type { Data } from '../base/node.ts';
import type { Reply } from '../base/reply.ts';
import type { Change, Content } from '../changes/change.ts';
import type { Probes } from '../probes/probe.ts';

/**
 * What a task can ask for. A module decides; it never touches a host: its probes are read-only text, its plan is data.
 *
 * `A` args after schema and defaults, `S` the answers of its probes by name, `I` what it reads on the controller.
 */
export interface Module<A, S, I> {
  readonly name: string;
  /** One sentence for the documentation. */
  readonly description: string;
  /** JSON Schema of the args: an object with `additionalProperties: false` and a description for each. */
  readonly schema: ObjectSchema;
  /** Other names of args, as in `dest: path`: renamed before the schema is asked. */
  readonly aliases: { readonly [alias: string]: string };
  /** The arg that a task's plain text stands for, as in `command: uptime`. */
  readonly freeForm: string | null;
  /** Args that are CEL: they reach the module as `Evaluated`. */
  readonly expressions: readonly string[];
  /**
   * What its changes can be seen by: `controller` has no more to do with the host than its variables, `none` asks it and
   * plans no change ever, `files` only writes the host's own files,
   * `host` also starts, runs or installs: then no host begins before all have finished what stands before it.
   */
  readonly effects: 'controller' | 'none' | 'files' | 'host';
  /** What is wrong with args that the schema allows one by one, such as two that exclude each other. */
  check(args: A): readonly ArgProblem[];
  inputs(args: A): Inputs<I>;
  probe(args: A, inputs: I): Probes<S>;
  /** What must change for the state to be what the args want; empty: nothing. @throws PlanError */
  plan(args: A, state: S, inputs: I): readonly Change[];
  /** What the task gives to `register` and says; `replies` is one per change, `null` where it did not run. */
  result(args: A, state: S, replies: readonly (Reply | null)[], inputs: I): Result;
}

/** Files of the controller that a module needs, by name: the engine finds and reads or renders them. */
export type Inputs<I> = { readonly [K in keyof I]: Input };

/** `file`: as it is. `template`: rendered. `tree`: all files below a directory, or the one file. */
export interface Input {
  readonly kind: 'file' | 'template' | 'tree';
  /** As the user wrote it; looked for in the role's `files/` or `templates/`, then beside the playbook. */
  readonly source: string;
  /** False: a file that is encrypted with Ansible Vault stays so. */
  readonly decrypt?: boolean;
}

/** What a `tree` input gives: a file, or a directory with all that is in it. */
export interface Tree {
  readonly isDirectory: boolean;
  /** Directories before what is in them; a single entry for one file. */
  readonly files: readonly TreeEntry[];
}

/** A file or, without content, a directory of the controller. */
export interface TreeEntry {
  /** Below the destination: `dir/x` for a source `dir`, `x` for `dir/`; for one file its name. */
  readonly path: string;
  /** Four octal digits. */
  readonly mode: string;
  readonly content: Content | null;
}

/** Something the user wrote that can not be meant. */
export interface ArgProblem {
  /** Where to point; `null`: at the whole call. */
  readonly arg: string | null;
  readonly message: string;
  readonly hint: string | null;
}

/** An expression arg after evaluation. */
export interface Evaluated {
  readonly expression: string;
  readonly value: Data;
}

/** What a task ends with, besides its changes. */
export interface Result {
  /** The fields of `register`; `changed`, `failed` and the like are the engine's. */
  readonly values: { readonly [name: string]: Data };
  /** Variables for the host from here on. */
  readonly variables: { readonly [name: string]: Data };
  /** Facts to replace those that are known. */
  readonly facts: Data | null;
  /** A line for the user, such as what `debug` says. */
  readonly message: string | null;
  /** The message is only shown from this many `-v` on. */
  readonly verbosity: number;
}

/** The parts of JSON Schema that module schemas use. */
export interface ObjectSchema {
  readonly type: 'object';
  readonly required?: readonly string[];
  readonly additionalProperties: boolean;
  readonly properties: { readonly [name: string]: ArgSchema };
  readonly [keyword: string]: unknown;
}

/** The schema of one arg. */
export interface ArgSchema {
  readonly description: string;
  readonly [keyword: string]: unknown;
}

/** A module as the engine holds it, its own types forgotten: it is only ever given what it made itself. */
export type AnyModule = Module<unknown, Record<string, unknown>, Record<string, unknown>>;

type Optional = 'aliases' | 'freeForm' | 'expressions' | 'effects' | 'check' | 'inputs' | 'result';

/** Makes a module; what most of them do alike is filled in. */
export function defineModule<A, S, I = Record<string, never>>(
  parts: Omit<Module<A, S, I>, Optional> & Partial<Pick<Module<A, S, I>, Optional>>,
): AnyModule {
  const module: Module<A, S, I> = {
    aliases: {},
    freeForm: null,
    expressions: [],
    effects: 'files',
    check: () => [],
    inputs: () => ({}) as Inputs<I>,
    result: () => noResult,
    ...parts,
  };
  const checked = { ...module, inputs: (args: A) => module.inputs(refuseProblems(module.check(args), args)) };
  return checked as unknown as AnyModule;
}

/** Whoever could not ask `check` before, because args were templates, is stopped here. */
function refuseProblems<A>([problem]: readonly ArgProblem[], args: A): A {
  if (problem !== undefined) throw new PlanError(problem.message, { hint: problem.hint });
  return args;
}

/** Makes a problem. */
export function argProblem(arg: string | null, message: string, hint: string | null = null): ArgProblem {
  return { arg, message, hint };
}

/** A problem unless exactly one of these args is given. */
export function exactlyOne(args: object, names: readonly string[]): ArgProblem[] {
  const given = names.filter((name) => (args as Record<string, unknown>)[name] !== null);
  if (given.length === 1) return [];
  const words = names
    .map((name) => `\`${name}\``)
    .join(', ')
    .replace(/, (?=[^,]*$)/, ' and ');
  const message = given.length === 0 ? `One of ${words} must be given.` : `Only one of ${words} can be given.`;
  return [argProblem(given[1] ?? null, message)];
}

/** Nothing to register and nothing to say. */
export const noResult: Result = { values: {}, variables: {}, facts: null, message: null, verbosity: 0 };

/** A result with fields for `register`. */
export function resultOf(values: Result['values'], message: string | null = null): Result {
  return { ...noResult, values, message };
}

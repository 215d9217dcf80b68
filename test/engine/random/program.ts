/** What a text in a playbook is made of. */
export type Value =
  | { readonly from: 'text' | 'item' | 'given' | 'failed task' }
  /** stdout of a registered result. */
  | { readonly from: 'result' | 'fact'; readonly name: string }
  | { readonly from: 'other host'; readonly host: string; readonly name: string };

export type Condition =
  | { readonly asks: 'failed' | 'changed' | 'skipped'; readonly result: string; readonly not: boolean }
  | { readonly asks: 'stdout'; readonly result: string; readonly is: string }
  | { readonly asks: 'fact'; readonly fact: string; readonly is: string }
  | { readonly asks: 'host'; readonly is: string }
  | { readonly asks: 'both'; readonly all: readonly Condition[] };

/** What a task does; all but commands and files only concern the controller. */
export type Doing =
  | { readonly module: 'command'; readonly value: Value | null; readonly onlyAsks: boolean }
  | { readonly module: 'copy'; readonly file: string; readonly value: Value; readonly isBad: boolean }
  | { readonly module: 'remove'; readonly file: string }
  | { readonly module: 'set_fact'; readonly fact: string; readonly value: Value }
  | { readonly module: 'assert'; readonly that: Condition }
  | { readonly module: 'debug' | 'fail' };

export interface RandomTask {
  readonly kind: 'task';
  readonly name: string;
  readonly doing: Doing;
  readonly when?: Condition;
  readonly isLoop?: boolean;
  readonly register?: string;
  readonly notify?: readonly string[];
  readonly ignoreErrors?: boolean;
  /** Tried again, until the result's stdout is this. */
  readonly until?: string;
  readonly failedWhen?: Condition;
  readonly changedWhen?: Condition;
  readonly runOnce?: boolean;
  readonly delegateTo?: string;
  readonly anyErrorsFatal?: boolean;
}

export interface RandomBlock {
  readonly kind: 'block';
  readonly block: readonly RandomStep[];
  readonly rescue: readonly RandomStep[];
  readonly always: readonly RandomStep[];
  readonly when?: Condition;
}

export interface RandomInclude {
  readonly kind: 'include';
  readonly name: string;
  /** A file for all, one for each host, or the one that a result names. */
  readonly file: { readonly one: string } | { readonly by: 'host' } | { readonly by: string };
  readonly when?: Condition;
  readonly isLoop?: boolean;
}

export interface RandomMeta {
  readonly kind: 'meta';
  readonly action: 'flush_handlers' | 'end_host' | 'end_play' | 'noop';
  readonly when?: Condition;
}

/** `include_vars`: sets `included`. */
export interface RandomVars {
  readonly kind: 'vars';
  readonly value: string;
  readonly when?: Condition;
}

export type RandomStep = RandomTask | RandomBlock | RandomInclude | RandomMeta | RandomVars;

/** A playbook of one play that nobody thought of. */
export interface RandomProgram {
  readonly seed: number;
  readonly hosts: readonly string[];
  /** Of a hundred commands so many fail. */
  readonly failing: number;
  readonly strategy: 'linear' | 'free' | 'lockstep';
  readonly serial: number | null;
  readonly anyErrorsFatal: boolean;
  readonly maxFailPercentage: number | null;
  readonly forceHandlers: boolean;
  readonly lists: readonly (readonly RandomStep[])[];
  readonly handlers: readonly RandomTask[];
  readonly files: Readonly<Record<string, readonly RandomStep[]>>;
}

/** Names of the lists of a play, in their order. */
export const listNames = ['pre_tasks', 'tasks', 'post_tasks'] as const;
/** Items of every loop. */
export const items = ['x', 'y'] as const;
/** What commands say, one of them at a time. */
export const sayings = ['o0', 'o1', 'o2'] as const;
export const facts = ['v1', 'v2'] as const;
export const results = ['r1', 'r2', 'r3'] as const;
/** How often a task is tried again. */
export const retries = 2;

/** The same program, whose commands all may change something: those that only ask wait for nobody, and travel together. */
export function withoutAsking(program: RandomProgram): RandomProgram {
  return JSON.parse(JSON.stringify(program).replaceAll('"onlyAsks":true', '"onlyAsks":false')) as RandomProgram;
}

import type { Layer } from '../base/layer.ts';
import type { Entry, MapNode, Node, ScalarNode } from '../base/node.ts';
import type { Schema } from '../base/schema.ts';
import type { Span } from '../base/source.ts';
import type { AnyModule } from '../modules/module.ts';

/** A playbook, read and checked. */
export interface Playbook {
  readonly path: string;
  readonly plays: readonly Play[];
}

/** One play: which hosts, and what is done to them. */
export interface Play {
  readonly name: string;
  readonly at: Span;
  /** Host patterns, as written. */
  readonly hosts: readonly ScalarNode[];
  readonly vars: Layer;
  readonly varsFiles: readonly Layer[];
  readonly become: Become;
  readonly gatherFacts: boolean;
  readonly serial: readonly Batch[];
  readonly environment: MapNode | null;
  readonly roles: readonly Role[];
  /** In order; handlers that were notified run at the end of each. */
  readonly phases: readonly Phase[];
  readonly handlers: readonly Task[];
}

/** What a list of tasks is for. `preflight` only asks, `verify` is the gate of a batch. */
export type PhaseName = 'preflight' | 'pre_tasks' | 'tasks' | 'post_tasks' | 'verify' | 'handlers';

/** Tasks between two runs of handlers. */
export interface Phase {
  readonly name: Exclude<PhaseName, 'handlers'>;
  readonly tasks: readonly Task[];
}

/** Whether and as whom; `null`: as the play, or the inventory, says. */
export interface Become {
  readonly enabled: Node | null;
  readonly user: Node | null;
}

/** How many hosts at once: a number, or a share of all. */
export type Batch =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'percent'; readonly percent: number };

/** One task or handler. */
export interface Task {
  /** Unique in the playbook. */
  readonly id: number;
  /** May be a template; `null`: the module's name stands for it. */
  readonly name: ScalarNode | null;
  readonly at: Span;
  readonly role: Role | null;
  readonly module: AnyModule;
  /** The module's key and args. */
  readonly call: Entry;
  readonly args: MapNode;
  /** All must hold. */
  readonly when: readonly ScalarNode[];
  readonly loop: Node | null;
  readonly register: string | null;
  /** Names of handlers, or what they listen to. */
  readonly notify: readonly ScalarNode[];
  readonly listen: readonly string[];
  readonly tags: ReadonlySet<string>;
  readonly ignoreErrors: Node | null;
  readonly failedWhen: readonly ScalarNode[] | null;
  readonly changedWhen: readonly ScalarNode[] | null;
  readonly checkMode: boolean | null;
  readonly become: Become;
  readonly vars: Layer | null;
  readonly environment: MapNode | null;
  readonly noLog: boolean;
  readonly timeoutMs: number | null;
  readonly phase: PhaseName;
}

/** A role as one play uses it. */
export interface Role {
  readonly name: string;
  /** Its directory. */
  readonly path: string;
  readonly description: string | null;
  readonly defaults: Layer;
  readonly vars: Layer;
  /** What the play gives it with `vars:` beside its name. */
  readonly params: Layer;
  /** JSON Schema of its variables, or `null` when it has none. */
  readonly argumentSchema: Schema | null;
  readonly argumentSchemaAt: Span | null;
}

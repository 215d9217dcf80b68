import type { Layer } from '../base/layer.ts';
import type { Data, Entry, MapNode, Node, ScalarNode } from '../base/node.ts';
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
  /** In which order hosts are taken, batch by batch. */
  readonly order: HostOrder;
  readonly strategy: Strategy;
  readonly serial: readonly Batch[];
  /** A host that fails ends the play for all, once they have finished the task it failed in. */
  readonly anyErrorsFatal: boolean;
  /** More failed hosts than this share of a batch end the play; `null`: only when all have failed. */
  readonly maxFailPercentage: number | null;
  /** Handlers that are owed run on a host that has failed, too. */
  readonly forceHandlers: boolean;
  readonly gatherFacts: boolean;
  readonly vars: Layer;
  readonly varsPrompt: readonly VarsPrompt[];
  readonly varsFiles: readonly Layer[];
  readonly become: Become;
  readonly connection: PlayConnection;
  /** Roles whose variables the whole play sees: those of `roles:`, of `import_role`, and of `include_role` with `public`. */
  readonly roles: readonly Role[];
  /** In order; handlers that were notified run at the end of each. */
  readonly phases: readonly Phase[];
  readonly handlers: readonly Task[];
}

/** `linear`: Ansible's order where it can be observed; `free`: none; `lockstep`: task by task. */
export type Strategy = 'linear' | 'free' | 'lockstep';

export type HostOrder = 'inventory' | 'reverse_inventory' | 'sorted' | 'reverse_sorted' | 'shuffle';

/** What a play says of connecting; the inventory wins over it. `null`: nothing. */
export interface PlayConnection {
  readonly user: Node | null;
  readonly port: Node | null;
  readonly connection: Node | null;
}

/** A variable that the user is asked for before the run. */
export interface VarsPrompt {
  readonly name: string;
  readonly at: Span;
  readonly prompt: string;
  /** What is typed is not shown, and is a secret. */
  readonly isPrivate: boolean;
  readonly mustConfirm: boolean;
  /** For an empty answer, or when nobody can be asked. */
  readonly byDefault: Data | null;
}

/** What a list of tasks is for. `preflight` only asks, `verify` is the gate of a batch. */
export type PhaseName = 'preflight' | 'pre_tasks' | 'tasks' | 'post_tasks' | 'verify' | 'handlers';

/** Steps between two runs of handlers. */
export interface Phase {
  readonly name: Exclude<PhaseName, 'handlers'>;
  readonly steps: readonly Step[];
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

/**
 * One entry of a list of tasks. Blocks, `import_tasks` and `import_role` are gone: their steps stand in the list one
 * after the other, and each knows the blocks it stands in and all that it takes over from around it.
 */
export type Step = Task | Include | Meta;

interface AnyStep {
  /** Unique in the playbook. */
  readonly id: number;
  /** May be a template; `null`: the module's name stands for it. */
  readonly name: ScalarNode | null;
  readonly at: Span;
  readonly role: Role | null;
  /** All must hold: those of the blocks around it first. */
  readonly when: readonly ScalarNode[];
  readonly tags: ReadonlySet<string>;
  /** The blocks it stands in, outermost first. */
  readonly sections: readonly Section[];
  /** `vars` of the blocks it stands in and its own, outermost first. */
  readonly vars: readonly Layer[];
  readonly loop: Loop | null;
  /** Done for one host of the batch, on behalf of all. */
  readonly runOnce: boolean;
  readonly phase: PhaseName;
}

/** One task or handler. */
export interface Task extends AnyStep {
  readonly kind: 'task';
  readonly module: AnyModule;
  /** The module's key and args. */
  readonly call: Entry;
  readonly args: MapNode;
  readonly register: string | null;
  /** Names of handlers, or what they listen to. */
  readonly notify: readonly ScalarNode[];
  readonly listen: readonly string[];
  readonly ignoreErrors: Node | null;
  readonly failedWhen: readonly ScalarNode[] | null;
  readonly changedWhen: readonly ScalarNode[] | null;
  readonly retry: Retry | null;
  /** `true`: only looks what it would do. `false`: runs in a check, too. `null`: as the run. */
  readonly checkMode: boolean | null;
  /** Whether its diff is shown; `null`: as the run. */
  readonly diff: boolean | null;
  readonly become: Become;
  /** Of the play, of the blocks around it and its own, outermost first: mappings, or templates that give one. */
  readonly environment: readonly Node[];
  /** Whether nothing of it is told but its status; `null`: all is told. */
  readonly noLog: Node | null;
  readonly timeoutMs: number | null;
  /** The host on which it is done, with the variables of its own; `null`: its own. */
  readonly delegateTo: ScalarNode | null;
  /** Facts that it brings are the other host's. */
  readonly delegateFacts: boolean;
  readonly anyErrorsFatal: boolean;
  /** On how many hosts at once; `null`: on as many as there are. */
  readonly throttle: number | null;
}

/** A file of tasks or of variables, or a role, that is looked for when its turn has come, for each host by itself. */
export interface Include extends AnyStep {
  readonly kind: 'include';
  readonly what: 'tasks' | 'role' | 'vars';
  /** What is included, as the user wrote it: a template, most often. */
  readonly file: ScalarNode;
  /** Everything that it may mean, read and checked already. */
  readonly candidates: readonly Candidate[];
  /** What a name means; `null`: it is none of the candidates. */
  readonly find: (name: string) => Candidate | null;
  /** `vars` given to what is included: above all but extra vars. */
  readonly params: Layer | null;
  /** `include_vars` with `name`: the variable that holds them all. */
  readonly into: string | null;
}

/** One thing that an include may mean. */
export interface Candidate {
  /** The file, or the role. */
  readonly path: string;
  /** Its sections begin inside the include: those around the include are not among them. */
  readonly steps: readonly Step[];
  /** The variables of `include_vars`. */
  readonly variables: Layer | null;
}

/** Something done to the run itself. */
export interface Meta extends AnyStep {
  readonly kind: 'meta';
  readonly action: MetaAction;
}

export const metaActions = [
  'flush_handlers',
  'end_play',
  'end_batch',
  'end_host',
  'end_role',
  'clear_facts',
  'clear_host_errors',
  'refresh_inventory',
  'reset_connection',
  'noop',
] as const;

export type MetaAction = (typeof metaActions)[number];

/** A place in a block. */
export interface Section {
  readonly block: Block;
  readonly part: 'block' | 'rescue' | 'always';
}

/** What is common to the parts of a block. */
export interface Block {
  /** Unique in the playbook. */
  readonly id: number;
  readonly hasRescue: boolean;
  readonly hasAlways: boolean;
}

/** `loop`, or Ansible's `with_...`; kinds differ in what they make of their value. */
export interface Loop {
  readonly kind: LoopKind;
  readonly node: Node;
  /** `item`, or what `loop_control` says. */
  readonly variable: string;
  readonly indexVariable: string | null;
  /** What is shown in place of the item. */
  readonly label: ScalarNode | null;
  readonly pauseMs: number;
  /** `ansible_loop` is there. */
  readonly isExtended: boolean;
}

/** `list` is `loop` and `with_list`; the others are named as their `with_...`. */
export type LoopKind =
  | 'list'
  | 'items'
  | 'dict'
  | 'sequence'
  | 'fileglob'
  | 'first_found'
  | 'indexed_items'
  | 'nested'
  | 'together'
  | 'subelements';

/** `until`: again, until it holds. */
export interface Retry {
  /** All must hold; they see the task's own result. `null`: until it does not fail. */
  readonly until: readonly ScalarNode[] | null;
  /** How often again after the first time; 3 when not given. */
  readonly retries: Node | null;
  /** Seconds; 5 when not given. */
  readonly delay: Node | null;
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
  /** The same for uses of a role whose handlers come to the same, so that the play has them once. */
  readonly handlersKey: string;
}

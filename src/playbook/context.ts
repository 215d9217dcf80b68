import type { Vault } from '../vault/vault.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Layer } from '../base/layer.ts';
import type { MapNode, Node, ScalarNode } from '../base/node.ts';
import type { Become, PhaseName, Role, Section, Step, Task } from './playbook.ts';

/** What steps take over from the play, blocks, imports and includes they stand in. */
export interface Inherited {
  readonly when: readonly ScalarNode[];
  readonly tags: readonly string[];
  /** Outermost first, as the environment. */
  readonly vars: readonly Layer[];
  readonly environment: readonly Node[];
  readonly notify: readonly ScalarNode[];
  readonly become: Become;
  readonly ignoreErrors: Node | null;
  readonly anyErrorsFatal: boolean;
  readonly delegateTo: ScalarNode | null;
  readonly delegateFacts: boolean;
  readonly runOnce: boolean;
  readonly noLog: Node | null;
  readonly throttle: number | null;
  readonly timeoutMs: number | null;
  readonly checkMode: boolean | null;
  readonly diff: boolean | null;
}

/** Where steps are read, and what they take over from there. */
export interface TaskContext {
  readonly loader: Loader;
  readonly play: PlayDraft;
  readonly inherited: Inherited;
  readonly role: Role | null;
  readonly phase: PhaseName;
  readonly sections: readonly Section[];
  /** The file they stand in, behind those that import or include it. */
  readonly files: readonly string[];
  /** Roles that have been read here already. */
  readonly visited: Visited;
}

/** What is common to a playbook and all it is made of. */
export interface Loader {
  /** The folder of the playbook that is run. */
  readonly folder: string;
  /** Where roles are looked for, nearest first. */
  readonly roleFolders: readonly string[];
  /** Variables that are known before the run: those of `-e`. */
  readonly constants: Layer;
  readonly problems: Diagnostic[];
  readonly vault: Vault;
  readonly nextId: () => number;
  /** The value of a YAML file, `null` when it is empty or wrong; each file is read once. */
  readonly read: (file: string, at: ScalarNode | null) => Node | null;
  /** Whether one more file may be included; a playbook whose files include each other in all ways would never end. */
  readonly mayInclude: (at: ScalarNode) => boolean;
  /** Reads a list of steps, as files and blocks have them. */
  readonly loadSteps: LoadSteps;
}

export type LoadSteps = (maps: readonly MapNode[], context: TaskContext) => Step[];

/** What a play gets from roles that are found while its tasks are read. */
export interface PlayDraft {
  readonly roles: Role[];
  readonly handlers: Task[];
  readonly preflight: Step[];
  readonly verify: Step[];
  /** Names that tasks of the play set, as far as they have been read. */
  readonly results: Set<string>;
  /** Roles by all that is given to them: the same is the same role, with the same handlers. */
  readonly known: Map<string, Role>;
}

/** Roles that were read, so that what they depend on is run once. */
export interface Visited {
  readonly runs: RoleRun[];
  /** The roles whose dependencies are being read. */
  readonly open: readonly string[];
}

/** Under what a role has been run. */
export interface RoleRun {
  readonly key: string;
  readonly when: readonly string[];
  readonly tags: string;
}

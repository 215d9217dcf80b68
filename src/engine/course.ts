import type { Play, Step, Task } from '../playbook/playbook.ts';
import type { Barrier } from './barrier.ts';
import type { RunEvent, TaskOutcome } from './events.ts';
import type { Attempt, Finished } from './steps/finish.ts';
import type { HostRun } from './variables/host-run.ts';
import type { HostShells } from './hosts/host-shells.ts';
import type { Placed } from './steps/placed.ts';
import type { Position } from './steps/position.ts';
import type { Preparation } from './steps/prepare.ts';
import type { InstanceRun } from './steps/task-run.ts';

/** Why a play ends before its last step, for all its hosts. */
export type EndOfPlay = 'any_errors_fatal' | 'max_fail_percentage' | 'end_play' | 'end_batch';

/** What the hosts of a batch share while they go through the steps of a play. */
export interface Course {
  readonly play: Play;
  readonly steps: readonly Step[];
  /** The hosts of the batch. */
  readonly batch: readonly string[];
  readonly barrier: Barrier;
  readonly check: boolean;
  /** Messages that ask for more `-v` than this are not told. */
  readonly verbosity: number;
  readonly stop: AbortSignal;
  /** True: nothing that stands at that position is begun any more. */
  readonly isOver: (position: Position) => boolean;
  /** Whether others may see what a step does, so that they wait for it. */
  readonly isSeen: (placed: Placed) => boolean;
  /** Whether the play may end with a step for all hosts: nobody goes past it before all have done it. */
  readonly mayEnd: (placed: Placed) => boolean;
  readonly preparationFor: (run: HostRun) => Preparation;
  readonly shellsFor: (run: HostRun) => HostShells;
  /** Asks the facts that somebody looked at in vain. */
  readonly gatherFacts: (run: HostRun) => Promise<void>;
  readonly forgetFacts: (run: HostRun) => void;
  /** `false`: the user does not want the task to be done. */
  readonly isWanted: (placed: Placed) => Promise<boolean>;
  /** The user is asked before each task, so what stands before it is done first. */
  readonly asksUser: boolean;
  /** Connects to a host that a task is delegated to. @throws ConnectError */
  readonly reach: (run: HostRun) => Promise<void>;
  readonly reconnect: (run: HostRun) => Promise<void>;
  readonly started: (placed: Placed, run: HostRun) => void;
  readonly retrying: (placed: Placed, run: HostRun, instance: InstanceRun, next: Attempt) => void;
  readonly finished: (placed: Placed, run: HostRun, outcome: TaskOutcome) => void;
  /** The host has done everything before that position. */
  readonly reached: (run: HostRun, position: Position) => void;
  readonly leave: (run: HostRun) => void;
  /** A failure that nobody has rescued: the play may have to end for all. */
  readonly failed: (placed: Placed, run: HostRun) => void;
  readonly endPlay: (position: Position, why: EndOfPlay) => void;
  /** Does something for one host of the batch, with what it tells for all. */
  readonly once: Once;
  readonly throttled: <T>(task: Task, work: () => Promise<T>) => Promise<T>;
  /** Handlers that a name of `notify` of a task means. */
  readonly handlersOf: (name: string, task: Task) => readonly Task[];
  /** A handler of this host is owed, or is not any more. */
  readonly owes: (run: HostRun, handlers: readonly Task[]) => void;
  readonly settled: (run: HostRun, handlers: readonly Task[]) => void;
  readonly clearHostErrors: () => void;
  /** Reads the inventory anew, once for all hosts that come to that position. @throws KmeshError */
  readonly refreshInventory: (position: Position) => Promise<void>;
  readonly tell: (event: RunEvent) => void;
}

/** Who of a batch does a step on behalf of all. */
export interface Once {
  /** `lead`: this host does it. Otherwise what came of it, once it is done. */
  readonly take: (placed: Placed, run: HostRun) => Promise<'lead' | Finished | null>;
  readonly done: (placed: Placed, finished: Finished | null) => void;
}

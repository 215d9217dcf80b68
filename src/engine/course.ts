import type { Task } from '../playbook/playbook.ts';
import type { Barrier } from './barrier.ts';
import type { TaskOutcome } from './events.ts';
import type { HostRun } from './host-run.ts';
import type { HostShells } from './host-shells.ts';
import type { Preparation } from './prepare.ts';

/** What the hosts of a batch share while they go through one list of tasks. */
export interface Course {
  readonly tasks: readonly Task[];
  readonly barrier: Barrier;
  readonly check: boolean;
  /** Messages that ask for more `-v` than this are not told. */
  readonly verbosity: number;
  /** True: nothing new is begun. */
  readonly isStopped: () => boolean;
  readonly preparationFor: (run: HostRun) => Preparation;
  readonly shellsFor: (run: HostRun) => HostShells;
  /** Asks the facts that somebody looked at in vain. */
  readonly gatherFacts: (run: HostRun) => Promise<void>;
  readonly started: (task: Task, run: HostRun) => void;
  readonly finished: (task: Task, run: HostRun, outcome: TaskOutcome) => void;
  /** Handlers that a name of `notify` of a task means, by id. */
  readonly handlersOf: (name: string, task: Task) => readonly number[];
  /** False: the task is nothing to this host, as with a handler that it does not owe. */
  readonly concerns: (task: Task, run: HostRun) => boolean;
}

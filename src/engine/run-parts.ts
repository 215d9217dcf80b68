import type { StepChoice } from './input/chosen-steps.ts';
import type { ConnectionSettings } from '../inventory/connection.ts';
import type { Connection, Target } from '../transport/session.ts';
import type { Listener, TaskRef } from './events.ts';
import type { HostRun } from './variables/host-run.ts';
import type { InputFiles } from './hosts/inputs.ts';
import type { OwedHandlers } from './steps/owed-handlers.ts';
import type { AssignedPlay } from './input/site-hosts.ts';
import type { StatCache } from './hosts/stat-cache.ts';
import type { ConnectDefaults } from './hosts/target.ts';
import type { Reloaded } from './input/reloaded.ts';
import type { Site } from './variables/site.ts';

/** All that a run needs; its input is checked already. */
export interface RunParts {
  readonly site: Site;
  readonly playbook: string;
  readonly plays: AssignedPlay[];
  /** `verify`: the gates alone. */
  readonly phases: StepChoice['phases'];
  /** The hosts of the plays. */
  readonly runs: HostRun[];
  readonly settings: ReadonlyMap<string, ConnectionSettings>;
  readonly defaults: ConnectDefaults;
  readonly files: InputFiles;
  /** How many hosts may be busy at once. */
  readonly forks: number;
  readonly verbosity: number;
  /** What is remembered of files of hosts; `null`: nothing. */
  readonly statCache: StatCache | null;
  /** What handlers hosts owe from run to run; `null`: nothing is kept. */
  readonly owed: OwedHandlers | null;
  /** For large files, over all hosts together. */
  readonly uploadLimitBytesPerSecond: number | null;
  /** Reads the inventory anew. */
  readonly reload: () => Promise<Reloaded>;
  /** Asks before each task whether it is to be done; `null`: nobody is asked. */
  readonly confirm: ((task: TaskRef) => Promise<boolean>) | null;
  readonly connect: (target: Target) => Promise<Connection>;
  /** Aborted: nothing new is begun, what runs may end. */
  readonly stop: AbortSignal;
  readonly listener: Listener;
}

/** The hosts that are still in the run. */
export function activeOf(runs: readonly HostRun[]): HostRun[] {
  return runs.filter(({ status }) => status === 'active');
}

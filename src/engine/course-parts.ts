import type { Play, Step } from '../playbook/playbook.ts';
import type { HostAccess } from './hosts/host-access.ts';
import type { HostRun } from './variables/host-run.ts';
import type { RunParts } from './run-parts.ts';

/** A list of steps for the hosts of a batch. */
export interface CourseParts extends RunParts {
  readonly access: HostAccess;
  readonly play: Play;
  readonly playHosts: readonly string[];
  readonly steps: readonly Step[];
  readonly hosts: readonly HostRun[];
  /** Something ended the whole run. */
  readonly isStopped: () => boolean;
}

import type { Layer } from '../base/layer.ts';
import type { Data } from '../base/node.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Play, Role } from '../playbook/playbook.ts';
import type { ControllerReads } from './controller-reads.ts';
import type { HostRun } from './host-run.ts';
import type { AssignedPlay } from './site-hosts.ts';

/** What all hosts of a run share. */
export interface Site {
  /** Another one after `meta: refresh_inventory`. */
  inventory: Inventory;
  readonly hosts: Map<string, HostRun>;
  readonly extraVars: Layer;
  readonly playbookDir: string;
  readonly check: boolean;
  readonly diff: boolean;
  /** What the command line chose, as templates may ask for it. */
  readonly chosen: Chosen;
  /** With their hosts; others after `meta: refresh_inventory`. */
  readonly plays: readonly AssignedPlay[];
  /** Of all plays. */
  readonly roles: readonly Role[];
  /** What lookups read of the controller. */
  readonly reads: ControllerReads;
}

/** What of the command line is told to templates. */
export interface Chosen {
  readonly limit: string | null;
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
}

/** Where a task stands: it decides which layers its names are looked up in. */
export interface Place {
  readonly play: Play | null;
  /** Names of the play's hosts and of the batch's. */
  readonly playHosts: readonly string[];
  readonly batch: readonly string[];
  readonly role: Role | null;
  /** `vars` of the blocks around the task and its own, outermost first. */
  readonly taskVars: readonly Layer[];
  /** `vars` of the includes around it, outermost first. */
  readonly params: readonly Layer[];
  /** Items of loops, and what comes with them. */
  readonly loop: ReadonlyMap<string, Data> | null;
}

/** A place outside of any play, as for connection variables. */
export const nowhere: Place = {
  play: null,
  playHosts: [],
  batch: [],
  role: null,
  taskVars: [],
  params: [],
  loop: null,
};

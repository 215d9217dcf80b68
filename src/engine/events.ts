import type { Description } from '../changes/describe.ts';
import type { PhaseName } from '../playbook/playbook.ts';

/**
 * How a task ended on a host. `would-change`: a check saw what a run would change. `deferred`: a check can not know,
 * because it depends on what an earlier task would bring.
 */
export type Status = 'ok' | 'changed' | 'would-change' | 'deferred' | 'skipped' | 'failed' | 'unreachable';

/** A task as reporters name it. */
export interface TaskRef {
  /** Unique in a run; the same on all hosts. */
  readonly id: number;
  readonly name: string;
  readonly role: string | null;
  readonly module: string;
  /** `file:line:col`. */
  readonly at: string;
  /** What its list is for: `preflight` asks before anything is written, `verify` is the gate of a batch. */
  readonly phase: PhaseName;
}

/** Why a task or a host failed. Everything in it may be shown: secrets are masked, control characters are not. */
export interface Failure {
  readonly message: string;
  readonly hint: string | null;
  /** `file:line:col: ...` with the excerpt, when it has a place in the user's files. */
  readonly excerpt: string | null;
  /** What was run, and what it said; last lines only. */
  readonly command: string | null;
  readonly status: number | null;
  readonly stderr: string | null;
  readonly stdout: string | null;
}

/** What one task came to on one host. */
export interface TaskOutcome {
  readonly status: Status;
  /** What was done, or in a check would be. Empty under `no_log`. */
  readonly changes: readonly Description[];
  /** What the module says, such as a `debug` message, or why it was skipped. */
  readonly message: string | null;
  readonly failure: Failure | null;
  /** The failure was ignored, by `ignore_errors`. */
  readonly ignored: boolean;
  /** A block around it deals with the failure, by its `rescue`. */
  readonly rescued: boolean;
  /** For `deferred`: the name of the task it waits for. */
  readonly waitsFor: string | null;
  /** One per item of a loop; empty without a loop. */
  readonly items: readonly ItemOutcome[];
  readonly durationMs: number;
  /** The task's name with its expressions evaluated for this host. Absent: it has none, or it may not be shown. */
  readonly name?: string;
  /** Absent under `no_log`, in a loop, and while nobody asks for it with `-v`. */
  readonly details?: Details;
}

/** What stands behind an outcome, for who asks with `-v`. Everything in it may be shown. */
export interface Details {
  /** The args of the module, templates rendered, as JSON; from `-vv` on. */
  readonly args: string | null;
  /** Exit status of the command that was run; as the next two `null` where none was, and where a failure tells it. */
  readonly status: number | null;
  readonly stdout: string | null;
  readonly stderr: string | null;
}

/** What one item of a loop came to. */
export interface ItemOutcome {
  readonly label: string;
  readonly status: Status;
  readonly changes: readonly Description[];
  readonly message: string | null;
  readonly failure: Failure | null;
  /** As that of a task without a loop. */
  readonly details?: Details;
}

/** Counts of one host at the end. `changed` counts `would-change` in a check. */
export interface HostRecap {
  readonly host: string;
  readonly ok: number;
  readonly changed: number;
  readonly deferred: number;
  readonly skipped: number;
  readonly failed: number;
  /** Failures that a `rescue` made good; they are not in `failed`. */
  readonly rescued: number;
  /** Failures that `ignore_errors` let pass; they are not in `failed`. */
  readonly ignored: number;
  readonly unreachable: boolean;
  readonly durationMs: number;
  /** What went over the wire; zeros for a host that was never reached. */
  readonly traffic: Traffic;
}

/** Counted in the transport, never timed. */
export interface Traffic {
  /** Batches that were sent and answered. */
  readonly roundTrips: number;
  /** Commands started on the host: shells, uploads. */
  readonly channels: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** Why a play ended before all its hosts had done all of it. With an underscore: by that word of the playbook. */
export type PlayEnd =
  | 'preflight-failed'
  | 'gate-failed'
  | 'every-host-failed'
  | 'interrupted'
  | 'max_fail_percentage'
  | 'any_errors_fatal'
  | 'end_play'
  | 'end_batch';

/** How a host was reached. */
export interface Reached {
  readonly connection: 'ssh' | 'openssh' | 'local';
  readonly address: string;
  /** `null`: what ssh_config says, else 22. */
  readonly port: number | null;
  /** `null`: what ssh_config says, else the local user. */
  readonly user: string | null;
}

/** What happens in a run, in order; reporters hear all of it and nothing else. */
export type RunEvent =
  /** Comes before `run-started`, or in its place: with a problem that is an error nothing is run. */
  | {
      readonly kind: 'input-problem';
      readonly severity: 'error' | 'warning';
      readonly message: string;
      readonly hint: string | null;
      /** `file:line:col`; `null`: it has no place. */
      readonly at: string | null;
      /** All of it as text, with the line of the file. */
      readonly excerpt: string;
    }
  | {
      readonly kind: 'run-started';
      readonly playbook: string;
      readonly plays: number;
      readonly tasks: number;
      readonly hosts: readonly string[];
      readonly check: boolean;
      readonly diff: boolean;
    }
  | { readonly kind: 'warning'; readonly message: string }
  | {
      readonly kind: 'host-connected';
      readonly host: string;
      readonly durationMs: number;
      readonly reached: Reached;
    }
  | { readonly kind: 'host-unreachable'; readonly host: string; readonly failure: Failure }
  | {
      readonly kind: 'connected';
      readonly reachable: number;
      readonly unreachable: number;
      readonly durationMs: number;
    }
  | { readonly kind: 'preflight-finished'; readonly assertions: number; readonly failed: number }
  | {
      readonly kind: 'play-started';
      readonly play: string;
      readonly hosts: readonly string[];
      /** From 1; `of` is 1 without `serial`. */
      readonly batch: number;
      readonly of: number;
    }
  /** Not told when every host of the play has done all of it. */
  | {
      readonly kind: 'play-ended';
      readonly play: string;
      readonly why: PlayEnd;
      /** In words; ends with a full stop. */
      readonly message: string;
      /** Hosts of the play that nothing was done on. */
      readonly untouched: readonly string[];
    }
  /**
   * Handlers that a host was not given. `this-run`: it failed or the run was cut short before they ran. `earlier-run`:
   * an earlier run left them owed, and this one runs them.
   */
  | {
      readonly kind: 'handlers-owed';
      readonly host: string;
      readonly handlers: readonly string[];
      readonly from: 'this-run' | 'earlier-run';
    }
  | { readonly kind: 'task-started'; readonly task: TaskRef; readonly host: string }
  /** An attempt was not what `until` waits for; the next one follows. */
  | {
      readonly kind: 'task-retried';
      readonly task: TaskRef;
      readonly host: string;
      /** Label of the item of a loop. */
      readonly item: string | null;
      /** The attempt that was made, from 1; at most `of` are made. */
      readonly attempt: number;
      readonly of: number;
      readonly delayMs: number;
    }
  | { readonly kind: 'task-finished'; readonly task: TaskRef; readonly host: string; readonly outcome: TaskOutcome }
  /** All hosts of the batch have finished the task; these come in the order of the playbook. */
  | {
      readonly kind: 'task-completed';
      readonly task: TaskRef;
      readonly counts: Readonly<Partial<Record<Status, number>>>;
    }
  | {
      readonly kind: 'run-finished';
      readonly recap: readonly HostRecap[];
      readonly durationMs: number;
      readonly interrupted: boolean;
    };

/** Hears events. */
export type Listener = (event: RunEvent) => void;

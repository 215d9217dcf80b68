import type { RunEvent } from '../engine/events.ts';

/** Tells a run to somebody, from its events alone. */
export interface Reporter {
  handle(event: RunEvent): void;
  /** Leaves the terminal to somebody else, as for a question, until the function that it returns is called. */
  pause(): () => void;
  /** Tells what is still owed, gives the terminal back. Also for a run that was cut short; may be called twice. */
  close(): Promise<void>;
}

/** How a run is told: a terminal with a live area, plain lines, one JSON object per event, or JUnit XML. */
export type ReporterKind = 'live' | 'lines' | 'json' | 'junit';

/** What a user wants to hear. */
export interface ReporterOptions {
  /** 0: where something happened · 1: also what, and why not · 2: also where, how long, with which args · 3: the wire. */
  readonly verbosity: number;
  /** Show the diff of each change. */
  readonly diff: boolean;
  /** The run only says what it would do. */
  readonly check: boolean;
  /** Show what every module says, not only `debug`: for `kmesh exec`. Default: false. */
  readonly messages?: boolean;
  /** Tell which tasks and hosts took how long. Default: false. */
  readonly profile?: boolean;
  /** Name under which the run is kept; `null`: it is not. Default: null. */
  readonly journal?: string | null;
  /** The clock. Default: the one of the system. */
  readonly now?: () => Date;
}

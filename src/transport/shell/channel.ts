import type { Readable, Writable } from 'node:stream';
import type { ConnectError } from '../../base/errors.ts';

/** How a command on a host ended. */
export interface Ended {
  /** `null`: it was ended by a signal, or the host did not say. */
  readonly status: number | null;
  /** As `SIGKILL`; `null`: none. */
  readonly signal: string | null;
  /** Why the connection under it went away; `null`: it did not. */
  readonly lost: ConnectError | null;
}

/** One running command on a host and its three streams, stdout and stderr paused until somebody listens. */
export interface Channel {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles once, when all output was read; never rejects. */
  readonly ended: Promise<Ended>;
  /** Lets go of it at once. What still runs on the host is not waited for. */
  destroy(): void;
}

/** A way to start commands on one host as the login user; what a transport has to bring. */
export interface Link {
  /** The inventory's name of the host, for messages. */
  readonly host: string;
  readonly loginUser: string;
  /**
   * Starts a command line through the login user's shell, whichever that is.
   *
   * @throws ConnectError
   */
  open(command: string): Promise<Channel>;
  /** Ends everything; what it held (sockets, processes, timers) is gone when it settles. */
  close(): Promise<void>;
}

/** `status 3`, `signal SIGKILL` or `no status`: how something ended, for messages. */
export function describeEnd({ status, signal }: Ended): string {
  if (signal !== null) return `signal ${signal}`;
  return status === null ? 'no status' : `status ${status}`;
}

/** How long output is waited for once a command has exited, in ms. Processes it left behind may hold its streams open. */
export const exitGrace = 1_000;

import type { Readable } from 'node:stream';
import { ConnectError } from '../base/errors.ts';
import type { Reply } from '../base/reply.ts';
import type { Secret } from '../base/secrets.ts';

/** One piece of shell text for the open shell. It runs in a subshell with empty stdin, `LC_ALL=C` and `umask 022`. */
export interface Fragment {
  readonly script: string;
  /**
   * `null`: no limit. Counted from the moment the fragment's turn comes; a fragment that exceeds it is killed with
   * all that still descends from it, and answers with `timedOut`.
   */
  readonly timeoutMs: number | null;
  /** `after-success` is passed over (its reply is `null`) once an `after-success` one before it in the batch failed or was passed over. */
  readonly gate: 'always' | 'after-success';
  /**
   * It never exits, and leaves nothing behind in its shell but variables and functions. Such neighbours with the same
   * gate run in one subshell, which saves a process for each. When one of them is killed, those behind it are not run
   * and answer as it does.
   */
  readonly isTidy?: boolean;
}

/** How much of each of a fragment's streams is kept, in bytes. */
export const outputLimit = 32 * 1024 * 1024;

/** Who the shell runs as: the login user, or another one through sudo. */
export interface Become {
  readonly user: string;
  readonly method: 'sudo';
  readonly password: Secret | null;
}

/** One open shell on one host, as one user. */
export interface Session {
  /**
   * Sends all fragments in one go, in order, and gives their replies in order: one round trip.
   * Calls are queued; each call's batch has its own gate.
   *
   * @throws ShellLostError when the connection or the shell died with the batch.
   * @throws ConnectError when no shell can be opened.
   */
  run(batch: readonly Fragment[]): Promise<(Reply | null)[]>;

  /**
   * Writes bytes to a path through a channel of its own, as the session's user. The file is created with mode 0600 and
   * must not exist yet (no link is followed). A short write is an error and leaves nothing; of a resumable content a part
   * is kept when the connection is lost.
   *
   * @throws ApplyError with what the host said.
   * @throws ConnectError
   */
  upload(path: string, content: UploadContent | Resumable): Promise<void>;
}

/** A content that goes on where an earlier upload of it was cut off. */
export interface Resumable {
  /** The file that is kept then, in the directory of the path. Only what has the same content has the same part. */
  readonly part: string;
  /** Of the whole. */
  readonly size: number;
  readonly sha256: string;
  readonly isPacked: boolean;
  /** What is left of it behind so many bytes; a `PackedSource` when it is packed. */
  readonly from: (offset: number) => UploadContent;
}

/** What an upload sends: bytes, a stream of them, or a stream of segments that the host unpacks. */
export type UploadContent = Buffer | (() => Readable) | PackedSource;

/**
 * A stream of segments that the host unpacks while it writes, to so many bytes: a line `gz LENGTH BLOCKS` or `raw LENGTH
 * BLOCKS` and so many blocks of that length behind it, any number of times, and a line `end`.
 */
export interface PackedSource {
  (): Readable;
  readonly unpackedBytes: number;
}

/** The way to one host, with any number of open shells on it. */
export interface Connection {
  /**
   * The open shell of that user, opened on first use. `null`: the login user. A refused password is not tried again.
   *
   * @throws BecomeError when the host does not let the login user become that one.
   * @throws ConnectError
   */
  session(become: Become | null): Promise<Session>;
  /** How much went over the wire: for benchmarks and for tests that count. */
  readonly counts: Counts;
  /** Lets go of the host. Fragments that still run fail; whether they go on there is up to the host. */
  close(): Promise<void>;
}

/** Counted, never timed. Bytes are what was said, without what ssh adds. */
export interface Counts {
  /** Batches that were sent and answered. */
  roundTrips: number;
  /** Commands started on the host: shells, uploads, kills. */
  channels: number;
  bytesSent: number;
  bytesReceived: number;
}

/** How to reach a host, all defaults resolved by the caller. */
export interface Target {
  /** The inventory's name, for messages. */
  readonly name: string;
  readonly address: string;
  /** `null`: ssh_config's, else 22. */
  readonly port: number | null;
  /** `null`: ssh_config's, else the local user. */
  readonly user: string | null;
  /** `openssh`: through the system's own ssh. */
  readonly connection: 'ssh' | 'openssh' | 'local';
  readonly password: Secret | null;
  readonly privateKeyFile: string | null;
  /** Extra `known_hosts` files and other `-o` words, as in `ansible_ssh_common_args`. */
  readonly sshArgs: readonly string[];
  /**
   * What to do with a host key that known_hosts does not hold: `yes` refuses it, `accept-new` writes it down, `no`
   * takes it and forgets it. A key that contradicts known_hosts, or is revoked there, is refused by all three.
   */
  readonly hostKeyChecking: 'yes' | 'accept-new' | 'no';
  readonly connectTimeoutMs: number;
}

/** What a connection needs from around it. */
export interface ConnectOptions {
  /** `SSH_AUTH_SOCK`; `null`: no agent. */
  readonly agentSocket: string | null;
  /** Asks for the passphrase of a key file, at most three times per file and process. `null`: go on without that key. */
  readonly askPassphrase: (keyFile: string) => Promise<Secret | null>;
  /** Hears what a user should know but nothing fails for, as a host key that was written down. */
  readonly notice: (message: string) => void;
  /** Where runs remember things: the sockets of the system's own ssh are below it. */
  readonly stateDir: string;
}

/** The login user may not become another one. */
export class BecomeError extends ConnectError {}

/** The shell, or the connection under it, died while a batch ran; in the second case the cause is a ConnectError. */
export class ShellLostError extends ConnectError {
  /** The index in the batch of the fragment that it died in. */
  readonly fragment: number;
  /** What was answered before, in order: as many as `fragment`. */
  readonly replies: readonly (Reply | null)[];

  constructor(message: string, { fragment, replies, cause }: LostParts) {
    super(message, { cause });
    this.fragment = fragment;
    this.replies = replies;
  }
}

interface LostParts {
  readonly fragment: number;
  readonly replies: readonly (Reply | null)[];
  readonly cause: unknown;
}

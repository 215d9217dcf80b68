import type { Duplex } from 'node:stream';
import ssh2, { type Client, type ClientErrorExtensions } from 'ssh2';
import { ConnectError } from '../../base/errors.ts';
import { within } from '../shell/within.ts';
import { AuthRun } from './auth-run.ts';
import type { AuthPlan } from './auth.ts';
import { closedFailure, connectFailure, type Place, type Stage, timeoutFailure } from './failures.ts';
import type { HostKeyCheck } from './host-key-check.ts';

/** What it takes to log in over an established stream. */
export interface LoginParts {
  readonly place: Place;
  readonly user: string;
  readonly stream: Duplex;
  readonly hostKey: HostKeyCheck;
  readonly auth: AuthPlan;
  readonly timeoutMs: number;
  readonly keepAliveMs: number;
  readonly keepAliveCount: number;
  /** The agent that the host may use (`ForwardAgent`); `null`: none. */
  readonly forwardedAgent: string | null;
}

// PAM may wait some seconds before it says no.
const shortestAuthMs = 20_000;
const endGraceMs = 1_000;

/** A logged in ssh connection. */
export class Login {
  readonly client: Client = new ssh2.Client();
  readonly #parts: LoginParts;
  readonly #auth: AuthRun;
  readonly #closed: Promise<void>;
  #stage: Stage = 'silent';
  #remembered: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #failure: ConnectError | null = null;
  #isClosed = false;
  #reject: (error: ConnectError) => void = () => {};

  constructor(parts: LoginParts) {
    this.#parts = parts;
    this.#auth = new AuthRun(parts.auth, parts.user);
    this.#closed = new Promise((resolve) => {
      this.client.once('close', () => {
        this.#isClosed = true;
        this.#fail(closedFailure(parts.place, this.#stage));
        resolve();
      });
    });
    this.client.on('error', (error) => this.#onError(error));
  }

  /** Why it is no longer there; `null`: it is. */
  get lost(): ConnectError | null {
    return this.#isClosed ? this.#failure : null;
  }

  /** @throws ConnectError */
  async ready(): Promise<this> {
    const { stream, user, hostKey, timeoutMs, keepAliveMs, keepAliveCount, forwardedAgent } = this.#parts;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#reject = reject;
        this.#enter('silent', timeoutMs);
        this.client.once('handshake', () => {
          this.#enter('auth', Math.max(timeoutMs, shortestAuthMs));
          this.#remembered = hostKey.remember().catch((error: ConnectError) => this.#fail(error));
        });
        this.client.once('ready', resolve);
        this.client.on('change password', () => this.#fail(this.#expired()));
        this.client.connect({
          sock: stream,
          username: user,
          authHandler: this.#auth.handler,
          hostVerifier: (key: Buffer) => hostKey.accepts(key),
          algorithms: { serverHostKey: hostKey.algorithms },
          readyTimeout: 0,
          keepaliveInterval: keepAliveMs,
          keepaliveCountMax: keepAliveCount,
          ...(forwardedAgent === null ? {} : { agent: forwardedAgent, agentForward: true }),
        });
        // After connect, which pauses the stream: a listener before it would start the flow too early.
        this.#awaitGreeting();
      });
      this.#stage = 'ready';
      await this.#remembered;
      if (this.#failure !== null) throw this.#failure;
      return this;
    } catch (error) {
      this.client.destroy();
      this.#parts.stream.destroy();
      throw error instanceof ConnectError ? error : connectFailure(error, this.#parts.place, this.#stage);
    } finally {
      clearTimeout(this.#timer);
    }
  }

  /** The time for the login stands still while a user is asked. */
  async whileAsking<T>(ask: () => Promise<T>): Promise<T> {
    clearTimeout(this.#timer);
    try {
      return await ask();
    } finally {
      if (this.#stage === 'auth' && this.#failure === null) this.#enter('auth', shortestAuthMs);
    }
  }

  /** Says goodbye; after a second the socket is closed without. */
  async end(): Promise<void> {
    if (this.#isClosed) return;
    this.#failure ??= new ConnectError(`The connection to ${this.#parts.place.host} is closed.`);
    this.client.end();
    await within(endGraceMs, this.#closed);
    this.client.destroy();
    this.#parts.stream.destroy();
  }

  #awaitGreeting(): void {
    const { stream } = this.#parts;
    const look = (chunk: Buffer): void => {
      const isSsh = chunk.includes('SSH-');
      if (isSsh) stream.off('data', look);
      this.#stage = isSsh ? 'handshake' : 'noise';
    };
    stream.on('data', look);
  }

  #enter(stage: Stage, timeoutMs: number): void {
    clearTimeout(this.#timer);
    this.#stage = stage;
    const late = (): void => this.#fail(timeoutFailure(this.#parts.place, this.#stage, timeoutMs));
    this.#timer = setTimeout(late, timeoutMs);
  }

  #onError(error: Error & ClientErrorExtensions): void {
    // ssh2 goes on to the next attempt after these.
    if (error.level === 'agent') return this.#auth.note(`${error.message}.`);
    if (error.level === 'client-authentication') {
      if (error.message.startsWith('All configured')) return this.#fail(this.#auth.failure(this.#parts.place.host));
      return this.#auth.note(`${error.message}.`);
    }
    // The end of the stream follows, and says it better.
    if (error.message === 'Connection lost before handshake') return;
    const told = this.#parts.hostKey.error ?? (error instanceof ConnectError ? error : null);
    this.#fail(told ?? connectFailure(error, this.#parts.place, this.#stage));
  }

  #fail(error: ConnectError): void {
    // The first word is the cause; what follows are its effects.
    this.#failure ??= error;
    this.#reject(this.#failure);
  }

  #expired(): ConnectError {
    return new ConnectError(`The password of \`${this.#parts.user}\` on ${this.#parts.place.host} has expired.`, {
      hint: 'Log in once by hand and change it.',
    });
  }
}

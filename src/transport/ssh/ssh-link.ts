import type { ClientChannel } from 'ssh2';
import { ConnectError } from '../../base/errors.ts';
import { type Channel, type Ended, exitGrace, type Link } from '../shell/channel.ts';
import type { Login } from './login.ts';

/** What an ssh link needs from around it. */
export interface SshLinkParts {
  readonly host: string;
  readonly loginUser: string;
  readonly first: Login;
  /** Logs in once more, the same way. */
  readonly another: () => Promise<Login>;
  /** Lets go of what the logins went through. */
  readonly release: () => Promise<void>;
}

interface Slot {
  readonly login: Login;
  open: number;
  /** How many channels the server grants, as far as is known. */
  capacity: number;
  hasWorked: boolean;
}

// OpenSSH's MaxSessions is 10 unless configured; dropbear has no limit worth the name.
const usualSessions = 10;
// With `MaxSessions 1` each shell, upload and kill has a connection of its own.
const mostLogins = 8;

/** Channels over ssh2; over a second connection where the server wants no more on the first. */
export class SshLink implements Link {
  readonly host: string;
  readonly loginUser: string;
  readonly #parts: SshLinkParts;
  readonly #slots: Slot[];
  #closed = false;

  constructor(parts: SshLinkParts) {
    this.host = parts.host;
    this.loginUser = parts.loginUser;
    this.#parts = parts;
    this.#slots = [newSlot(parts.first)];
  }

  async open(command: string): Promise<Channel> {
    for (;;) {
      const slot = await this.#freeSlot();
      slot.open += 1;
      const stream = await exec(slot.login, command).catch((error: unknown) => this.#onRefusal(slot, error));
      if (stream === null) continue;
      slot.hasWorked = true;
      const channel = toChannel(stream, slot.login);
      void channel.ended.then(() => (slot.open -= 1));
      return channel;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#slots.map(({ login }) => login.end()));
    await this.#parts.release();
  }

  async #freeSlot(): Promise<Slot> {
    const alive = this.#slots.filter(({ login }) => login.lost === null);
    const dead = this.#slots.find(({ login }) => login.lost !== null)?.login.lost;
    if (this.#closed) throw new ConnectError(`The connection to ${this.host} is closed.`);
    // A host that is gone is the caller's to connect to again.
    if (alive.length === 0 && dead) throw dead;
    const free = alive.find(({ open, capacity }) => open < capacity);
    if (free !== undefined) return free;
    if (alive.length >= mostLogins) {
      throw new ConnectError(`${this.host} allows too few sessions: ${alive.length} connections are all in use.`, {
        hint: 'Raise MaxSessions in its sshd_config.',
      });
    }
    const slot = newSlot(await this.#parts.another());
    this.#slots.push(slot);
    return slot;
  }

  /** `null`: try elsewhere. */
  #onRefusal(slot: Slot, error: unknown): null {
    slot.open -= 1;
    if (slot.login.lost !== null) throw slot.login.lost;
    if (!(error instanceof Error)) throw new ConnectError(String(error));
    // Only a server that was asked for a channel and said no gives a reason.
    if (!('reason' in error) || !slot.hasWorked) {
      const hint = 'Its sshd may allow no commands (ForceCommand, PermitTTY, MaxSessions 0).';
      throw new ConnectError(`${this.host} starts no command: ${error.message}.`, { hint, cause: error });
    }
    slot.capacity = slot.open;
    return null;
  }
}

function newSlot(login: Login): Slot {
  return { login, open: 0, capacity: usualSessions, hasWorked: false };
}

function exec({ client, lost }: Login, command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    if (lost !== null) return reject(lost);
    client.exec(command, (error, stream) => (error === undefined ? resolve(stream) : reject(error)));
  });
}

function toChannel(stream: ClientChannel, login: Login): Channel {
  const ended = new Promise<Ended>((resolve) => {
    let status: number | null = null;
    let signal: string | null = null;
    let timer: NodeJS.Timeout | undefined;
    const settle = (): void => {
      clearTimeout(timer);
      resolve({ status, signal, lost: login.lost });
    };
    stream.on('exit', (code: number | null, name?: string) => {
      [status, signal] = [code, name ?? null];
      // What the command left behind may hold the channel open for as long as it lives.
      timer = setTimeout(settle, exitGrace);
    });
    stream.on('close', settle);
    stream.on('error', () => {});
  });
  const destroy = (): void => {
    stream.destroy();
    // Unread output would keep the channel from closing.
    stream.resume();
    stream.stderr.resume();
  };
  return { stdin: stream, stdout: stream, stderr: stream.stderr, ended, destroy };
}

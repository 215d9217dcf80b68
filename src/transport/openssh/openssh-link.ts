import { ConnectError } from '../../base/errors.ts';
import { OpenChannels } from '../channels.ts';
import { startChild } from '../child-channel.ts';
import type { Channel, Link } from '../shell/channel.ts';
import { isListening, removeFiles } from './control-dir.ts';
import { endMaster, type Master, throughMaster, whyLost } from './master.ts';
import { callEnv, callWords } from './ssh-call.ts';

/**
 * Channels of the system's own ssh through one connection. Where the server grants no more sessions on that, ssh makes
 * a connection for the one channel by itself.
 */
export class OpensshLink implements Link {
  readonly host: string;
  readonly loginUser: string;
  readonly #login: () => Promise<Master>;
  readonly #channels = new OpenChannels();
  #master: Promise<Master>;
  #lost: ConnectError | null = null;
  #closed = false;

  /** `login` logs in once more, the same way. */
  constructor(first: Master, login: () => Promise<Master>) {
    this.host = first.place.host;
    this.loginUser = first.call.config.user;
    this.#login = login;
    this.#master = Promise.resolve(first);
  }

  async open(command: string): Promise<Channel> {
    const master = await this.#usable();
    const { call } = master;
    const quiet = ['-o', 'LogLevel=ERROR'];
    return this.#channels.add(
      await startChild({
        argv: ['ssh', ...throughMaster(master), ...quiet, ...callWords(call), '--', call.target.address, command],
        env: callEnv(call),
        endsWithChannel: true,
        // `null`: killed, which may be by `close` before it has seen that its master is gone.
        lost: async (status) =>
          status === sshFailed || (status === null && this.#closed) ? await this.#whyLost(master) : null,
      }),
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    const master = await this.#master.catch(() => null);
    // The channels last: a shell that is told of the end of its input alone takes half a file for a whole one.
    if (master !== null && !master.isKept) await endMaster(master);
    await this.#channels.drop();
  }

  async #usable(): Promise<Master> {
    if (this.#closed) throw new ConnectError(`The connection to ${this.host} is closed.`);
    const known = this.#master;
    const master = await known;
    if (this.#lost !== null) throw this.#lost;
    if (await isListening(master.files)) return master;
    // A host that is gone is the caller's to connect to again; one that was not used for a minute is not gone.
    if (!this.#channels.isEmpty) throw (await this.#whyLost(master)) ?? new ConnectError(`${this.host} is gone.`);
    if (this.#master === known) this.#master = removeFiles(master.files).then(this.#login);
    return await this.#master;
  }

  async #whyLost(master: Master): Promise<ConnectError | null> {
    if (this.#closed) return new ConnectError(`The connection to ${this.host} is closed.`);
    return (this.#lost ??= await whyLost(master));
  }
}

// Also the status of a command that was ended by a signal.
const sshFailed = 255;

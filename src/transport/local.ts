import { ConnectError } from '../base/errors.ts';
import { accountName } from './account.ts';
import { OpenChannels } from './channels.ts';
import { startChild } from './child-channel.ts';
import type { Channel, Link } from './shell/channel.ts';

/** The controller itself as a host: child processes in place of channels. */
export class LocalLink implements Link {
  readonly host: string;
  readonly loginUser = accountName();
  readonly #channels = new OpenChannels();
  #closed = false;

  constructor(host: string) {
    this.host = host;
  }

  async open(command: string): Promise<Channel> {
    if (this.#closed) throw new ConnectError(`The connection to ${this.host} is closed.`);
    const argv = ['/bin/sh', '-c', command] as const;
    return this.#channels.add(await startChild({ argv: [...argv], env: {}, endsWithChannel: false, lost: stays }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#channels.close();
  }
}

async function stays(): Promise<null> {
  return null;
}

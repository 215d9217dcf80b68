import { ConnectError } from '../base/errors.ts';
import { accountName } from './account.ts';
import { within } from './shell/within.ts';
import { type Channel, type Ended, exitGrace, type Link } from './shell/channel.ts';

const closeGraceMs = 1_000;

/** The controller itself as a host: child processes in place of channels. */
export class LocalLink implements Link {
  readonly host: string;
  readonly loginUser = accountName();
  readonly #running = new Set<Channel>();
  #closed = false;

  constructor(host: string) {
    this.host = host;
  }

  async open(command: string): Promise<Channel> {
    if (this.#closed) throw new ConnectError(`The connection to ${this.host} is closed.`);
    // Imported here: execa takes a while to load, and most runs have no local host.
    const { execa } = await import('execa');
    // A session of its own: Ctrl-C reaches kmesh, which decides, and sudo finds no terminal to ask on.
    const child = execa('/bin/sh', ['-c', command], {
      stdio: 'pipe',
      buffer: false,
      reject: false,
      encoding: 'buffer',
      detached: true,
    });
    const ended = new Promise<Ended>((resolve) => {
      child.once('exit', (status, signal) => {
        const end: Ended = { status, signal, lost: null };
        // `child` itself waits for whoever holds its streams.
        void within(exitGrace, child).then(() => resolve(end));
      });
    });
    void ended.then(() => this.#running.delete(channel));
    const destroy = (): void => {
      for (const stream of child.stdio) stream?.destroy();
      // What a fragment started may go on, but kmesh does not wait for it.
      child.unref();
    };
    const channel = { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, ended, destroy };
    this.#running.add(channel);
    return channel;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const ends = [...this.#running].map(({ ended }) => ended);
    for (const { stdin } of this.#running) stdin.end();
    await within(closeGraceMs, Promise.all(ends));
    for (const channel of this.#running) channel.destroy();
    this.#running.clear();
  }
}

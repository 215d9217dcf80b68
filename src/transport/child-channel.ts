import type { ConnectError } from '../base/errors.ts';
import { type Channel, type Ended, exitGrace } from './shell/channel.ts';
import { within } from './shell/within.ts';

/** A program to run here whose three streams are a channel. */
export interface ChildProgram {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether letting go of the channel ends the program, too. */
  readonly endsWithChannel: boolean;
  /** Why the connection under it went away, asked when it has exited; `null`: it did not. */
  readonly lost: (status: number | null) => Promise<ConnectError | null>;
}

/** Starts a program. It must exist. */
export async function startChild({ argv, env, endsWithChannel, lost }: ChildProgram): Promise<Channel> {
  // Imported here: execa takes a while to load, and most runs start nothing.
  const { execa } = await import('execa');
  const [file, ...args] = argv;
  // A session of its own: Ctrl-C reaches kmesh, which decides, and nobody finds a terminal to ask on.
  const child = execa(file, args, {
    stdio: 'pipe',
    buffer: false,
    reject: false,
    encoding: 'buffer',
    detached: true,
    env,
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('exit', (status, signal) => {
      // `child` itself waits for whoever holds its streams.
      const read = within(exitGrace, child);
      void Promise.all([lost(status), read]).then(([why]) => resolve({ status, signal, lost: why }));
    });
  });
  const destroy = (): void => {
    const streams = [child.stdout, child.stderr, child.stdin];
    // Before its streams: the end of its input alone would look as if all had come.
    if (endsWithChannel) child.kill('SIGKILL');
    for (const stream of streams) stream.destroy();
    // What a fragment started may go on, but kmesh does not wait for it.
    child.unref();
  };
  return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, ended, destroy };
}

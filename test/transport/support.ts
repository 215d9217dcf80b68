import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Secret } from '../../src/base/secrets.ts';
import type { Channel, Ended, Link } from '../../src/transport/shell/channel.ts';
import type { Reply } from '../../src/base/reply.ts';
import type { ConnectOptions, Fragment, Target } from '../../src/transport/session.ts';
import type { Lab } from '../lab/lab.ts';

/** A fragment that always runs and may take its time. */
export function fragment(script: string, more: Partial<Fragment> = {}): Fragment {
  return { script, timeoutMs: null, gate: 'always', ...more };
}

/** A reply as text one can compare: status, stdout, stderr. */
export function shown(reply: Reply | null | undefined): string {
  if (!reply) return 'passed over';
  const flags = `${reply.timedOut ? ' timed out' : ''}${reply.truncated ? ' truncated' : ''}`;
  return `${reply.status}${flags}|${reply.stdout.toString()}|${reply.stderr.toString()}`;
}

/** The error of a promise that must fail. */
export async function failure<E extends Error>(
  promise: Promise<unknown>,
  type: new (...args: never[]) => E,
): Promise<E> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof type) return error;
  throw error;
}

/** Waits, up to five seconds, until what must come about has done so. */
export async function eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const until = Date.now() + 5_000;
  while (!(await isSo())) {
    if (Date.now() > until) throw new Error('it has not come about within 5 s');
    await sleep(20);
  }
}

/** Fails a promise that takes longer: uvu has no time limit. */
export async function within<T>(seconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done in ${seconds} s`)), seconds * 1000);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Options of a controller without an agent and without a user to ask. `notices` fills. */
export function quietOptions(more: Partial<ConnectOptions> = {}): ConnectOptions & { readonly notices: string[] } {
  const notices: string[] = [];
  return {
    agentSocket: null,
    askPassphrase: async () => null,
    notice: (message) => void notices.push(message),
    notices,
    stateDir: join(tmpdir(), 'kmesh-test-state'),
    ...more,
  };
}

/** A host of a lab, logged in to as root with the lab's key. */
export function labTarget(lab: Lab, host: string, more: Partial<Target> = {}): Target {
  return {
    name: host,
    address: host,
    port: null,
    user: null,
    connection: 'ssh',
    password: null,
    privateKeyFile: null,
    sshArgs: ['-F', lab.sshConfigPath],
    hostKeyChecking: 'yes',
    connectTimeoutMs: 5_000,
    ...more,
  };
}

/** A password as the transport takes it. */
export function secret(text: string): Secret {
  return new Secret(text);
}

/** A link to nowhere: the commands run here, by a shell of choice in place of `/bin/sh`. */
export class ShellLink implements Link {
  readonly host = 'here';
  readonly loginUser = 'me';
  readonly #shell: string;
  readonly #children: ChildProcess[] = [];
  readonly #written: Buffer[] = [];
  opened = 0;

  constructor(shell: string) {
    this.#shell = shell;
  }

  async open(command: string): Promise<Channel> {
    this.opened += 1;
    const child = spawn('/bin/sh', ['-c', command.replace('/bin/sh', this.#shell)]);
    const ended = once(child, 'close').then(([status, signal]): Ended => ({ status, signal, lost: null }));
    this.#children.push(child);
    const write = child.stdin.write.bind(child.stdin);
    child.stdin.write = (chunk: Uint8Array): boolean => {
      this.#written.push(Buffer.from(chunk));
      return write(chunk);
    };
    const destroy = (): void => {
      for (const stream of child.stdio) stream?.destroy();
    };
    return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, ended, destroy };
  }

  /** All that was sent to its shells. */
  get written(): string {
    return Buffer.concat(this.#written).toString('latin1');
  }

  async close(): Promise<void> {
    for (const { stdio } of this.#children) for (const stream of stdio) stream?.destroy();
  }
}

/** A server on this machine that does that to each who comes. */
export async function serveLocally(behave: (socket: Socket) => void): Promise<{ port: number; close: () => void }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}));
    behave(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: typeof bound === 'object' && bound !== null ? bound.port : 0, close };
}

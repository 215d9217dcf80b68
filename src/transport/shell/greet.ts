import type { ConnectError } from '../../base/errors.ts';
import { type Channel, type Ended } from './channel.ts';

/** A shell that answered: nothing was sent yet, and nobody listens to its streams. */
export interface Greeted {
  readonly channel: Channel;
  /** Of the shell itself, on its host. */
  readonly pid: number;
}

/** What to wait for, and what may come before it. */
export interface Greeting {
  /** Stands before the shell's process id, on both streams. */
  readonly token: string;
  readonly timeoutMs: number;
  /** A question on stderr that is answered once. `null`: none is expected. */
  readonly prompt: { readonly text: string; readonly answer: string } | null;
  /** The error for a shell that did not come. */
  readonly refused: (refusal: Refusal) => ConnectError;
}

/** Why no shell came. */
export interface Refusal {
  readonly kind: 'ended' | 'timed-out' | 'prompted-again';
  /** What was said in its place, stdout first. */
  readonly said: string;
  /** `null`: it still runs. */
  readonly ended: Ended | null;
}

// Enough for any banner; a host that talks on and on must not fill the memory, nor the message.
const longestHeard = 16 * 1024;
const longestSaid = 1_000;

/**
 * Waits until a shell says that it is there. What a profile or a banner says before it is dropped.
 *
 * @throws ConnectError from `refused`; the channel is destroyed then.
 */
export async function greet(channel: Channel, greeting: Greeting): Promise<Greeted> {
  const listener = new GreetingListener(channel, greeting);
  channel.stdout.on('data', listener.stdout);
  channel.stderr.on('data', listener.stderr);
  const timer = setTimeout(() => listener.refuse('timed-out', null), greeting.timeoutMs);
  void channel.ended.then((ended) => listener.refuse('ended', ended));
  try {
    return { channel, pid: await listener.pid };
  } catch (error) {
    channel.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    // Paused before the listener goes: a stream that flows to nobody loses what it gets.
    channel.stdout.pause().off('data', listener.stdout);
    channel.stderr.pause().off('data', listener.stderr);
  }
}

class GreetingListener {
  readonly pid: Promise<number>;
  readonly #channel: Channel;
  readonly #greeting: Greeting;
  #resolve: (pid: number) => void = () => {};
  #reject: (error: ConnectError) => void = () => {};
  #out = '';
  #err = '';
  #answered = false;

  constructor(channel: Channel, greeting: Greeting) {
    this.#channel = channel;
    this.#greeting = greeting;
    this.pid = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  readonly stdout = (chunk: Buffer): void => {
    this.#out = (this.#out + chunk.toString()).slice(-longestHeard);
    this.#check();
  };

  readonly stderr = (chunk: Buffer): void => {
    this.#err = (this.#err + chunk.toString()).slice(-longestHeard);
    this.#check();
    this.#answer();
  };

  refuse(kind: Refusal['kind'], ended: Ended | null): void {
    const said = tidy(`${this.#out}\n${this.#err}`, this.#greeting);
    this.#reject(this.#greeting.refused({ kind, said, ended }));
  }

  #check(): void {
    const pid = pidIn(this.#out, this.#greeting.token);
    if (pid !== null && pidIn(this.#err, this.#greeting.token) !== null) this.#resolve(pid);
  }

  #answer(): void {
    const { prompt } = this.#greeting;
    if (prompt === null) return;
    const asked = this.#err.split(prompt.text).length - 1;
    // Never twice: a second wrong password may lock the account.
    if (asked > 1) return this.refuse('prompted-again', null);
    if (asked === 0 || this.#answered) return;
    this.#answered = true;
    this.#channel.stdin.write(`${prompt.answer}\n`);
  }
}

// A forced command may print what was asked for, token and all; only the shell puts its process id there.
function pidIn(text: string, token: string): number | null {
  const found = new RegExp(`${token} (\\d+)\\r?\\n`).exec(text)?.[1];
  return found === undefined ? null : Number(found);
}

function tidy(said: string, { prompt, token }: Greeting): string {
  const unprompted = prompt === null ? said : said.replaceAll(prompt.text, '');
  const lines = unprompted.split('\n').filter((line) => line.trim() !== '' && !line.startsWith(`${token} `));
  // Some repeat the whole command that they refuse.
  const short = lines.map((line) => line.replace(/(\/bin\/sh -c ).*;done/, '$1…'));
  return short.join('\n').trim().slice(-longestSaid);
}

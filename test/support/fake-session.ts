import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { ConnectError } from '../../src/base/errors.ts';
import type { Reply } from '../../src/base/reply.ts';
import {
  type Become,
  type Connection,
  type Counts,
  type Fragment,
  type Session,
  ShellLostError,
  type Target,
} from '../../src/transport/session.ts';

/** What a fragment answers: stdout, a whole reply, or what a function makes of it. `dir` is where `host/NAME` lies. */
export type Answer =
  | string
  | Partial<Reply>
  | ((script: string, host: string, dir: string) => AnswerNow | Promise<AnswerNow>);
type AnswerNow = string | Partial<Reply>;

/** Makes the shell die in the fragment. */
export const dies = (): never => {
  throw new ShellDied();
};

class ShellDied extends Error {}

/** One call of `run`: who asked, and which scripts travelled together. */
export interface Batch {
  readonly user: string | null;
  readonly scripts: readonly string[];
}

export interface FakeHostsParts {
  /** Answers by a part of the script; the first that fits counts. */
  readonly answers: Readonly<Record<string, Answer>>;
  /** Scripts that name this directory, and have no answer, are run by the real `/bin/sh`. */
  readonly dir: string;
  /** Hosts that nobody reaches. */
  readonly unreachable: readonly string[];
}

/** Hosts that answer from a list, and note all that they are sent. Only these are fakes in tests of the engine. */
export class FakeHosts {
  readonly targets: Target[] = [];
  readonly #parts: FakeHostsParts;
  readonly #batches = new Map<string, Batch[]>();
  readonly #uploads = new Map<string, string[]>();
  closed = 0;

  constructor(parts: FakeHostsParts) {
    this.#parts = parts;
  }

  /** All that a host was sent, a call of `run` each. */
  batches(host: string): readonly Batch[] {
    return this.#batches.get(host) ?? [];
  }

  /** The paths that were uploaded to. */
  uploads(host: string): readonly string[] {
    return this.#uploads.get(host) ?? [];
  }

  readonly connect = async (target: Target): Promise<Connection> => {
    const host = target.name;
    this.targets.push(target);
    await nextTick();
    if (this.#parts.unreachable.includes(host)) throw new ConnectError(`Connection refused by ${host}.`);
    const sessions = new Map<string | null, Session>();
    const counts: Counts = { roundTrips: 0, channels: 0, bytesSent: 0, bytesReceived: 0 };
    return {
      counts,
      session: async (become: Become | null) => {
        const user = become?.user ?? null;
        const known = sessions.get(user) ?? this.#session(host, user);
        sessions.set(user, known);
        return known;
      },
      close: async () => {
        this.closed++;
      },
    };
  };

  #session(host: string, user: string | null): Session {
    return {
      run: async (batch) => {
        this.#note(this.#batches, host, { user, scripts: batch.map(({ script }) => script) });
        return this.#run(host, batch);
      },
      upload: async (path, content) => {
        this.#note(this.#uploads, host, path);
        if (path.startsWith(this.#parts.dir))
          writeFileSync(path, await bytesOf('part' in content ? content.from(0) : content), {
            flag: 'wx',
            mode: 0o600,
          });
      },
    };
  }

  async #run(host: string, batch: readonly Fragment[]): Promise<(Reply | null)[]> {
    const replies: (Reply | null)[] = [];
    let isPassedOver = false;
    for (const [fragment, { script, gate }] of batch.entries()) {
      if (gate === 'after-success' && isPassedOver) {
        replies.push(null);
        continue;
      }
      try {
        const reply = await this.#answer(host, script);
        replies.push(reply);
        if (gate === 'after-success' && reply.status !== 0) isPassedOver = true;
      } catch (error) {
        if (!(error instanceof ShellDied)) throw error;
        throw new ShellLostError(`The shell of ${host} was lost.`, { fragment, replies, cause: error });
      }
    }
    return replies;
  }

  async #answer(host: string, script: string): Promise<Reply> {
    await nextTick();
    const { answers, dir } = this.#parts;
    const answer = Object.entries(answers).find(([part]) => script.includes(part))?.[1];
    if (answer !== undefined) return replyOf(typeof answer === 'function' ? await answer(script, host, dir) : answer);
    if (script.includes(dir)) return runInShell(script);
    throw new Error(`${host} has no answer to: ${script}`);
  }

  #note<T>(notes: Map<string, T[]>, host: string, note: T): void {
    notes.set(host, [...(notes.get(host) ?? []), note]);
  }
}

/** What the real shell says to a fragment. */
export async function runInShell(script: string): Promise<Reply> {
  const env = { PATH: process.env.PATH, HOME: '/', LC_ALL: 'C' };
  const child = spawn('/bin/sh', ['-c', `umask 022\n${script}`], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, status] = await Promise.all([
    collect(child.stdout),
    collect(child.stderr),
    new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 255))),
  ]);
  return replyOf({ stdout, stderr, status });
}

/** A reply of a fragment that ended well, as far as nothing else is said. */
export function replyOf(answer: AnswerNow): Reply {
  const parts = typeof answer === 'string' ? { stdout: Buffer.from(answer) } : answer;
  return { status: 0, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0), timedOut: false, truncated: false, ...parts };
}

/** A reply of a fragment that ended badly. */
export function failing(stderr: string, status = 1): Partial<Reply> {
  return { status, stderr: Buffer.from(stderr) };
}

async function bytesOf(content: Buffer | (() => Readable)): Promise<Buffer> {
  if (Buffer.isBuffer(content)) return content;
  const bytes = await collect(content());
  return 'unpackedBytes' in content ? unpacked(bytes) : bytes;
}

/** What a host makes of the segments of a packed content. */
export function unpacked(segments: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = segments.indexOf('\n', at);
    const [kind = '', block = '0', blocks = '0'] = segments.toString('latin1', at, lineEnd).split(' ');
    if (kind === 'end') return Buffer.concat(pieces);
    const length = Number(block) * Number(blocks);
    const piece = segments.subarray(lineEnd + 1, lineEnd + 1 + length);
    pieces.push(kind === 'gz' ? gunzipSync(piece) : piece);
    at = lineEnd + 1 + length;
  }
}

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function nextTick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

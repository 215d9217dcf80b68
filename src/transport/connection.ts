import pLimit from 'p-limit';
import { ApplyError, ConnectError } from '../base/errors.ts';
import { becomeOpening } from './become.ts';
import type { Reply } from '../base/reply.ts';
import {
  type Become,
  BecomeError,
  type Connection,
  type Counts,
  type Fragment,
  type Resumable,
  type Session,
  type UploadContent,
} from './session.ts';
import type { Channel, Link } from './shell/channel.ts';
import { greet, type Greeted } from './shell/greet.ts';
import { killTreeScript } from './shell/kill-tree.ts';
import { OpenShell } from './shell/open-shell.ts';
import { loginOpening, type Opening } from './shell/opening.ts';
import { upload } from './shell/upload.ts';
import { within } from './shell/within.ts';

// sshd allows ten channels (MaxSessions); the shells need some of them.
const uploadsAtOnce = 6;
// A sudo that asks a directory service is slow.
const shortestOpenMs = 20_000;
const killTimeoutMs = 8_000;

/** A connection over any link: the sessions, their shells, and what they count. */
export class LinkConnection implements Connection {
  readonly counts: Counts = { roundTrips: 0, channels: 0, bytesSent: 0, bytesReceived: 0 };
  readonly #link: Link;
  readonly #openMs: number;
  readonly #sessions = new Map<string, { readonly become: Become | null; readonly session: Promise<Session> }>();
  readonly #uploads = pLimit(uploadsAtOnce);

  constructor(link: Link, connectTimeoutMs: number) {
    this.#link = link;
    this.#openMs = Math.max(connectTimeoutMs, shortestOpenMs);
  }

  session(become: Become | null): Promise<Session> {
    const other = become === null || become.user === this.#link.loginUser ? null : become;
    const user = other?.user ?? this.#link.loginUser;
    const known = this.#sessions.get(user);
    if (known !== undefined && known.become?.password?.reveal() === other?.password?.reveal()) return known.session;
    const session = this.#newSession(user, other);
    this.#sessions.set(user, { become: other, session });
    // What sudo refused it would refuse again, and a wrong password again may lock the account.
    session.catch((error: unknown) => {
      if (!(error instanceof BecomeError) && this.#sessions.get(user)?.session === session) this.#sessions.delete(user);
    });
    return session;
  }

  async close(): Promise<void> {
    await this.#link.close();
  }

  async #start(command: string): Promise<Channel> {
    const opened = this.#link.open(command);
    const channel = await within(this.#openMs, opened);
    if (channel !== null) return channel;
    opened.then((late) => late.destroy()).catch(() => {});
    throw new ConnectError(`${this.#link.host} started no shell within ${this.#openMs} ms.`);
  }

  async #newSession(user: string, become: Become | null): Promise<Session> {
    const link = this.#link;
    const opening = (): Opening =>
      become === null
        ? loginOpening(link.host, user, this.#openMs)
        : becomeOpening({ host: link.host, loginUser: link.loginUser, become, timeoutMs: this.#openMs });
    const open = async (): Promise<Greeted> => {
      const { command, greeting } = opening();
      const channel = await this.#start(command);
      this.counts.channels += 1;
      return await greet(channel, greeting);
    };
    const session = new LinkSession({
      place: `${user} on ${link.host}`,
      counts: this.counts,
      uploads: this.#uploads,
      open,
    });
    await session.open();
    return session;
  }
}

interface SessionParts {
  /** `root on web1`, for messages. */
  readonly place: string;
  readonly counts: Counts;
  /** Lets so many uploads of one connection go at once. */
  readonly uploads: <T>(task: () => Promise<T>) => Promise<T>;
  /** A new shell as the session's user. */
  readonly open: () => Promise<Greeted>;
}

// A kill that hangs is given up with its shell.
async function noFurther(): Promise<void> {}

class LinkSession implements Session {
  readonly #parts: SessionParts;
  #shell: OpenShell | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** @throws ConnectError */
  async open(): Promise<OpenShell> {
    const shell = new OpenShell(await this.#parts.open(), {
      place: this.#parts.place,
      counts: this.#parts.counts,
      kill: (shellPid, fragmentPid) => this.#kill(shellPid, fragmentPid),
    });
    this.#shell = shell;
    return shell;
  }

  run(batch: readonly Fragment[]): Promise<(Reply | null)[]> {
    const replies = this.#last.then(() => this.#run(batch));
    this.#last = replies.catch(() => {});
    return replies;
  }

  async upload(path: string, content: UploadContent | Resumable): Promise<void> {
    const { place, counts, open, uploads } = this.#parts;
    await uploads(async () => {
      const attempt = async () => upload({ channel: (await open()).channel, place, path, content, counts });
      if ((await attempt()) === 'written' || (await attempt()) === 'written') return;
      throw new ApplyError(`\`${path}\` was not written as ${place}: others write to its part.`);
    });
  }

  async #run(batch: readonly Fragment[]): Promise<(Reply | null)[]> {
    if (this.#shell?.isUsable === true) return await this.#shell.run(batch);
    // Not waited for: what an earlier fragment left behind may hold the old one open.
    void this.#shell?.close();
    const shell = await this.open();
    return await shell.run(batch);
  }

  /** The shell itself is busy with the fragment, so another one kills it: as the same user, to have the right to. */
  async #kill(shellPid: number, fragmentPid: number): Promise<void> {
    const { place, counts, open } = this.#parts;
    const helper = new OpenShell(await open(), { place, counts, kill: noFurther });
    const script = killTreeScript(shellPid, fragmentPid);
    try {
      await helper.run([{ script, timeoutMs: killTimeoutMs, gate: 'always' }]);
    } finally {
      await helper.close();
    }
  }
}

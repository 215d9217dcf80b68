import type { Reply } from '../../base/reply.ts';
import type { HashMemory } from '../../probes/hash-memory.ts';
import type { Wants } from '../../probes/probe.ts';
import type { Become, Connection, Fragment, Session } from '../../transport/session.ts';
import { Answers } from './answers.ts';
import type { Misprediction } from './foretold.ts';
import type { PlannedChange } from '../variables/host-run.ts';
import type { Send, SentContent } from './transfers.ts';

/** The open shell of one user on a host, with what is known through it. */
export interface Shell {
  readonly answers: Answers;
  run(batch: readonly Fragment[]): Promise<(Reply | null)[]>;
  upload(what: SentContent): Promise<void>;
  /** Where large contents were put in this run, by their sha256: another copy need not travel. */
  readonly delivered: Map<string, string>;
  /** What is remembered of the host's files. */
  readonly hashes: HashMemory;
}

/** Lets at most so many hosts be busy at once. */
export type Limiter = <T>(work: () => Promise<T>) => Promise<T>;

interface Parts {
  readonly connection: () => Connection;
  readonly becomeAs: (user: string) => Become;
  readonly limiter: Limiter;
  readonly wants: Wants;
  /** Whom what is made belongs to, as far as plans go; see `Answers`. */
  readonly maker: string;
  readonly hashes: HashMemory;
  readonly send: Send;
  readonly mispredicted: (found: Misprediction) => void;
}

/** The shells of one host, one a user, opened when they are first needed. */
export class HostShells {
  readonly #parts: Parts;
  readonly #shells = new Map<string | null, Shell>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @param user `null`: the login user */
  of(user: string | null): Shell {
    const known = this.#shells.get(user);
    if (known !== undefined) return known;
    const made = this.#open(user);
    this.#shells.set(user, made);
    return made;
  }

  /** A change through one shell puts the answers of all of them right, or in doubt. */
  expect(planned: PlannedChange, own: Answers | null = null): void {
    const all = new Set([...(own === null ? [] : [own]), ...[...this.#shells.values()].map(({ answers }) => answers)]);
    for (const answers of all) answers.expect(planned);
  }

  /** Forgets what is known, as at the start of a list of tasks: others may have changed the host since. */
  forget(): void {
    for (const { answers } of this.#shells.values()) answers.forget();
  }

  #open(user: string | null): Shell {
    const { connection, becomeAs, limiter, wants, maker, hashes, send, mispredicted } = this.#parts;
    const session = (): Promise<Session> => connection().session(user === null ? null : becomeAs(user));
    return {
      answers: new Answers({ wants, hashes, maker, mispredicted }),
      delivered: new Map(),
      hashes,
      run: (batch) => limiter(async () => (await session()).run(batch)),
      upload: (what) => limiter(async () => send(await session(), what)),
    };
  }
}

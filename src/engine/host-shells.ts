import { createReadStream } from 'node:fs';
import { must } from '../base/errors.ts';
import type { Reply } from '../base/reply.ts';
import type { Content } from '../changes/change.ts';
import type { Wants } from '../probes/probe.ts';
import type { Become, Connection, Fragment, Session } from '../transport/session.ts';
import { Answers } from './answers.ts';
import type { PlannedChange } from './host-run.ts';

/** The open shell of one user on a host, with what is known through it. */
export interface Shell {
  readonly answers: Answers;
  run(batch: readonly Fragment[]): Promise<(Reply | null)[]>;
  upload(path: string, content: Content): Promise<void>;
}

/** Lets at most so many hosts be busy at once. */
export type Limiter = <T>(work: () => Promise<T>) => Promise<T>;

interface Parts {
  readonly connection: () => Connection;
  readonly becomeAs: (user: string) => Become;
  readonly limiter: Limiter;
  readonly wants: Wants;
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
  expect(planned: PlannedChange, own: Answers): void {
    const all = new Set([own, ...[...this.#shells.values()].map(({ answers }) => answers)]);
    for (const answers of all) answers.expect(planned);
  }

  /** Forgets what is known, as at the start of a list of tasks: others may have changed the host since. */
  forget(): void {
    for (const { answers } of this.#shells.values()) answers.forget();
  }

  #open(user: string | null): Shell {
    const { connection, becomeAs, limiter, wants } = this.#parts;
    const session = (): Promise<Session> => connection().session(user === null ? null : becomeAs(user));
    return {
      answers: new Answers(wants),
      run: (batch) => limiter(async () => (await session()).run(batch)),
      upload: (path, content) => limiter(async () => (await session()).upload(path, bytesOf(content))),
    };
  }
}

function bytesOf({ bytes, file }: Content): Parameters<Session['upload']>[1] {
  if (bytes !== null) return bytes;
  const path = must(file, 'file of a large content');
  return () => createReadStream(path);
}

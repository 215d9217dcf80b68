import { randomInt } from 'node:crypto';
import { closeSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { jsonReporter } from './json.ts';
import { makeDir } from '../../base/make-dir.ts';
import type { Output } from '../output.ts';
import type { Reporter } from '../reporter.ts';

// A run a day is looked back at for a while, not for ever.
const kept = 50;
// Letters and digits that nobody takes for another one.
const letters = 'abcdefghjkmnpqrstuvwxyz23456789';

/** The journal that a run writes. */
export interface Journal {
  /** `20261120-0931-k7`: the minute it began (UTC), and two letters. */
  readonly run: string;
  readonly reporter: Reporter;
}

/** What a journal needs of a run. */
export interface JournalParts {
  readonly stateDir: string;
  readonly diff: boolean;
  /** Hears why nothing more is written; the run goes on. */
  readonly failed: (message: string) => void;
  /** The clock. Default: the one of the system. */
  readonly now?: () => Date;
}

/** Where the journals are. */
export function journalDir(stateDir: string): string {
  return join(stateDir, 'journal');
}

/** Begins a journal: the events of a run as they happen, as JSON lines; `null` when there is no place for it. */
export function openJournal({ stateDir, diff, failed, now = () => new Date() }: JournalParts): Journal | null {
  const file = create(journalDir(stateDir), now(), failed);
  if (file === null) return null;
  const { run, path } = file;
  const output = new JournalFile(file.handle, failed);
  const json = jsonReporter(output, { verbosity: 0, check: false, diff, now, journal: run });
  let hasBegun = false;
  return {
    run,
    reporter: {
      handle(event) {
        if (event.kind === 'run-started') hasBegun = true;
        json.handle(event);
      },
      pause: () => () => {},
      async close() {
        output.close();
        // A run that never began is none.
        if (!hasBegun) rmSync(path, { force: true });
      },
    },
  };
}

function create(dir: string, at: Date, failed: JournalParts['failed']) {
  try {
    makeDir(dir);
    prune(dir);
    for (;;) {
      const run = newName(at);
      const path = join(dir, `${run}.jsonl`);
      try {
        return { run, path, handle: openSync(path, 'wx', 0o600) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  } catch (error) {
    failed(`This run is not kept in the journal: ${(error as Error).message}.`);
    return null;
  }
}

/** Names of journals begin with their time, so the first ones are the oldest. */
function prune(dir: string): void {
  const names = readdirSync(dir).filter((name) => name.endsWith('.jsonl'));
  for (const name of names.sort().slice(0, -(kept - 1))) rmSync(join(dir, name), { force: true });
}

function newName(at: Date): string {
  const [day = '', time = ''] = at.toISOString().split('T');
  return `${day.replaceAll('-', '')}-${time.slice(0, 5).replace(':', '')}-${letter()}${letter()}`;
}

function letter(): string {
  return letters.charAt(randomInt(letters.length));
}

/** Written as soon as there is time for it: what a run did is known also when it was killed. */
class JournalFile implements Output {
  readonly columns = null;
  readonly rows = null;
  readonly isTty = false;
  readonly colour = false;
  readonly #failed: (message: string) => void;
  readonly #close = (): void => this.close();
  #handle: number | null;
  #pending: string[] = [];

  constructor(handle: number, failed: (message: string) => void) {
    this.#handle = handle;
    this.#failed = failed;
    process.once('exit', this.#close);
  }

  write(text: string): void {
    this.#pending.push(text);
    if (this.#pending.length === 1) setImmediate(() => this.#flush());
  }

  close(): void {
    this.#flush();
    process.removeListener('exit', this.#close);
    if (this.#handle !== null) closeSync(this.#handle);
    this.#handle = null;
  }

  // One write for all that happened at once: there are two events for each task on each host.
  #flush(): void {
    const bytes = Buffer.from(this.#pending.join(''));
    this.#pending = [];
    if (this.#handle === null) return;
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#handle, bytes, at);
    } catch (error) {
      closeSync(this.#handle);
      this.#handle = null;
      this.#failed(`The journal of this run ends here: ${(error as Error).message}.`);
    }
  }
}

import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { KmeshError } from '../../base/errors.ts';
import type { Output } from '../output.ts';
import type { Reporter } from '../reporter.ts';

/**
 * A reporter whose text goes to a file. Who reads the file sees the last report or this one, whole: it is there once the
 * reporter was closed, also when the program ends without that.
 *
 * @param failed hears what went wrong with the file later on; the run goes on
 * @throws KmeshError when the file can not be written
 */
export function reporterInFile(
  path: string,
  make: (output: Output) => Reporter,
  failed: (message: string) => void,
): Reporter {
  const file = new ReportFile(path, failed);
  const reporter = make(file);
  // What a reporter owes it writes before it waits for anything.
  const finish = (): void => {
    void reporter.close();
    file.finish();
  };
  process.once('exit', finish);
  return {
    handle: (event) => reporter.handle(event),
    pause: () => reporter.pause(),
    async close() {
      process.removeListener('exit', finish);
      await reporter.close();
      file.finish();
    },
  };
}

/** A new file that takes the place of another one at the end. */
class ReportFile implements Output {
  readonly columns = null;
  readonly rows = null;
  readonly isTty = false;
  readonly colour = false;
  readonly #path: string;
  readonly #written: string;
  readonly #failed: (message: string) => void;
  #handle: number | null;

  constructor(path: string, failed: (message: string) => void) {
    this.#path = path;
    this.#failed = failed;
    // A pipe or a device is no file that another one could replace.
    const isReplaced = isFile(path) ?? true;
    this.#written = isReplaced ? join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`) : path;
    this.#handle = open(this.#written, isReplaced ? 'wx' : 'w', path);
  }

  write(text: string): void {
    this.#try((handle) => {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
    });
  }

  finish(): void {
    this.#try((handle) => {
      if (this.#written !== this.#path) fsyncSync(handle);
      closeSync(handle);
      if (this.#written !== this.#path) renameSync(this.#written, this.#path);
    });
    this.#handle = null;
  }

  #try(work: (handle: number) => void): void {
    if (this.#handle === null) return;
    try {
      work(this.#handle);
    } catch (error) {
      this.#handle = null;
      if (this.#written !== this.#path) rmSync(this.#written, { force: true });
      this.#failed(`The report ${this.#path} could not be written: ${reasonOf(error)}.`);
    }
  }
}

/** `undefined`: nothing is there, or nothing that can be looked at. */
function isFile(path: string): boolean | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile();
  } catch {
    return undefined;
  }
}

function open(written: string, flags: 'wx' | 'w', path: string): number {
  try {
    return openSync(written, flags);
  } catch (error) {
    const hint = 'The directory must be there, and this user must be allowed to write to it.';
    throw new KmeshError(`The report \`${path}\` can not be written: ${reasonOf(error)}.`, { hint, cause: error });
  }
}

function reasonOf(error: unknown): string {
  const { message } = error as Error;
  // ENOENT: no such file or directory, open '/x/y'
  return /^[A-Z0-9]+: ([^,]*)/.exec(message)?.[1] ?? message;
}

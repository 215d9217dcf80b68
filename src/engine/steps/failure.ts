import { formatDiagnostic } from '../../base/diagnostic.ts';
import { ApplyError, KmeshError } from '../../base/errors.ts';
import type { Reply } from '../../base/reply.ts';
import { quoteAll } from '../../base/shell.ts';
import type { Change } from '../../changes/change.ts';
import { describe } from '../../changes/describe.ts';
import type { Failure } from '../events.ts';

/** An error that is the user's to mend, as reporters show it. @throws the error itself when it is a bug */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommandFailed) return error.failure;
  if (!(error instanceof KmeshError)) throw error;
  const { message, hint, at } = error;
  const excerpt = at === null ? null : formatDiagnostic({ at, message, hint: null });
  return { message, hint, excerpt, command: null, status: null, stderr: null, stdout: null };
}

/** A program or a change ended badly on the host. */
export class CommandFailed extends ApplyError {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message, { hint: failure.hint });
    this.failure = failure;
  }
}

/** The failure of a change whose script did not succeed. */
export function changeFailed(change: Change, reply: Reply): CommandFailed {
  const { summary } = describe(change);
  const command = change.kind === 'run-command' ? commandText(change.command) : null;
  return new CommandFailed({
    message: messageOf(change, reply, summary),
    hint: null,
    excerpt: null,
    command,
    status: reply.status,
    stderr: lastLines(reply.stderr),
    stdout: lastLines(reply.stdout),
  });
}

function messageOf(change: Change, reply: Reply, summary: string): string {
  if (reply.timedOut) return `Took longer than its timeout and was ended: ${summary}.`;
  if (reply.truncated) return `Said more than is kept and was ended: ${summary}.`;
  if (change.kind === 'run-command') return `Exit status ${reply.status}.`;
  const isRefused = (change.kind === 'write-file' || change.kind === 'copy-path') && change.validate !== null;
  if (!isRefused) return `Could not ${summary}.`;
  const kept = change.before === null ? '' : ', the old file stays';
  return `Could not ${summary}: the candidate was not accepted${kept}.`;
}

function commandText(command: readonly string[] | { readonly text: string }): string {
  return 'text' in command ? command.text.trim() : quoteAll(command);
}

/** A failure of which there is nothing but the message to tell. */
export function plainFailure(message: string): Failure {
  return { message, hint: null, excerpt: null, command: null, status: null, stderr: null, stdout: null };
}

// What a program says last tells most; a whole log would bury it.
const shownLines = 20;

function lastLines(output: Buffer): string | null {
  const text = output.toString('utf8').trimEnd();
  if (text === '') return null;
  const kept = text.slice(-8000);
  const lines = kept.split('\n');
  // Of half a line nobody could tell any more that there is a secret in it.
  if (kept.length < text.length && lines.length > 1) lines.shift();
  return lines.slice(-shownLines).join('\n');
}

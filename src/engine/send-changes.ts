import { randomBytes } from 'node:crypto';
import { ApplyError } from '../base/errors.ts';
import type { Reply } from '../base/reply.ts';
import { deliver, isLarge } from '../changes/apply.ts';
import type { Change, CopyPath } from '../changes/change.ts';
import { type Fragment, ShellLostError } from '../transport/session.ts';
import type { Inquiry } from './answers.ts';
import type { Shell } from './host-shells.ts';

/** A change to make, and how long it may take. */
export interface DueChange {
  readonly change: Change;
  /** `null`: as long as it wants. */
  readonly timeoutMs: number | null;
}

/** What came of a batch of changes. */
export interface Sent {
  /** One per change; `null`: not run, because one before it failed. */
  readonly replies: readonly (Reply | null)[];
  /** Why the change at `index` came to nothing, when it was not the change's own script that said so. */
  readonly broken: { readonly index: number; readonly error: Error } | null;
}

/**
 * Makes changes in order, in one round trip when no content is large; the first that fails ends the batch. The
 * inquiries travel behind them and are asked only when all changes were made.
 */
export async function sendChanges(
  shell: Shell,
  due: readonly DueChange[],
  inquiries: readonly Inquiry[],
): Promise<Sent> {
  const replies: (Reply | null)[] = [];
  try {
    await sendInOrder(shell, due, inquiries, replies);
    return { replies: filled(replies, due), broken: null };
  } catch (error) {
    if (error instanceof ShellLostError) replies.push(...error.replies);
    else if (!(error instanceof ApplyError)) throw error;
    return { replies: filled(replies, due), broken: { index: Math.min(replies.length, due.length - 1), error } };
  }
}

// A large content needs the directory that an earlier change makes: what stands before it is sent first.
async function sendInOrder(
  shell: Shell,
  due: readonly DueChange[],
  inquiries: readonly Inquiry[],
  replies: (Reply | null)[],
): Promise<void> {
  let fragments: Fragment[] = [];
  for (const { change, timeoutMs } of due) {
    const copy = copyOf(change, shell);
    if (copy !== null) {
      const { script } = deliver(copy, newNonce());
      const answered = await shell.run([...fragments, { script, timeoutMs, gate: 'after-success' }]);
      const copied = answered.pop();
      replies.push(...answered);
      fragments = [];
      if (!areAllDone(replies)) return;
      if (copied?.status === 0) {
        replies.push(copied);
        continue;
      }
    }
    const { upload, script } = deliver(change, newNonce());
    if (upload !== null) {
      if (fragments.length > 0) replies.push(...(await shell.run(fragments)));
      fragments = [];
      if (!areAllDone(replies)) return;
      noteDelivered(shell, due, replies);
      await shell.upload(upload.path, upload.content);
    }
    fragments.push({ script, timeoutMs, gate: 'after-success' });
  }
  const answered = await shell.run([...fragments, ...inquiries.map(({ fragment }) => fragment)]);
  replies.push(...answered.slice(0, fragments.length));
  noteDelivered(shell, due, replies);
  for (const [i, inquiry] of inquiries.entries()) {
    const reply = answered[fragments.length + i];
    if (reply !== null && reply !== undefined) inquiry.take(reply);
  }
}

function newNonce(): string {
  return randomBytes(6).toString('hex');
}

function areAllDone(replies: readonly (Reply | null)[]): boolean {
  return replies.every((reply) => reply?.status === 0);
}

/**
 * The change with its content taken from where this run has put it already. It fails when something else is there by
 * now; then, and for whatever other reason it fails, the content travels.
 */
function copyOf(change: Change, { delivered }: Shell): CopyPath | null {
  if (change.kind !== 'write-file' || !isLarge(change)) return null;
  const from = delivered.get(change.content.sha256);
  if (from === undefined || from === change.path) return null;
  const { path, content, attributes, before, validate, backup } = change;
  return { kind: 'copy-path', from, path, sha256: content.sha256, attributes, before, validate, backup };
}

function noteDelivered({ delivered }: Shell, due: readonly DueChange[], replies: readonly (Reply | null)[]): void {
  for (const [i, { change }] of due.entries()) {
    if (replies[i]?.status !== 0 || change.kind !== 'write-file' || !isLarge(change)) continue;
    delivered.set(change.content.sha256, change.path);
  }
}

function filled(replies: readonly (Reply | null)[], due: readonly DueChange[]): (Reply | null)[] {
  return due.map((_, i) => replies[i] ?? null);
}

import { randomBytes } from 'node:crypto';
import { ApplyError } from '../base/errors.ts';
import type { Reply } from '../base/reply.ts';
import { deliver } from '../changes/apply.ts';
import type { Change } from '../changes/change.ts';
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
    const { upload, script } = deliver(change, randomBytes(6).toString('hex'));
    if (upload !== null) {
      if (fragments.length > 0) replies.push(...(await shell.run(fragments)));
      fragments = [];
      if (replies.some((reply) => reply?.status !== 0)) return;
      await shell.upload(upload.path, upload.content);
    }
    fragments.push({ script, timeoutMs, gate: 'after-success' });
  }
  const answered = await shell.run([...fragments, ...inquiries.map(({ fragment }) => fragment)]);
  replies.push(...answered.slice(0, fragments.length));
  for (const [i, inquiry] of inquiries.entries()) {
    const reply = answered[fragments.length + i];
    if (reply !== null && reply !== undefined) inquiry.take(reply);
  }
}

function filled(replies: readonly (Reply | null)[], due: readonly DueChange[]): (Reply | null)[] {
  return due.map((_, i) => replies[i] ?? null);
}

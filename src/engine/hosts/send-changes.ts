import { randomBytes } from 'node:crypto';
import { ApplyError } from '../../base/errors.ts';
import type { Reply } from '../../base/reply.ts';
import { deliver, isLarge } from '../../changes/apply.ts';
import type { Change, CopyPath } from '../../changes/change.ts';
import { noMemory } from '../../probes/hash-memory.ts';
import { afterRenameScript, beforeHashScript, learnWritten } from '../../probes/written-hash.ts';
import { type Fragment, ShellLostError } from '../../transport/session.ts';
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
    if (!(error instanceof ShellLostError || error instanceof ApplyError)) throw error;
    return { replies: filled(replies, due), broken: { index: Math.min(replies.length, due.length - 1), error } };
  }
}

/** A fragment that waits to be sent, and who hears its reply. */
interface Part {
  readonly fragment: Fragment;
  readonly hear: (reply: Reply | null) => void;
}

// A large content needs the directory that an earlier change makes: what stands before it is sent first.
async function sendInOrder(
  shell: Shell,
  due: readonly DueChange[],
  inquiries: readonly Inquiry[],
  replies: (Reply | null)[],
): Promise<void> {
  const hear = (reply: Reply | null): void => void replies.push(reply);
  let parts: Part[] = [];
  for (const { change, timeoutMs } of due) {
    const copy = copyOf(change, shell);
    if (copy !== null) {
      let copied: Reply | null = null;
      const { script } = deliver(copy, newNonce());
      const copying = { fragment: changing(script, timeoutMs), hear: (reply: Reply | null) => void (copied = reply) };
      await runParts(shell, [...parts, copying]);
      parts = [];
      if (!areAllDone(replies)) return;
      if (isDone(copied)) {
        hear(copied);
        continue;
      }
    }
    const { upload, script } = deliver(change, newNonce());
    const part = { fragment: changing(script, timeoutMs), hear };
    if (upload === null) {
      parts.push(part);
      continue;
    }
    await runParts(shell, parts);
    parts = [];
    if (!areAllDone(replies)) return;
    noteDelivered(shell, due, replies);
    await shell.upload(upload);
    parts.push(...rememberedAs(part, { change, temporary: upload.path, shell }));
  }
  const asked = [...inquiries, ...shell.answers.recheck('after-success')].map(({ fragment, take }) => ({
    fragment,
    hear: (reply: Reply | null) => (reply === null ? undefined : take(reply)),
  }));
  await runParts(shell, [...parts, ...asked]);
  noteDelivered(shell, due, replies);
}

/** Sends fragments in one round trip. What was answered before the shell died is heard, too. */
async function runParts(shell: Shell, parts: readonly Part[]): Promise<void> {
  if (parts.length === 0) return;
  try {
    const answered = await shell.run(parts.map(({ fragment }) => fragment));
    for (const [i, part] of parts.entries()) part.hear(answered[i] ?? null);
  } catch (error) {
    if (error instanceof ShellLostError) for (const [i, reply] of error.replies.entries()) parts[i]?.hear(reply);
    throw error;
  }
}

function changing(script: string, timeoutMs: number | null): Fragment {
  return { script, timeoutMs, gate: 'after-success' };
}

interface Written {
  readonly change: Change;
  readonly temporary: string;
  readonly shell: Shell;
}

/** The part that puts an uploaded file in its place, with looks before and after that tell whether its hash may be remembered. */
function rememberedAs(part: Part, { change, temporary, shell: { hashes } }: Written): Part[] {
  if (hashes === noMemory || change.kind !== 'write-file') return [part];
  const { path, content } = change;
  let before: Reply | null = null;
  // They never keep a change from being made.
  const look = (script: string, hear: Part['hear']): Part => ({
    fragment: { script, timeoutMs: lookTimeoutMs, gate: 'always' },
    hear,
  });
  return [
    look(beforeHashScript(temporary), (reply) => void (before = reply)),
    part,
    look(afterRenameScript(path), (after) => {
      if (before !== null && after !== null) learnWritten({ path, sha256: content.sha256, before, after }, hashes);
    }),
  ];
}

// A `stat` that takes longer hangs with its file system.
const lookTimeoutMs = 60_000;

function newNonce(): string {
  return randomBytes(6).toString('hex');
}

function isDone(reply: Reply | null): boolean {
  return reply?.status === 0;
}

function areAllDone(replies: readonly (Reply | null)[]): boolean {
  return replies.every(isDone);
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

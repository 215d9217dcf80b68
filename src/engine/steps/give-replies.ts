import type { Sent } from '../hosts/send-changes.ts';
import { changeFailed } from './failure.ts';
import { endOf, type InstanceRun } from './task-run.ts';

/** Gives instances the replies to their changes, in order, and ends them. Gives the one that failed, or `null`. */
export function giveReplies(runs: readonly InstanceRun[], { replies, broken }: Sent): InstanceRun | null {
  let at = 0;
  for (const run of runs) {
    const from = at;
    at += run.changes.length;
    run.replies = replies.slice(from, at);
    const error = broken !== null && broken.index >= from && broken.index < at ? broken.error : failureOf(run);
    run.end = error === null ? endOf('changed', null) : { status: 'failed', error, waitsFor: null };
    if (error !== null) return run;
  }
  return null;
}

function failureOf({ replies, changes }: InstanceRun): Error | null {
  const bad = replies.findIndex((reply) => reply !== null && reply.status !== 0);
  const reply = replies[bad];
  const change = changes[bad];
  return reply && change ? changeFailed(change, reply) : null;
}

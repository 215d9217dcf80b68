import { ProbeError } from '../base/errors.ts';
import type { Footprint } from '../base/footprint.ts';
import type { Reply } from '../base/reply.ts';

/**
 * One way of asking: the shell text for any number of questions at once, and how its reply is read.
 *
 * Questions are plain data, so equal ones of a stretch are asked once and all of a kind share one fragment.
 */
export interface ProbeKind<Q, A> {
  readonly name: string;
  /** Read-only POSIX shell text that answers all questions. */
  script(questions: readonly Q[], wants: Wants): string;
  /** The answers, in the order of the questions. @throws ProbeError */
  parse(reply: Reply, questions: readonly Q[]): readonly A[];
  /** What the answer depends on. */
  reads(question: Q): Footprint;
  /** Its text never exits, does not change the directory, and counts on no variable to be empty: see `Fragment`. */
  readonly isTidy?: true;
  /** Runs for as long as it must, such as waiting for a port: asked alone, when its turn has come, with this limit. */
  readonly patient?: (question: Q) => { readonly timeoutMs: number };
}

/** What a run needs beyond the plan itself. */
export interface Wants {
  /** The old content of files that differ, for diffs. */
  readonly diff: boolean;
}

/** A question of a kind. */
export interface Probe<A, Q = unknown> {
  readonly kind: ProbeKind<Q, A>;
  readonly question: Q;
}

/** The named questions of a module for one set of args. */
export type Probes<S> = { readonly [K in keyof S]: Probe<S[K]> };

/** Puts a question of a kind. */
export function ask<Q, A>(kind: ProbeKind<Q, A>, question: Q): Probe<A> {
  // A kind is only ever given its own questions back; that is what makes forgetting their type safe.
  return { kind: kind as ProbeKind<unknown, A>, question };
}

/** The reply's text, when it ended well. @throws ProbeError naming what the host said. */
export function textOf(reply: Reply, what: string): string {
  if (reply.timedOut) throw new ProbeError(`${what}: no answer in time.`);
  if (reply.status !== 0) throw new ProbeError(`${what}: ${lastLine(reply.stderr) ?? `exit status ${reply.status}`}`);
  return reply.stdout.toString('utf8');
}

/** The last line of an output that says something, or `null`. */
export function lastLine(output: Buffer): string | null {
  return output.toString('utf8').trim().split('\n').pop() || null;
}

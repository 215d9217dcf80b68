import { posix } from 'node:path';
import { ProbeError } from '../../base/errors.ts';
import { type Area, type Footprint, hasDots, nothing, overlaps, pathArea, plainPath } from '../../base/footprint.ts';
import type { Reply } from '../../base/reply.ts';
import type { Change } from '../../changes/change.ts';
import { type FileQuestion, type FileState, fileStateKind, fileStateWith } from '../../probes/file-state.ts';
import { type HashMemory, noMemory } from '../../probes/hash-memory.ts';
import type { Probe, ProbeKind, Wants } from '../../probes/probe.ts';
import { realPathKind } from '../../probes/real-path.ts';
import type { Fragment } from '../../transport/session.ts';
import type { PlannedChange } from '../variables/host-run.ts';
import { foretell, type Foretold, misprediction, type Misprediction } from './foretold.ts';
import { nobodyKnows, predict } from './predict.ts';

/** What a probe answered, and whether that still holds. */
interface Answer {
  readonly probe: Probe<unknown>;
  value: unknown;
  /** The host's answer could not be read; it is thrown to whoever needs it. */
  error: ProbeError | null;
  /** The task whose change makes the answer doubtful, or `null`. */
  doubt: string | null;
  /** `null`: the host said it. */
  foretold: Foretold | null;
  /** A plan was made with what was foretold. */
  isUsed: boolean;
}

/** One fragment and the questions it asks. */
export interface Inquiry {
  readonly fragment: Fragment;
  readonly probes: readonly Probe<unknown>[];
  readonly take: (reply: Reply) => void;
}

interface Parts {
  readonly wants: Wants;
  readonly hashes?: HashMemory;
  /** Whom what is made belongs to as far as plans go. A check has to guess; a run can ask when a plan depends on it. */
  readonly maker?: string;
  /** Hears what was foretold, used, and wrong. */
  readonly mispredicted?: (found: Misprediction) => void;
}

/** All answers of one host to one user's shell, kept true to the changes that were planned since. */
export class Answers {
  readonly #answers = new Map<string, Answer>();
  readonly #wants: Wants;
  readonly #maker: string;
  readonly #mispredicted: (found: Misprediction) => void;
  readonly #fileState: ProbeKind<unknown, unknown>;

  constructor({ wants, hashes = noMemory, maker = nobodyKnows, mispredicted = () => {} }: Parts) {
    this.#wants = wants;
    this.#maker = maker;
    this.#mispredicted = mispredicted;
    const fileState = hashes === noMemory ? fileStateKind : fileStateWith(hashes);
    // As `ask` does: a kind only gets its own questions.
    this.#fileState = fileState as ProbeKind<unknown, unknown>;
  }

  /** The answers to a module's probes. @throws ProbeError when one could not be read */
  stateOf(probes: Readonly<Record<string, Probe<unknown>>>): { state: Record<string, unknown>; doubt: string | null } {
    const state: Record<string, unknown> = {};
    let doubt: string | null = null;
    for (const [name, probe] of Object.entries(probes)) {
      const answer = this.#answers.get(keyOf(probe));
      if (answer === undefined) throw new Error(`bug: \`${probe.kind.name}\` was not asked`);
      if (answer.error !== null) throw answer.error;
      state[name] = answer.value;
      answer.isUsed ||= answer.foretold !== null;
      doubt ??= answer.doubt;
    }
    return { state, doubt };
  }

  /** True when one of the probes was never asked. */
  lacks(probes: Readonly<Record<string, Probe<unknown>>>): boolean {
    return Object.values(probes).some((probe) => !this.#answers.has(keyOf(probe)));
  }

  /** The first task that makes the answer to one of the probes doubtful, or `null`. */
  doubtOf(probes: Readonly<Record<string, Probe<unknown>>>): string | null {
    return (
      Object.values(probes)
        .map((probe) => this.#answers.get(keyOf(probe))?.doubt ?? null)
        .find((doubt) => doubt !== null) ?? null
    );
  }

  /** Fragments that ask what is not known or in doubt, all questions of a kind together. */
  inquire(probes: Iterable<Probe<unknown>>, gate: Fragment['gate']): Inquiry[] {
    const byKind = new Map<ProbeKind<unknown, unknown>, Map<string, Probe<unknown>>>();
    for (const probe of probes) {
      const key = keyOf(probe);
      const known = this.#answers.get(key);
      if (known !== undefined && known.doubt === null) continue;
      const questions = byKind.get(probe.kind) ?? new Map<string, Probe<unknown>>();
      questions.set(key, probe);
      byKind.set(probe.kind, questions);
    }
    // Neighbours that are tidy cost the host less.
    const kinds = [...byKind].sort(([a], [b]) => Number(b.isTidy ?? false) - Number(a.isTidy ?? false));
    return kinds.map(([kind, questions]) => this.#inquiry(kind, [...questions.values()], gate));
  }

  /**
   * Applies what a planned change does to answers: told where it can be told, doubtful where not.
   *
   * @param probes the answers that it was not applied to yet; `null`: all
   */
  expect(planned: PlannedChange, probes: readonly Probe<unknown>[] | null = null): void {
    const { change, task } = planned;
    const links = this.#linksTo(change);
    const isSeen = ({ kind, question }: Probe<unknown>): boolean =>
      overlaps(links, kind.reads(question)) &&
      ((kind as unknown) !== fileStateKind || isAtOrBelow((question as FileQuestion).path, links));
    const keys = probes?.map(keyOf) ?? this.#answers.keys();
    for (const answer of [...keys].flatMap((key) => this.#answers.get(key) ?? [])) {
      if (isSeen(answer.probe)) answer.doubt ??= task;
      const prediction = answer.error === null ? predict(answer, change, this.#maker) : doubtFor(answer, change);
      if (prediction.kind === 'known') {
        answer.foretold = foretell(answer.foretold, planned);
        answer.value = prediction.answer;
      }
      if (prediction.kind === 'unknown') answer.doubt ??= task;
    }
  }

  /** Puts in doubt what was only foretold: a plan can be made of it, but it is not what the host says. */
  distrust(probes: Readonly<Record<string, Probe<unknown>>>): void {
    for (const probe of Object.values(probes)) {
      const answer = this.#answers.get(keyOf(probe));
      if (answer !== undefined) answer.doubt ??= answer.foretold?.by ?? null;
    }
  }

  /** Forgets the answers to these: they are asked again. */
  drop(probes: Readonly<Record<string, Probe<unknown>>>): void {
    for (const probe of Object.values(probes)) this.#answers.delete(keyOf(probe));
  }

  /**
   * Asks for what was foretold and planned with, to travel behind the changes that make it true. What is large is left
   * out: its hash was checked as it was written.
   */
  recheck(gate: Fragment['gate']): Inquiry[] {
    const used = [...this.#answers.values()].filter(
      ({ isUsed, foretold, doubt, value }) => isUsed && foretold !== null && doubt === null && !isLargeFile(value),
    );
    if (used.length === 0) return [];
    const before = used.map(({ probe, value, foretold }) => ({ probe, value, foretold }));
    const inquiry = this.#inquiry(
      fileStateKind as ProbeKind<unknown, unknown>,
      used.map(({ probe }) => probe),
      gate,
    );
    const take = (reply: Reply): void => {
      inquiry.take(reply);
      const wrong = before.flatMap(({ probe, value, foretold }) => this.#compare(probe, value, foretold) ?? []);
      // A path may have been asked about in several ways.
      for (const found of new Map(wrong.map((one) => [one.path, one])).values()) this.#mispredicted(found);
    };
    return [{ ...inquiry, take }];
  }

  #compare(probe: Probe<unknown>, expected: unknown, foretold: Foretold | null): Misprediction | null {
    const answer = this.#answers.get(keyOf(probe));
    if (answer === undefined || answer.error !== null || foretold === null) return null;
    const states = { expected: expected as FileState | null, found: answer.value as FileState | null };
    return misprediction(foretold, (probe.question as FileQuestion).path, states);
  }

  /** Forgets everything: the host may have become another one. */
  forget(): void {
    this.#answers.clear();
  }

  /** Other names of what is changed, as far as links were seen: it changes what is seen through them, too. */
  #linksTo(change: Change): Footprint {
    if (!('path' in change)) return nothing;
    return [...this.#answers.values()].flatMap(({ probe, value }) => otherNames(probe, value, change.path));
  }

  #inquiry(asked: ProbeKind<unknown, unknown>, probes: readonly Probe<unknown>[], gate: Fragment['gate']): Inquiry {
    const kind = (asked as unknown) === fileStateKind ? this.#fileState : asked;
    const questions = probes.map(({ question }) => question);
    const limits = questions.map((question) => kind.patient?.(question).timeoutMs ?? defaultTimeoutMs);
    const script = kind.script(questions, this.#wants);
    const isTidy = kind.isTidy ?? false;
    const fragment: Fragment = { script, timeoutMs: Math.max(...limits), gate, isTidy };
    return { fragment, probes, take: (reply) => this.#take(kind, probes, reply) };
  }

  #take(kind: ProbeKind<unknown, unknown>, probes: readonly Probe<unknown>[], reply: Reply): void {
    let values: readonly unknown[] = [];
    let error: ProbeError | null = null;
    try {
      values = kind.parse(
        reply,
        probes.map(({ question }) => question),
      );
    } catch (thrown) {
      if (!(thrown instanceof ProbeError)) throw thrown;
      error = thrown;
    }
    for (const [i, probe] of probes.entries()) {
      this.#answers.set(keyOf(probe), { probe, value: values[i], error, doubt: null, foretold: null, isUsed: false });
    }
  }
}

// To hash it again would cost more than to write it.
function isLargeFile(value: unknown): boolean {
  return ((value as FileState | null)?.size ?? 0) > largeBytes;
}

const largeBytes = 64 * 1024;

// A probe only reads: one that takes this long hangs, on a dead network file system for example.
const defaultTimeoutMs = 120_000;

function otherNames({ kind, question }: Probe<unknown>, value: unknown, changed: string): readonly Area[] {
  if ((kind as unknown) === realPathKind)
    return value === changed && question !== value ? [pathArea(String(question))] : [];
  if ((kind as unknown) !== fileStateKind || value === null) return [];
  const { path, follow } = question as FileQuestion;
  const target = (value as FileState | undefined)?.target ?? null;
  if (follow || target === null) return [];
  const end = posix.resolve(posix.dirname(path), target);
  if (overlaps([pathArea(changed)], [pathArea(end)])) return [pathArea(path)];
  return plainPath(changed).startsWith(`${plainPath(path)}/`) ? [pathArea(end)] : [];
}

// A directory stays as it is when something changes behind a link in it.
function isAtOrBelow(path: string, links: Footprint): boolean {
  if (links === 'host' || hasDots(path)) return true;
  const name = pathArea(path);
  return links.some((link) => name === link || name.startsWith(link === 'path:/' ? link : `${link}/`));
}

function doubtFor({ probe }: Answer, change: Change): { readonly kind: 'same' | 'unknown' } {
  const { kind } = predict({ probe, value: null }, change);
  return { kind: kind === 'same' ? 'same' : 'unknown' };
}

function keyOf({ kind, question }: Probe<unknown>): string {
  return `${kind.name} ${JSON.stringify(question)}`;
}

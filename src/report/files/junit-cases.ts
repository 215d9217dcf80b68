import type { Failure, RunEvent, TaskOutcome, TaskRef } from '../../engine/events.ts';
import { failureHead, formatFailure } from '../text/format-failure.ts';
import { taskLabel } from '../text/format-task.ts';
import type { Style } from '../text/style.ts';
import type { Element } from './xml.ts';

/** One test of a report: a task or an item of it on a host. */
export interface Case {
  readonly name: string;
  /** `file:line:col`; `null`: it has no place. */
  readonly at: string | null;
  /** `null`: not told, as for one item of a loop. */
  readonly durationMs: number | null;
  readonly result: CaseResult;
  /** What else is to be said. */
  readonly said: readonly string[];
}

/** How a test ended: `error` when the host was lost, so that nobody knows. */
export type CaseResult =
  | { readonly kind: 'passed' }
  | { readonly kind: 'skipped'; readonly message: string }
  | { readonly kind: 'failure' | 'error'; readonly type: string; readonly message: string; readonly text: string };

type Ended = Pick<TaskOutcome, 'status' | 'message' | 'failure' | 'changes' | 'ignored' | 'rescued' | 'waitsFor'>;

/** A task that has ended on a host. */
export interface EndedTask {
  readonly task: TaskRef;
  readonly host: string;
  readonly outcome: TaskOutcome;
  readonly tookMs: number | null;
}

/** The tests that a task on a host comes to: one, or one per item of its loop. */
export function casesOf({ task, host, outcome, tookMs }: EndedTask, style: Style): Case[] {
  const label = taskLabel(outcome.name === undefined ? task : { ...task, name: outcome.name });
  const name = `${label} on ${host}`;
  const { items, failure, ignored, rescued, waitsFor } = outcome;
  const whole = { name, at: task.at, durationMs: tookMs, ...judged(outcome, task, style) };
  const isItems = failure === null || items.some((item) => item.failure !== null);
  if (items.length === 0 || !isItems) return [whole];
  // Items are not timed: the first one is told the time of all.
  return items.map((item, index) => ({
    name: `${label} [${item.label}] on ${host}`,
    at: task.at,
    durationMs: index === 0 ? tookMs : null,
    ...judged({ ...item, ignored, rescued, waitsFor }, task, style),
  }));
}

/** A host that could not be reached. */
export function unreachableCase(host: string, failure: Failure, style: Style): Case {
  const result = { kind: 'error', type: 'unreachable', ...failureText(failure, '', style) } as const;
  return { name: `connect to ${host}`, at: null, durationMs: null, result, said: [] };
}

/** A mistake in the files; a warning passes and says so. */
export function problemCase(problem: Extract<RunEvent, { kind: 'input-problem' }>): Case {
  const { severity, message, at, excerpt } = problem;
  const isError = severity === 'error';
  const failed = { kind: 'error', type: 'input', message, text: excerpt } as const;
  const result = isError ? failed : ({ kind: 'passed' } as const);
  return { name: message, at, durationMs: null, result, said: isError ? [] : [`warning: ${excerpt}`] };
}

/** A test as JUnit has it. */
export function caseElement({ name, at, durationMs, result, said }: Case, classname: string): Element {
  const [, file = null, line = null] = /^(.*):(\d+):\d+$/s.exec(at ?? '') ?? [];
  const time = durationMs === null ? null : (durationMs / 1000).toFixed(3);
  const output = said.length === 0 ? [] : [{ name: 'system-out', attributes: {}, content: said.join('\n') }];
  const content = [...resultElements(result), ...output];
  return { name: 'testcase', attributes: { name, classname, file, line, time }, content };
}

function resultElements(result: CaseResult): Element[] {
  switch (result.kind) {
    case 'passed':
      return [];
    case 'skipped':
      return [{ name: 'skipped', attributes: { message: result.message }, content: [] }];
    case 'failure':
    case 'error': {
      const { kind, type, message, text } = result;
      return [{ name: kind, attributes: { message, type }, content: text }];
    }
  }
}

function judged(ended: Ended, { at }: TaskRef, style: Style): Pick<Case, 'result' | 'said'> {
  const { status, failure, ignored, rescued, waitsFor, message } = ended;
  if (failure !== null && (ignored || rescued)) {
    const why = `failed, and that is ${ignored ? 'ignored' : 'made good by a rescue'}`;
    return {
      result: { kind: 'passed' },
      said: [`${why}: ${failureHead(failure)}`, ...formatFailure(failure, at, style)],
    };
  }
  if (failure !== null) {
    const kind = status === 'unreachable' ? 'error' : 'failure';
    return { result: { kind, type: status, ...failureText(failure, at, style) }, said: changesOf(ended, style) };
  }
  if (status === 'skipped') return { result: { kind: 'skipped', message: message ?? 'skipped' }, said: [] };
  // What a check can not know has not passed.
  if (status === 'deferred') return { result: { kind: 'skipped', message: deferredWords(waitsFor) }, said: [] };
  const said = message === null ? [] : [message];
  return { result: { kind: 'passed' }, said: [...said, ...changesOf(ended, style)] };
}

function deferredWords(waitsFor: string | null): string {
  return `deferred: it waits for ${waitsFor === null ? 'an earlier change' : `\`${waitsFor}\``}`;
}

function failureText(failure: Failure, at: string, style: Style): { readonly message: string; readonly text: string } {
  const message = failureHead(failure);
  return { message, text: [message, ...formatFailure(failure, at, style)].join('\n') };
}

function changesOf({ changes, failure }: Ended, style: Style): string[] {
  // The command that failed is told with its failure.
  const telling = failure === null || failure.command === null ? changes : changes.filter(isNoCommand);
  return telling.flatMap(({ summary, diff }) =>
    style.diff && diff !== null && diff !== '' ? [summary, diff.trimEnd()] : [summary],
  );
}

function isNoCommand({ kind }: Ended['changes'][number]): boolean {
  return kind !== 'run-command';
}

import type { RunEvent, TaskRef } from '../../engine/events.ts';
import { taskLabel } from '../text/format-task.ts';
import { HostClock } from '../host-clock.ts';
import { type Case, caseElement, casesOf, problemCase, unreachableCase } from './junit-cases.ts';
import type { Output } from '../output.ts';
import type { Reporter, ReporterOptions } from '../reporter.ts';
import { type Style, styleOf } from '../text/style.ts';
import { type Element, formatXml } from './xml.ts';

interface Suite {
  readonly play: string;
  /** `null`: of no host in particular. */
  readonly host: string | null;
  readonly startedAt: Date;
  readonly cases: Case[];
}

/**
 * JUnit XML, as CI systems read it: a test suite per play and host, a test per task and item of a loop. It is written when
 * the reporter is closed.
 */
export function junitReporter(output: Output, options: ReporterOptions): Reporter {
  const report = new JunitReport(styleOf(output, options), options.now ?? (() => new Date()));
  let isWritten = false;
  return {
    handle: (event) => report.handle(event),
    pause: () => () => {},
    async close() {
      if (!isWritten) output.write(formatXml(report.element()));
      isWritten = true;
    },
  };
}

class JunitReport {
  readonly #style: Style;
  readonly #now: () => Date;
  readonly #clock: HostClock;
  readonly #suites = new Map<string, Suite>();
  readonly #running = new Map<string, { readonly task: TaskRef; readonly host: string; readonly suite: Suite }>();
  #name = 'kmesh';
  #play = 'Preflight';
  #durationMs: number | null = null;

  constructor(style: Style, now: () => Date) {
    this.#style = style;
    this.#now = now;
    this.#clock = new HostClock(now);
  }

  handle(event: RunEvent): void {
    const tookMs = this.#clock.tookMs(event);
    switch (event.kind) {
      case 'input-problem':
        return this.#add('Input', null, [problemCase(event)]);
      case 'run-started':
        this.#name = event.playbook;
        return;
      case 'host-unreachable':
        return this.#add('Connect', null, [unreachableCase(event.host, event.failure, this.#style)]);
      case 'host-connected':
        return this.#add('Connect', null, [connectedCase(event)]);
      case 'play-started':
        this.#play = event.play;
        return;
      case 'play-ended':
        for (const host of event.untouched) this.#add(event.play, host, [untouchedCase(host, event.message)]);
        return;
      case 'task-started': {
        const { task, host } = event;
        this.#running.set(`${task.id} ${host}`, { task, host, suite: this.#suite(this.#play, host) });
        return;
      }
      case 'task-finished': {
        const { task, host, outcome } = event;
        this.#running.delete(`${task.id} ${host}`);
        return this.#add(this.#play, host, casesOf({ task, host, outcome, tookMs }, this.#style));
      }
      case 'run-finished':
        this.#durationMs = event.durationMs;
        return;
      case 'warning':
      case 'connected':
      case 'preflight-finished':
      case 'handlers-owed':
      case 'task-retried':
      case 'task-completed':
        return;
    }
  }

  /** All that was heard so far. What began and did not end is an error. */
  element(): Element {
    const unfinished = [...this.#running.values()];
    for (const { task, host, suite } of unfinished) suite.cases.push(unfinishedCase(task, host));
    this.#running.clear();
    const suites = [...this.#suites.values()].filter(({ cases }) => cases.length > 0);
    const time = this.#durationMs === null ? null : (this.#durationMs / 1000).toFixed(3);
    const totals = countsOf(suites.flatMap(({ cases }) => cases));
    return {
      name: 'testsuites',
      attributes: { name: this.#name, ...totals, time },
      content: suites.map(suiteElement),
    };
  }

  #add(play: string, host: string | null, cases: readonly Case[]): void {
    this.#suite(play, host).cases.push(...cases);
  }

  #suite(play: string, host: string | null): Suite {
    const key = JSON.stringify([play, host]);
    const known = this.#suites.get(key);
    if (known !== undefined) return known;
    const suite: Suite = { play, host, startedAt: this.#now(), cases: [] };
    this.#suites.set(key, suite);
    return suite;
  }
}

function suiteElement({ play, host, startedAt, cases }: Suite): Element {
  const name = host === null ? play : `${play}: ${host}`;
  const sumMs = cases.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0);
  // A point would begin another package.
  const classname = [play, ...(host === null ? [] : [host])].map((part) => part.replaceAll('.', '_')).join('.');
  const timestamp = startedAt.toISOString().replace(/\.\d+Z$/, '');
  return {
    name: 'testsuite',
    attributes: { name, hostname: host, timestamp, ...countsOf(cases), time: (sumMs / 1000).toFixed(3) },
    content: cases.map((one) => caseElement(one, classname)),
  };
}

function countsOf(cases: readonly Case[]): Readonly<Record<'tests' | 'failures' | 'errors' | 'skipped', number>> {
  const amount = (kind: string): number => cases.filter(({ result }) => result.kind === kind).length;
  return { tests: cases.length, failures: amount('failure'), errors: amount('error'), skipped: amount('skipped') };
}

function connectedCase({ host, durationMs }: Extract<RunEvent, { kind: 'host-connected' }>): Case {
  return { name: `connect to ${host}`, at: null, durationMs, result: { kind: 'passed' }, said: [] };
}

function untouchedCase(host: string, message: string): Case {
  const result = { kind: 'skipped', message: `not touched: ${message}` } as const;
  return { name: `the play on ${host}`, at: null, durationMs: null, result, said: [] };
}

function unfinishedCase(task: TaskRef, host: string): Case {
  const message = 'The run ended before this task did.';
  const result = { kind: 'error', type: 'unfinished', message, text: message } as const;
  return { name: `${taskLabel(task)} on ${host}`, at: task.at, durationMs: null, result, said: [] };
}

import { isAbsolute, relative, resolve } from 'node:path';
import { visible } from '../../base/diagnostic.ts';
import type { Failure, RunEvent, TaskRef } from '../../engine/events.ts';
import { failureHead, formatFailure } from '../text/format-failure.ts';
import { playLabel } from '../text/format-heading.ts';
import { taskLabel } from '../text/format-task.ts';
import { type Annotation, endGroup, formatAnnotation, formatGroup, withoutCommands } from './github-command.ts';
import { Narrator } from '../text/narrator.ts';
import type { Output } from '../output.ts';
import type { Reporter, ReporterOptions } from '../reporter.ts';
import { type Style, styleOf } from '../text/style.ts';

/** Where GitHub looks for files. */
export interface Workspace {
  /** Paths in messages begin here. */
  readonly cwd: string;
  /** `$GITHUB_WORKSPACE`, the top of the repository. */
  readonly top: string;
}

/** Plain lines as GitHub Actions shows them best: a group a play, annotations for what went wrong. */
export function githubReporter(output: Output, options: ReporterOptions, workspace: Workspace): Reporter {
  return new GithubReporter(output, options, workspace);
}

interface Failed {
  readonly task: TaskRef;
  readonly failure: Failure;
  readonly hosts: string[];
}

class GithubReporter implements Reporter {
  readonly #output: Output;
  readonly #style: Style;
  readonly #plain: Style;
  readonly #workspace: Workspace;
  readonly #narrator: Narrator;
  /** By task and message: fifty hosts that fail alike are one annotation. */
  readonly #failed = new Map<string, Failed>();
  #isInGroup = false;

  constructor(output: Output, options: ReporterOptions, workspace: Workspace) {
    this.#output = output;
    this.#style = styleOf(output, options);
    this.#plain = styleOf({ ...output, colour: false }, options);
    this.#workspace = workspace;
    this.#narrator = new Narrator(this.#style, options, (text) => output.write(withoutCommands(text)));
  }

  handle(event: RunEvent): void {
    if (event.kind === 'play-started' || event.kind === 'play-ended' || event.kind === 'run-finished') this.#endPlay();
    if (event.kind === 'play-started') this.#beginPlay(event);
    else this.#narrator.handle(event);
    this.#annotate(event);
  }

  pause(): () => void {
    return () => {};
  }

  async close(): Promise<void> {
    this.#endPlay();
  }

  // The title of the group is the heading.
  #beginPlay(event: Extract<RunEvent, { kind: 'play-started' }>): void {
    this.#output.write(formatGroup(visible(playLabel(event))));
    this.#isInGroup = true;
  }

  // Tasks that are still pending belong to the group.
  #endPlay(): void {
    this.#narrator.close();
    for (const failed of this.#failed.values()) this.#tellFailed(failed);
    this.#failed.clear();
    if (this.#isInGroup) this.#output.write(endGroup);
    this.#isInGroup = false;
  }

  #annotate(event: RunEvent): void {
    switch (event.kind) {
      case 'input-problem':
        return this.#tell(event.severity, {
          title: event.severity === 'error' ? 'Problem in the input' : 'Warning',
          message: event.hint === null ? event.message : `${event.message}\nhint: ${event.hint}`,
          at: event.at,
        });
      case 'warning':
        return this.#tell('warning', { title: 'Warning', message: event.message, at: null });
      case 'host-unreachable': {
        const message = [failureHead(event.failure), ...formatFailure(event.failure, '', this.#plain)].join('\n');
        return this.#tell('error', { title: `${event.host} is unreachable`, message, at: null });
      }
      case 'play-ended':
        if (event.untouched.length === 0) return;
        return this.#tell('error', { title: event.play, message: playEndWords(event), at: null });
      case 'task-finished': {
        const { failure, ignored, rescued } = event.outcome;
        if (failure !== null && !ignored && !rescued) this.#keep(event.task, event.host, failure);
        return;
      }
      case 'run-started':
      case 'host-connected':
      case 'connected':
      case 'preflight-finished':
      case 'play-started':
      case 'handlers-owed':
      case 'task-started':
      case 'task-retried':
      case 'task-completed':
      case 'run-finished':
        return;
    }
  }

  #keep(task: TaskRef, host: string, failure: Failure): void {
    const key = JSON.stringify([task.id, failure]);
    const known = this.#failed.get(key);
    if (known === undefined) this.#failed.set(key, { task, failure, hosts: [host] });
    else known.hosts.push(host);
  }

  #tellFailed({ task, failure, hosts }: Failed): void {
    const message = [failureHead(failure), ...formatFailure(failure, task.at, this.#plain)].join('\n');
    this.#tell('error', { title: `${taskLabel(task)} failed on ${hosts.join(', ')}`, message, at: task.at });
  }

  #tell(level: Annotation['level'], { title, message, at }: Omit<Annotation, 'level'>): void {
    const place = at === null ? null : this.#fromTop(at);
    this.#output.write(formatAnnotation({ level, title: visible(title), message: visible(message), at: place }));
  }

  // A file outside of the repository has no line to stand beside.
  #fromTop(at: string): string | null {
    const path = relative(this.#workspace.top, resolve(this.#workspace.cwd, at));
    return path.startsWith('..') || isAbsolute(path) ? null : path;
  }
}

function playEndWords({ message, untouched }: Extract<RunEvent, { kind: 'play-ended' }>): string {
  return `${message}\nnot touched: ${untouched.join(', ')}`;
}

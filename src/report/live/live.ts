import type { RunEvent } from '../../engine/events.ts';
import { LiveState } from './live-state.ts';
import type { Tree } from './live-tree.ts';
import { Narrator } from '../text/narrator.ts';
import type { Output } from '../output.ts';
import type { Reporter, ReporterOptions } from '../reporter.ts';
import { Screen } from './screen.ts';
import { type Style, styleOf } from '../text/style.ts';

/** The same text as plain lines, and below it what is going on at the moment. */
export function liveReporter(output: Output, options: ReporterOptions): Reporter {
  return new LiveReporter(output, options);
}

class LiveReporter implements Reporter {
  readonly #style: Style;
  readonly #screen: Screen;
  readonly #narrator: Narrator;
  readonly #state: LiveState;
  readonly #now: () => Date;
  #tree: Promise<Tree | null> | null = null;
  readonly #giveBack = (): void => this.#screen.close();

  constructor(output: Output, options: ReporterOptions) {
    this.#style = styleOf(output, options);
    this.#screen = new Screen(output);
    this.#narrator = new Narrator(this.#style, options, (text) => this.#screen.print(text));
    this.#state = new LiveState(this.#style);
    this.#now = options.now ?? (() => new Date());
  }

  handle(event: RunEvent): void {
    this.#state.handle(event);
    if (event.kind === 'run-started') this.#open();
    // Below the recap nothing is going on any more.
    if (event.kind === 'run-finished') this.#screen.close();
    this.#narrator.handle(event);
  }

  pause(): () => void {
    return this.#screen.pause();
  }

  async close(): Promise<void> {
    this.#screen.close();
    this.#narrator.close();
    const tree = await this.#tree;
    await tree?.stop();
    process.removeListener('exit', this.#giveBack);
  }

  #open(): void {
    // A run that dies of a bug never comes to close(), and a terminal without a cursor is a nuisance.
    process.once('exit', this.#giveBack);
    const startedAt = this.#now().getTime();
    this.#tree = this.#show(() => this.#now().getTime() - startedAt);
  }

  // Loaded here, for listr2 takes longer than all the rest of a report.
  async #show(elapsedMs: () => number): Promise<Tree | null> {
    const { showTree } = await import('./live-tree.ts');
    if (this.#screen.isClosed) return null;
    const source = { title: () => this.#state.title(elapsedMs()), lines: () => this.#state.tasks() };
    return showTree(this.#screen, source, this.#style.colours);
  }
}

import { DefaultRenderer, Listr, ListrDefaultRendererLogLevels, type ListrTaskWrapper, Spinner } from 'listr2';
import type { Screen } from './screen.ts';
import type { Colours } from '../text/style.ts';

/** What the tree shows; asked at each tick. */
export interface TreeSource {
  title(): string;
  lines(): readonly string[];
}

/** The live area while it is shown. */
export interface Tree {
  /** Ends when it is gone from the screen. */
  stop(): Promise<void>;
}

type ShownTask = Pick<ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof DefaultRenderer>, 'title' | 'output'>;

const tickMs = 100;

/**
 * Shows one task of listr2 with a spinner: its title is the phase of the run, its output the tasks that hosts are at.
 *
 * listr2 lays out, `Screen` draws: listr2's own drawing takes over stdout, stderr and SIGINT of the process, keeps the
 * width that the terminal had at first, and lets no text pass above.
 */
export function showTree(screen: Screen, source: TreeSource, colours: Colours): Tree {
  const end = new AbortController();
  const finished = new Promise<void>((resolve) => end.signal.addEventListener('abort', () => resolve()));
  let shown: ShownTask | null = null;
  const listr = new Listr(
    {
      title: source.title(),
      task: (_, task) => {
        shown = task;
        return finished;
      },
    },
    {
      renderer: rendererOn(screen, () => shown !== null && refresh(shown, source)),
      rendererOptions: optionsOf(colours),
      registerSignalListeners: false,
    },
  );
  const ended = listr.run();
  return {
    async stop() {
      end.abort();
      await ended;
    },
  };
}

function refresh(task: ShownTask, source: TreeSource): void {
  task.title = source.title();
  // Given an empty output, listr2 keeps the last one; a blank one it leaves out.
  task.output = source.lines().join('\n') || ' ';
}

function optionsOf(colours: Colours) {
  const { PENDING, OUTPUT } = ListrDefaultRendererLogLevels;
  return { spinner: new Spinner(), color: { [PENDING]: colours.cyan, [OUTPUT]: colours.dim } };
}

function rendererOn(screen: Screen, beforeDrawing: () => void) {
  return class extends DefaultRenderer {
    // Else listr2 takes another renderer when the stdout of the process is no terminal, whatever the screen is.
    static override nonTTY = true;
    readonly #spinner: Spinner;
    #timer: NodeJS.Timeout | null = null;

    constructor(...[tasks, options, events]: ConstructorParameters<typeof DefaultRenderer>) {
      const spinner = options.spinner ?? new Spinner();
      super(tasks, { ...options, spinner }, events);
      this.#spinner = spinner;
    }

    override async render(): Promise<void> {
      this.#timer = setInterval(() => this.update(), tickMs);
      // A live area alone is no reason for a process to go on.
      this.#timer.unref();
    }

    override update(): void {
      beforeDrawing();
      this.#spinner.spin();
      screen.draw(this.create().split('\n'));
    }

    override end(): void {
      if (this.#timer !== null) clearInterval(this.#timer);
      screen.close();
    }

    // Lines are cut to their width by the screen, which knows how wide the terminal is now.
    protected override format(message: string, icon: string, level: number): string[] {
      const lines = message.split('\n').filter((line) => line.trim() !== '');
      return lines.map((line) => `${'  '.repeat(level)}${icon} ${line}`);
    }
  };
}

import { Narrator } from './narrator.ts';
import type { Output } from '../output.ts';
import type { Reporter, ReporterOptions } from '../reporter.ts';
import { styleOf } from './style.ts';

/** Plain lines, as they happen: for pipes, log files and CI. */
export function linesReporter(output: Output, options: ReporterOptions): Reporter {
  const narrator = new Narrator(styleOf(output, options), options, (text) => output.write(text));
  return {
    handle: (event) => narrator.handle(event),
    pause: () => () => {},
    async close() {
      narrator.close();
    },
  };
}

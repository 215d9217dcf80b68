import { jsonReporter } from './files/json.ts';
import { junitReporter } from './files/junit.ts';
import { linesReporter } from './text/lines.ts';
import { liveReporter } from './live/live.ts';
import type { Output } from './output.ts';
import type { Reporter, ReporterKind, ReporterOptions } from './reporter.ts';

/** Makes the reporter of a run. What can not be drawn over again gets lines in place of a live area. */
export function createReporter(kind: ReporterKind, output: Output, options: ReporterOptions): Reporter {
  switch (kind) {
    case 'json':
      return jsonReporter(output, options);
    case 'junit':
      return junitReporter(output, options);
    case 'lines':
      return linesReporter(output, options);
    case 'live':
      return output.isTty ? liveReporter(output, options) : linesReporter(output, options);
  }
}

import pc from 'picocolors';
import type { Status } from '../../engine/events.ts';
import type { Output } from '../output.ts';
import type { ReporterOptions } from '../reporter.ts';

/** The colours, or functions that do nothing when none are wanted. */
export type Colours = ReturnType<typeof pc.createColors>;

/** All that formatting depends on beside what it formats. */
export interface Style {
  readonly colours: Colours;
  readonly verbosity: number;
  readonly diff: boolean;
  readonly check: boolean;
  readonly messages: boolean;
  /** Columns that text may take. */
  readonly width: number;
  /** Columns of the terminal; `null`: a log, whose lines may have any length. */
  readonly columns: number | null;
}

// A log file has no width; lines that are read in one are broken here.
const widthOfLogs = 100;
const narrowest = 40;

/** The style of a report. */
export function styleOf(output: Output, options: ReporterOptions): Style {
  return {
    colours: pc.createColors(output.colour),
    verbosity: options.verbosity,
    diff: options.diff,
    check: options.check,
    messages: options.messages ?? false,
    get width() {
      return Math.max(narrowest, output.columns ?? widthOfLogs);
    },
    get columns() {
      return output.columns;
    },
  };
}

/** Text in the colour of a status. */
export function inStatusColour(text: string, status: Status, colours: Colours): string {
  switch (status) {
    case 'ok':
      return colours.green(text);
    case 'changed':
    case 'would-change':
      return colours.yellow(text);
    case 'deferred':
      return colours.magenta(text);
    case 'skipped':
      return colours.cyan(text);
    case 'failed':
    case 'unreachable':
      return colours.red(text);
  }
}

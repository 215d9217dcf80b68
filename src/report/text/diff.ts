import { linesOf } from './text.ts';
import type { Colours } from './style.ts';

/** The lines of a unified diff as a terminal may show them, coloured. */
export function formatDiff(diff: string, colours: Colours): string[] {
  return linesOf(diff).map((line, index) => colourLine(line, index, colours));
}

// The file names are the first two lines; below them a line that begins with `---` is a removed `--`.
function colourLine(line: string, index: number, colours: Colours): string {
  if (index < 2 && /^(?:---|\+\+\+) /.test(line)) return colours.bold(line);
  if (line.startsWith('+')) return colours.green(line);
  if (line.startsWith('-')) return colours.red(line);
  if (line.startsWith('@@')) return colours.cyan(line);
  return line;
}

import type { Output } from './output.ts';
import { displayWidth, truncate } from './text.ts';

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const eraseBelow = '\u001b[J';
const usualSize = { columns: 80, rows: 24 };

/**
 * A terminal with a few lines at its end that are drawn over again, and text that stays above them.
 *
 * Each change is one write, so that nothing flickers, and leaves the cursor at the end of the last line.
 */
export class Screen {
  readonly #output: Output;
  #lines: readonly string[] = [];
  #look = '';
  #state: 'unused' | 'drawn' | 'closed' = 'unused';

  constructor(output: Output) {
    this.#output = output;
  }

  /** Shows these lines in place of the last ones. Nothing after `close`. */
  draw(lines: readonly string[]): void {
    if (this.#state === 'closed') return;
    const fitting = this.#fit(lines);
    const look = `${this.#columns} ${fitting.join('\n')}`;
    if (look === this.#look) return;
    this.#look = look;
    this.#output.write(`${this.#state === 'unused' ? hideCursor : ''}${this.#erase()}${fitting.join('\n')}`);
    this.#lines = fitting;
    this.#state = 'drawn';
  }

  /** Writes text, whole lines, above the lines that are drawn. */
  print(text: string): void {
    const erase = this.#erase();
    this.#lines = this.#fit(this.#lines);
    this.#output.write(`${erase}${text}${this.#lines.join('\n')}`);
  }

  /** Takes the lines away and gives the cursor back. */
  close(): void {
    const wasDrawn = this.#state === 'drawn';
    this.#state = 'closed';
    if (wasDrawn) this.#output.write(`${this.#erase()}${showCursor}`);
    this.#lines = [];
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  get #columns(): number {
    return this.#output.columns ?? usualSize.columns;
  }

  // A line that the terminal breaks, or one that scrolls out, could not be erased.
  #fit(lines: readonly string[]): string[] {
    const rows = Math.max(1, (this.#output.rows ?? usualSize.rows) - 1);
    return lines.slice(0, rows).map((line) => truncate(line, this.#columns - 1));
  }

  #erase(): string {
    if (this.#lines.length === 0) return '';
    // A terminal that was made narrower has broken the lines itself.
    const rowsOf = (line: string): number => Math.max(1, Math.ceil(displayWidth(line) / this.#columns));
    const rows = this.#lines.reduce((sum, line) => sum + rowsOf(line), 0);
    return `\r${rows > 1 ? `\u001b[${rows - 1}A` : ''}${eraseBelow}`;
  }
}

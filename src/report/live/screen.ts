import type { Output } from '../output.ts';
import { displayWidth } from '../../base/display-width.ts';
import { truncate } from '../text/text.ts';

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
  #isDrawn = false;
  #isClosed = false;
  #pauses = 0;
  #held = '';

  constructor(output: Output) {
    this.#output = output;
  }

  /** Shows these lines in place of the last ones. Nothing after `close`. */
  draw(lines: readonly string[]): void {
    if (this.#isClosed || this.#pauses > 0) return;
    const fitting = this.#fit(lines);
    const look = `${this.#columns} ${fitting.join('\n')}`;
    if (look === this.#look) return;
    this.#look = look;
    this.#output.write(`${this.#isDrawn ? '' : hideCursor}${this.#erase()}${fitting.join('\n')}`);
    this.#lines = fitting;
    this.#isDrawn = true;
  }

  /** Writes text, whole lines, above the lines that are drawn. */
  print(text: string): void {
    if (this.#pauses > 0) {
      this.#held += text;
      return;
    }
    const erase = this.#erase();
    this.#lines = this.#fit(this.#lines);
    this.#output.write(`${erase}${text}${this.#lines.join('\n')}`);
  }

  /** Takes the lines away and keeps text back until the function that it returns is called. */
  pause(): () => void {
    this.#pauses++;
    this.#takeAway();
    let isOver = false;
    return () => {
      if (isOver || this.#isClosed) return;
      isOver = true;
      this.#pauses--;
      if (this.#pauses === 0) this.#release();
    };
  }

  /** Takes the lines away and gives the cursor back. */
  close(): void {
    this.#isClosed = true;
    this.#pauses = 0;
    this.#takeAway();
    this.#release();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  #takeAway(): void {
    if (this.#isDrawn) this.#output.write(`${this.#erase()}${showCursor}`);
    this.#lines = [];
    this.#look = '';
    this.#isDrawn = false;
  }

  #release(): void {
    if (this.#held !== '') this.#output.write(this.#held);
    this.#held = '';
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

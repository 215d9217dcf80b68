/**
 * What a terminal shows after it was given this output: the few codes that a report uses, nothing else.
 *
 * @throws Error at any other code, so that a test sees it.
 */
export function terminalOf(output: string, columns: number): TerminalState {
  const state = { lines: [[]] as string[][], row: 0, column: 0, isCursorShown: true };
  for (const [code] of output.matchAll(codes)) feed(state, code, columns);
  const lines = state.lines.map((cells) => cells.join('').trimEnd());
  return { text: lines.join('\n').trimEnd(), isCursorShown: state.isCursorShown, row: state.row, column: state.column };
}

/** The end of it. */
export interface TerminalState {
  /** All lines, also those that have scrolled out, without spaces at their ends. */
  readonly text: string;
  readonly isCursorShown: boolean;
  readonly row: number;
  readonly column: number;
}

interface Cells {
  lines: string[][];
  row: number;
  column: number;
  isCursorShown: boolean;
}

// oxlint-disable-next-line no-control-regex -- a code begins with escape
const codes = /\u001b\[[?0-9;]*[A-Za-z]|[^]/gu;

function feed(state: Cells, code: string, columns: number): void {
  if (code === '\n') [state.row, state.column] = [state.row + 1, 0];
  else if (code === '\r') state.column = 0;
  else if (code === '\u001b[J') eraseBelow(state);
  else if (code === '\u001b[?25l') state.isCursorShown = false;
  else if (code === '\u001b[?25h') state.isCursorShown = true;
  else if (code.startsWith('\u001b')) moveOrColour(state, code);
  else put(state, code, columns);
  state.lines[state.row] ??= [];
}

function moveOrColour(state: Cells, code: string): void {
  if (code.endsWith('m')) return;
  const up = /^.\[(\d+)A$/.exec(code)?.[1];
  if (up === undefined) throw new Error(`a code that no report uses: ${JSON.stringify(code)}`);
  if (Number(up) > state.row) throw new Error('above the first line');
  state.row -= Number(up);
}

function eraseBelow(state: Cells): void {
  state.lines.length = state.row + 1;
  state.lines[state.row]?.splice(state.column);
}

function put(state: Cells, character: string, columns: number): void {
  if (state.column >= columns) [state.row, state.column] = [state.row + 1, 0];
  const line = (state.lines[state.row] ??= []);
  while (line.length < state.column) line.push(' ');
  line[state.column] = character;
  state.column++;
}

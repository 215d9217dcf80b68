/** Where a report goes. Read anew at each use: a terminal changes its size while a run goes on. */
export interface Output {
  write(text: string): void;
  /** Width of the terminal, `null` when it has none. */
  readonly columns: number | null;
  /** Height of the terminal, `null` when it has none. */
  readonly rows: number | null;
  /** Whether lines can be drawn over again. */
  readonly isTty: boolean;
  /** Whether colours are wanted. */
  readonly colour: boolean;
}

/** What an output needs of a stream; `process.stdout` has it. */
export interface WritableStream {
  write(text: string): unknown;
  readonly columns?: number;
  readonly rows?: number;
  readonly isTTY?: boolean;
}

/** An output on a stream. */
export function outputOf(stream: WritableStream, colour: boolean): Output {
  return {
    write: (text) => void stream.write(text),
    get columns() {
      return sizeOf(stream.columns);
    },
    get rows() {
      return sizeOf(stream.rows);
    },
    isTty: stream.isTTY === true,
    colour,
  };
}

// A terminal that was never told its size says 0.
function sizeOf(size: number | undefined): number | null {
  return size === undefined || size < 1 ? null : size;
}

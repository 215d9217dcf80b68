import type { Bar } from './bars.ts';

/** Part of the result: tables, bars, and the numbers behind them. */
export interface Section {
  readonly text: string;
  readonly bars: readonly Bar[];
  readonly numbers: Readonly<Record<string, number>>;
}

import { writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { ask } from '../lab/run.ts';
import { barsOf, isKept } from './bars.ts';
import { replaceSection } from './markdown.ts';
import type { BenchOptions } from './options.ts';
import type { Section } from './section.ts';
import { summarize } from './summary.ts';
import { barTable, roleTables } from './table.ts';
import type { Trial } from './trial.ts';

/** All that was measured. */
export interface Result {
  readonly trials: readonly Trial[];
  /** Contenders that took no part, and why. */
  readonly absent: Map<string, string>;
  readonly connections: Section | null;
  readonly startup: Section | null;
}

/** Shows the result, and writes it where the options say. */
export async function writeResult(
  { trials, absent, connections, startup }: Result,
  options: BenchOptions,
): Promise<void> {
  const summaries = summarize(trials);
  const roleBars = barsOf(summaries);
  const sections = {
    role: trials.length === 0 ? null : roleTables(summaries, roleBars),
    connections: connections?.text ?? null,
    startup: startup?.text ?? null,
  };
  const about = await aboutRun(options, absent);
  process.stdout.write(`\n${[about, ...Object.values(sections)].filter(Boolean).join('\n\n')}\n`);
  const bars = [...roleBars, ...(connections?.bars ?? []), ...(startup?.bars ?? [])];
  const missed = bars.filter((bar) => !isKept(bar));
  process.stdout.write(`\n${bars.length - missed.length} bars kept, ${missed.length} missed\n`);
  if (missed.length > 0) process.stdout.write(`${barTable(missed)}\n`);
  if (options.json !== null) {
    const all = { about, trials, summaries, connections, startup, bars };
    writeFileSync(options.json, `${JSON.stringify(all, null, 2)}\n`);
  }
  for (const [name, text] of Object.entries(sections)) {
    if (options.markdown !== null && text !== null) replaceSection(options.markdown, name, `${about}\n\n${text}`);
  }
}

/** What the numbers were measured on, and who is missing. */
async function aboutRun({ rounds, budgetMs }: BenchOptions, absent: ReadonlyMap<string, string>): Promise<string> {
  const { stdout } = await ask('git', ['describe', '--always', '--dirty'], { cwd: import.meta.dirname });
  const commit = stdout === '' ? 'of an unknown commit' : stdout;
  const processors = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), shared by controller and hosts`;
  const versions = `Linux ${release()}, Node ${process.versions.node}`;
  const times =
    rounds > 0
      ? `; medians of ${budgetMs === null ? '' : 'at most '}${rounds} ${rounds === 1 ? 'round' : 'rounds'} (least–most)`
      : '';
  const missing = [...absent].map(([name, why]) => ` ${name} took no part: ${why}.`).join('');
  return `kmesh ${commit}, ${new Date().toISOString().slice(0, 10)}: ${processors}, ${versions}${times}.${missing}`;
}

import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { KmeshError } from '../../base/errors.ts';
import { didYouMean } from '../../base/did-you-mean.ts';
import type { RunEvent } from '../../engine/events.ts';
import { journalDir } from './journal.ts';
import { EventParser, type TimedEvent } from './parse-event.ts';

/** A run that was kept: how it began and ended. */
export interface KeptRun {
  readonly run: string;
  readonly startedAt: Date;
  readonly started: Extract<RunEvent, { kind: 'run-started' }>;
  /** `null`: it goes on, or was killed. */
  readonly finished: Extract<RunEvent, { kind: 'run-finished' }> | null;
}

// The first and the last line of a journal are found in so much of it.
const endBytes = 1024 * 1024;

/** The runs that are kept, the last one first. */
export function listJournals(stateDir: string): KeptRun[] {
  const parser = new EventParser();
  return namesIn(stateDir)
    .map((run) => summaryOf(run, endsOf(pathOf(stateDir, run)), parser))
    .filter((run) => run !== null)
    .sort((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
}

/**
 * The text of a journal, by its name, the beginning of it, or `last`.
 *
 * @throws KmeshError when there is none, or more than one
 */
export function readJournal(stateDir: string, wanted: string): string {
  return readFileSync(pathOf(stateDir, find(stateDir, wanted)), 'utf8');
}

/** The events of a journal, and how many lines of it can not be read. */
export function eventsIn(text: string): { readonly events: readonly TimedEvent[]; readonly unread: number } {
  const parser = new EventParser();
  const lines = text.split('\n').filter((line) => line !== '');
  const events = lines.map((line) => parser.parse(line)).filter((event) => event !== null);
  return { events, unread: lines.length - events.length };
}

function find(stateDir: string, wanted: string): string {
  const names = namesIn(stateDir);
  if (wanted === 'last') {
    const [last] = listJournals(stateDir);
    if (last !== undefined) return last.run;
  }
  const found = names.includes(wanted) ? [wanted] : names.filter((name) => wanted !== '' && name.startsWith(wanted));
  const [only, another] = found;
  if (only !== undefined && another === undefined) return only;
  if (another !== undefined) throw new KmeshError(`\`${wanted}\` may be ${found.join(' or ')}.`);
  const hint = didYouMean(wanted, names) ?? 'The command `kmesh journal` lists the runs that are kept.';
  throw new KmeshError(`There is no run \`${wanted}\` in ${journalDir(stateDir)}.`, { hint });
}

function namesIn(stateDir: string): string[] {
  try {
    const names = readdirSync(journalDir(stateDir)).filter((name) => name.endsWith('.jsonl'));
    return names.map((name) => name.replace(/\.jsonl$/, ''));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new KmeshError(`The journals can not be read: ${(error as Error).message}.`, { cause: error });
  }
}

function pathOf(stateDir: string, run: string): string {
  return join(journalDir(stateDir), `${run}.jsonl`);
}

function summaryOf(run: string, lines: readonly string[], parser: EventParser): KeptRun | null {
  const events = lines.filter((line) => line.startsWith('{"event":"run-')).map((line) => parser.parse(line));
  const start = events.find((one) => one?.event.kind === 'run-started');
  const end = events.find((one) => one?.event.kind === 'run-finished');
  if (start?.event.kind !== 'run-started') return null;
  const finished = end?.event.kind === 'run-finished' ? end.event : null;
  return { run, startedAt: start.time, started: start.event, finished };
}

/** The lines at both ends of a file; those between are not looked at when it is a large one. */
function endsOf(path: string): string[] {
  const handle = openSync(path, 'r');
  try {
    const { size } = fstatSync(handle);
    if (size <= 2 * endBytes) return readFileSync(handle, 'utf8').split('\n');
    return [...piece(handle, 0).split('\n'), ...piece(handle, size - endBytes).split('\n')];
  } finally {
    closeSync(handle);
  }
}

function piece(handle: number, from: number): string {
  const bytes = Buffer.alloc(endBytes);
  return bytes.toString('utf8', 0, readSync(handle, bytes, 0, endBytes, from));
}

import { KmeshError } from '../../base/errors.ts';
import { findStateDir } from '../../base/state-dir.ts';
import { outputOf } from '../../report/output.ts';
import { eventsIn, type KeptRun, listJournals, readJournal } from '../../report/files/journal-files.ts';
import { formatJournals } from '../../report/text/format-journals.ts';
import { escapeControls } from '../../report/files/json.ts';
import { styleOf } from '../../report/text/style.ts';
import type { Command } from '../options/command.ts';
import { openReporters, type ReportWorld } from './reporters.ts';
import { isGithub, stdoutReporter, wantsColour } from '../terminal.ts';

/** A command that looks back at runs. */
export type JournalCommand = Extract<Command, { kind: 'journal' }>;

/** Lists the runs that are kept, or tells one of them as it was told. */
export async function journalCommand(command: JournalCommand, world: ReportWorld): Promise<number> {
  const { path, warning } = findStateDir(world.env);
  if (path === null) throw new KmeshError(warning ?? 'There is no state directory.');
  if (command.run === null) world.stdout.write(listing(listJournals(path), command, world));
  else await tell(readJournal(path, command.run), command, world);
  return 0;
}

function listing(runs: readonly KeptRun[], command: JournalCommand, world: ReportWorld): string {
  const terminal = { isTty: world.stdout.isTTY === true, env: world.env };
  if (stdoutReporter(command, terminal) === 'json') return runs.map((run) => `${jsonOf(run)}\n`).join('');
  const output = outputOf(world.stdout, wantsColour(command, terminal));
  return formatJournals(runs, styleOf(output, { verbosity: 0, diff: false, check: false }));
}

function jsonOf({ run, startedAt, started, finished }: KeptRun): string {
  const { playbook, check, hosts } = started;
  const end = finished === null ? null : { ...finished, kind: undefined };
  return escapeControls(JSON.stringify({ run, startedAt, playbook, check, hosts, end }));
}

async function tell(text: string, command: JournalCommand, world: ReportWorld): Promise<void> {
  const terminal = { isTty: world.stdout.isTTY === true, env: world.env };
  const kind = stdoutReporter(command, terminal);
  // What was written is what JSON is; a program gets also what this version can not read.
  if (kind === 'json') world.stdout.write(text);
  const { events, unread } = eventsIn(text);
  const started = events.find(({ event }) => event.kind === 'run-started')?.event;
  const { check, playbook } = started?.kind === 'run-started' ? started : { check: false, playbook: '' };
  const clock = { now: new Date(0) };
  const { verbosity, diff, profile } = command;
  const messages = playbook === 'kmesh exec';
  const options = { verbosity, diff, check, profile, messages, now: () => clock.now };
  // Nothing moves in what is over; and it is not this job that has failed.
  const told = { ...world, env: isGithub(terminal) ? {} : world.env };
  const output = command.output.filter(({ file }) => file !== null);
  const silent = { ...told, stdout: { write: () => true } };
  const reporter = openReporters(
    { ...command, output: [...output, { kind: 'lines', file: null }] },
    options,
    kind === 'json' ? silent : told,
  );
  for (const { time, event } of events) {
    clock.now = time;
    reporter.handle(event);
  }
  await reporter.close();
  if (unread > 0) world.stderr.write(`warning: ${unread} lines of the journal can not be read by this version.\n`);
  if (!events.some(({ event }) => event.kind === 'run-finished')) {
    world.stderr.write('The run has not ended: it still goes on, or it was killed.\n');
  }
}

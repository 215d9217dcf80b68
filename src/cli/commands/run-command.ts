import { findStateDir } from '../../base/state-dir.ts';
import type { LoadedSite, SiteRequest } from '../../engine/input/load-site.ts';
import { type Journal, openJournal } from '../../report/files/journal.ts';
import { maskedReporter } from '../../report/masked.ts';
import type { Reporter, ReporterOptions } from '../../report/reporter.ts';
import { severalReporters } from '../../report/several.ts';
import { printFacts } from './ask-facts.ts';
import type { Command, Options } from '../options/command.ts';
import { exitCode } from '../options/exit-code.ts';
import { listHosts, listTags, listTasks } from './listings.ts';
import { type InputRequest, loadInput, type LoadedInput } from './load-input.ts';
import { execPlaybook, factsPlaybook, hostsPlaybook, rolePlaybook } from './made-up-playbook.ts';
import { masked } from '../masked-output.ts';
import { openReporters } from './reporters.ts';
import { startRun } from './start-run.ts';
import { showStatus } from './status-command.ts';
import { reportInput, tellProblems, tellWarnings } from './tell-input.ts';
import type { MaskedWorld, World } from '../world.ts';

/** A command that looks at a site. */
export type SiteCommand = Exclude<Extract<Command, Options>, { readonly kind: 'explain' | 'journal' }>;

/** Does a command and gives its exit code. */
export function runCommandLine(command: SiteCommand, outer: World): Promise<number> {
  return masked(command, outer, async (world) => {
    const isToRun = (loaded: LoadedSite): boolean => command.kind !== 'status' && listingOf(command, loaded) === null;
    const loaded = await loadInput(requestOf(command, world), command, world, isToRun);
    tellWarnings(loaded.warnings, world);
    if (loaded.problems.length > 0) return refuse(loaded, command, world);
    const listing = listingOf(command, loaded);
    if (listing === null) return carryOut(command, loaded, world);
    world.stdout.write(listing === '' ? '' : `${world.mask.hide(listing)}\n`);
    return 0;
  });
}

function carryOut(command: SiteCommand, loaded: LoadedInput, world: MaskedWorld): Promise<number> | number {
  switch (command.kind) {
    case 'status':
      return showStatus(loaded.runs, command, world);
    case 'facts':
      return printFacts(loaded, command, world);
    case 'run':
    case 'verify':
    case 'role':
    case 'exec':
      return report(loaded, command, world);
  }
}

function requestOf(command: SiteCommand, { cwd, bundledRoles, env }: World): InputRequest {
  const { inventory, limit, tags, skipTags, startAtTask, extraVars, check, diff } = command;
  const phases = command.kind === 'verify' ? 'verify' : 'all';
  const site = { inventory, limit, tags, skipTags, startAtTask, extraVars, check, diff, phases } as const;
  return { ...site, playbook: playbookOf(command, cwd), bundledRoles, env };
}

function playbookOf(command: SiteCommand, cwd: string): SiteRequest['playbook'] {
  switch (command.kind) {
    case 'run':
    case 'verify':
      return command.playbook;
    case 'role':
      return rolePlaybook(command.name, command.pattern, cwd);
    case 'exec':
      return execPlaybook(command.pattern, command.command, cwd);
    case 'facts':
      return factsPlaybook(command.pattern, cwd);
    case 'status':
      return hostsPlaybook(cwd);
  }
}

function listingOf(command: SiteCommand, loaded: LoadedSite): string | null {
  if (command.syntaxCheck) return 'The input is right.';
  if (command.listHosts) return listHosts(loaded);
  if (command.listTasks) return listTasks(loaded);
  return command.listTags ? listTags(loaded) : null;
}

async function refuse(loaded: LoadedSite, command: SiteCommand, world: MaskedWorld): Promise<number> {
  const code = tellProblems(loaded, world);
  const reporter = maskedReporter(openReporters(command, optionsOf(command, null), world), world.mask);
  reportInput(loaded, reporter);
  await reporter.close();
  return code;
}

async function report(loaded: LoadedInput, command: SiteCommand, world: MaskedWorld): Promise<number> {
  const reporter = maskedReporter(openAll(command, world), world.mask);
  try {
    reportInput(loaded, reporter);
    const telling = { listener: reporter.handle.bind(reporter), pause: () => reporter.pause() };
    const recap = await startRun(loaded, command, telling, world);
    return exitCode({ recap, interrupted: world.stop.aborted });
  } finally {
    await reporter.close();
  }
}

function openAll(command: SiteCommand, world: World): Reporter {
  const journal = journalOf(command, world);
  const kept = journal === null ? [] : [journal.reporter];
  try {
    return severalReporters([openReporters(command, optionsOf(command, journal?.run ?? null), world), ...kept]);
  } catch (error) {
    void severalReporters(kept).close();
    throw error;
  }
}

function optionsOf({ verbosity, diff, check, profile, kind }: SiteCommand, journal: string | null): ReporterOptions {
  return { verbosity, diff, check, profile, messages: kind === 'exec', journal };
}

// That the state directory can not be used is told with the run.
function journalOf({ diff }: SiteCommand, { env, stderr }: World): Journal | null {
  const { path } = findStateDir(env);
  const failed = (message: string): void => void stderr.write(`warning: ${message}\n`);
  return path === null ? null : openJournal({ stateDir: path, diff, failed });
}

import { formatDiagnostic, sortDiagnostics, visible } from '../base/diagnostic.ts';
import type { Secret } from '../base/secrets.ts';
import type { Listener } from '../engine/events.ts';
import { type LoadedSite, loadSite, reloadInventory, type SiteRequest } from '../engine/load-site.ts';
import type { Reloaded } from '../engine/refresh-inventory.ts';
import { OwedHandlers } from '../engine/owed-handlers.ts';
import { run } from '../engine/run.ts';
import { StatCache } from '../engine/stat-cache.ts';
import { findStateDir, stateDirOf } from '../base/state-dir.ts';
import type { ConnectDefaults } from '../engine/target.ts';
import { runPrograms } from '../inventory/programs.ts';
import { withoutCommands } from '../report/github-command.ts';
import { type Journal, openJournal } from '../report/journal.ts';
import { escapeControls } from '../report/json.ts';
import type { WritableStream } from '../report/output.ts';
import type { Reporter, ReporterOptions } from '../report/reporter.ts';
import { severalReporters } from '../report/several.ts';
import { connect } from '../transport/connect.ts';
import { askPrompts } from './ask-prompts.ts';
import type { Command, Options } from './command.ts';
import { exitCode, inputExitCode } from './exit-code.ts';
import { listHosts, listTags, listTasks } from './listings.ts';
import { execPlaybook, factsPlaybook, hostsPlaybook, rolePlaybook } from './made-up-playbook.ts';
import { askSecret, type PromptIo } from './prompt.ts';
import { stepByStep } from './step-by-step.ts';
import { showStatus } from './status-command.ts';
import { inputProblem, openReporters } from './reporters.ts';
import { isGithub } from './terminal.ts';

/** The world around a command, so that only main.ts touches the process. */
export interface World {
  readonly stdout: WritableStream;
  readonly stderr: WritableStream;
  readonly stdin: PromptIo['input'];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Folders of the roles that come with kmesh. */
  readonly bundledRoles: readonly string[];
  /** Aborted by the first Ctrl-C. */
  readonly stop: AbortSignal;
}

/** A command that looks at a site. */
export type SiteCommand = Exclude<Extract<Command, Options>, { readonly kind: 'explain' | 'journal' }>;

/** Does a command and gives its exit code. */
export async function runCommandLine(command: SiteCommand, world: World): Promise<number> {
  const loaded = await load(command, world);
  for (const warning of sortDiagnostics(loaded.warnings))
    tellOnStderr(`warning: ${formatDiagnostic(warning)}\n`, world);
  if (loaded.problems.length > 0) return tellInputProblems(loaded, command, world);
  const listing = listingOf(command, loaded);
  if (listing !== null) {
    world.stdout.write(listing === '' ? '' : `${listing}\n`);
    return 0;
  }
  if (command.kind === 'status') return showStatus(loaded.runs, command, world);
  return command.kind === 'facts' ? printFacts(loaded, command, world) : report(loaded, command, world);
}

/** Reads the input; what the plays want to know is asked once all of it is right. */
async function load(command: SiteCommand, world: World): Promise<Loaded> {
  const request = { ...requestOf(command, world), programs: await runPrograms(command.inventory, world) };
  const first = loadSite(request);
  const reload = async (): Promise<Reloaded> =>
    reloadInventory(request, first.site, await runPrograms(command.inventory, world));
  if (first.problems.length > 0 || first.prompts.length === 0 || listingOf(command, first) !== null)
    return { ...first, reload };
  const answers = await askPrompts(first.prompts, { input: world.stdin, output: world.stderr }, () => {});
  return { ...loadSite({ ...request, answers }), reload };
}

/** The input, and how to read the inventory anew. */
interface Loaded extends LoadedSite {
  readonly reload: () => Promise<Reloaded>;
}

function requestOf(command: SiteCommand, { cwd, bundledRoles, env }: World): SiteRequest {
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

async function tellInputProblems(loaded: LoadedSite, command: SiteCommand, world: World): Promise<number> {
  const code = tellProblems(loaded, world);
  const reporter = openReporters(command, optionsOf(command, null), world);
  tellInput(loaded, reporter);
  await reporter.close();
  return code;
}

/** Tells all that is wrong with the input, and gives the exit code. */
export function tellProblems({ problems }: Pick<LoadedSite, 'problems'>, world: World): number {
  const sorted = sortDiagnostics(problems);
  const sum = `${sorted.length} ${sorted.length === 1 ? 'problem' : 'problems'} in the input; no host was contacted.`;
  tellOnStderr(`${sorted.map(formatDiagnostic).join('\n\n')}\n\n${sum}\n`, world);
  return inputExitCode;
}

function tellOnStderr(text: string, { stderr, env }: World): void {
  stderr.write(isGithub({ isTty: false, env }) ? withoutCommands(text) : text);
}

/** What is wrong with the input stands on stderr already; this is for those who read a report. */
function tellInput({ warnings, problems }: LoadedSite, reporter: Reporter): void {
  for (const warning of sortDiagnostics(warnings)) reporter.handle(inputProblem('warning', warning));
  for (const problem of sortDiagnostics(problems)) reporter.handle(inputProblem('error', problem));
}

function listingOf(command: SiteCommand, loaded: LoadedSite): string | null {
  if (command.syntaxCheck) return 'The input is right.';
  if (command.listHosts) return listHosts(loaded);
  if (command.listTasks) return listTasks(loaded);
  return command.listTags ? listTags(loaded) : null;
}

/** What connections have where the inventory says nothing; asks for passwords. */
export async function defaultsOf(command: Options, world: World): Promise<ConnectDefaults> {
  const io: PromptIo = { input: world.stdin, output: world.stderr };
  const password = command.askPass ? await askSecret('SSH password', io) : null;
  const become = command.askBecomePass ? await askSecret('BECOME password (empty: the SSH password)', io) : null;
  return {
    user: command.user,
    port: null,
    connection: null,
    password,
    privateKeyFile: command.privateKey,
    hostKeyChecking: command.hostKeyChecking,
    connectTimeoutMs: command.timeoutSeconds * 1000,
    become: command.become,
    becomeUser: command.becomeUser,
    becomePassword: become?.reveal() === '' ? password : become,
  };
}

interface Going {
  readonly command: Options;
  readonly defaults: ConnectDefaults;
  readonly world: World;
  readonly listener: Listener;
  /** Keeps the report off the terminal while a question stands there; gives the way back. */
  readonly pause: () => () => void;
}

async function go(
  loaded: LoadedSite,
  { command, defaults, world, listener, pause }: Going,
): Promise<Awaited<ReturnType<typeof run>>> {
  const askPassphrase = passphrases({ input: world.stdin, output: world.stderr }, pause);
  const stopped = 'Stopping: what runs may end, nothing new is begun. Ctrl-C once more leaves at once.';
  world.stop.addEventListener('abort', () => listener({ kind: 'warning', message: stopped }), { once: true });
  const agentSocket = world.env.SSH_AUTH_SOCK || null;
  const notice = (message: string): void => listener({ kind: 'warning', message });
  const state = findStateDir(world.env);
  if (state.warning !== null) notice(state.warning);
  return run({
    ...loaded,
    statCache: command.statCache && state.path !== null ? new StatCache(state.path) : null,
    owed: state.path === null ? null : new OwedHandlers(state.path),
    uploadLimitBytesPerSecond: command.uploadLimit,
    playbook: loaded.playbookName,
    defaults,
    forks: command.forks,
    verbosity: command.verbosity,
    reload: 'reload' in loaded ? (loaded as Loaded).reload : null,
    confirm: command.step ? stepByStep({ input: world.stdin, output: world.stderr }, pause) : null,
    connect: (target) => connect(target, { agentSocket, askPassphrase, notice, stateDir: stateDirOf(world.env) }),
    stop: world.stop,
    listener,
  });
}

// Two questions at once on one terminal would mix up their answers.
function passphrases(io: PromptIo, pause: Going['pause']): (keyFile: string) => Promise<Secret | null> {
  let last: Promise<unknown> = Promise.resolve();
  return (keyFile) => {
    const answer = last.then(async () => {
      if (io.input.isTTY !== true) return null;
      const resume = pause();
      return askSecret(`Passphrase of ${keyFile}`, io).finally(resume);
    });
    last = answer.catch(() => null);
    return answer;
  };
}

async function report(loaded: LoadedSite, command: SiteCommand, world: World): Promise<number> {
  const reporter = openAll(command, world);
  try {
    tellInput(loaded, reporter);
    const defaults = await defaultsOf(command, world);
    const listener: Listener = (event) => reporter.handle(event);
    const recap = await go(loaded, { command, defaults, world, listener, pause: () => reporter.pause() });
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

async function printFacts(loaded: LoadedSite, command: SiteCommand, world: World): Promise<number> {
  const recap = await askFacts(loaded, command, await defaultsOf(command, world), world);
  const facts = Object.fromEntries(
    loaded.runs.flatMap(({ host, known }) => (known.facts === null ? [] : [[host.name, known.facts]])),
  );
  world.stdout.write(`${escapeControls(JSON.stringify(facts, null, 2))}\n`);
  return exitCode({ recap, interrupted: world.stop.aborted });
}

/** Asks all hosts of a site for their facts; who can not be reached is told. */
export async function askFacts(
  loaded: LoadedSite,
  command: Options,
  defaults: ConnectDefaults,
  world: World,
): Promise<Awaited<ReturnType<typeof run>>> {
  const listener: Listener = (event) => {
    if (event.kind === 'host-unreachable') world.stderr.write(`${event.host}: ${visible(event.failure.message)}\n`);
    if (event.kind === 'warning') world.stderr.write(`warning: ${visible(event.message)}\n`);
  };
  for (const { known } of loaded.runs) known.factsWanted = true;
  return go(loaded, { command, defaults, world, listener, pause: () => () => {} });
}

import { dirname, resolve } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { must } from '../../base/errors.ts';
import type { Layer } from '../../base/layer.ts';
import type { ConnectionSettings } from '../../inventory/connection.ts';
import { loadInventory, noInventory } from '../../inventory/load.ts';
import type { ProgramOutputs } from '../../inventory/programs.ts';
import { patternText } from '../../inventory/select.ts';
import { type LoadedPlaybook, loadPlaybook, loadPlaybookSource } from '../../playbook/load-playbook.ts';
import type { Play, VarsPrompt } from '../../playbook/playbook.ts';
import type { Source } from '../../base/source.ts';
import { type ControllerReads, newControllerReads } from '../variables/controller-reads.ts';
import { Vault } from '../../vault/vault.ts';
import { checkInput } from './check-input.ts';
import { loadExtraVars } from './extra-vars.ts';
import type { HostRun } from '../variables/host-run.ts';
import type { Reloaded } from './reloaded.ts';
import { InputFiles } from '../hosts/inputs.ts';
import { gatheringFacts } from '../variables/not-yet-known.ts';
import { type AssignedPlay, assignHosts, chosenRuns, hostRuns } from './site-hosts.ts';
import { chosenSteps, type StepChoice } from './chosen-steps.ts';
import { settingsOf } from '../hosts/target.ts';
import type { Site } from '../variables/site.ts';
import { tagWarnings } from './tags.ts';
import { type Answers, awaitAnswers, openPrompts, withAnswers } from './vars-prompt.ts';

/** What the command line says of the input. */
export interface SiteRequest extends StepChoice {
  /** A file, or a playbook that is made up and stands at a path all the same. */
  readonly playbook: string | { readonly path: string; readonly source: Source };
  readonly inventory: readonly string[];
  /** What the programs among them said. */
  readonly programs?: ProgramOutputs;
  readonly limit: string | null;
  readonly extraVars: readonly string[];
  /** Answers to `vars_prompt`; not given: there are none yet. */
  readonly answers?: Answers;
  readonly check: boolean;
  readonly diff: boolean;
  /** Folders of roles that come with kmesh. */
  readonly bundledRoles: readonly string[];
  /** The environment, for lookups; nothing of it is known without. */
  readonly env?: ControllerReads['env'];
  /** Passwords of what is encrypted; not given: there are none. What is read becomes known to its mask. */
  readonly vault?: Vault;
}

/** Everything a run is made of, checked as far as that goes without a host. */
export interface LoadedSite {
  readonly site: Site;
  /** What the run is called: the playbook's path, or the command that made it up. */
  readonly playbookName: string;
  readonly plays: AssignedPlay[];
  readonly phases: StepChoice['phases'];
  readonly runs: HostRun[];
  readonly settings: ReadonlyMap<string, ConnectionSettings>;
  readonly files: InputFiles;
  /** Questions of `vars_prompt` that have no answer yet: nothing is run before. */
  readonly prompts: readonly VarsPrompt[];
  /** Any of these, and nothing is run. */
  readonly problems: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/** Reads inventory, playbook, roles and variables, and finds everything that is wrong with them. Contacts no host. */
export function loadSite(request: SiteRequest): LoadedSite {
  const found = { problems: [] as Diagnostic[], warnings: [] as Diagnostic[] };
  const vault = request.vault ?? new Vault();
  const extraVars = loadExtraVars(request.extraVars, found.problems, vault);
  const { playbook, problems } = readPlaybook(request, extraVars, vault);
  found.problems.push(...problems);
  const playbookDir = dirname(resolve(playbook.path));
  const before = found.problems.length;
  const unread = vault.unreadCount;
  const inventory = readInventory(request, vault, playbookDir, found);
  const inventoryProblems = found.problems.slice(before);
  const { answers = new Map<string, string>() } = request;
  const prompts = openPrompts(playbook.plays, answers, extraVars);
  const answered = playbook.plays.map((play) => withAnswers(play, answers));
  // The tag may stand in a file that could not be read.
  if (!vault.hasFailed) found.warnings.push(...tagWarnings(playbook.plays, request));
  const chosen = chosenSteps(answered, request, found.problems);
  const limit = request.limit === null ? null : patternText('--limit', request.limit);
  // The hosts that are missing may stand in a file that could not be read.
  const isWhole = vault.unreadCount === unread;
  const plays = assignHosts(chosen, inventory, limit, isWhole ? found : { problems: [], warnings: [] });
  const hosts = hostRuns(inventory, plays);
  const { check, diff, env = {} } = request;
  const roles = plays.flatMap(({ play }) => play.roles);
  const reads = newControllerReads(env, vault);
  const told = { limit: request.limit, tags: request.tags, skipTags: request.skipTags };
  const site: Site = { inventory, hosts, extraVars, playbookDir, check, diff, chosen: told, plays, roles, reads };
  // Whatever is evaluated before the run makes no password.
  const trial: Site = { ...site, reads: { ...site.reads, isTrial: true } };
  const files = new InputFiles(playbookDir, vault);
  const runs = chosenRuns(hosts, plays);
  const settings = new Map(runs.map((run) => [run.host.name, settingsOf(trial, run, found.problems)]));
  taintSettings(settings.values(), vault);
  // What is only a consequence of a file that could not be read would hide the one thing that is wrong.
  if (!vault.hasFailed && [...problems, ...inventoryProblems].every(({ at }) => at !== null)) {
    const tried = hostRuns(inventory, plays);
    for (const assigned of plays) awaitAnswers(assigned, prompts, tried);
    found.problems.push(...checkInput({ ...trial, hosts: tried }, plays, files));
    awaitFacts(plays, hosts, tried);
  }
  return {
    site,
    playbookName: typeof request.playbook === 'string' ? request.playbook : request.playbook.source.name,
    plays,
    phases: request.phases,
    runs,
    settings,
    files,
    prompts,
    ...found,
  };
}

/** Reads the inventory of a request anew. @param programs what its programs say now */
export function reloadInventory(request: SiteRequest, { playbookDir }: Site, programs: ProgramOutputs): Reloaded {
  const found = { problems: [] as Diagnostic[], warnings: [] as Diagnostic[] };
  const inventory = readInventory({ ...request, programs }, request.vault ?? new Vault(), playbookDir, found);
  const limit = request.limit === null ? null : patternText('--limit', request.limit);
  const quiet = { problems: [], warnings: [] };
  const assign = (play: Play): AssignedPlay => must(assignHosts([play], inventory, limit, quiet)[0], 'play');
  return { inventory, problems: found.problems, assign };
}

/** Facts come later where a play gathers them; at once, with connecting, where the check has seen that they are needed. */
function awaitFacts(plays: readonly AssignedPlay[], hosts: Site['hosts'], tried: Site['hosts']): void {
  for (const name of plays.flatMap(({ play, allHosts }) => (play.gatherFacts ? allHosts : []))) {
    const known = hosts.get(name)?.known;
    if (known === undefined) continue;
    known.factsWaitFor = gatheringFacts;
    known.factsWanted = tried.get(name)?.known.factsWanted ?? false;
  }
}

function taintSettings(settings: Iterable<ConnectionSettings>, { mask }: Vault): void {
  for (const { password, becomePassword } of settings) {
    for (const secret of [password, becomePassword]) if (secret !== null) mask.add(secret.reveal());
  }
}

function readPlaybook({ playbook, bundledRoles }: SiteRequest, extraVars: Layer, vault: Vault): LoadedPlaybook {
  const reading = { bundledRoles, extraVars, vault };
  if (typeof playbook === 'string') return loadPlaybook(playbook, reading);
  return loadPlaybookSource(playbook.path, playbook.source, reading);
}

function readInventory(
  { inventory: sources, programs = new Map() }: SiteRequest,
  vault: Vault,
  playbookDir: string,
  found: { readonly problems: Diagnostic[]; readonly warnings: Diagnostic[] },
): Site['inventory'] {
  const loaded = loadInventory(sources, { cwd: process.cwd(), playbookDirs: [playbookDir], programs, vault });
  found.problems.push(...loaded.diagnostics);
  found.warnings.push(...loaded.warnings);
  if (sources.length === 0 && loaded.diagnostics.length === 0) found.warnings.push(noInventory);
  return loaded.inventory;
}

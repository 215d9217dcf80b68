import { dirname, resolve } from 'node:path';
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import type { ConnectionSettings } from '../inventory/connection.ts';
import { loadInventory } from '../inventory/load.ts';
import { patternText } from '../inventory/select.ts';
import { type LoadedPlaybook, loadPlaybook, loadPlaybookSource } from '../playbook/load-playbook.ts';
import type { Source } from '../base/source.ts';
import { Vault } from '../vault/vault.ts';
import { checkInput } from './check-input.ts';
import { loadExtraVars } from './extra-vars.ts';
import type { HostRun } from './host-run.ts';
import { InputFiles } from './inputs.ts';
import { gatheringFacts } from './not-yet-known.ts';
import { type AssignedPlay, assignHosts, chosenRuns, hostRuns } from './site-hosts.ts';
import { chosenTasks, type TagChoice } from './tags.ts';
import { settingsOf } from './target.ts';
import type { Site } from './site.ts';

/** What the command line says of the input. */
export interface SiteRequest extends TagChoice {
  /** A file, or a playbook that is made up and stands at a path all the same. */
  readonly playbook: string | { readonly path: string; readonly source: Source };
  readonly inventory: readonly string[];
  readonly limit: string | null;
  readonly extraVars: readonly string[];
  readonly check: boolean;
  readonly diff: boolean;
  /** Folders of roles that come with kmesh. */
  readonly bundledRoles: readonly string[];
  /** Passwords of what is encrypted; not given: there are none. What is read becomes known to its mask. */
  readonly vault?: Vault;
}

/** Everything a run is made of, checked as far as that goes without a host. */
export interface LoadedSite {
  readonly site: Site;
  /** What the run is called: the playbook's path, or the command that made it up. */
  readonly playbookName: string;
  readonly plays: readonly AssignedPlay[];
  readonly runs: readonly HostRun[];
  readonly settings: ReadonlyMap<string, ConnectionSettings>;
  readonly files: InputFiles;
  /** Any of these, and nothing is run. */
  readonly problems: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/** Reads inventory, playbook, roles and variables, and finds everything that is wrong with them. Contacts no host. */
export function loadSite(request: SiteRequest): LoadedSite {
  const found = { problems: [] as Diagnostic[], warnings: [] as Diagnostic[] };
  const vault = request.vault ?? new Vault();
  const { playbook, problems } = readPlaybook(request, vault);
  found.problems.push(...problems);
  const playbookDir = dirname(resolve(playbook.path));
  const inventory = readInventory(request, vault, playbookDir, found);
  const inventoryProblems = found.problems.slice(problems.length);
  const chosen = playbook.plays.map((play) => chosenTasks(play, request));
  const limit = request.limit === null ? null : patternText('--limit', request.limit);
  const plays = assignHosts(chosen, inventory, limit, found);
  const hosts = hostRuns(inventory, plays);
  const extraVars = loadExtraVars(request.extraVars, found.problems, vault);
  const site: Site = { inventory, hosts, extraVars, playbookDir, check: request.check, diff: request.diff };
  const files = new InputFiles(playbookDir, vault);
  const runs = chosenRuns(hosts, plays);
  const settings = new Map(runs.map((run) => [run.host.name, settingsOf(site, run, found.problems)]));
  taintSettings(settings.values(), vault);
  // What is only a consequence of a file that could not be read would hide the one thing that is wrong.
  if (!vault.hasFailed && [...problems, ...inventoryProblems].every(({ at }) => at !== null)) {
    const tried = hostRuns(inventory, plays);
    found.problems.push(...checkInput({ ...site, hosts: tried }, plays, files));
    awaitFacts(plays, hosts, tried);
  }
  return {
    site,
    playbookName: typeof request.playbook === 'string' ? request.playbook : request.playbook.source.name,
    plays,
    runs,
    settings,
    files,
    ...found,
  };
}

/** Facts come later where a play gathers them; at once, with connecting, where the check has seen that they are needed. */
function awaitFacts(plays: readonly AssignedPlay[], hosts: Site['hosts'], tried: Site['hosts']): void {
  for (const name of plays.flatMap(({ play, hosts: own }) => (play.gatherFacts ? own : []))) {
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

function readPlaybook({ playbook, bundledRoles }: SiteRequest, vault: Vault): LoadedPlaybook {
  if (typeof playbook === 'string') return loadPlaybook(playbook, bundledRoles, vault);
  return loadPlaybookSource(playbook.path, playbook.source, bundledRoles, vault);
}

function readInventory(
  { inventory: sources }: SiteRequest,
  vault: Vault,
  playbookDir: string,
  found: { readonly problems: Diagnostic[]; readonly warnings: Diagnostic[] },
): Site['inventory'] {
  const loaded = loadInventory(sources, { cwd: process.cwd(), playbookDirs: [playbookDir], vault });
  found.problems.push(...loaded.diagnostics);
  found.warnings.push(...loaded.warnings);
  const nothing = sources.length === 0 && loaded.diagnostics.length === 0;
  if (nothing)
    found.warnings.push(
      diagnostic(null, 'No inventory is given: only `localhost` is known.', 'Name one with `-i hosts`.'),
    );
  return loaded.inventory;
}

import { dirname, resolve } from 'node:path';
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import type { ConnectionSettings } from '../inventory/connection.ts';
import { loadInventory } from '../inventory/load.ts';
import { patternText } from '../inventory/select.ts';
import { type LoadedPlaybook, loadPlaybook, loadPlaybookSource } from '../playbook/load-playbook.ts';
import type { Source } from '../base/source.ts';
import { type ControllerReads, newControllerReads } from './controller-reads.ts';
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
  /** The environment, for lookups; nothing of it is known without. */
  readonly env?: ControllerReads['env'];
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
  const { playbook, problems } = readPlaybook(request);
  found.problems.push(...problems);
  const playbookDir = dirname(resolve(playbook.path));
  const inventory = readInventory(request, playbookDir, found);
  const inventoryProblems = found.problems.slice(problems.length);
  const chosen = playbook.plays.map((play) => chosenTasks(play, request));
  const limit = request.limit === null ? null : patternText('--limit', request.limit);
  const plays = assignHosts(chosen, inventory, limit, found);
  const hosts = hostRuns(inventory, plays);
  const extraVars = loadExtraVars(request.extraVars, found.problems);
  const { check, diff, env = {} } = request;
  const roles = plays.flatMap(({ play }) => play.roles);
  const reads = newControllerReads(env);
  const site: Site = { inventory, hosts, extraVars, playbookDir, check, diff, roles, reads };
  // Whatever is evaluated before the run makes no password.
  const trial: Site = { ...site, reads: { ...site.reads, isTrial: true } };
  const files = new InputFiles(playbookDir);
  const runs = chosenRuns(hosts, plays);
  const settings = new Map(runs.map((run) => [run.host.name, settingsOf(trial, run, found.problems)]));
  // What is only a consequence of a file that could not be read would hide the one thing that is wrong.
  if ([...problems, ...inventoryProblems].every(({ at }) => at !== null)) {
    const tried = hostRuns(inventory, plays);
    found.problems.push(...checkInput({ ...trial, hosts: tried }, plays, files));
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

function readPlaybook({ playbook, bundledRoles }: SiteRequest): LoadedPlaybook {
  if (typeof playbook === 'string') return loadPlaybook(playbook, bundledRoles);
  return loadPlaybookSource(playbook.path, playbook.source, bundledRoles);
}

function readInventory(
  { inventory: sources }: SiteRequest,
  playbookDir: string,
  found: { readonly problems: Diagnostic[]; readonly warnings: Diagnostic[] },
): Site['inventory'] {
  const loaded = loadInventory(sources, { cwd: process.cwd(), playbookDirs: [playbookDir] });
  found.problems.push(...loaded.diagnostics);
  found.warnings.push(...loaded.warnings);
  const nothing = sources.length === 0 && loaded.diagnostics.length === 0;
  if (nothing)
    found.warnings.push(
      diagnostic(null, 'No inventory is given: only `localhost` is known.', 'Name one with `-i hosts`.'),
    );
  return loaded.inventory;
}

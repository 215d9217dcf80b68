import type { Layer } from '../base/layer.ts';
import { type Data, type Entry, type Node, toData } from '../base/node.ts';
import type { Span } from '../base/source.ts';
import type { Task } from '../playbook/playbook.ts';
import { allSteps } from './all-steps.ts';
import { factAliases } from './fact-aliases.ts';
import type { HostRun } from './host-run.ts';
import { magicNames, magicValue } from './magic.ts';
import type { AssignedPlay } from './site-hosts.ts';
import type { Place, Site } from './site.ts';
import { nameOf } from './task-ref.ts';
import type { Part } from './variable-path.ts';
import type { HostScope } from './variables.ts';

/** One place that gives a variable a value. */
export interface Setting {
  /**
   * `kmesh`: it gives the name itself · `host`: a fact · `files`: a file or the command line · `run`: a task, once it has
   * run · `task`: the `vars` of a task, for that task alone.
   */
  readonly kind: 'kmesh' | 'host' | 'files' | 'run' | 'task';
  /** `role defaults of bird2`, `set_fact in Find the router id`. */
  readonly layer: string;
  readonly at: Span | null;
  /** As it is written, with templates in it; `undefined`: this place sets the variable without the part that was asked for. */
  readonly written: Data | undefined;
  /** Its value counts, before any task has run. */
  readonly wins: boolean;
}

interface Parts {
  readonly site: Site;
  readonly run: HostRun;
  readonly place: Place;
  readonly scope: HostScope;
  readonly plays: readonly AssignedPlay[];
}

/** All places that set a variable, from the lowest to the highest precedence. */
export function settingsOf(parts: Parts, path: readonly Part[]): readonly Setting[] {
  const name = path[0]?.name ?? '';
  const { site, run, place } = parts;
  const isMagic = magicNames.some((magic) => magic === name) || magicValue(name, site, run, place) !== undefined;
  const { above, below } = layersAround(parts);
  const ofLayers = (layers: readonly Layer[]): Setting[] =>
    layers.flatMap(({ name: layer, entries }) => {
      const entry = entries.get(name);
      return entry === undefined ? [] : [fromFile(layer, entry, path)];
    });
  const facts: Setting[] =
    name === 'facts' || factAliases.has(name)
      ? [{ kind: 'host', layer: 'facts of the host', at: null, written: undefined, wins: false }]
      : [];
  const settings = [...facts, ...ofLayers(below), ...fromTasks(name, path, parts), ...ofLayers(above)];
  const magic: Setting[] = isMagic
    ? [{ kind: 'kmesh', layer: 'kmesh itself', at: null, written: undefined, wins: true }]
    : [];
  return [...withWinner(settings, isMagic), ...magic];
}

/** Layers below and above what tasks set, each lowest first. One that comes twice counts where it is highest. */
function layersAround({ site, place, scope }: Parts): { readonly above: Layer[]; readonly below: Layer[] } {
  const layers = [...new Set(scope.layers())].toReversed();
  const winsOverTasks = (layer: Layer): boolean =>
    layer === site.extraVars || layer === place.role?.params || place.params.includes(layer);
  return { above: layers.filter(winsOverTasks), below: layers.filter((layer) => !winsOverTasks(layer)) };
}

function withWinner(settings: readonly Setting[], isMagic: boolean): Setting[] {
  const winner = settings.findLastIndex(({ kind }) => kind === 'files' || kind === 'host');
  return settings.map((setting, i) => (i === winner && !isMagic ? { ...setting, wins: true } : setting));
}

function fromFile(layer: string, { keySpan, value }: Entry, path: readonly Part[]): Setting {
  return { kind: 'files', layer, at: keySpan, written: writtenAt(value, path.slice(1)), wins: false };
}

// A template that gives the whole is shown for any part of it.
function writtenAt(node: Node, path: readonly Part[]): Data | undefined {
  const [part, ...rest] = path;
  if (part === undefined) return toData(node);
  if (node.kind === 'scalar')
    return typeof node.value === 'string' && node.value.includes('{{') ? node.value : undefined;
  const next =
    node.kind === 'list' ? node.items[Number(part.name)] : node.entries.find(({ key }) => key === part.name)?.value;
  return next === undefined ? undefined : writtenAt(next, rest);
}

/** What tasks of this play, and of plays before it on the same host, do to a variable. */
function fromTasks(name: string, path: readonly Part[], { plays, place, run }: Parts): Setting[] {
  const last = plays.findIndex(({ play }) => play === place.play);
  const seen = plays.slice(0, last + 1).filter(({ hosts }) => hosts.includes(run.host.name));
  return seen.flatMap(({ play }) => {
    const steps = [...allSteps(play.phases.flatMap((phase) => phase.steps)), ...play.handlers];
    const tasks = steps.filter((step) => step.kind === 'task');
    const own = play === place.play ? tasks.flatMap((task) => varsOf(task, name, path, place)) : [];
    return [...own, ...tasks.flatMap((task) => resultsOf(task, name, path))];
  });
}

function varsOf(task: Task, name: string, path: readonly Part[], { role }: Place): Setting[] {
  if (task.role !== role) return [];
  return task.vars.flatMap((layer) => {
    const entry = layer.entries.get(name);
    return entry === undefined ? [] : [{ ...fromFile(`${layer.name} ${nameOf(task)}`, entry, path), kind: 'task' }];
  });
}

function resultsOf(task: Task, name: string, path: readonly Part[]): Setting[] {
  const results: Setting[] = [];
  const fact = task.module.name === 'set_fact' ? task.args.entries.find(({ key }) => key === name) : undefined;
  if (fact !== undefined) results.push({ ...fromFile(`set_fact in ${nameOf(task)}`, fact, path), kind: 'run' });
  if (task.register === name) {
    const layer = `register of ${nameOf(task)}`;
    results.push({ kind: 'run', layer, at: task.at, written: undefined, wins: false });
  }
  return results;
}

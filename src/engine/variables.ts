import { EvaluationError } from '../base/errors.ts';
import type { Layer } from '../base/layer.ts';
import type { Data, Entry } from '../base/node.ts';
import { formatSpan } from '../base/source.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Play, Role } from '../playbook/playbook.ts';
import { evaluate, isConstant } from '../template/evaluate.ts';
import type { Scope } from '../template/scope.ts';
import { factAliases, factByAlias } from './fact-aliases.ts';
import type { HostRun } from './host-run.ts';

/** A name has no value yet: what gives it one has not run. It passes through templates and tells the engine to wait. */
export class NotYetKnown extends Error {
  /** The name of the task that would tell. */
  readonly waitsFor: string;

  constructor(waitsFor: string) {
    super(`not known before: ${waitsFor}`);
    this.waitsFor = waitsFor;
  }
}

/** What all hosts of a run share. */
export interface Site {
  readonly inventory: Inventory;
  readonly hosts: ReadonlyMap<string, HostRun>;
  readonly extraVars: Layer;
  readonly playbookDir: string;
  readonly check: boolean;
  readonly diff: boolean;
}

/** Where a task stands: it decides which layers its names are looked up in. */
export interface Place {
  readonly play: Play | null;
  /** Names of the play's hosts and of the batch's. */
  readonly playHosts: readonly string[];
  readonly batch: readonly string[];
  readonly role: Role | null;
  readonly taskVars: Layer | null;
  readonly loop: ReadonlyMap<string, Data> | null;
}

/** A place outside of any play, as for connection variables. */
export const nowhere: Place = { play: null, playHosts: [], batch: [], role: null, taskVars: null, loop: null };

/**
 * The variables of a host at a place, evaluated when they are asked for.
 *
 * From the lowest: role defaults, inventory, play vars, vars_files, role vars, task vars, set_fact and register, role
 * params, extra vars. A higher layer replaces the whole value of a lower one.
 */
export class HostScope implements Scope {
  readonly #site: Site;
  readonly #run: HostRun;
  readonly #place: Place;
  readonly #values = new Map<string, Data>();
  /** What is being evaluated, here and on hosts whose variables are asked for from here: `hostvars.a.x`. */
  readonly #open: string[];
  #version = -1;

  constructor(site: Site, run: HostRun, place: Place, open: string[] = []) {
    this.#open = open;
    this.#site = site;
    this.#run = run;
    this.#place = place;
  }

  lookup(name: string): Data | undefined {
    if (this.#version !== this.#run.known.version) {
      this.#values.clear();
      this.#version = this.#run.known.version;
    }
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const value = this.#find(name);
    if (value !== undefined) this.#values.set(name, value);
    return value;
  }

  *names(): Iterable<string> {
    yield* ['inventory_hostname', 'inventory_hostname_short', 'group_names', 'groups', 'hostvars'];
    if (this.hasFacts) yield 'facts';
    if (this.#place.loop !== null) yield* this.#place.loop.keys();
    yield* this.#run.known.names();
    for (const layer of this.layers()) yield* layer.entries.keys();
  }

  /** Whether facts are there, or will be. */
  get hasFacts(): boolean {
    const { facts, factsWaitFor } = this.#run.known;
    return facts !== null || factsWaitFor !== null;
  }

  /** All layers of files and of the command line that apply here, highest first. */
  layers(): Layer[] {
    const { play, role, taskVars } = this.#place;
    const roles = play?.roles ?? [];
    return [
      this.#site.extraVars,
      ...(role === null ? [] : [role.params]),
      ...(taskVars === null ? [] : [taskVars]),
      ...(role === null ? [] : [role.vars]),
      ...roles.map((r) => r.vars).toReversed(),
      ...(play?.varsFiles ?? []).toReversed(),
      ...(play === null ? [] : [play.vars]),
      ...this.#site.inventory.layersOf(this.#run.host.name).toReversed(),
      ...(role === null ? [] : [role.defaults]),
      ...roles.map((r) => r.defaults).toReversed(),
    ];
  }

  #find(name: string): Data | undefined {
    const magic = this.#magic(name);
    if (magic !== undefined) return magic;
    const item = this.#place.loop?.get(name);
    if (item !== undefined) return item;
    const entry = this.#above(name) ?? this.#result(name) ?? this.#below(name);
    if (entry !== null && 'data' in entry) return entry.data;
    if (entry !== null) return this.#evaluate(entry);
    return this.#fact(name);
  }

  // Layers that win over what tasks have set.
  #above(name: string): Entry | null {
    const { role } = this.#place;
    return this.#site.extraVars.entries.get(name) ?? role?.params.entries.get(name) ?? null;
  }

  #below(name: string): Entry | null {
    for (const layer of this.layers()) {
      const entry = layer.entries.get(name);
      if (entry !== undefined) return entry;
    }
    return null;
  }

  #result(name: string): { readonly data: Data } | null {
    const { known } = this.#run;
    const waitsFor = known.waitsFor(name);
    if (waitsFor !== null) throw new NotYetKnown(waitsFor);
    const data = known.get(name);
    return data === undefined ? null : { data };
  }

  #evaluate(entry: Entry): Data {
    const { key, keySpan, value } = entry;
    if (isConstant(value)) return evaluate(value, this);
    const own = `hostvars.${this.#run.host.name}.`;
    const path = `${own}${key}`;
    if (this.#open.includes(path)) {
      const cycle = [...this.#open.slice(this.#open.indexOf(path)), path].map((name) => name.replace(own, ''));
      throw new EvaluationError(`\`${key}\` is made of itself: ${cycle.join(' → ')}.`, { at: keySpan });
    }
    this.#open.push(path);
    try {
      return evaluate(value, this);
    } finally {
      this.#open.pop();
    }
  }

  #fact(name: string): Data | undefined {
    if (name !== 'facts' && !factAliases.has(name)) return undefined;
    const { facts, factsWaitFor } = this.#run.known;
    if (facts === null && factsWaitFor !== null) throw new NotYetKnown(factsWaitFor);
    if (facts === null) return undefined;
    return name === 'facts' ? facts : factByAlias(name, facts);
  }

  #magic(name: string): Data | undefined {
    const { host } = this.#run;
    const { inventory, playbookDir, check, diff } = this.#site;
    switch (name) {
      case 'inventory_hostname':
        return host.name;
      case 'inventory_hostname_short':
        return host.name.split('.')[0] ?? host.name;
      case 'group_names':
        return host.groups.filter((group) => group !== 'all').sort();
      case 'groups':
        return Object.fromEntries([...inventory.groups.values()].map((group) => [group.name, group.hosts]));
      case 'hostvars':
        return this.#hostVariables();
      case 'inventory_dir':
        return host.inventoryDir ?? undefined;
      case 'inventory_file':
        return host.inventoryFile ?? undefined;
      case 'playbook_dir':
        return playbookDir;
      case 'role_name':
        return this.#place.role?.name;
      case 'role_path':
        return this.#place.role?.path;
      case 'ansible_play_hosts':
        return this.#place.playHosts;
      case 'ansible_play_batch':
        return this.#place.batch;
      case 'ansible_check_mode':
        return check;
      case 'ansible_diff_mode':
        return diff;
      default:
        return undefined;
    }
  }

  // Made of accessors, so that only what a template names is evaluated.
  #hostVariables(): Data {
    const all = Object.create(null) as Record<string, Data>;
    for (const [name, run] of this.#site.hosts) {
      lazily(all, name, () =>
        variablesOf(new HostScope(this.#site, run, { ...this.#place, taskVars: null, loop: null }, this.#open)),
      );
    }
    return all;
  }
}

/** All variables of a scope as one object whose properties are evaluated when they are read. */
function variablesOf(scope: HostScope): Data {
  const all = Object.create(null) as Record<string, Data>;
  for (const name of new Set([...scope.names(), ...(scope.hasFacts ? factAliases : [])])) {
    if (name !== 'hostvars') lazily(all, name, () => scope.lookup(name) ?? null);
  }
  return all;
}

function lazily(object: Record<string, Data>, name: string, get: () => Data): void {
  Object.defineProperty(object, name, { enumerable: true, configurable: true, get });
}

/** Where a variable gets its value from, for messages: `group_vars of rr (group_vars/rr.yml:3:1)`. */
export function originOf(layers: readonly Layer[], name: string): string | null {
  const layer = layers.find((one) => one.entries.has(name));
  const entry = layer?.entries.get(name);
  return layer === undefined || entry === undefined ? null : `${layer.name} (${formatSpan(entry.keySpan)})`;
}

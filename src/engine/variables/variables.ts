import { EvaluationError } from '../../base/errors.ts';
import type { Layer } from '../../base/layer.ts';
import type { Data, Entry } from '../../base/node.ts';
import type { Play, Role } from '../../playbook/playbook.ts';
import { evaluate, isConstant } from '../../template/evaluate.ts';
import type { Lookups, Scope } from '../../template/scope.ts';
import { factAliases, factByAlias } from './fact-aliases.ts';
import type { HostRun } from './host-run.ts';
import { layersAt, magicNames, magicValue } from './magic.ts';
import { lookupsAt } from './lookups.ts';
import { missingHint } from './missing-hint.ts';
import { NotYetKnown } from './not-yet-known.ts';
import type { Place, Site } from './site.ts';

/**
 * The variables of a host at a place, evaluated when they are asked for.
 *
 * From the lowest: role defaults, inventory, play vars, vars_prompt, vars_files, role vars, block vars, task vars,
 * include_vars, set_fact and register, role params, include params, extra vars. A higher layer replaces the whole value
 * of a lower one.
 */
export class HostScope implements Scope {
  readonly #site: Site;
  readonly #run: HostRun;
  readonly #place: Place;
  readonly #values = new Map<string, Data>();
  readonly #shared: HostVariables;
  #layers: readonly Layer[] = [];
  #layersVersion = -1;
  #version = -1;

  constructor(site: Site, run: HostRun, place: Place) {
    this.#site = site;
    this.#run = run;
    this.#place = place;
    this.#shared = hostVariablesOf(site);
  }

  lookup(name: string): Data | undefined {
    if (this.#version !== this.#run.known.version) {
      this.#values.clear();
      this.#version = this.#run.known.version;
    }
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const { reads } = this.#shared;
    const value = this.#find(name);
    // What was made of another host's variables changes with that host, which this one does not hear of.
    if (value !== undefined && reads === this.#shared.reads) this.#values.set(name, value);
    return value;
  }

  hintFor(name: string): string | null {
    return missingHint(name, this.#site, this.#run, this.#place);
  }

  get lookups(): Lookups {
    return lookupsAt(this.#site, this.#run, this.#place);
  }

  /** Whether a name has a value, or will have one; nothing is evaluated. */
  has(name: string): boolean {
    const { known } = this.#run;
    if (known.get(name) !== undefined || known.waitsFor(name) !== null) return true;
    if (name === 'facts' || factAliases.has(name)) return this.hasFacts;
    return this.#below(name) !== null || this.#magic(name) !== undefined;
  }

  *names(): Iterable<string> {
    yield* magicNames;
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
  layers(): readonly Layer[] {
    const { version } = this.#run.known;
    if (this.#layersVersion !== version) {
      this.#layers = layersAt(this.#site, this.#run, this.#place);
      this.#layersVersion = version;
    }
    return this.#layers;
  }

  #magic(name: string): Data | undefined {
    return name === 'hostvars' ? this.#shared.at(this.#place) : magicValue(name, this.#site, this.#run, this.#place);
  }

  #find(name: string): Data | undefined {
    const magic = this.#magic(name);
    if (magic !== undefined) return magic;
    const item = this.#place.loop?.get(name);
    if (item !== undefined) return item;
    const entry = this.#above(name) ?? this.#result(name) ?? this.#run.known.entry(name) ?? this.#below(name);
    if (entry !== null && 'data' in entry) return entry.data;
    if (entry !== null) return this.#evaluate(entry);
    return this.#fact(name);
  }

  // Layers that win over what tasks have set.
  #above(name: string): Entry | null {
    const { role, params } = this.#place;
    const given = params.findLast(({ entries }) => entries.has(name));
    return this.#site.extraVars.entries.get(name) ?? (given ?? role?.params)?.entries.get(name) ?? null;
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
    if (this.#shared.open.includes(path)) {
      const cycle = [...this.#shared.open.slice(this.#shared.open.indexOf(path)), path].map((name) =>
        name.replace(own, ''),
      );
      throw new EvaluationError(`\`${key}\` is made of itself: ${cycle.join(' → ')}.`, { at: keySpan });
    }
    this.#shared.open.push(path);
    try {
      return evaluate(value, this);
    } finally {
      this.#shared.open.pop();
    }
  }

  #fact(name: string): Data | undefined {
    if (name !== 'facts' && !factAliases.has(name)) return undefined;
    const { facts, factsWaitFor } = this.#run.known;
    if (facts === null && factsWaitFor !== null) {
      this.#run.known.factsWanted = true;
      throw new NotYetKnown(factsWaitFor);
    }
    if (facts === null) return undefined;
    return name === 'facts' ? facts : factByAlias(name, facts);
  }
}

/** The variables of all hosts, as `hostvars` has them: each evaluated when it is read, in scopes that are kept. */
class HostVariables {
  /** What is being evaluated, on whichever host: `hostvars.a.x`. */
  readonly open: string[] = [];
  /** Grows whenever somebody looks at `hostvars`. */
  reads = 0;
  readonly #site: Site;
  readonly #byPlace = new Map<Role | Play | null, Data>();

  constructor(site: Site) {
    this.#site = site;
  }

  /** `hostvars` as it is seen from a place: the defaults of a role are seen by that role. */
  at(place: Place): Data {
    this.reads++;
    const key = place.role ?? place.play;
    const known = this.#byPlace.get(key);
    if (known !== undefined) return known;
    const scopes = new Map<string, Data>();
    const { hosts } = this.#site;
    const made = lazyMap({
      names: () => hosts.keys(),
      has: (name) => hosts.has(name),
      get: (name) => scopes.get(name) ?? this.#ofHost(name, place, scopes),
    });
    this.#byPlace.set(key, made);
    return made;
  }

  #ofHost(name: string, place: Place, scopes: Map<string, Data>): Data {
    const run = this.#site.hosts.get(name);
    if (run === undefined) return null;
    const scope = new HostScope(this.#site, run, { ...place, taskVars: [], params: [], loop: null });
    const made = lazyMap({
      names: () => [...scope.names(), ...(scope.hasFacts ? factAliases : [])].filter((one) => one !== 'hostvars'),
      has: (one) => one !== 'hostvars' && scope.has(one),
      get: (one) => scope.lookup(one) ?? null,
    });
    scopes.set(name, made);
    return made;
  }
}

const sharedVariables = new WeakMap<Site, HostVariables>();

function hostVariablesOf(site: Site): HostVariables {
  const known = sharedVariables.get(site);
  if (known !== undefined) return known;
  const made = new HostVariables(site);
  sharedVariables.set(site, made);
  return made;
}

/** How often somebody has looked at `hostvars`. */
export function othersSeen(site: Site): number {
  return hostVariablesOf(site).reads;
}

interface LazyMap {
  readonly names: () => Iterable<string>;
  readonly has: (name: string) => boolean;
  readonly get: (name: string) => Data;
}

/** A map whose values are made when they are read: most of `hostvars` never is. */
function lazyMap({ names, has, get }: LazyMap): Data {
  const owns = (name: string | symbol): name is string => typeof name === 'string' && has(name);
  return new Proxy(Object.create(null) as Record<string, Data>, {
    get: (_, name) => (owns(name) ? get(name) : undefined),
    has: (_, name) => owns(name),
    ownKeys: () => [...new Set(names())],
    getOwnPropertyDescriptor: (_, name) =>
      owns(name) ? { configurable: true, enumerable: true, get: () => get(name) } : undefined,
  });
}

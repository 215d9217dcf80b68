import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import { didYouMean } from '../../base/did-you-mean.ts';
import { EvaluationError } from '../../base/errors.ts';
import type { Data } from '../../base/node.ts';
import { type Span, spanOf } from '../../base/source.ts';
import { settingNames } from '../../inventory/connection-names.ts';
import type { Host } from '../../inventory/inventory.ts';
import type { Play, Role } from '../../playbook/playbook.ts';
import { missingName, missingPart } from '../../template/missing.ts';
import type { Scope } from '../../template/scope.ts';
import { childOf } from '../../template/operations/values.ts';
import { type Setting, settingsOf } from './explain-settings.ts';
import { type HostRun, newHostRun } from './host-run.ts';
import type { LoadedSite } from '../input/load-site.ts';
import { NotYetKnown } from './not-yet-known.ts';
import { nowhere, type Place } from './site.ts';
import { HostScope } from './variables.ts';
import { parsePath, type Part } from './variable-path.ts';

/** Where a variable of a host comes from. */
export interface Explanation {
  /** As it was asked: `bird2_peers.0.name`. */
  readonly name: string;
  readonly host: string;
  /** One for each place from which it is not the same. */
  readonly views: readonly View[];
  /** A password: where it is set is told, what it is is not. */
  readonly isSecret: boolean;
}

/** How a variable is seen from some places of a playbook. */
export interface View {
  readonly places: readonly ViewPlace[];
  /** From the lowest to the highest precedence. */
  readonly settings: readonly Setting[];
  readonly value: ExplainedValue;
}

/** A play, or a role of a play; `null`: no play has the host. */
export interface ViewPlace {
  readonly play: { readonly name: string; readonly at: Span } | null;
  readonly role: string | null;
}

/** What a variable is, or why it is not. */
export type ExplainedValue =
  | { readonly kind: 'value'; readonly value: Data }
  /** Known in a run once that has happened. */
  | { readonly kind: 'later'; readonly waitsFor: string }
  | { readonly kind: 'wrong'; readonly problem: Diagnostic };

/** What is asked of a loaded site. */
export interface ExplainRequest {
  /** A variable, or a part of one: `a`, `a.b`, `a[0].b`. */
  readonly name: string;
  readonly host: string;
  /** What the host said of itself; `null`: it was not asked. */
  readonly facts: Data | null;
}

/** Tells where a variable of a host comes from, in each play and role that sees it in another way. */
export function explain(loaded: LoadedSite, { name, host: hostName, facts }: ExplainRequest): Explanation | Diagnostic {
  const source = { name: 'VARIABLE', text: name };
  const path = parsePath(source);
  if (path === null)
    return diagnostic(spanOf(source, 0, name.length), `\`${name}\` is no name.`, 'A name is `a` or `a.b[0].c`.');
  const host = loaded.site.inventory.host(hostName);
  if (host === null) return unknownHost(hostName, loaded);
  const run = runOf(host, loaded, facts);
  const views = placesOf(hostName, loaded).map(({ shown, place }) => {
    const scope = new HostScope(loaded.site, run, place);
    const settings = settingsOf({ site: loaded.site, run, place, scope, plays: loaded.plays }, path);
    return { places: [shown], settings, value: awaited(valueOf(path, scope), settings) };
  });
  const isSecret = [...settingNames.password, ...settingNames.becomePassword].some(
    (secret) => secret === path[0]?.name,
  );
  return { name, host: hostName, views: merged(views), isSecret };
}

function unknownHost(name: string, { site: { inventory } }: LoadedSite): Diagnostic {
  const at = spanOf({ name: '--host', text: name }, 0, Math.max(1, name.length));
  return diagnostic(at, `No host is called \`${name}\`.`, didYouMean(name, inventory.hosts.keys()));
}

function runOf(host: Host, { site }: LoadedSite, facts: Data | null): HostRun {
  const run = site.hosts.get(host.name) ?? newHostRun(host);
  if (facts !== null) run.known.setFacts(facts);
  return run;
}

interface PlacedView {
  readonly shown: ViewPlace;
  readonly place: Place;
}

function placesOf(host: string, { plays }: LoadedSite): PlacedView[] {
  const found = plays.filter(({ hosts }) => hosts.includes(host));
  if (found.length === 0) return [{ shown: { play: null, role: null }, place: nowhere }];
  return found.flatMap(({ play, hosts }) =>
    [null, ...play.roles].map((role) => ({
      shown: shownPlace(play, role),
      place: { ...nowhere, play, playHosts: hosts, batch: hosts, role },
    })),
  );
}

function shownPlace({ name, at }: Play, role: Role | null): ViewPlace {
  return { play: { name, at }, role: role?.name ?? null };
}

function valueOf(path: readonly Part[], scope: Scope): ExplainedValue {
  try {
    const value = lookup(path, scope);
    // Variables of other hosts are made when they are read.
    JSON.stringify(value);
    return { kind: 'value', value };
  } catch (error) {
    if (error instanceof NotYetKnown) return { kind: 'later', waitsFor: error.waitsFor };
    if (error instanceof EvaluationError) return { kind: 'wrong', problem: error.diagnostic };
    throw error;
  }
}

// A name that no file sets has a value all the same when a task gives it one.
function awaited(value: ExplainedValue, settings: readonly Setting[]): ExplainedValue {
  const task = settings.findLast(({ kind }) => kind === 'run');
  const isUnset = value.kind === 'wrong' && !settings.some(({ wins }) => wins);
  return isUnset && task !== undefined ? { kind: 'later', waitsFor: task.layer } : value;
}

function lookup([root, ...parts]: readonly Part[], scope: Scope): Data {
  if (root === undefined) throw new Error('bug: a name without parts');
  let value = scope.lookup(root.name);
  if (value === undefined) throw missingName(root.name, scope, root.at);
  let path = root.name;
  for (const { name, at } of parts) {
    const next = childOf(value, name);
    if (next === undefined) throw missingPart({ path: `${path}.${name}`, owner: `\`${path}\``, value, part: name, at });
    value = next;
    path += `.${name}`;
  }
  return value;
}

// In which order those stand that do not count makes no difference.
function merged(views: readonly View[]): View[] {
  const different = new Map<string, View>();
  for (const view of views) {
    const { value } = view;
    const shown = value.kind === 'wrong' ? value.problem.message : value;
    const settings = view.settings.map(({ at, ...rest }) => JSON.stringify([rest, at?.source.name, at?.start]));
    const key = JSON.stringify([settings.sort(), shown]);
    const known = different.get(key);
    different.set(key, known === undefined ? view : { ...known, places: [...known.places, ...view.places] });
  }
  return [...different.values()];
}

import { PlanError } from '../base/errors.ts';
import type { PackageState } from '../probes/package-state.ts';

/** A package as a task names it. */
export interface WantedPackage {
  readonly name: string;
  /** May hold `*`, as in `1.28.*`; `null`: any. */
  readonly version: string | null;
}

/** What is to be done with packages, and in words how each is and will be. */
export interface PackageWork {
  /** As the package manager takes them: `bird2` or `bird2=2.0.12-7`. */
  readonly words: readonly string[];
  readonly before: string;
  readonly after: string;
}

/** What the lists of the host are worth. */
export interface ListKnowledge {
  /** They are refreshed first, so that what they do not know may be known then. */
  readonly isRefreshed: boolean;
}

export type StateOf = (name: string) => PackageState;

/** `name` or `name=version`, in a list or with commas. */
export function wantedPackages(names: string | readonly string[]): WantedPackage[] {
  const words = [names]
    .flat()
    .flatMap((name) => name.split(','))
    .map((name) => name.trim());
  return words
    .filter((word) => word !== '')
    .map((word) => {
      const [name = '', version = null] = word.split(/=(.*)/s);
      return { name, version };
    });
}

/** What must be installed so that all are there; `null`: nothing. @throws PlanError for names that nobody knows */
export function planInstall(
  wanted: readonly WantedPackage[],
  stateOf: StateOf,
  { isLatest, isRefreshed }: ListKnowledge & { readonly isLatest: boolean },
): PackageWork | null {
  const missing = wanted.filter((each) => !isSatisfied(each, stateOf(each.name), isLatest));
  if (!isRefreshed) for (const each of missing) requireKnown(each, stateOf(each.name));
  const target = (each: WantedPackage): string | null => {
    const { candidate, available } = stateOf(each.name);
    if (isRefreshed) return each.version;
    return each.version === null
      ? candidate
      : (available.find((version) => matches(each.version, version)) ?? each.version);
  };
  return workOf(missing, stateOf, (each) => `${each.name} ${target(each) ?? 'installed'}`);
}

/** What must be removed so that none is there; with `purge` its configuration files, too. */
export function planRemoval(
  wanted: readonly WantedPackage[],
  stateOf: StateOf,
  { purge }: { readonly purge: boolean },
): PackageWork | null {
  const there = wanted.filter(({ name, version }) => {
    const { installed, hasLeftovers } = stateOf(name);
    return (installed !== null && matches(version, installed)) || (purge && hasLeftovers);
  });
  const bare = there.map(({ name }) => ({ name, version: null }));
  return workOf(bare, stateOf, ({ name }) => `${name} ${purge ? 'purged' : 'not installed'}`);
}

function isSatisfied({ version }: WantedPackage, state: PackageState, isLatest: boolean): boolean {
  const { installed, candidate, providedBy } = state;
  if (installed === null) return version === null && providedBy !== null && !isLatest;
  if (version !== null) return matches(version, installed);
  return !isLatest || candidate === null || candidate === installed;
}

function requireKnown(
  { name, version }: WantedPackage,
  { manager, candidate, available, providedBy }: PackageState,
): void {
  if (providedBy !== null && version === null) return;
  // Without dnf's repoquery nothing is known of what could be installed.
  if (manager === 'yum') return;
  const hint = '`update_cache: true` refreshes the lists of packages.';
  if (candidate === null) throw new PlanError(`${manager} knows no package \`${name}\`.`, { hint });
  if (version === null || available.some((each) => matches(version, each))) return;
  throw new PlanError(`${manager} knows no version \`${version}\` of \`${name}\`, only ${available.join(', ')}.`, {
    hint,
  });
}

function matches(version: string | null, installed: string): boolean {
  if (version === null) return true;
  const pattern = version
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`).test(installed);
}

function workOf(
  packages: readonly WantedPackage[],
  stateOf: StateOf,
  afterOf: (each: WantedPackage) => string,
): PackageWork | null {
  if (packages.length === 0) return null;
  const beforeOf = ({ name }: WantedPackage): string => {
    const { installed, hasLeftovers } = stateOf(name);
    return `${name} ${installed ?? (hasLeftovers ? 'removed' : 'not installed')}`;
  };
  return {
    words: packages.map(wordOf),
    before: packages.map(beforeOf).join(', '),
    after: packages.map(afterOf).join(', '),
  };
}

/** A package as apt takes it. */
export function wordOf({ name, version }: WantedPackage): string {
  return version === null ? name : `${name}=${version}`;
}

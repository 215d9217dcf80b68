import { must } from '../base/errors.ts';
import type { Change } from '../changes/change.ts';
import { aptListsAge } from '../probes/apt-lists-age.ts';
import { type PackageState, packageState } from '../probes/package-state.ts';
import { aptChange, type AptOptions, refreshChange } from './apt-command.ts';
import { argProblem, type ArgProblem, type ArgSchema, defineModule, resultOf } from './module.ts';
import {
  type PackageWork,
  planInstall,
  planRemoval,
  type WantedPackage,
  wantedPackages,
  wordOf,
} from './plan-packages.ts';

export interface AptArgs extends AptOptions {
  readonly name: string | readonly string[];
  readonly state: 'absent' | 'installed' | 'latest' | 'present' | 'removed';
  readonly update_cache: boolean;
  readonly cache_valid_time: number;
  readonly purge: boolean;
  readonly only_upgrade: boolean;
}

export interface AptState {
  /** Seconds since the lists were refreshed; `null`: never. */
  readonly age?: number | null;
  readonly [name: `package ${string}`]: PackageState;
}

/** The schema of package names. */
export const packageNames: ArgSchema = {
  type: ['string', 'array'],
  pattern: '^[A-Za-z0-9][A-Za-z0-9+._:~=*?, -]*$',
  items: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9+._:~=*?-]*$' },
  description: 'One package, or a list of them.',
};

/** Installs and removes packages of Debian. See apt-get(8). */
export const apt = defineModule<AptArgs, AptState>({
  name: 'apt',
  description: 'Installs, upgrades and removes packages of Debian and its relatives.',
  effects: 'host',
  aliases: {
    pkg: 'name',
    package: 'name',
    'update-cache': 'update_cache',
    'default-release': 'default_release',
    'install-recommends': 'install_recommends',
  },
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      name: {
        ...packageNames,
        default: [],
        description: 'One package or a list, each maybe with a version: `bird2=2.0.*`.',
      },
      state: {
        enum: ['absent', 'installed', 'latest', 'present', 'removed'],
        default: 'present',
        description: '`latest` upgrades, too; `installed` is `present`, `removed` is `absent`.',
      },
      update_cache: {
        type: 'boolean',
        default: false,
        description:
          'Refreshes the lists of packages first, when something is to be installed or only this is asked for.',
      },
      cache_valid_time: {
        type: 'integer',
        minimum: 0,
        default: 0,
        description: 'Seconds for which lists are fresh enough; given, it means `update_cache`.',
      },
      install_recommends: {
        type: ['boolean', 'null'],
        default: null,
        description: 'Whether to install recommended packages, too. Not given: as apt is configured.',
      },
      default_release: {
        type: ['string', 'null'],
        pattern: '^[A-Za-z0-9][A-Za-z0-9._/=-]*$',
        default: null,
        description: 'The release to prefer, such as `bookworm-backports`.',
      },
      purge: { type: 'boolean', default: false, description: 'Removes configuration files, too.' },
      autoremove: {
        type: 'boolean',
        default: false,
        description: 'Removes dependencies that nothing needs any more, too.',
      },
      only_upgrade: {
        type: 'boolean',
        default: false,
        description: 'Packages that are not installed are left alone; the others get what `name` and `state` say.',
      },
      allow_downgrade: {
        type: 'boolean',
        default: false,
        description: 'Lets a version that is named replace a newer one.',
      },
      allow_change_held_packages: {
        type: 'boolean',
        default: false,
        description: 'Changes packages that are on hold, too.',
      },
      dpkg_options: {
        type: 'string',
        pattern: '^(force-[a-z-]+(,force-[a-z-]+)*)?$',
        default: 'force-confdef,force-confold',
        description: 'Options of dpkg, with commas; by default changed configuration files are kept.',
      },
      lock_timeout: {
        type: 'integer',
        minimum: 0,
        default: 300,
        description: 'Seconds to wait for another package manager to end.',
      },
      force_apt_get: {
        type: 'boolean',
        default: true,
        description: 'Accepted for playbooks of Ansible; apt-get is always used.',
      },
    },
  },

  check: checkArgs,

  probe(args) {
    const candidate = { present: 'missing', latest: 'always', absent: 'never' } as const;
    const packages = wantedPackages(args.name).map(({ name, version }) => {
      const state = stateOf(args);
      return [
        `package ${name}`,
        packageState(name, version !== null && state === 'present' ? 'always' : candidate[state]),
      ];
    });
    return { ...(wantsRefresh(args) ? { age: aptListsAge() } : {}), ...Object.fromEntries(packages) };
  },

  plan(args, state) {
    const named = wantedPackages(args.name);
    const of = (name: string): PackageState => must(state[`package ${name}`], `answer about ${name}`);
    const wanted = named.filter(({ name }) => !args.only_upgrade || of(name).installed !== null);
    if (wanted.length === 0 && named.length > 0) return [];
    const age = state.age ?? null;
    const isStale = wantsRefresh(args) && (age === null || age > args.cache_valid_time);
    const refresh = isStale ? [refreshChange(age)] : [];
    if (wanted.length === 0) return refresh;
    if (stateOf(args) === 'absent') return workChanges(args, 'remove', planRemoval(wanted, of, args));
    const isLatest = stateOf(args) === 'latest';
    if (isLatest && isStale) return [...refresh, upgradeChange(args, wanted)];
    const work = planInstall(wanted, of, { isLatest, isRefreshed: isStale });
    return work === null ? [] : [...refresh, ...workChanges(args, 'install', work)];
  },

  result: ({ name }) => resultOf({ name: [name].flat() }),
});

function checkArgs(args: AptArgs): ArgProblem[] {
  const isEmpty = wantedPackages(args.name).length === 0;
  if (!isEmpty || wantsRefresh(args)) return [];
  return [argProblem('name', 'Neither packages nor `update_cache` are given.')];
}

function stateOf({ state }: AptArgs): 'absent' | 'latest' | 'present' {
  if (state === 'installed') return 'present';
  return state === 'removed' ? 'absent' : state;
}

function wantsRefresh({ update_cache, cache_valid_time }: AptArgs): boolean {
  return update_cache || cache_valid_time > 0;
}

function workChanges(args: AptArgs, verb: 'install' | 'remove', work: PackageWork | null): Change[] {
  if (work === null) return [];
  const { words, before, after } = work;
  return [aptChange(args, verb === 'remove' && args.purge ? 'purge' : verb, words, { before, after })];
}

// What the fresh lists hold is not known before.
function upgradeChange(args: AptArgs, wanted: readonly WantedPackage[]): Change {
  return aptChange(args, 'install', wanted.map(wordOf), { before: null, after: null });
}

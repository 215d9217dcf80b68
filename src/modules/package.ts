import { must } from '../base/errors.ts';
import { type Change, runCommand } from '../changes/change.ts';
import { type PackageManager, type PackageState, packageState } from '../probes/package-state.ts';
import { packageNames } from './apt.ts';
import { aptChange, defaultAptOptions } from './apt-command.ts';
import { defineModule, resultOf } from './module.ts';
import { type PackageWork, planInstall, planRemoval, wantedPackages } from './plan-packages.ts';

export interface PackageArgs {
  readonly name: string | readonly string[];
  readonly state: 'absent' | 'installed' | 'latest' | 'present' | 'removed';
}

export interface PackageModuleState {
  readonly [name: `package ${string}`]: PackageState;
}

/** Installs and removes packages by whatever package manager the host has. */
export const packageModule = defineModule<PackageArgs, PackageModuleState>({
  name: 'package',
  description: 'Installs, upgrades and removes packages by apt, dnf, yum or apk, whichever the host has.',
  effects: 'host',
  aliases: { pkg: 'name' },
  schema: {
    type: 'object',
    required: ['name'],
    additionalProperties: false,
    properties: {
      name: {
        ...packageNames,
        description: 'One package or a list of them, as the package manager of the host names them.',
      },
      state: {
        enum: ['absent', 'installed', 'latest', 'present', 'removed'],
        default: 'present',
        description: '`latest` upgrades, too; `installed` is `present`, `removed` is `absent`.',
      },
      use: { enum: ['auto'], default: 'auto', description: 'The package manager is always that of the host.' },
    },
  },

  probe(args) {
    const candidate = { present: 'missing', latest: 'always', absent: 'never' } as const;
    const probes = wantedPackages(args.name).map(({ name, version }) => {
      const state = stateOf(args);
      const look = version !== null && state === 'present' ? 'always' : candidate[state];
      return [`package ${name}`, packageState(name, look)];
    });
    return Object.fromEntries(probes) as Record<string, ReturnType<typeof packageState>>;
  },

  plan(args, state) {
    const wanted = wantedPackages(args.name);
    const of = (name: string): PackageState => must(state[`package ${name}`], `answer about ${name}`);
    const [first] = wanted;
    if (first === undefined) return [];
    const { manager } = of(first.name);
    if (stateOf(args) === 'absent') return changesFor(manager, 'remove', planRemoval(wanted, of, { purge: false }));
    const isLatest = stateOf(args) === 'latest';
    return changesFor(manager, 'install', planInstall(wanted, of, { isLatest, isRefreshed: false }));
  },

  result: ({ name }) => resultOf({ name: [name].flat() }),
});

function stateOf({ state }: PackageArgs): 'absent' | 'latest' | 'present' {
  if (state === 'installed') return 'present';
  return state === 'removed' ? 'absent' : state;
}

function changesFor(manager: PackageManager, verb: 'install' | 'remove', work: PackageWork | null): Change[] {
  if (work === null) return [];
  const { words, before, after } = work;
  if (manager === 'apt') return [aptChange(defaultAptOptions, verb, words, { before, after })];
  return [runCommand({ command: commandFor(manager, verb, words), touches: 'host', before, after })];
}

function commandFor(manager: 'apk' | 'dnf' | 'yum', verb: 'install' | 'remove', words: readonly string[]): string[] {
  // `-u` upgrades what is named, and is nothing new for what is missing.
  if (manager === 'apk') return verb === 'install' ? ['apk', 'add', '-u', ...words] : ['apk', 'del', ...words];
  return [manager, '-y', '-q', verb, ...words.map((word) => word.replace('=', '-'))];
}

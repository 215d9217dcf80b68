import { type Change, runCommand } from '../changes/change.ts';

/** How apt-get is to go about it. */
export interface AptOptions {
  readonly install_recommends: boolean | null;
  readonly default_release: string | null;
  readonly autoremove: boolean;
  readonly allow_downgrade: boolean;
  readonly allow_change_held_packages: boolean;
  readonly dpkg_options: string;
  readonly lock_timeout: number;
}

/** Options that change nothing that Debian does by itself. */
export const defaultAptOptions: AptOptions = {
  install_recommends: null,
  default_release: null,
  autoremove: false,
  allow_downgrade: false,
  allow_change_held_packages: false,
  dpkg_options: 'force-confdef,force-confold',
  lock_timeout: 300,
};

// Nobody is there to answer questions.
const quiet = { DEBIAN_FRONTEND: 'noninteractive', APT_LISTCHANGES_FRONTEND: 'none' };

/** Refreshes the lists of packages, which were refreshed so many seconds ago, or never. */
export function refreshChange(age: number | null): Change {
  return runCommand({
    // Debian notes nowhere that the lists were refreshed and found unchanged.
    command: {
      shell: '/bin/sh',
      text: 'apt-get -q -o APT::Update::Error-Mode=any update && touch -c /var/lib/apt/lists',
    },
    environment: quiet,
    touches: ['path:/var/lib/apt', 'path:/var/cache/apt', 'package:*'],
    before: age === null ? 'no lists of packages' : `lists of packages ${age} s old`,
    after: 'fresh',
  });
}

interface Words {
  readonly before: string | null;
  readonly after: string | null;
}

/** Installs or removes packages, asking nobody anything. */
export function aptChange(
  args: AptOptions,
  verb: 'install' | 'purge' | 'remove',
  names: readonly string[],
  words: Words,
): Change {
  const command = [
    'apt-get',
    '-y',
    '-q',
    ...args.dpkg_options.split(',').flatMap((option) => flag(option !== '', '-o', `Dpkg::Options::=--${option}`)),
    '-o',
    `DPkg::Lock::Timeout=${args.lock_timeout}`,
    ...flag(args.install_recommends === true, '--install-recommends'),
    ...flag(args.install_recommends === false, '--no-install-recommends'),
    ...flag(args.default_release !== null, '-t', args.default_release ?? ''),
    ...flag(args.autoremove, '--auto-remove'),
    ...flag(args.allow_downgrade, '--allow-downgrades'),
    ...flag(args.allow_change_held_packages, '--allow-change-held-packages'),
    verb,
    '--',
    ...names,
  ];
  // Scripts of a package may do anything.
  return runCommand({ command, environment: quiet, touches: 'host', ...words });
}

function flag(isOn: boolean, ...words: readonly string[]): readonly string[] {
  return isOn ? words : [];
}

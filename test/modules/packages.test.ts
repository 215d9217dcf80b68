import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunCommand } from '../../src/changes/change.ts';
import { apt } from '../../src/modules/apt.ts';
import type { AnyModule } from '../../src/modules/module.ts';
import { packageModule } from '../../src/modules/package.ts';
import { wantedPackages } from '../../src/modules/plan-packages.ts';
import type { PackageManager, PackageState } from '../../src/probes/package-state.ts';
import { type Args, argsOf, plan, problemsOf } from './support.ts';
import { planError } from '../probes/support.ts';

const test = suite('modules/apt package');

const missing: PackageState = {
  manager: 'apt',
  installed: null,
  hasLeftovers: false,
  providedBy: null,
  candidate: '2.0.12-7',
  available: ['2.0.12-7', '2.0.7-4.1'],
};
const installed: PackageState = { ...missing, installed: '2.0.12-7', candidate: null, available: [] };
const old: PackageState = { ...missing, installed: '2.0.7-4.1' };
const unknown: PackageState = { ...missing, candidate: null, available: [] };

const aptGet =
  'apt-get -y -q -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold -o DPkg::Lock::Timeout=300';

/** What is run, and what before and after are called; the options that all have are left out. */
function planned(module: AnyModule, args: Args, states: Record<string, PackageState>, age?: number | null): string[] {
  const packages = Object.fromEntries(Object.entries(states).map(([name, state]) => [`package ${name}`, state]));
  const state = age === undefined ? packages : { ...packages, age };
  return plan(module, args, state).map((change) => {
    const { command, before, after } = change as RunCommand;
    const text = 'text' in command ? command.text : command.join(' ');
    return `${text.replace(aptGet, 'apt-get')} (${before} → ${after})`;
  });
}

const install = (words: string, effect: string): string => `apt-get install -- ${words} (${effect})`;

const cases: readonly (readonly [string, Args, Record<string, PackageState>, string[]])[] = [
  [
    'installs what is missing',
    { name: 'bird2' },
    { bird2: missing },
    [install('bird2', 'bird2 not installed → bird2 2.0.12-7')],
  ],
  ['leaves what is installed', { name: 'bird2' }, { bird2: installed }, []],
  ['leaves an old version that is installed', { name: 'bird2' }, { bird2: old }, []],
  [
    'installs all that is missing at once',
    { pkg: ['bird2', 'frr', 'tar'] },
    { bird2: missing, frr: { ...missing, candidate: '8' }, tar: installed },
    [install('bird2 frr', 'bird2 not installed, frr not installed → bird2 2.0.12-7, frr 8')],
  ],
  [
    'upgrades only what is installed, when asked to',
    { name: ['bird2', 'frr'], state: 'latest', only_upgrade: true },
    { bird2: old, frr: missing },
    [install('bird2', 'bird2 2.0.7-4.1 → bird2 2.0.12-7')],
  ],
  ['installs nothing then', { name: 'frr', only_upgrade: true, update_cache: true }, { frr: missing }, []],
  ['takes what provides a package for it', { name: 'awk' }, { awk: { ...unknown, providedBy: 'mawk' } }, []],
  [
    'upgrades to the latest',
    { name: 'bird2', state: 'latest' },
    { bird2: old },
    [install('bird2', 'bird2 2.0.7-4.1 → bird2 2.0.12-7')],
  ],
  ['leaves the latest', { name: 'bird2', state: 'latest' }, { bird2: { ...installed, candidate: '2.0.12-7' } }, []],
  [
    'installs a version',
    { name: 'bird2=2.0.7*' },
    { bird2: missing },
    [install('bird2=2.0.7*', 'bird2 not installed → bird2 2.0.7-4.1')],
  ],
  [
    'replaces another version',
    { name: 'bird2=2.0.12-7' },
    { bird2: old },
    [install('bird2=2.0.12-7', 'bird2 2.0.7-4.1 → bird2 2.0.12-7')],
  ],
  ['leaves the version that is wanted', { name: 'bird2=2.0.1?-*' }, { bird2: installed }, []],
  [
    'removes',
    { name: 'bird2', state: 'absent' },
    { bird2: installed },
    ['apt-get remove -- bird2 (bird2 2.0.12-7 → bird2 not installed)'],
  ],
  [
    'removes only what is there',
    { name: ['a', 'b'], state: 'removed' },
    { a: missing, b: installed },
    ['apt-get remove -- b (b 2.0.12-7 → b not installed)'],
  ],
  ['leaves configuration files', { name: 'a', state: 'absent' }, { a: { ...missing, hasLeftovers: true } }, []],
  [
    'purges configuration files',
    { name: 'a', state: 'absent', purge: true },
    { a: { ...missing, hasLeftovers: true } },
    ['apt-get purge -- a (a removed → a purged)'],
  ],
];

for (const [name, args, states, expected] of cases)
  test(name, () => assert.equal(planned(apt, args, states), expected));

test('refreshes the lists only when they are old, and something needs them', () => {
  const refresh = 'apt-get -q -o APT::Update::Error-Mode=any update && touch -c /var/lib/apt/lists';
  const day = { update_cache: true, cache_valid_time: 86_400 };
  assert.equal(planned(apt, day, {}, 100), []);
  assert.equal(planned(apt, day, {}, 90_000), [`${refresh} (lists of packages 90000 s old → fresh)`]);
  assert.equal(planned(apt, { update_cache: true }, {}, null), [`${refresh} (no lists of packages → fresh)`]);
  assert.equal(planned(apt, { ...day, name: 'bird2' }, { bird2: installed }, 90_000), []);
  assert.equal(planned(apt, { ...day, name: 'x' }, { x: unknown }, 90_000), [
    `${refresh} (lists of packages 90000 s old → fresh)`,
    install('x', 'x not installed → x installed'),
  ]);
  assert.equal(planned(apt, { ...day, name: 'bird2', state: 'latest' }, { bird2: installed }, 90_000), [
    `${refresh} (lists of packages 90000 s old → fresh)`,
    install('bird2', 'null → null'),
  ]);
});

test('passes options on', () => {
  const args = {
    name: 'bird2=1.0',
    install_recommends: false,
    default_release: 'bookworm-backports',
    autoremove: true,
    allow_downgrade: true,
    allow_change_held_packages: true,
    dpkg_options: '',
    lock_timeout: 5,
    update_cache: true,
  };
  const [, change] = plan(apt, args, { age: null, 'package bird2': installed });
  const { command, environment, touches, stdin } = change as RunCommand;
  const expected =
    'apt-get -y -q -o DPkg::Lock::Timeout=5 --no-install-recommends -t bookworm-backports --auto-remove --allow-downgrades --allow-change-held-packages install -- bird2=1.0';
  assert.equal(command, expected.split(' '));
  assert.equal([environment.DEBIAN_FRONTEND, touches, stdin], ['noninteractive', 'host', null]);
});

test('refuses what the lists do not know', () => {
  const refusals: readonly (readonly [Args, PackageState, string])[] = [
    [{ name: 'brid2' }, unknown, 'apt knows no package `brid2`.'],
    [{ name: 'brid2', state: 'latest' }, unknown, 'apt knows no package `brid2`.'],
    [{ name: 'brid2=9.*' }, missing, 'apt knows no version `9.*` of `brid2`, only 2.0.12-7, 2.0.7-4.1.'],
  ];
  for (const [args, state, message] of refusals) {
    assert.throws(() => planned(apt, args, { brid2: state }), planError(message), message);
  }
});

function onHost(manager: PackageManager, state: PackageState): PackageState {
  return { ...state, manager };
}

test('package speaks to whatever manager is there', () => {
  const effect = 'x not installed → x 2.0.12-7';
  assert.equal(planned(packageModule, { name: 'x' }, { x: missing }), [install('x', effect)]);
  assert.equal(planned(packageModule, { name: 'x' }, { x: onHost('dnf', missing) }), [
    `dnf -y -q install x (${effect})`,
  ]);
  assert.equal(planned(packageModule, { name: 'x' }, { x: onHost('apk', missing) }), [`apk add -u x (${effect})`]);
  assert.equal(planned(packageModule, { name: 'x', state: 'absent' }, { x: onHost('apk', installed) }), [
    'apk del x (x 2.0.12-7 → x not installed)',
  ]);
  assert.equal(planned(packageModule, { name: 'x' }, { x: onHost('yum', unknown) }), [
    'yum -y -q install x (x not installed → x installed)',
  ]);
  assert.equal(planned(packageModule, { name: [] }, {}), []);
});

test('reads names with versions and commas', () => {
  assert.equal(wantedPackages('a, b=1.0=x,,c:amd64'), [
    { name: 'a', version: null },
    { name: 'b', version: '1.0=x' },
    { name: 'c:amd64', version: null },
  ]);
});

test('refuses names that are options or files', () => {
  for (const name of ['-o x', '--reinstall', './x.deb', '/x.deb', 'a;b', '$x', 'a\nb'])
    assert.throws(() => argsOf(apt, { name }), /has not the right form/, name);
  assert.throws(() => argsOf(apt, { name: ['-o'] }), /has not the right form/);
  assert.equal(problemsOf(apt, {}), ['Neither packages nor `update_cache` are given.']);
  assert.equal(problemsOf(apt, { 'update-cache': true }), []);
});

test.run();

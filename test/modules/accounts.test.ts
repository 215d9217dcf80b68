import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Secret } from '../../src/base/secrets.ts';
import type { RunCommand } from '../../src/changes/change.ts';
import { describe } from '../../src/changes/describe.ts';
import { group } from '../../src/modules/group.ts';
import { user } from '../../src/modules/user.ts';
import type { AccountState, UserState } from '../../src/probes/account.ts';
import { type Args, argsOf, plan, problemsOf } from './support.ts';
import { planError } from '../probes/support.ts';

const test = suite('modules/user group');

const groups = [
  { name: 'root', gid: 0, members: [] },
  { name: 'bird', gid: 101, members: ['ann'] },
  { name: 'adm', gid: 4, members: [] },
  { name: 'ann', gid: 1000, members: [] },
];
const nobodyThere: AccountState = { user: null, group: null, groups, tools: 'shadow' };
const ann: UserState = { uid: 1000, gid: 1000, comment: 'Ann', home: '/home/ann', shell: '/bin/sh', password: null };
const annThere: AccountState = { ...nobodyThere, user: ann, group: groups[3] ?? null };

function commands(args: Args, account: AccountState): string[] {
  return plan(user, { name: 'ann', ...args }, { account }).map(toText);
}

function toText(change: unknown): string {
  const { command, stdin } = change as RunCommand;
  return (command as string[]).join(' ') + (stdin === null ? '' : ' <');
}

const cases: readonly (readonly [string, Args, AccountState, string[]])[] = [
  ['makes a user', {}, nobodyThere, ['useradd -m ann']],
  [
    'makes a user with all that is said',
    {
      uid: 2000,
      group: 'bird',
      groups: 'adm, root',
      shell: '/bin/bash',
      home: '/srv/ann',
      comment: 'A B',
      system: true,
      create_home: false,
      expires: 86_400,
      non_unique: true,
    },
    nobodyThere,
    ['useradd -u 2000 -o -g bird -G adm,root -c A B -d /srv/ann -s /bin/bash -e 1970-01-02 -r -M ann'],
  ],
  [
    'makes a user whose group is there already',
    {},
    { ...nobodyThere, group: groups[3] ?? null },
    ['useradd -N -m ann'],
  ],
  ['sets the password of a new user', { password: '$6$x' }, nobodyThere, ['useradd -m ann', 'chpasswd -e <']],
  [
    'leaves a user as it is',
    { uid: 1000, group: 'ann', groups: ['bird'], shell: '/bin/sh', home: '/home/ann', comment: 'Ann' },
    annThere,
    [],
  ],
  ['takes a number for a group', { group: '1000' }, annThere, []],
  [
    'changes what differs, at once',
    { uid: 1001, group: 'adm', shell: '/bin/bash', comment: '' },
    annThere,
    ['usermod -u 1001 -g 4 -c  -s /bin/bash ann'],
  ],
  ['moves the home', { home: '/srv/ann', move_home: true }, annThere, ['usermod -m -d /srv/ann ann']],
  ['adds to groups', { groups: ['adm', 'bird'], append: true }, annThere, ['usermod -a -G adm ann']],
  ['leaves groups it is in', { groups: 'bird', append: true }, annThere, []],
  ['takes out of groups', { groups: ['adm'] }, annThere, ['usermod -G adm ann']],
  ['takes out of all groups', { groups: [] }, annThere, ['usermod -G  ann']],
  ['does not need the own group among the others', { groups: ['bird', 'ann'] }, annThere, []],
  ['removes', { state: 'absent' }, annThere, ['userdel ann']],
  ['removes with all files', { state: 'absent', remove: true, force: true }, annThere, ['userdel -r -f ann']],
  ['leaves what is not there', { state: 'absent' }, nobodyThere, []],
  [
    'makes a user with BusyBox',
    { shell: '/bin/ash', system: true, group: 'bird' },
    { ...nobodyThere, tools: 'busybox' },
    ['adduser -D -G bird -s /bin/ash -S ann'],
  ],
  [
    'removes a user with BusyBox',
    { state: 'absent', remove: true },
    { ...annThere, tools: 'busybox' },
    ['deluser --remove-home ann'],
  ],
];

for (const [name, args, account, expected] of cases)
  test(`user ${name}`, () => assert.equal(commands(args, account), expected));

const withPassword = (sha256: string, isLocked = false, expires: number | null = null): AccountState => ({
  ...annThere,
  user: { ...ann, password: { sha256, isLocked, expires } },
});
// sha256 of `$6$salt$hash`.
const hash = '$6$salt$hash';
const hashSha = 'd722f0abfd853428937eca95ec5c7c6fb589a9aef596fbd89aee20f0fc2cafd4';

test('user compares passwords without seeing them, and passes them on unseen', () => {
  const [change] = plan(user, { name: 'ann', password: hash }, { account: withPassword('another') });
  const { command, stdin } = change as RunCommand;
  assert.equal(command, ['chpasswd', '-e']);
  assert.is(stdin instanceof Secret && stdin.reveal(), `ann:${hash}\n`);
  assert.not.match(JSON.stringify([change, describe(change as RunCommand)]), 'salt');
  assert.equal(commands({ password: hash }, withPassword(hashSha)), []);
  assert.equal(commands({ password: `!${hash}` }, withPassword(hashSha, true)), []);
  assert.equal(commands({ password: hash, update_password: 'on_create' }, annThere), []);
});

test('user locks and unlocks', () => {
  assert.equal(commands({ password_lock: true }, withPassword('x')), ['usermod -L ann']);
  assert.equal(commands({ password_lock: true }, withPassword('x', true)), []);
  assert.equal(commands({ password_lock: false }, withPassword('x', true)), ['usermod -U ann']);
  assert.equal(commands({ password_lock: true, password: hash }, withPassword('other', true)), [
    'chpasswd -e <',
    'usermod -L ann',
  ]);
  assert.equal(commands({ password_lock: true }, nobodyThere), ['useradd -m ann']);
});

test('user closes an account at a day', () => {
  assert.equal(commands({ expires: 1_700_000_000 }, withPassword('x')), ['usermod -e 2023-11-14 ann']);
  assert.equal(commands({ expires: 1_700_000_000 }, withPassword('x', false, 19_675)), []);
  assert.equal(commands({ expires: -1 }, withPassword('x', false, 19_675)), ['usermod -e  ann']);
  assert.equal(commands({ expires: -1 }, withPassword('x')), []);
});

test('user refuses groups that are not there, and what BusyBox can not do', () => {
  const refusals: readonly (readonly [Args, AccountState, string])[] = [
    [{ group: 'none' }, nobodyThere, 'There is no group `none`.'],
    [{ groups: 'adm,none' }, annThere, 'There is no group `none`.'],
    [{ shell: '/bin/ash' }, { ...annThere, tools: 'busybox' }, 'The host has no `usermod` to change a user with.'],
    [{}, { ...nobodyThere, tools: 'none' }, 'The host has neither `useradd` nor `adduser`.'],
  ];
  for (const [args, account, message] of refusals) {
    assert.throws(() => commands(args, account), planError(message), message);
  }
});

test('user refuses plain passwords and odd names', () => {
  for (const password of ['secret', '$6$x:y', 'a\nb', ''])
    assert.throws(() => argsOf(user, { name: 'ann', password }), /right form/);
  for (const name of ['a b', '-x', 'a:b', '../x', 'a\nb', '1x'])
    assert.throws(() => argsOf(user, { name }), /right form/, name);
  assert.equal(problemsOf(user, { user: 'ann', append: true }), ['`append` needs `groups`.']);
});

function groupCommands(args: Args, account: AccountState): string[] {
  return plan(group, { name: 'bird', ...args }, { account }).map(toText);
}

test('group is made, changed and removed', () => {
  const there: AccountState = { ...nobodyThere, group: groups[1] ?? null };
  assert.equal(groupCommands({}, nobodyThere), ['groupadd bird']);
  assert.equal(groupCommands({ gid: 200, system: true, non_unique: true }, nobodyThere), [
    'groupadd -g 200 -r -o bird',
  ]);
  assert.equal(groupCommands({ gid: 200, system: true }, { ...nobodyThere, tools: 'busybox' }), [
    'addgroup -g 200 -S bird',
  ]);
  assert.equal(groupCommands({}, there), []);
  assert.equal(groupCommands({ gid: 101 }, there), []);
  assert.equal(groupCommands({ gid: 200 }, there), ['groupmod -g 200 bird']);
  assert.equal(groupCommands({ state: 'absent' }, there), ['groupdel bird']);
  assert.equal(groupCommands({ state: 'absent' }, nobodyThere), []);
  assert.throws(() => groupCommands({ gid: 200 }, { ...there, tools: 'busybox' }), /no `groupmod`/);
});

test('refuses the number of another group, unless both may have it', () => {
  assert.throws(
    () => plan(group, { name: 'new', gid: 101 }, { account: nobodyThere }),
    planError('The number 101 is that of the group `bird` already.'),
  );
  assert.throws(
    () => plan(group, { name: 'ann', gid: 4 }, { account: annThere }),
    planError('The number 4 is that of the group `adm` already.'),
  );
  const shared = plan(group, { name: 'new', gid: 101, non_unique: true }, { account: nobodyThere });
  assert.equal(shared.map(toText), ['groupadd -g 101 -o new']);
  assert.equal(plan(group, { name: 'bird', gid: 101 }, { account: { ...nobodyThere, group: groups[1] ?? null } }), []);
});

test.run();

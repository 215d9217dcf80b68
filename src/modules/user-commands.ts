import { PlanError } from '../base/errors.ts';
import { pathArea } from '../base/footprint.ts';
import { type Change, runCommand } from '../changes/change.ts';
import type { AccountState, GroupState, UserState } from '../probes/account.ts';
import { accountFiles } from './account-args.ts';
import type { UserArgs } from './user-args.ts';

/** Makes a user. @throws PlanError for groups that are not there */
export function userCreation(args: UserArgs, state: AccountState): Change {
  if (state.tools === 'none') throw new PlanError('The host has neither `useradd` nor `adduser`.');
  const command = state.tools === 'busybox' ? adduser(args, state) : useradd(args, state);
  const touches = [...accountFiles, pathArea(args.home ?? `/home/${args.name}`)];
  return runCommand({ command, touches, before: 'absent', after: 'present' });
}

function useradd(args: UserArgs, state: AccountState): string[] {
  const { name, uid, group, comment, home, shell, expires } = args;
  const groups = supplementary(args, state);
  // useradd stops when a group of this name is there already, unless told which group to take.
  const own = group === null ? (state.group === null ? [] : ['-N']) : ['-g', existing(group, state).name];
  return [
    'useradd',
    ...given('-u', uid),
    ...(args.non_unique ? ['-o'] : []),
    ...own,
    ...(groups === null || groups.length === 0 ? [] : ['-G', groups.join(',')]),
    ...given('-c', comment),
    ...given('-d', home),
    ...given('-s', shell),
    ...(expires === null ? [] : ['-e', dateOf(expires)]),
    ...(args.system ? ['-r'] : []),
    args.create_home ? '-m' : '-M',
    name,
  ];
}

function adduser(args: UserArgs, state: AccountState): string[] {
  const { name, uid, group, comment, home, shell } = args;
  if (supplementary(args, state)?.length)
    throw new PlanError('The host has no `useradd` to put a user into groups with.');
  return [
    'adduser',
    '-D',
    ...given('-u', uid),
    ...(group === null ? [] : ['-G', existing(group, state).name]),
    ...given('-g', comment),
    ...given('-h', home),
    ...given('-s', shell),
    ...(args.system ? ['-S'] : []),
    ...(args.create_home ? [] : ['-H']),
    name,
  ];
}

/** One `usermod` for all that differs; empty: nothing does. @throws PlanError for groups that are not there */
export function userDifferences(args: UserArgs, before: UserState, state: AccountState): Change[] {
  const parts = differences(args, before, state);
  if (parts.length === 0) return [];
  if (state.tools !== 'shadow') throw new PlanError('The host has no `usermod` to change a user with.');
  const command = ['usermod', ...(args.non_unique ? ['-o'] : []), ...parts.flatMap((part) => part.flags), args.name];
  const homes = args.home === null ? [] : [pathArea(before.home), pathArea(args.home)];
  const words = (side: 'after' | 'before'): string => parts.map((part) => `${part.name} ${part[side]}`).join(', ');
  return [
    runCommand({ command, touches: [...accountFiles, ...homes], before: words('before'), after: words('after') }),
  ];
}

interface Difference {
  readonly name: string;
  readonly flags: readonly string[];
  readonly before: string;
  readonly after: string;
}

function differences(args: UserArgs, before: UserState, state: AccountState): Difference[] {
  const gid = args.group === null ? null : existing(args.group, state).gid;
  const days = args.expires === null ? null : daysOf(args.expires);
  const expiresBefore = before.password?.expires ?? null;
  return [
    ...differing('uid', ['-u'], before.uid, args.uid),
    ...differing('gid', ['-g'], before.gid, gid),
    ...differing('comment', ['-c'], before.comment, args.comment),
    ...differing('home', args.move_home ? ['-m', '-d'] : ['-d'], before.home, args.home),
    ...differing('shell', ['-s'], before.shell, args.shell),
    ...groupDifference(args, before, state),
    ...(args.expires === null || days === expiresBefore
      ? []
      : [
          {
            name: 'expires',
            flags: ['-e', dateOf(args.expires)],
            before: dateWords(expiresBefore),
            after: dateWords(days),
          },
        ]),
  ];
}

function differing(
  name: string,
  flags: readonly string[],
  before: number | string,
  after: number | string | null,
): Difference[] {
  if (after === null || after === before) return [];
  return [{ name, flags: [...flags, String(after)], before: String(before), after: String(after) }];
}

function groupDifference(args: UserArgs, before: UserState, state: AccountState): Difference[] {
  const wanted = supplementary(args, state);
  if (wanted === null) return [];
  const current = state.groups.filter(({ members }) => members.includes(args.name)).map(({ name }) => name);
  const own = state.groups.find(({ gid }) => gid === before.gid)?.name;
  const missing = wanted.filter((name) => !current.includes(name) && name !== own);
  const extra = args.append ? [] : current.filter((name) => !wanted.includes(name));
  if (missing.length === 0 && extra.length === 0) return [];
  const after = args.append ? [...current, ...missing] : wanted;
  const flags = args.append ? ['-a', '-G', missing.join(',')] : ['-G', wanted.join(',')];
  return [{ name: 'groups', flags, before: current.join(' ') || 'none', after: after.join(' ') || 'none' }];
}

function supplementary({ groups }: UserArgs, state: AccountState): string[] | null {
  if (groups === null) return null;
  const names = [groups]
    .flat()
    .flatMap((each) => each.split(','))
    .map((name) => name.trim());
  return names.filter((name) => name !== '').map((name) => existing(name, state).name);
}

function existing(nameOrNumber: string, { groups }: AccountState): GroupState {
  const found = groups.find(({ name, gid }) => name === nameOrNumber || String(gid) === nameOrNumber);
  if (found !== undefined) return found;
  throw new PlanError(`There is no group \`${nameOrNumber}\`.`, {
    hint: `Make it first: \`group: {name: ${nameOrNumber}}\`.`,
  });
}

function given(flag: string, value: number | string | null): string[] {
  return value === null ? [] : [flag, String(value)];
}

function daysOf(expires: number): number | null {
  return expires < 0 ? null : Math.floor(expires / 86_400);
}

// Empty: never. See usermod(8).
function dateOf(expires: number): string {
  return expires < 0 ? '' : new Date(expires * 1000).toISOString().slice(0, 10);
}

function dateWords(days: number | null): string {
  return days === null ? 'never' : new Date(days * 86_400_000).toISOString().slice(0, 10);
}

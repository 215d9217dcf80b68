import { PlanError } from '../base/errors.ts';
import { type Area, pathArea } from '../base/footprint.ts';
import { Secret } from '../base/secrets.ts';
import { type Change, runCommand } from '../changes/change.ts';
import { contentOf } from '../changes/content.ts';
import { account, type AccountState, type UserState } from '../probes/account.ts';
import { accountFiles } from './account-args.ts';
import { argProblem, defineModule, resultOf } from './module.ts';
import { type UserArgs, userProperties } from './user-args.ts';
import { userCreation, userDifferences } from './user-commands.ts';

export interface UserModuleState {
  readonly account: AccountState;
}

/** Keeps a user of the host. See useradd(8), usermod(8). */
export const user = defineModule<UserArgs, UserModuleState>({
  name: 'user',
  description: 'Makes, changes and removes a user of the host.',
  effects: 'host',
  aliases: { user: 'name', createhome: 'create_home' },
  schema: {
    type: 'object',
    required: ['name'],
    additionalProperties: false,
    properties: userProperties,
  },

  check: ({ append, groups }) => (append && groups === null ? [argProblem('append', '`append` needs `groups`.')] : []),

  probe: (args) => ({ account: account(args.name, { password: asksPassword(args) }) }),

  plan(args, { account: state }) {
    const { user: before } = state;
    if (args.state === 'absent') return before === null ? [] : [removal(args, before, state)];
    const made = before === null ? [userCreation(args, state)] : userDifferences(args, before, state);
    return [...made, ...planPassword(args, before, state), ...planLock(args, before)];
  },

  result: ({ name, state }, { account: { user: before } }) =>
    resultOf({
      name,
      state,
      ...(before === null
        ? {}
        : { uid: before.uid, group: before.gid, home: before.home, shell: before.shell, comment: before.comment }),
    }),
});

function asksPassword({ state, password, password_lock, expires, update_password }: UserArgs): boolean {
  if (state === 'absent') return false;
  return (password !== null && update_password === 'always') || password_lock !== null || expires !== null;
}

function removal({ name, remove, force }: UserArgs, { uid, home }: UserState, { tools }: AccountState): Change {
  const flags = [...(remove ? [tools === 'busybox' ? '--remove-home' : '-r'] : []), ...(force ? ['-f'] : [])];
  const command = [tools === 'busybox' ? 'deluser' : 'userdel', ...flags, name];
  const touches: readonly Area[] = remove ? [...accountFiles, pathArea(home), 'path:/var/mail'] : accountFiles;
  return runCommand({ command, touches, before: `uid ${uid}`, after: 'absent' });
}

// The hash goes through stdin: whoever looks at the list of processes sees it in no argument.
function planPassword(args: UserArgs, before: UserState | null, { tools }: AccountState): Change[] {
  const password = newPassword(args, before);
  if (password === null) return [];
  if (tools === 'none') throw new PlanError('The host has no `chpasswd`.');
  return [
    runCommand({
      command: ['chpasswd', '-e'],
      stdin: new Secret(`${args.name}:${password}\n`),
      touches: accountFiles,
      before: before === null ? 'no password' : 'another password',
      after: 'the password of the task',
    }),
  ];
}

function newPassword({ password, update_password }: UserArgs, before: UserState | null): string | null {
  if (password === null || (before !== null && update_password === 'on_create')) return null;
  return before?.password?.sha256 === contentOf(password.replace(/^!/, '')).sha256 ? null : password;
}

function planLock(args: UserArgs, before: UserState | null): Change[] {
  const { name, password_lock } = args;
  if (password_lock === null) return [];
  const password = newPassword(args, before);
  const isLockedBefore = before === null || (before.password?.isLocked ?? false);
  const isLocked = password === null ? isLockedBefore : password.startsWith('!');
  if (isLocked === password_lock) return [];
  const command = ['usermod', password_lock ? '-L' : '-U', name];
  return [runCommand({ command, touches: accountFiles, before: lockWords(isLocked), after: lockWords(password_lock) })];
}

function lockWords(isLocked: boolean): string {
  return isLocked ? 'locked' : 'not locked';
}

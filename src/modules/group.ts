import { PlanError } from '../base/errors.ts';
import { type Change, runCommand } from '../changes/change.ts';
import { account, type AccountState, type GroupState } from '../probes/account.ts';
import { accountFiles, accountName } from './account-args.ts';
import { defineModule, resultOf } from './module.ts';

export interface GroupArgs {
  readonly name: string;
  readonly gid: number | null;
  readonly state: 'absent' | 'present';
  readonly system: boolean;
  readonly non_unique: boolean;
}

export interface GroupModuleState {
  readonly account: AccountState;
}

/** Keeps a group of the host. See groupadd(8). */
export const group = defineModule<GroupArgs, GroupModuleState>({
  name: 'group',
  description: 'Makes, changes and removes a group of the host.',
  effects: 'host',
  schema: {
    type: 'object',
    required: ['name'],
    additionalProperties: false,
    properties: {
      name: accountName('The group.'),
      gid: {
        type: ['integer', 'null'],
        minimum: 0,
        default: null,
        description: 'Its number. Not given: the next free one, or as it is.',
      },
      state: { enum: ['absent', 'present'], default: 'present', description: 'Whether it is to be there.' },
      system: { type: 'boolean', default: false, description: 'A new one gets a number of the range for the system.' },
      non_unique: { type: 'boolean', default: false, description: 'The number may be that of another group.' },
    },
  },

  probe: ({ name }) => ({ account: account(name) }),

  plan(args, { account: { group: before, groups, tools } }) {
    const { name, gid, state } = args;
    if (state === 'absent') {
      if (before === null) return [];
      return [change([tools === 'busybox' ? 'delgroup' : 'groupdel', name], `gid ${before.gid}`, 'absent')];
    }
    if (gid !== before?.gid) requireFree(args, groups);
    if (before === null) return [change(creation(args, tools), 'absent', gid === null ? 'present' : `gid ${gid}`)];
    if (gid === null || gid === before.gid) return [];
    if (tools !== 'shadow') throw new PlanError('The host has no `groupmod` to change a group with.');
    const command = ['groupmod', '-g', String(gid), ...(args.non_unique ? ['-o'] : []), name];
    return [change(command, `gid ${before.gid}`, `gid ${gid}`)];
  },

  result: ({ name, state, gid }, { account: { group: before } }) =>
    resultOf({ name, state, gid: gid ?? before?.gid ?? null }),
});

// `groupadd` says the same; but then a check would not have known.
function requireFree({ name, gid, non_unique }: GroupArgs, groups: readonly GroupState[]): void {
  const other = groups.find((each) => each.gid === gid && each.name !== name);
  if (other === undefined || non_unique) return;
  throw new PlanError(`The number ${gid} is that of the group \`${other.name}\` already.`, {
    hint: 'Take another `gid`, or `non_unique: true`.',
  });
}

function creation({ name, gid, system, non_unique }: GroupArgs, tools: AccountState['tools']): string[] {
  if (tools === 'none') throw new PlanError('The host has neither `groupadd` nor `addgroup`.');
  const number = gid === null ? [] : ['-g', String(gid)];
  if (tools === 'busybox') return ['addgroup', ...number, ...(system ? ['-S'] : []), name];
  return ['groupadd', ...number, ...(system ? ['-r'] : []), ...(non_unique ? ['-o'] : []), name];
}

function change(command: readonly string[], before: string, after: string): Change {
  return runCommand({ command, touches: accountFiles, before, after });
}

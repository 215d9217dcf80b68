import { type Change, runCommand } from '../changes/change.ts';
import { needsDaemonReload, type UnitState, unitState } from '../probes/unit-state.ts';
import { argProblem, type ArgProblem, defineModule, resultOf } from './module.ts';
import { planUnit, type UnitArgs, unitProperties } from './plan-unit.ts';

export interface SystemdArgs extends Omit<UnitArgs, 'name'> {
  readonly name: string | null;
  readonly daemon_reload: boolean;
  readonly daemon_reexec: boolean;
}

export interface SystemdState {
  readonly unit?: UnitState;
  readonly needsReload?: boolean;
}

/** Keeps a unit of systemd running, enabled or masked, or none of it. See systemctl(1). */
export const systemd = defineModule<SystemdArgs, SystemdState>({
  name: 'systemd',
  description: 'Starts, stops, enables and masks units of systemd.',
  effects: 'host',
  aliases: { service: 'name', unit: 'name', 'daemon-reload': 'daemon_reload', 'daemon-reexec': 'daemon_reexec' },
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...unitProperties,
      name: { ...unitProperties.name, type: ['string', 'null'], default: null },
      daemon_reload: {
        type: 'boolean',
        default: false,
        description: 'Makes systemd read its unit files again first, when one was changed since it did.',
      },
      daemon_reexec: { type: 'boolean', default: false, description: 'Makes systemd start itself anew, at each run.' },
      scope: { enum: ['system'], default: 'system', description: 'Only units of the system, not of users.' },
    },
  },
  check: checkArgs,

  probe: ({ name, daemon_reload }) => ({
    ...(name === null ? {} : { unit: unitState(name) }),
    ...(name === null && daemon_reload ? { needsReload: needsDaemonReload() } : {}),
  }),

  plan(args, { unit, needsReload }) {
    const before = [...planReload(args, unit?.needsReload ?? needsReload ?? false), ...planReexec(args)];
    if (unit === undefined || args.name === null) return before;
    return [...before, ...planUnit({ ...args, name: args.name }, unit)];
  },

  result: (args, { unit }) =>
    resultOf({ name: args.name, state: args.state, status: unit === undefined ? {} : { ...unit } }),
});

function checkArgs({ name, state, enabled, masked, daemon_reload, daemon_reexec }: SystemdArgs): ArgProblem[] {
  if (name === null && (state !== null || enabled !== null || masked !== null))
    return [argProblem('name', '`name` is missing: of which unit?')];
  if (masked === true && (enabled === true || (state !== null && state !== 'stopped')))
    return [argProblem('masked', 'A masked unit can neither run nor be enabled.')];
  if (name === null && !daemon_reload && !daemon_reexec) return [argProblem(null, 'Nothing is asked for.')];
  return [];
}

function planReload({ daemon_reload }: SystemdArgs, isNeeded: boolean): Change[] {
  if (!daemon_reload || !isNeeded) return [];
  const command = ['systemctl', 'daemon-reload'];
  return [runCommand({ command, touches: ['unit:*'], before: 'outdated unit files', after: 'reloaded' })];
}

function planReexec({ daemon_reexec }: SystemdArgs): Change[] {
  return daemon_reexec ? [runCommand({ command: ['systemctl', 'daemon-reexec'], touches: ['unit:*'] })] : [];
}

import { PlanError } from '../base/errors.ts';
import { sh } from '../base/shell.ts';
import { type Change, runCommand } from '../changes/change.ts';
import { needsDaemonReload, type UnitState, unitState } from '../probes/unit-state.ts';
import { argProblem, type ArgProblem, type ArgSchema, defineModule, resultOf } from './module.ts';

export interface SystemdArgs {
  readonly name: string | null;
  readonly state: 'reloaded' | 'restarted' | 'started' | 'stopped' | null;
  readonly enabled: boolean | null;
  readonly masked: boolean | null;
  readonly daemon_reload: boolean;
  readonly daemon_reexec: boolean;
  readonly no_block: boolean;
}

export interface SystemdState {
  readonly unit?: UnitState;
  readonly needsReload?: boolean;
}

const properties: Readonly<Record<keyof SystemdArgs | 'scope', ArgSchema>> = {
  name: {
    type: ['string', 'null'],
    pattern: '^[A-Za-z0-9:_.\\\\@][A-Za-z0-9:_.\\\\@-]*$',
    maxLength: 255,
    default: null,
    description: 'The unit; without a suffix it is a service.',
  },
  state: {
    enum: ['reloaded', 'restarted', 'started', 'stopped', null],
    default: null,
    description: '`started` and `stopped` act only when needed, `restarted` and `reloaded` each time.',
  },
  enabled: { type: ['boolean', 'null'], default: null, description: 'Whether it starts at boot.' },
  masked: { type: ['boolean', 'null'], default: null, description: 'Whether it can not be started at all.' },
  daemon_reload: {
    type: 'boolean',
    default: false,
    description: 'Makes systemd read its unit files again first, when one was changed since it did.',
  },
  daemon_reexec: { type: 'boolean', default: false, description: 'Makes systemd start itself anew, at each run.' },
  no_block: { type: 'boolean', default: false, description: 'Does not wait until the unit is started or stopped.' },
  scope: { enum: ['system'], default: 'system', description: 'Only units of the system, not of users.' },
};

/** Keeps a unit of systemd running, enabled or masked, or none of it. See systemctl(1). */
export const systemd = defineModule<SystemdArgs, SystemdState>({
  name: 'systemd',
  description: 'Starts, stops, enables and masks units of systemd.',
  effects: 'host',
  aliases: { service: 'name', unit: 'name', 'daemon-reload': 'daemon_reload', 'daemon-reexec': 'daemon_reexec' },
  schema: { type: 'object', additionalProperties: false, properties },
  check: checkArgs,

  probe: ({ name, daemon_reload }) => ({
    ...(name === null ? {} : { unit: unitState(name) }),
    ...(name === null && daemon_reload ? { needsReload: needsDaemonReload() } : {}),
  }),

  plan(args, { unit, needsReload }) {
    const before = [...planReload(args, unit?.needsReload ?? needsReload ?? false), ...planReexec(args)];
    if (unit === undefined) return before;
    return [...before, ...planMask(args, unit), ...planEnabled(args, unit), ...planState(args, unit)];
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

function planMask({ name, masked }: SystemdArgs, unit: UnitState): Change[] {
  const isMasked = unit.load === 'masked' || unit.file.startsWith('masked');
  if (masked === null || masked === isMasked) return [];
  const command = ['systemctl', masked ? 'mask' : 'unmask', '--', name ?? ''];
  return [runCommand({ command, touches: touchedBy(unit), before: maskWords(isMasked), after: maskWords(masked) })];
}

function maskWords(isMasked: boolean): string {
  return isMasked ? 'masked' : 'not masked';
}

// `static` and the like are neither: they have no [Install] section, so that there is nothing to do.
const enabledStates = new Set(['enabled', 'alias', 'static', 'generated', 'transient']);
const withoutInstall = new Set(['static', 'generated', 'transient']);

function planEnabled(args: SystemdArgs, unit: UnitState): Change[] {
  const { name, enabled } = args;
  if (enabled === null) return [];
  requireUnit(args, unit);
  if (enabled && unit.file === 'indirect') {
    throw new PlanError(`\`${unit.id}\` can not be enabled itself: it is started through another unit.`, {
      hint: `\`systemctl cat ${unit.id}\` shows which one, under \`Also=\`: name that.`,
    });
  }
  const isEnabled = enabledStates.has(unit.file);
  if (enabled === isEnabled || withoutInstall.has(unit.file) || (!enabled && unit.file === 'indirect')) return [];
  const command = ['systemctl', enabled ? 'enable' : 'disable', '--', name ?? ''];
  const after = enabled ? 'enabled' : 'disabled';
  return [runCommand({ command, touches: touchedBy(unit), before: unit.file || 'unknown', after })];
}

function planState(args: SystemdArgs, unit: UnitState): Change[] {
  const { state } = args;
  if (state === null) return [];
  requireUnit(args, unit);
  const isRunning = ['active', 'activating', 'reloading', 'refreshing'].includes(unit.active);
  switch (state) {
    case 'started':
      return isRunning ? [] : [change(args, unit, 'start')];
    case 'stopped':
      return isRunning || unit.active === 'deactivating' ? [change(args, unit, 'stop')] : [];
    case 'restarted':
      return [change(args, unit, isRunning ? 'restart' : 'start')];
    case 'reloaded':
      return [change(args, unit, isRunning ? 'reload' : 'start')];
  }
}

const afterVerb = { start: 'started', stop: 'stopped', restart: 'restarted', reload: 'reloaded' } as const;

function change({ name, no_block }: SystemdArgs, unit: UnitState, verb: keyof typeof afterVerb): Change {
  return runCommand({
    command: ['systemctl', verb, ...(no_block ? ['--no-block'] : []), '--', name ?? ''],
    // A unit that starts or stops may do anything.
    touches: 'host',
    before: `${unit.active} (${unit.sub})`,
    after: afterVerb[verb],
    diagnose: sh`systemctl status --no-pager --full -n 0 -- ${unit.id}; journalctl -u ${unit.id} -n 10 --no-pager`,
  });
}

function requireUnit({ name, masked }: SystemdArgs, unit: UnitState): void {
  if (unit.load === 'not-found') throw new PlanError(`systemd knows no unit \`${unit.id}\`.`);
  if ((unit.load === 'masked' || unit.file.startsWith('masked')) && masked === null) {
    throw new PlanError(`\`${name}\` is masked.`, { hint: '`masked: false` takes that away.' });
  }
}

function touchedBy(unit: UnitState) {
  return [`unit:${unit.id}`, 'path:/etc/systemd/system'] as const;
}

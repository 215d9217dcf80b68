import { PlanError } from '../base/errors.ts';
import { sh } from '../base/shell.ts';
import { type Change, runCommand } from '../changes/change.ts';
import type { UnitState } from '../probes/unit-state.ts';
import type { ArgSchema } from './module.ts';

/** How a unit of systemd is to be; `null`: as it is. */
export interface UnitArgs {
  readonly name: string;
  readonly state: 'reloaded' | 'restarted' | 'started' | 'stopped' | null;
  readonly enabled: boolean | null;
  readonly masked: boolean | null;
  readonly no_block: boolean;
}

/** Their schemas. */
export const unitProperties: Readonly<Record<keyof UnitArgs, ArgSchema>> = {
  name: {
    type: 'string',
    pattern: '^[A-Za-z0-9:_.\\\\@][A-Za-z0-9:_.\\\\@-]*$',
    maxLength: 255,
    description: 'The unit; without a suffix it is a service.',
  },
  state: {
    enum: ['reloaded', 'restarted', 'started', 'stopped', null],
    default: null,
    description: '`started` and `stopped` act only when needed, `restarted` and `reloaded` each time.',
  },
  enabled: { type: ['boolean', 'null'], default: null, description: 'Whether it starts at boot.' },
  masked: { type: ['boolean', 'null'], default: null, description: 'Whether it can not be started at all.' },
  no_block: { type: 'boolean', default: false, description: 'Does not wait until the unit is started or stopped.' },
};

/** The changes that make a unit be as the args say. @throws PlanError when there is no such unit */
export function planUnit(args: UnitArgs, unit: UnitState): Change[] {
  return [...planMask(args, unit), ...planEnabled(args, unit), ...planState(args, unit)];
}

function planMask({ name, masked }: UnitArgs, unit: UnitState): Change[] {
  const isMasked = unit.load === 'masked' || unit.file.startsWith('masked');
  if (masked === null || masked === isMasked) return [];
  const command = ['systemctl', masked ? 'mask' : 'unmask', '--', name];
  return [runCommand({ command, touches: touchedBy(unit), before: maskWords(isMasked), after: maskWords(masked) })];
}

function maskWords(isMasked: boolean): string {
  return isMasked ? 'masked' : 'not masked';
}

// `static` and the like are neither: they have no [Install] section, so that there is nothing to do.
const enabledStates = new Set(['enabled', 'alias', 'static', 'generated', 'transient']);
const withoutInstall = new Set(['static', 'generated', 'transient']);

function planEnabled(args: UnitArgs, unit: UnitState): Change[] {
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
  const command = ['systemctl', enabled ? 'enable' : 'disable', '--', name];
  const after = enabled ? 'enabled' : 'disabled';
  return [runCommand({ command, touches: touchedBy(unit), before: unit.file || 'unknown', after })];
}

function planState(args: UnitArgs, unit: UnitState): Change[] {
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

function change({ name, no_block }: UnitArgs, unit: UnitState, verb: keyof typeof afterVerb): Change {
  return runCommand({
    command: ['systemctl', verb, ...(no_block ? ['--no-block'] : []), '--', name],
    // A unit that starts or stops may do anything.
    touches: 'host',
    before: `${unit.active} (${unit.sub})`,
    after: afterVerb[verb],
    diagnose: sh`systemctl status --no-pager --full -n 0 -- ${unit.id}; journalctl -u ${unit.id} -n 10 --no-pager`,
  });
}

function requireUnit({ name, masked }: UnitArgs, unit: UnitState): void {
  if (unit.load === 'not-found') throw new PlanError(`systemd knows no unit \`${unit.id}\`.`);
  if ((unit.load === 'masked' || unit.file.startsWith('masked')) && masked === null) {
    throw new PlanError(`\`${name}\` is masked.`, { hint: '`masked: false` takes that away.' });
  }
}

function touchedBy(unit: UnitState) {
  return [`unit:${unit.id}`, 'path:/etc/systemd/system'] as const;
}

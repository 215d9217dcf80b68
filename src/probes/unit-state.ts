import { ProbeError } from '../base/errors.ts';
import type { Area } from '../base/footprint.ts';
import { sh } from '../base/shell.ts';
import { ask, type Probe, type ProbeKind, textOf } from './probe.ts';

/** What systemd says of a unit; see org.freedesktop.systemd1(5). */
export interface UnitState {
  /** With its suffix, aliases resolved: `bird.service`. */
  readonly id: string;
  /** `loaded`, `not-found`, `masked`, `error`, `bad-setting`. */
  readonly load: string;
  /** `active`, `reloading`, `inactive`, `failed`, `activating`, `deactivating`. */
  readonly active: string;
  /** `running`, `exited`, `dead`, `auto-restart` and more by kind. */
  readonly sub: string;
  /** `enabled`, `disabled`, `static`, `masked` and more; empty when there is no unit file. */
  readonly file: string;
  /** Its file was changed after systemd read it. */
  readonly needsReload: boolean;
}

/** The directories of unit files. */
const unitPaths: readonly Area[] = [
  'path:/etc/systemd/system',
  'path:/run/systemd/system',
  'path:/lib/systemd/system',
  'path:/usr/lib/systemd/system',
];

/** Asks how a unit is; one that systemd has no file of is `not-found`. */
export function unitState(name: string): Probe<UnitState> {
  return ask(unitStateKind, name);
}

/** Asks whether the file of any unit was changed after systemd read it. */
export function needsDaemonReload(): Probe<boolean> {
  return ask(needsDaemonReloadKind, null);
}

const properties = ['Id', 'LoadState', 'ActiveState', 'SubState', 'UnitFileState', 'NeedDaemonReload'];

/** One `systemctl show` for all units: it answers in their order, with an empty line between. See systemctl(1). */
export const unitStateKind: ProbeKind<string, UnitState> = {
  name: 'unit-state',
  reads: (name) => [`unit:${name.includes('.') ? name : `${name}.service`}`, ...unitPaths],
  isTidy: true,
  script: (names) => `${needSystemd}${sh`systemctl show --no-pager -p ${properties.join(',')} -- ${names}\n`}`,
  parse(reply, names) {
    const blocks = textOf(reply, 'systemctl').trim().split(/\n\n+/);
    if (blocks.length !== names.length) {
      throw new ProbeError(`systemctl told of ${blocks.length} units, not of ${names.length}.`);
    }
    return blocks.map(unitOf);
  },
};

export const needsDaemonReloadKind: ProbeKind<null, boolean> = {
  name: 'needs-daemon-reload',
  reads: () => ['unit:*', ...unitPaths],
  isTidy: true,
  script: () => `${needSystemd}systemctl show --no-pager -p NeedDaemonReload '*'\n`,
  parse(reply, questions) {
    const answer = textOf(reply, 'systemctl').includes('NeedDaemonReload=yes');
    return questions.map(() => answer);
  },
};

const needSystemd = `command -v systemctl >/dev/null || { echo 'the host has no systemd' >&2; false; } && `;

function unitOf(block: string): UnitState {
  const fields = new Map(block.split('\n').map((line) => [line.split('=')[0] ?? '', line.replace(/^[^=]*=/, '')]));
  const field = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined) throw new ProbeError(`systemctl did not tell ${name}: \`${block.split('\n')[0]}\`.`);
    return value;
  };
  return {
    id: field('Id'),
    load: field('LoadState'),
    active: field('ActiveState'),
    sub: field('SubState'),
    file: field('UnitFileState'),
    needsReload: field('NeedDaemonReload') === 'yes',
  };
}

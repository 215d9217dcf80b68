import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { footprintOf } from '../../src/changes/change.ts';
import { service } from '../../src/modules/service.ts';
import { systemd } from '../../src/modules/systemd.ts';
import type { UnitState } from '../../src/probes/unit-state.ts';
import { type Args, plan, problemsOf } from './support.ts';
import { planError } from '../probes/support.ts';

const test = suite('modules/systemd');

const running: UnitState = {
  id: 'bird.service',
  load: 'loaded',
  active: 'active',
  sub: 'running',
  file: 'enabled',
  needsReload: false,
};
const stopped: UnitState = { ...running, active: 'inactive', sub: 'dead', file: 'disabled' };
const missing: UnitState = { ...stopped, load: 'not-found', file: '' };
const masked: UnitState = { ...stopped, load: 'masked', file: 'masked' };

function commands(args: Args, unit: UnitState): string[] {
  return plan(systemd, { name: 'bird', ...args }, { unit }).map((change) =>
    change.kind === 'run-command' && Array.isArray(change.command) ? change.command.join(' ') : change.kind,
  );
}

const cases: readonly (readonly [string, Args, UnitState, string[]])[] = [
  ['starts what is stopped', { state: 'started' }, stopped, ['systemctl start -- bird']],
  ['leaves what runs', { state: 'started' }, running, []],
  ['leaves what is being started', { state: 'started' }, { ...stopped, active: 'activating' }, []],
  ['starts what failed', { state: 'started' }, { ...stopped, active: 'failed' }, ['systemctl start -- bird']],
  ['stops what runs', { state: 'stopped' }, running, ['systemctl stop -- bird']],
  ['leaves what is stopped', { state: 'stopped' }, stopped, []],
  ['leaves what failed', { state: 'stopped' }, { ...stopped, active: 'failed' }, []],
  [
    'waits for what is being stopped',
    { state: 'stopped' },
    { ...running, active: 'deactivating' },
    ['systemctl stop -- bird'],
  ],
  ['restarts each time', { state: 'restarted' }, running, ['systemctl restart -- bird']],
  ['starts what it can not restart', { state: 'restarted' }, stopped, ['systemctl start -- bird']],
  ['reloads each time', { state: 'reloaded' }, running, ['systemctl reload -- bird']],
  ['starts what it can not reload', { state: 'reloaded' }, stopped, ['systemctl start -- bird']],
  ['does not wait when told so', { state: 'started', no_block: true }, stopped, ['systemctl start --no-block -- bird']],
  ['enables', { enabled: true }, stopped, ['systemctl enable -- bird']],
  ['leaves what is enabled', { enabled: true }, running, []],
  [
    'enables for good what is enabled until reboot',
    { enabled: true },
    { ...running, file: 'enabled-runtime' },
    ['systemctl enable -- bird'],
  ],
  ['disables', { enabled: false }, running, ['systemctl disable -- bird']],
  ['leaves what is disabled', { enabled: false }, stopped, []],
  ['has nothing to enable of static units', { enabled: true }, { ...running, file: 'static' }, []],
  ['has nothing to disable of static units', { enabled: false }, { ...running, file: 'static' }, []],
  ['masks', { masked: true }, stopped, ['systemctl mask -- bird']],
  ['masks what is not there', { masked: true }, missing, ['systemctl mask -- bird']],
  ['leaves what is masked', { masked: true }, masked, []],
  [
    'unmasks, enables and starts, in this order',
    { masked: false, enabled: true, state: 'started' },
    masked,
    ['systemctl unmask -- bird', 'systemctl enable -- bird', 'systemctl start -- bird'],
  ],
  [
    'stops and masks',
    { masked: true, state: 'stopped' },
    running,
    ['systemctl mask -- bird', 'systemctl stop -- bird'],
  ],
  [
    'reads unit files again only when one changed',
    { daemon_reload: true },
    { ...running, needsReload: true },
    ['systemctl daemon-reload'],
  ],
  ['does not read them again without need', { daemon_reload: true, state: 'started' }, running, []],
  [
    'reads unit files again before the start',
    { daemon_reload: true, state: 'restarted' },
    { ...running, needsReload: true },
    ['systemctl daemon-reload', 'systemctl restart -- bird'],
  ],
  ['starts systemd anew each time', { daemon_reexec: true }, running, ['systemctl daemon-reexec']],
];

for (const [name, args, unit, expected] of cases) test(name, () => assert.equal(commands(args, unit), expected));

test('reads unit files again without a unit, when any changed', () => {
  assert.is(plan(systemd, { daemon_reload: true }, { needsReload: true }).length, 1);
  assert.is(plan(systemd, { daemon_reload: true }, { needsReload: false }).length, 0);
});

test('tells before and after, and shows the log when it fails', () => {
  const [change] = plan(systemd, { name: 'bird', state: 'restarted' }, { unit: running });
  assert.is(change?.kind, 'run-command');
  if (change?.kind !== 'run-command') return;
  assert.equal([change.before, change.after, footprintOf(change)], ['active (running)', 'restarted', 'host']);
  assert.match(change.diagnose ?? '', 'journalctl -u bird.service -n 10 --no-pager');
});

test('refuses units that are not there, masked or not to be enabled', () => {
  for (const [args, unit, message] of [
    [{ state: 'started' }, missing, 'systemd knows no unit `bird.service`.'],
    [{ enabled: true }, missing, 'systemd knows no unit `bird.service`.'],
    [{ state: 'stopped' }, missing, 'systemd knows no unit `bird.service`.'],
    [{ state: 'started' }, masked, '`bird` is masked.'],
    [
      { enabled: true },
      { ...stopped, file: 'indirect' },
      '`bird.service` can not be enabled itself: it is started through another unit.',
    ],
  ] as const) {
    assert.throws(() => commands(args, unit), planError(message), message);
  }
});

test('finds args that do not go together', () => {
  assert.equal(problemsOf(systemd, { state: 'started' }), ['`name` is missing: of which unit?']);
  assert.equal(problemsOf(systemd, {}), ['Nothing is asked for.']);
  assert.equal(problemsOf(systemd, { unit: 'x', masked: true, state: 'started' }), [
    'A masked unit can neither run nor be enabled.',
  ]);
  assert.equal(problemsOf(systemd, { 'daemon-reload': true }), []);
  assert.throws(() => problemsOf(systemd, { name: 'a b' }), /has not the right form/);
  assert.throws(() => problemsOf(systemd, { name: '--now' }), /has not the right form/);
});

test('service does the same', () => {
  const planned = plan(service, { name: 'bird', state: 'started', enabled: true }, { unit: stopped });
  assert.equal(
    planned.map((change) => change.kind === 'run-command' && change.after),
    ['enabled', 'started'],
  );
});

test.run();

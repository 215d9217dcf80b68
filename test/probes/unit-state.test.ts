import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { needsDaemonReload, needsDaemonReloadKind, unitState, unitStateKind } from '../../src/probes/unit-state.ts';
import { askAll, inDirectory, probeError, replyOf, shells, withPrograms } from './support.ts';

const test = suite('probes/unit-state');

const bird =
  'Id=bird.service\nLoadState=loaded\nActiveState=active\nSubState=running\nUnitFileState=enabled\nNeedDaemonReload=no';
const none =
  'Id=x=y.service\nLoadState=not-found\nActiveState=inactive\nSubState=dead\nUnitFileState=\nNeedDaemonReload=yes';

for (const shell of shells) {
  test(`asks all units at once (${shell.join(' ')})`, () => {
    const systemctl = `[ "$*" = 'show --no-pager -p Id,LoadState,ActiveState,SubState,UnitFileState,NeedDaemonReload -- bird x=y' ] && printf '%s\\n\\n%s\\n' '${bird}' '${none}'`;
    withPrograms({ systemctl }, (path) => {
      assert.equal(askAll([unitState('bird'), unitState('x=y')], { shell, path }), [
        { id: 'bird.service', load: 'loaded', active: 'active', sub: 'running', file: 'enabled', needsReload: false },
        { id: 'x=y.service', load: 'not-found', active: 'inactive', sub: 'dead', file: '', needsReload: true },
      ]);
    });
  });

  test(`asks whether any unit file changed (${shell.join(' ')})`, () => {
    withPrograms({ systemctl: 'printf "NeedDaemonReload=no\\n\\nNeedDaemonReload=yes\\n"' }, (path) => {
      assert.equal(askAll([needsDaemonReload()], { shell, path }), [true]);
    });
  });

  test(`says that there is no systemd (${shell.join(' ')})`, () => {
    withPrograms(
      { systemctl: 'echo "System has not been booted with systemd as init system (PID 1)." >&2; exit 1' },
      (path) => {
        assert.throws(() => askAll([unitState('bird')], { shell, path }), probeError(/not been booted with systemd/));
      },
    );
    inDirectory((path) => {
      symlinkSync(`/bin/${shell[0]}`, join(path, shell[0] ?? ''));
      assert.throws(() => askAll([unitState('bird')], { shell, path }), probeError(/the host has no systemd$/));
    });
  });
}

test('takes no half an answer for a whole one', () => {
  assert.throws(() => unitStateKind.parse(replyOf(bird), ['bird', 'x']), probeError(/told of 1 units, not of 2/));
  assert.throws(
    () => unitStateKind.parse(replyOf(bird.replace('SubState=running\n', '')), ['bird']),
    probeError(/did not tell SubState/),
  );
});

test('reads the unit and where unit files are', () => {
  assert.equal(unitStateKind.reads('bird').slice(0, 2), ['unit:bird.service', 'path:/etc/systemd/system']);
  assert.is(unitStateKind.reads('a.timer')[0], 'unit:a.timer');
  assert.is(needsDaemonReloadKind.reads(null)[0], 'unit:*');
});

test.run();

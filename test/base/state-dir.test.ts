import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findStateDir } from '../../src/base/state-dir.ts';
import { withFiles } from '../support/temp-dir.ts';

const test = suite('base/state-dir');

function pathOf(env: Record<string, string>): string | null {
  return findStateDir(env).path;
}

test('is where the user says, else where XDG says, else at home', () => {
  assert.is(pathOf({ KMESH_STATE: '/none/state', XDG_STATE_HOME: '/none/xdg' }), '/none/state');
  assert.is(pathOf({ XDG_STATE_HOME: '/none/xdg', HOME: '/none/home' }), '/none/xdg/kmesh');
  assert.is(pathOf({ XDG_STATE_HOME: 'relative', HOME: '/none/home' }), '/none/home/.local/state/kmesh');
  assert.is(pathOf({ HOME: '' }), join(homedir(), '.local/state/kmesh'));
});

test('is refused when others can write to it, and nothing is made', () => {
  withFiles({}, (dir) => {
    const state = join(dir, 'state');
    assert.equal(findStateDir({ KMESH_STATE: state }), { path: state, warning: null });
    mkdirSync(state, { mode: 0o755 });
    assert.is(findStateDir({ KMESH_STATE: state }).path, state);
    for (const mode of [0o775, 0o777, 0o1777]) {
      chmodSync(state, mode);
      const warning = `The state directory ${state} is not used: others can write to it.`;
      assert.equal(findStateDir({ KMESH_STATE: state }), { path: null, warning });
    }
    writeFileSync(join(dir, 'file'), '');
    assert.match(findStateDir({ KMESH_STATE: join(dir, 'file') }).warning ?? '', 'it is no directory');
    assert.match(findStateDir({ KMESH_STATE: join(dir, 'file/state') }).warning ?? '', 'its path leads nowhere');
    if (process.geteuid?.() !== 0) return;
    chmodSync(state, 0o700);
    chownSync(state, 65_534, 65_534);
    assert.match(findStateDir({ KMESH_STATE: state }).warning ?? '', 'it belongs to another user');
  });
});

test.run();

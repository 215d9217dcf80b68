import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { stdoutReporter, wantsColour } from '../../src/cli/terminal.ts';

const test = suite('cli/terminal');

test('is live only where somebody watches', () => {
  assert.is(stdoutReporter({ output: [] }, { isTty: true, env: { TERM: 'xterm' } }), 'live');
  assert.is(stdoutReporter({ output: [] }, { isTty: true, env: { TERM: 'dumb' } }), 'lines');
  assert.is(stdoutReporter({ output: [] }, { isTty: true, env: { CI: 'true' } }), 'lines');
  assert.is(stdoutReporter({ output: [] }, { isTty: false, env: {} }), 'lines');
  assert.is(stdoutReporter({ output: [{ kind: 'json', file: null }] }, { isTty: true, env: {} }), 'json');
});

test('colours as the option says, then the environment, then the terminal', () => {
  assert.is(wantsColour({ colour: 'auto' }, { isTty: true, env: {} }), true);
  assert.is(wantsColour({ colour: 'auto' }, { isTty: false, env: {} }), false);
  assert.is(wantsColour({ colour: 'auto' }, { isTty: true, env: { NO_COLOR: '1' } }), false);
  assert.is(wantsColour({ colour: 'auto' }, { isTty: true, env: { NO_COLOR: '' } }), true);
  assert.is(wantsColour({ colour: 'auto' }, { isTty: false, env: { FORCE_COLOR: '1' } }), true);
  assert.is(wantsColour({ colour: 'always' }, { isTty: false, env: { NO_COLOR: '1' } }), true);
  assert.is(wantsColour({ colour: 'never' }, { isTty: true, env: { FORCE_COLOR: '1' } }), false);
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { randomNumbers } from '../support/random.ts';
import { inTime } from './random/in-time.ts';
import { makeProgram } from './random/make-program.ts';
import { playbookOf } from './random/playbook.ts';
import { withoutAsking } from './random/program.ts';
import { runProgram } from './random/run-program.ts';
import { seeds } from './random/seeds.ts';

// Ctrl-C, at any moment.
const test = suite('engine/random-stop');

test('begins nothing more when it is stopped, lets end what runs, and tells the recap', async () => {
  let stopped = 0;
  for (const seed of seeds(120)) {
    const program = withoutAsking(makeProgram(seed, { hasFiles: false, couplesHosts: seed % 2 === 0 }));
    const controller = new AbortController();
    const late: string[] = [];
    let left = randomNumbers(seed)(30);
    let isOver = false;
    const run = runProgram(program, { stop: controller.signal }, ({ what, host, text }) => {
      if (what === 'start' && isOver) late.push(`${host} ${text}`);
      if (left-- !== 0) return;
      stopped++;
      controller.abort();
      // What was on its way to a host before may begin there yet.
      setImmediate(() => setImmediate(() => void (isOver = true)));
    });
    const { told, seen } = await inTime(run, program);
    const message = `seed ${seed}:\n${playbookOf(program).playbook}`;
    assert.equal(late, [], message);
    const end = told.events.at(-1);
    assert.is(end?.kind === 'run-finished' && end.interrupted, controller.signal.aborted, message);
    assert.is(count(seen, 'start'), count(seen, 'end'), message);
  }
  assert.ok(stopped > 50, `${stopped} were stopped`);
});

function count(seen: readonly { readonly what: string }[], what: string): number {
  return seen.filter((one) => one.what === what).length;
}

test.run();

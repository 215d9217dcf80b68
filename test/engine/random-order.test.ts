import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inTime } from './random/in-time.ts';
import { makeProgram } from './random/make-program.ts';
import { orderProblems } from './random/order-problems.ts';
import { playbookOf } from './random/playbook.ts';
import { withoutAsking } from './random/program.ts';
import { runReference } from './random/reference.ts';
import { runProgram } from './random/run-program.ts';
import { seeds } from './random/seeds.ts';

// The order between hosts, on hosts that answer sooner or later.
const test = suite('engine/random-order');

const flavours = [
  { hasFiles: false, couplesHosts: false },
  { hasFiles: false, couplesHosts: true },
];

test('starts no command before all hosts have finished what stands before it', async () => {
  let commands = 0;
  for (const flavour of flavours) {
    for (const seed of seeds(100)) {
      const program = withoutAsking(makeProgram(seed, flavour));
      const { seen } = await inTime(runProgram(program), program);
      const problems = orderProblems(runReference(program), seen);
      assert.equal(problems, [], `seed ${seed}:\n${playbookOf(program).playbook}`);
      commands += seen.filter(({ what }) => what === 'start').length;
    }
  }
  assert.ok(commands > 1000, `${commands} commands`);
});

test('sees hosts overtake each other where they run free', async () => {
  let overtaken = 0;
  for (const seed of seeds(20)) {
    const program = withoutAsking({ ...makeProgram(seed, { hasFiles: false, couplesHosts: false }), strategy: 'free' });
    const { seen } = await inTime(runProgram(program), program);
    if (orderProblems(runReference(program), seen).length > 0) overtaken++;
  }
  assert.ok(overtaken > 5, `in ${overtaken} programs`);
});

test('lets nobody overtake in lockstep, not even to ask', async () => {
  for (const seed of seeds(40)) {
    const program = { ...makeProgram(seed, { hasFiles: false, couplesHosts: false }), strategy: 'lockstep' } as const;
    const { seen } = await inTime(runProgram(program), program);
    assert.equal(orderProblems(runReference(program), seen), [], `seed ${seed}:\n${playbookOf(program).playbook}`);
  }
});

test.run();

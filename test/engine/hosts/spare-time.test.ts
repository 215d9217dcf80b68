import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SpareTime, type Times } from '../../../src/engine/hosts/spare-time.ts';

const test = suite('engine/spare-time');

test('looks a few times in a second how much of the time since then was idle', () => {
  let [now, times] = [0, { idle: 0, all: 0 }];
  const spare = new SpareTime(
    (): Times => times,
    () => now,
  );
  const after = (ms: number, idle: number, all: number): boolean => {
    now += ms;
    times = { idle: times.idle + idle, all: times.all + all };
    return spare.hasSome;
  };
  assert.is(after(0, 0, 0), true, 'nothing is known yet');
  assert.is(after(100, 0, 200), true, 'not looked at again');
  assert.is(after(200, 0, 400), false);
  assert.is(after(300, 10, 600), false);
  assert.is(after(300, 300, 600), true);
  assert.is(after(300, 0, 0), true, 'no time was counted');
});

test('reads the times of this machine', () => {
  assert.type(new SpareTime().hasSome, 'boolean');
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Told } from '../support/run-site.ts';
import { inTime } from './random/in-time.ts';
import { makeProgram } from './random/make-program.ts';
import { playbookOf } from './random/playbook.ts';
import type { RandomProgram } from './random/program.ts';
import { runProgram } from './random/run-program.ts';
import { seeds } from './random/seeds.ts';

// A check must show what a run does, where all can be known before.
const test = suite('engine/random-check');

const knowable = { hasFiles: true, couplesHosts: false, isKnowable: true };

/** What every task came to on every host, with the changes in words. */
function outcomes({ events }: Told, { hosts }: RandomProgram): unknown {
  const finished = events.filter((event) => event.kind === 'task-finished');
  return hosts.map((name) =>
    finished
      .filter(({ host }) => host === name)
      .map(({ task, outcome }) => ({
        task: task.name,
        status: outcome.status === 'would-change' ? 'changed' : outcome.status,
        changes: outcome.changes.map(({ summary }) => withoutDir(summary)),
      })),
  );
}

function withoutDir(text: string): string {
  return text.replaceAll(/\/[^ "]*kmesh-test-\w+/g, '');
}

function diskOf({ hosts }: RandomProgram): Record<string, string> {
  return Object.fromEntries(hosts.flatMap((host) => [[`${host}/f`, 'text']]));
}

test('shows in a check the changes that a run makes', async () => {
  let changes = 0;
  for (const seed of seeds(25)) {
    const program = makeProgram(seed, knowable);
    const disk = diskOf(program);
    const check = await inTime(runProgram(program, { disk, diff: true, check: true }), program);
    const run = await inTime(runProgram(program, { disk, diff: true }), program);
    const shown = outcomes(check.told, program);
    assert.equal(shown, outcomes(run.told, program), `seed ${seed}:\n${playbookOf(program).playbook}`);
    assert.equal(check.disk, Object.fromEntries(program.hosts.map((host) => [host, ['f=text']])));
    changes += JSON.stringify(shown).split('"status":"changed"').length - 1;
  }
  assert.ok(changes > 50, `${changes} changes`);
});

/** Each of its tasks has a file of its own, so that none undoes what another one does. */
function withoutUndoing(program: RandomProgram): RandomProgram {
  let files = 0;
  const text = JSON.stringify(program)
    .replaceAll(/"module":"copy","file":"\w","value":\{[^}]*\}/g, () => {
      return `"module":"copy","file":"own${files++}","value":{"from":"text"}`;
    })
    .replaceAll(/"module":"remove","file":"\w"/g, '"module":"remove","file":"f"');
  return JSON.parse(text) as RandomProgram;
}

test('changes nothing the second time', async () => {
  for (const seed of seeds(10)) {
    const program = withoutUndoing(makeProgram(seed, knowable));
    const first = await inTime(runProgram(program, { disk: diskOf(program) }), program);
    const disk = Object.fromEntries(
      Object.entries(first.disk).flatMap(([host, files]) =>
        files.map((file) => [`${host}/${file.split('=')[0]}`, file.split('=')[1] ?? '']),
      ),
    );
    const second = await inTime(runProgram(program, { disk }), program);
    const changed = second.seen.filter(({ text }) => text.endsWith('changed'));
    assert.equal(changed, [], `seed ${seed}:\n${playbookOf(program).playbook}`);
    assert.equal(second.disk, first.disk);
  }
});

test.run();

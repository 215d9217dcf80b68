import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { suite } from '../support/suite.ts';
import * as assert from 'uvu/assert';
import { parseArgs } from '../../src/cli/options/args.ts';
import { runCommandLine, type SiteCommand } from '../../src/cli/commands/run-command.ts';
import { saidIn } from '../cli/support.ts';
import { prepareAnsible, requireLab } from '../lab/requirements.ts';
import { tempDir } from '../support/temp-dir.ts';
import { type Level, levels, nameOfPair, precedenceSite } from './precedence.ts';

requireLab();

// Each level against each, in a real run of kmesh and in one of Ansible.
const test = suite('engine, precedence compared with Ansible');

test.before(prepareAnsible);

test('lets each level win over each one below it', async () => {
  const winners = await runKmesh((params) => `{role: r, vars: ${params}}`);
  assert.equal(wrong(winners), []);
});

test('has the same order as Ansible, whose params of a role stand beside its name', async () => {
  const winners = await runAnsible((params) => `{role: r, ${params.slice(1)}`);
  assert.equal(wrong(winners), []);
});

test('gives the `vars` beside the name of a role the rank of params, which in Ansible they do not have', async () => {
  const winners = await runAnsible((params) => `{role: r, vars: ${params}}`);
  const params = levels.indexOf('role params');
  const overParams = levels.slice(0, params).filter((_, low) => winners.get(nameOfPair(low, params)) !== 'role params');
  assert.equal(overParams, ['role vars', 'block vars', 'task vars', 'include_vars', 'set_fact'] satisfies Level[]);
});

type Winners = ReadonlyMap<string, string>;

/** The pairs that the lower level has won, or something else. */
function wrong(winners: Winners): string[] {
  return levels.flatMap((level, high) =>
    levels.slice(0, high).flatMap((other, low) => {
      const winner = winners.get(nameOfPair(low, high));
      return winner === level ? [] : [`${level} over ${other}: ${winner}`];
    }),
  );
}

async function runKmesh(giveParams: (params: string) => string): Promise<Winners> {
  const { files, args } = precedenceSite(giveParams);
  let text = '';
  const { code, out, err } = await saidIn(files, async (world) => {
    const command = parseArgs(['run', ...args, '-e', `dest=${world.cwd}/out`, '-o', 'lines']) as SiteCommand;
    const ended = await runCommandLine(command, world);
    if (ended === 0) text = readFileSync(join(world.cwd, 'out'), 'utf8');
    return ended;
  });
  assert.is(code, 0, out + err);
  return winnersIn(text);
}

async function runAnsible(giveParams: (params: string) => string): Promise<Winners> {
  const { files, args } = precedenceSite(giveParams);
  const { dir, remove } = tempDir(files);
  try {
    const env = {
      LC_ALL: 'C.UTF-8',
      ANSIBLE_NOCOLOR: '1',
      ANSIBLE_LOCAL_TEMP: dir,
      ANSIBLE_REMOTE_TEMP: join(dir, 'tmp'),
    };
    await execa('ansible-playbook', [...args, '-e', `dest=${dir}/out`], { cwd: dir, env });
    return winnersIn(readFileSync(join(dir, 'out'), 'utf8'));
  } finally {
    remove();
  }
}

function winnersIn(text: string): Winners {
  const lines = text.trim().split('\n');
  assert.is(lines.length, (levels.length * (levels.length - 1)) / 2);
  return new Map(lines.map((line) => line.split('=', 2) as [string, string]));
}

test.run();

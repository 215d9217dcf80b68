import { isDeepStrictEqual } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inTime } from './random/in-time.ts';
import { type Flavour, makeProgram } from './random/make-program.ts';
import { playbookOf } from './random/playbook.ts';
import type { RandomProgram } from './random/program.ts';
import { runReference } from './random/reference.ts';
import { runProgram } from './random/run-program.ts';
import { seeds } from './random/seeds.ts';
import { shrink } from './random/shrink.ts';

// What the engine saves by planning ahead must come to the same as Ansible's way, one task at a time on all hosts: tried
// with programs that nobody thought of. KMESH_SEEDS=1000-2000 tries others than usual.
const test = suite('engine/random-programs');

/** What each host went through, and what is left of it. */
interface Story {
  /** `t3 changed`, by host. */
  readonly finished: Readonly<Record<string, readonly string[]>>;
  /** Commands that it was given, in order; those that are done there for others may come in any. */
  readonly commands: Readonly<Record<string, readonly string[]>>;
  readonly disk: Readonly<Record<string, readonly string[]>>;
  /** Handlers that were notified and have not run. */
  readonly owed: Readonly<Record<string, readonly string[]>>;
}

function storyByReference(program: RandomProgram): Story {
  const { finished, commands, disk, owed } = runReference(program);
  return { finished: byHost(program, finished), commands: byHost(program, commands.filter(isOwn)), disk, owed };
}

async function storyByEngine(program: RandomProgram): Promise<Story> {
  const { seen, disk, told } = await inTime(runProgram(program), program);
  const owed: Record<string, readonly string[]> = Object.fromEntries(program.hosts.map((host) => [host, []]));
  for (const event of told.events)
    if (event.kind === 'handlers-owed' && event.from === 'this-run') owed[event.host] = event.handlers.toSorted();
  const finished = seen.filter(({ what }) => what === 'finished');
  const commands = seen.filter((one) => one.what === 'start' && isOwn(one));
  return { finished: byHost(program, finished), commands: byHost(program, commands), disk, owed };
}

function isOwn({ text }: { readonly text: string }): boolean {
  return !text.includes(' for ');
}

function byHost({ hosts }: RandomProgram, list: readonly { host: string; text: string }[]): Story['finished'] {
  return Object.fromEntries(
    hosts.map((name) => [name, list.filter(({ host }) => host === name).map(({ text }) => text)]),
  );
}

/** Both stories, when they are not the same. */
async function difference(program: RandomProgram): Promise<readonly [Story, Story] | null> {
  const [story, wanted] = [await storyByEngine(program), storyByReference(program)];
  return isDeepStrictEqual(story, wanted) ? null : [story, wanted];
}

async function compare(count: number, flavour: Flavour): Promise<void> {
  for (const seed of seeds(count)) {
    const program = makeProgram(seed, flavour);
    if ((await difference(program)) === null) continue;
    // What is left when parts are left out may be no playbook any more.
    const small = await shrink(program, async (one) => (await difference(one).catch(() => null)) !== null);
    const [story, wanted] = (await difference(small)) ?? [];
    assert.equal(story, wanted, `seed ${seed}, made small:\n${JSON.stringify(playbookOf(small), null, 2)}`);
  }
}

test('comes to the same as task by task, whatever blocks, includes, loops, conditions and handlers there are', async () => {
  await compare(250, { hasFiles: false, couplesHosts: false });
});

test('comes to the same where hosts depend on each other', async () => {
  await compare(250, { hasFiles: false, couplesHosts: true });
});

test('comes to the same where tasks write files, which real shells do', async () => {
  await compare(12, { hasFiles: true, couplesHosts: false });
  await compare(12, { hasFiles: true, couplesHosts: true });
});

test.run();

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../lab/lab.ts';
import type { Link } from '../lab/link.ts';
import { run } from '../lab/run.ts';
import type { Contender } from './contender.ts';
import { countsIn, jsonLines, mostOf } from './counts.ts';
import type { Ground } from './ground.ts';
import { countHosts } from './host-usage.ts';
import type { Meter } from './meter.ts';
import { addPython } from './python.ts';
import { roleFiles } from './role.ts';
import type { Phase, Trial } from './trial.ts';
import { verifyHosts } from './verify.ts';

/** Whose turn it is, and where. */
export interface Turn {
  readonly ground: Ground;
  readonly meter: Meter;
  readonly contender: Contender;
  readonly round: number;
  readonly link: Link;
  readonly phases: readonly Phase[];
}

/** One contender's runs of a round: on new hosts, once more, and a check of new hosts. */
export async function* takeTurn(how: Turn): AsyncGenerator<Trial> {
  const wants = (phase: Phase): boolean => how.phases.includes(phase) && how.contender.phases.includes(phase);
  if (wants('first') || wants('second')) {
    await newHosts(how);
    const first = how.contender.phases.includes('first') ? await measureFirst(how) : null;
    if (first !== null && wants('first')) yield first;
    if (wants('second')) yield await measure(how, 'second');
  }
  if (wants('check')) {
    await newHosts(how);
    yield await measure(how, 'check');
  }
}

async function measureFirst(how: Turn): Promise<Trial> {
  const first = await measure(how, 'first');
  await verifyHosts(how.ground.lab, how.ground.filesDir, how.contender.name);
  return first;
}

async function newHosts({ ground, contender }: Turn): Promise<void> {
  await ground.lab.reset();
  rmSync(join(ground.dir, 'state'), { recursive: true, force: true });
  if (contender.wantsPython) await addPython(ground.lab);
}

async function measure({ ground, meter, contender, round, link }: Turn, phase: Phase): Promise<Trial> {
  const { lab } = ground;
  // what an earlier run has written must not go to the disk during this one
  await run('sync', []);
  lab.mark();
  const end = await countHosts(lab);
  const { code: _, output, ...usage } = await meter.runWell(contender.command(phase, ground));
  const host = await end();
  const counts = mostOf(countsIn(output));
  const written = Math.max(...lab.hosts.map(({ name }) => lab.changed(name).length));
  const filesShown = phase === 'check' ? shownIn(output, lab) : null;
  const setting = { contender: contender.name, phase, hosts: lab.hosts.length, link, round };
  return { ...setting, ...usage, host, counts, written, filesShown };
}

/** How many of the first host's small files stand in the output line by line. */
function shownIn(output: string, lab: Lab): number {
  const diffs = jsonLines(output).flatMap(({ changes }) => (changes ?? []).map(({ diff }) => diff ?? ''));
  const lines = new Set(
    [output, ...diffs]
      .join('\n')
      .split('\n')
      .map((line) => line.trim()),
  );
  const isShown = (text: string): boolean =>
    text
      .trimEnd()
      .split('\n')
      .every((line) => lines.has(`+${line}`));
  return roleFiles(lab.hosts[0]?.name ?? '', 1).filter(({ text }) => isShown(text)).length;
}

import * as assert from 'uvu/assert';
import type { Lab } from '../lab/lab.ts';
import { kmesh, type KmeshRun, statuses, why } from './kmesh.ts';

/** A playbook as it is tried three times: as a check, in earnest, and once more. */
export interface Trial {
  readonly lab: Lab;
  /** What stands behind `kmesh` but for the output and the inventory. */
  readonly args: readonly string[];
  /** The inventory, where it is not that of the lab. */
  readonly inventory?: string;
  /** Tasks that a check takes for changes, since it can not know that something before them will fail. */
  readonly shownOnly?: readonly string[];
  /** And those that a check can not show for the same reason. */
  readonly doneOnly?: readonly string[];
  /** What a second run has to write all the same. */
  readonly writtenAgain?: readonly string[];
}

export interface ThreeRuns {
  readonly check: KmeshRun;
  readonly run: KmeshRun;
  readonly again: KmeshRun;
}

/**
 * Holds a playbook to what is promised of every one: a check writes nothing and shows what the run does, and a second
 * run has nothing to do and writes nothing.
 */
export async function threeTimes(trial: Trial): Promise<ThreeRuns> {
  const { lab } = trial;
  lab.mark();
  const check = await tried(trial, '--check');
  assert.equal(writtenIn(lab), [], 'a check writes nothing');
  const run = await tried(trial);
  assert.equal(notShown(check, run, trial.doneOnly ?? []), [], 'a run does nothing that the check has not shown');
  assert.equal(notDone(check, run, trial.shownOnly ?? []), [], 'a run does all that the check has shown');
  lab.mark();
  const again = await tried(trial);
  assert.equal(changes(again), [], 'a second run changes nothing');
  assert.equal(writtenIn(lab), trial.writtenAgain ?? [], 'a second run writes nothing');
  return { check, run, again };
}

async function tried({ lab, args, inventory = lab.inventoryPath }: Trial, ...more: string[]): Promise<KmeshRun> {
  const run = await kmesh([...args, '-i', inventory, '-o', 'json', ...more]);
  assert.is(run.code, 0, why(run));
  return run;
}

/** What was written on any of the hosts since they were last marked. */
export function writtenIn(lab: Lab): string[] {
  return lab.hosts.flatMap(({ name }) => lab.changed(name, { strict: true }).map((path) => `${name}: ${path}`));
}

/** Tasks that changed something or would, as `host: task`, sorted. */
export function changes(run: KmeshRun, wanted: readonly string[] = ['changed', 'would-change']): string[] {
  const done = Object.entries(statuses(run)).flatMap(([host, tasks]) =>
    Object.entries(tasks).flatMap(([task, status]) => (wanted.includes(status) ? [`${host}: ${task}`] : [])),
  );
  return done.toSorted();
}

function notShown(check: KmeshRun, run: KmeshRun, doneOnly: readonly string[]): string[] {
  const shown = new Set([...changes(check, ['would-change', 'deferred']), ...doneOnly]);
  return changes(run).filter((one) => !shown.has(one));
}

function notDone(check: KmeshRun, run: KmeshRun, shownOnly: readonly string[]): string[] {
  const done = new Set([...changes(run), ...shownOnly]);
  return changes(check).filter((one) => !done.has(one));
}

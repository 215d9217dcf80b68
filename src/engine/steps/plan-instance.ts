import { KmeshError } from '../../base/errors.ts';
import { type Change, runCommand } from '../../changes/change.ts';
import { Obstructed } from '../../changes/obstructed.ts';
import type { Answers } from '../hosts/answers.ts';
import { endOf, type InstanceRun, onlyAsks } from './task-run.ts';

/**
 * Plans an instance from what the host has answered: fills in state and changes, and the end where it has failed.
 *
 * @returns the task that makes the plan doubtful, or `null`
 */
export function planInstance(run: InstanceRun, answers: Answers): string | null {
  const { task, args, inputs, probes } = run.instance;
  const doubt = answers.doubtOf(probes);
  try {
    run.state = answers.stateOf(probes).state;
    run.changes = task.module.plan(args, run.state, inputs).map((change) => inPlace(change, run));
  } catch (error) {
    if (!(error instanceof KmeshError)) throw error;
    if (error instanceof Obstructed && doubt !== null) run.changes = error.changes;
    run.end = doubt === null ? { status: 'failed', error, waitsFor: null } : endOf('deferred', doubt);
  }
  return doubt;
}

function inPlace(change: Change, { instance }: InstanceRun): Change {
  if (change.kind !== 'run-command') return change;
  const environment = { ...instance.environment, ...change.environment };
  const touches = onlyAsks(instance.task) ? ([] as const) : change.touches;
  return runCommand({ ...change, environment, touches });
}

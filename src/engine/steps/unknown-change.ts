import { KmeshError } from '../../base/errors.ts';
import { type Change, runCommand } from '../../changes/change.ts';
import type { Step } from '../../playbook/playbook.ts';
import { evaluate } from '../../template/evaluate.ts';
import type { Journey } from './journey.ts';
import { NotYetKnown } from '../variables/not-yet-known.ts';
import type { Placed } from './placed.ts';
import type { Preparation } from './prepare.ts';
import { nameOf } from './task-ref.ts';
import { onlyAsks, saysItChangesNothing } from './task-run.ts';

/**
 * Puts in doubt what a step may touch of which a check can not know what it would do. A check that went on as if it did
 * nothing would take for right what a run changes.
 */
export function putInDoubt(placed: Placed, { run, course, preparation }: Journey): void {
  if (!course.check || changesNothing(placed.step)) return;
  const path = pathOf(placed, preparation);
  const planned = { change: path === null ? anything : anythingAt(path), task: nameOf(placed.step) };
  run.planned.push(planned);
  course.shellsFor(run).expect(planned);
}

// What is done elsewhere is no change of this host.
function changesNothing(step: Step): boolean {
  if (step.kind !== 'task') return step.kind === 'meta' || step.what === 'vars';
  const { effects } = step.module;
  if (effects === 'controller' || effects === 'none' || step.delegateTo !== null) return true;
  return onlyAsks(step) || saysItChangesNothing(step);
}

const anything = runCommand({ command: ['unknown'], touches: 'host' });

// Behind a link there can be anything, so that nothing is foretold of the path and of what is below it.
function anythingAt(path: string): Change {
  return { kind: 'make-link', path, target: '', hard: true, before: null };
}

/** Where a task writes that touches nothing but files; `null`: anywhere. */
function pathOf(placed: Placed, preparation: Preparation): string | null {
  const { step } = placed;
  if (step.kind !== 'task' || step.module.effects !== 'files') return null;
  const arg = step.args.entries.find(({ key }) => key === 'path' || key === 'dest');
  try {
    const path = arg === undefined ? null : evaluate(arg.value, preparation.scope(placed, null));
    return typeof path === 'string' && path.startsWith('/') ? path : null;
  } catch (error) {
    if (error instanceof NotYetKnown || error instanceof KmeshError) return null;
    throw error;
  }
}

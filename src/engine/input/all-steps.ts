import type { Play, Step } from '../../playbook/playbook.ts';

/** Steps, and all that may be included by them. */
export function allSteps(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) =>
    step.kind === 'include' ? [step, ...step.candidates.flatMap((one) => allSteps(one.steps))] : [step],
  );
}

/** All steps of a play but its handlers. */
export function playSteps({ phases }: Play): Step[] {
  return allSteps(phases.flatMap(({ steps }) => steps));
}

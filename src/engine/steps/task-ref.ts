import { formatSpan } from '../../base/source.ts';
import type { Step } from '../../playbook/playbook.ts';
import type { TaskRef } from '../events.ts';

const refs = new WeakMap<Step, TaskRef>();

/** A step as reporters name it. */
export function refOf(step: Step): TaskRef {
  const known = refs.get(step);
  if (known !== undefined) return known;
  const ref: TaskRef = {
    id: step.id,
    name: nameOf(step),
    role: step.role?.name ?? null,
    module: moduleNameOf(step),
    at: formatSpan(step.at),
    phase: step.phase,
  };
  refs.set(step, ref);
  return ref;
}

/** What the user calls a step; without a name, its module. */
export function nameOf(step: Step): string {
  return String(step.name?.value ?? moduleNameOf(step));
}

function moduleNameOf(step: Step): string {
  switch (step.kind) {
    case 'task':
      return step.module.name;
    case 'include':
      return `include_${step.what}`;
    case 'meta':
      return 'meta';
  }
}

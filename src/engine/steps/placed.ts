import type { Layer } from '../../base/layer.ts';
import type { Data } from '../../base/node.ts';
import type { Include, Section, Step, Task } from '../../playbook/playbook.ts';
import type { Position } from './position.ts';

/** A step with its place in the order, and what the includes around it bring. */
export interface Placed<S extends Step = Step> {
  readonly step: S;
  readonly position: Position;
  /** The blocks that it stands in, also those around the includes, outermost first. */
  readonly sections: readonly Section[];
  /** `vars` of the includes around it, outermost first. */
  readonly params: readonly Layer[];
  /** Items of the loops of the includes around it. */
  readonly loop: ReadonlyMap<string, Data> | null;
}

export function isTask(placed: Placed): placed is Placed<Task> {
  return placed.step.kind === 'task';
}

export function isInclude(placed: Placed): placed is Placed<Include> {
  return placed.step.kind === 'include';
}

/** Steps as they stand in the list of a play. */
export function placedSteps(steps: readonly Step[]): Placed[] {
  return steps.map((step, i) => ({ step, position: [i], sections: step.sections, params: [], loop: null }));
}

/** Steps in the place of one that stands for them. @param round which one of several such lists it is */
export function placedInside(
  outer: Placed,
  round: number,
  steps: readonly Step[],
  added: { readonly params: readonly Layer[]; readonly loop: ReadonlyMap<string, Data> | null },
): Placed[] {
  const blocks = new Map<Section['block'], Section['block']>();
  // The same block is another one in each round: what failed in one did not fail in the next.
  const own = ({ block, part }: Section): Section => {
    const copy = blocks.get(block) ?? { ...block };
    blocks.set(block, copy);
    return { block: copy, part };
  };
  const loop = added.loop === null ? outer.loop : new Map([...(outer.loop ?? []), ...added.loop]);
  const params = [...outer.params, ...added.params];
  return steps.map((step, i) => ({
    step,
    position: [...outer.position, round, i],
    sections: [...outer.sections, ...step.sections.map(own)],
    params,
    loop,
  }));
}

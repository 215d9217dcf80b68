import { PlanError } from '../base/errors.ts';
import type { Change, TreeStep } from '../changes/change.ts';
import type { FileState } from '../probes/file-state.ts';
import type { AttributeGroup } from '../probes/tree-attributes.ts';
import { type AttributeArgs, attributesOf, differingAttributes } from './attributes.ts';

/** Sets the attributes of a directory and all in it, when any of them differs. */
export function planTree(
  path: string,
  args: AttributeArgs,
  groups: readonly AttributeGroup[] | null,
  before: FileState,
): Change[] {
  if (groups === null) throw new PlanError(`\`${path}\` is not a directory.`);
  const recurse = groups.flatMap((group) => stepFor(args, group));
  if (recurse.length === 0) return [];
  const after = differingAttributes(args, before);
  return [{ kind: 'set-attributes', path, before: attributesOf(before), after, follow: true, recurse }];
}

function stepFor(args: AttributeArgs, group: AttributeGroup): TreeStep[] {
  const after = differingAttributes(args, group);
  if (after.mode === null && after.owner === null && after.group === null) return [];
  const { type, count, mode, uid, gid } = group;
  return [{ type, count, before: { mode, uid, gid }, after }];
}

import { PlanError } from '../base/errors.ts';
import type { Attributes, Change } from '../changes/change.ts';
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
  const differing = groups.map((group) => differingAttributes(args, group));
  const anyOf = (name: keyof Attributes): string | null =>
    differing.some((attributes) => attributes[name] !== null) ? args[name] : null;
  const after = { mode: anyOf('mode'), owner: anyOf('owner'), group: anyOf('group') };
  // A new owner takes set-ID bits away, so that the mode has to be set again.
  if (args.mode !== null && (after.owner !== null || after.group !== null)) after.mode = args.mode;
  if (after.mode === null && after.owner === null && after.group === null) return [];
  const first = groups[differing.findIndex((a) => a.mode !== null || a.owner !== null || a.group !== null)];
  return [{ kind: 'set-attributes', path, before: attributesOf(first ?? before), after, follow: false, recurse: true }];
}

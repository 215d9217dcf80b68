import { type Layer, layerOf } from '../../base/layer.ts';
import type { Entry } from '../../base/node.ts';
import type { Inherited, TaskContext } from '../tasks/context.ts';
import { Fields } from '../fields.ts';
import { inherit } from '../tasks/inherited.ts';
import { inheritedKeywords, includeKeywords } from '../keywords.ts';
import { loopOf } from '../tasks/load-loop.ts';
import type { Candidate, Include, Loop } from '../playbook.ts';
import { onlyKeys } from '../tasks/step-call.ts';

/** An include before it is known what it may mean. */
export interface IncludeDraft {
  readonly loop: Loop | null;
  readonly params: Layer | null;
  /** What the included takes over. */
  readonly inside: TaskContext;
  /** Makes the step. */
  readonly step: (parts: IncludeParts) => Include;
}

type IncludeParts = Pick<Include, 'what' | 'file' | 'candidates' | 'find'> & Partial<Pick<Include, 'into'>>;

/**
 * What all includes have alike. What is included takes over what stands around the include and beside it, but for its
 * conditions, which are asked once; its variables, which are its params; and blocks, which the include itself stands in.
 */
export function draftInclude(fields: Fields, entry: Entry, apply: Fields | null, context: TaskContext): IncludeDraft {
  onlyKeys(fields, includeKeywords, entry.key);
  const own = inherit(fields, context.inherited, null);
  const loop = loopOf(fields);
  const params = fields.variables('vars', 'vars of the include');
  const name = fields.template('name');
  const inherited = applied(apply, { ...own, when: [], vars: context.inherited.vars });
  const visited = { runs: [...context.visited.runs], open: context.visited.open };
  return {
    loop,
    params,
    inside: { ...context, inherited, sections: [], visited },
    step: (parts) => ({
      kind: 'include',
      id: context.loader.nextId(),
      name,
      at: entry.keySpan,
      role: context.role,
      phase: context.phase,
      sections: context.sections,
      when: own.when,
      tags: new Set(own.tags),
      vars: params === null ? own.vars : [...own.vars, params],
      loop,
      runOnce: own.runOnce,
      params,
      into: null,
      ...parts,
    }),
  };
}

/** The mapping under `apply`. */
export function applyOf(args: Fields): Fields | null {
  const node = args.node('apply');
  if (node === null) return null;
  if (node.kind === 'map') return new Fields(node, args.problems);
  args.wants(node, 'apply', 'a mapping', 'Write `apply: {become: true}`.');
  return null;
}

function applied(apply: Fields | null, outer: Inherited): Inherited {
  if (apply === null) return outer;
  apply.only(inheritedKeywords, 'a key of apply');
  return inherit(apply, outer, 'vars of apply');
}

/** Finds a candidate by any of the paths that a name may mean. */
export function findByPath(
  candidates: readonly Candidate[],
  pathsOf: (name: string) => readonly string[],
): Include['find'] {
  const byPath = new Map(candidates.map((candidate) => [candidate.path, candidate]));
  return (name) => {
    const path = pathsOf(name).find((one) => byPath.has(one));
    return path === undefined ? null : (byPath.get(path) ?? null);
  };
}

/** A layer without variables. */
export function noVariables(name: string): Layer {
  return layerOf(name, []);
}

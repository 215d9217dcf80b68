import { didYouMean } from '../../base/did-you-mean.ts';
import { EvaluationError } from '../../base/errors.ts';
import { type Layer, layerOf } from '../../base/layer.ts';
import { mapNode } from '../../base/node.ts';
import { displayPath } from '../../base/read-source.ts';
import { valueWords } from '../../base/schema.ts';
import type { Candidate, Include } from '../../playbook/playbook.ts';
import { evaluate } from '../../template/evaluate.ts';
import type { Scope } from '../../template/scope.ts';
import type { HostRun } from '../variables/host-run.ts';
import { type Placed, placedInside } from './placed.ts';
import { loopOf, type Preparation, type Round, skippedBy } from './prepare.ts';

/** The steps that an include means for a host, each round of its loop after the other. @throws NotYetKnown, EvaluationError */
export function openInclude(placed: Placed<Include>, preparation: Preparation): Placed[] {
  return choices(placed, preparation).flatMap(({ candidate, round }, i) => {
    const params = placed.step.params === null ? [] : [placed.step.params];
    const loop = round === null ? null : round.variables;
    return placedInside(placed, i, candidate?.steps ?? [], { params, loop });
  });
}

/** Makes the variables known that `include_vars` means for a host. Gives how to undo that. @throws NotYetKnown, EvaluationError */
export function includeVariables(placed: Placed<Include>, preparation: Preparation, { known }: HostRun): () => void {
  const layers = choices(placed, preparation).flatMap(({ candidate }) => layerFor(placed.step, candidate) ?? []);
  const undo = layers.map((layer) => known.include(layer));
  return () => {
    for (const takeBack of undo.toReversed()) takeBack();
  };
}

function choices(placed: Placed<Include>, preparation: Preparation): Choice[] {
  const rounds = loopOf(placed, preparation) ?? [null];
  return rounds.map((round) => choose(placed, round, preparation));
}

interface Choice {
  readonly round: Round | null;
  /** `null`: this round is not wanted. */
  readonly candidate: Candidate | null;
}

function choose(placed: Placed<Include>, round: Round | null, preparation: Preparation): Choice {
  const scope = preparation.scope(placed, round?.variables ?? null);
  if (skippedBy(placed.step, scope) !== null) return { round, candidate: null };
  return { round, candidate: candidateOf(placed.step, scope) };
}

function candidateOf({ file, what, find, candidates }: Include, scope: Scope): Candidate {
  const name = evaluate(file, scope);
  const found = typeof name === 'string' ? find(name) : null;
  if (found !== null) return found;
  const known = candidates.map(({ path }) => (what === 'role' ? path : displayPath(path)));
  const noun = what === 'role' ? 'role' : 'file';
  throw new EvaluationError(`There is no ${noun} ${valueWords(name)} to include.`, {
    at: file.span,
    hint: didYouMean(typeof name === 'string' ? name : '', known) ?? `Known: ${known.join(', ')}.`,
  });
}

function layerFor({ into, file }: Include, candidate: Candidate | null): Layer | null {
  const layer = candidate?.variables ?? null;
  if (layer === null || into === null) return layer;
  const value = mapNode([...layer.entries.values()], file.span);
  return layerOf(layer.name, [{ key: into, keySpan: file.span, value }]);
}

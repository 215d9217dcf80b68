import { KmeshError } from '../../base/errors.ts';
import type { Data } from '../../base/node.ts';
import type { Loop, Step } from '../../playbook/playbook.ts';
import type { HostRun } from '../variables/host-run.ts';
import type { InputFiles } from '../hosts/inputs.ts';
import { itemsOf } from '../variables/loop-items.ts';
import { NotYetKnown } from '../variables/not-yet-known.ts';
import { loopValue, variablesOf } from '../steps/prepare.ts';
import type { Questions } from './questions.ts';
import type { Place } from '../variables/site.ts';
import { nameOf } from '../steps/task-ref.ts';

/** One round of a loop, or the one of a step without. */
export interface Round {
  /** What names of loops mean; `null`: what they mean around the step. */
  readonly loop: ReadonlyMap<string, Data> | null;
  /** False: the items are not known yet, and this stands for all of them. */
  readonly isKnown: boolean;
  /** To be called when the round was looked at. */
  readonly end: () => void;
}

interface Around {
  readonly place: Place;
  readonly ask: Questions;
  readonly files: InputFiles;
  readonly run: HostRun;
}

/** The rounds of a step: one an item; one without knowing the item, when the items are not known yet. */
export function rounds(step: Step, around: Around): Round[] {
  const { loop } = step;
  if (loop === null) return [{ loop: null, isKnown: true, end: () => {} }];
  const value = knownValue(loop, step, around.ask);
  if (value === undefined) return [];
  if (value === unknown) return [unknownRound(step, around)];
  try {
    const items = itemsOf(loop.kind, value, loop.node.span, filesFor(step, around.files));
    return items.map((_, i) => {
      const variables = new Map([...(around.place.loop ?? []), ...variablesOf(loop, items, i)]);
      return { loop: variables, isKnown: true, end: () => {} };
    });
  } catch (error) {
    around.ask.note(error);
    return [];
  }
}

const unknown = Symbol('not known yet');

function knownValue(loop: Loop, step: Step, ask: Questions): Data | undefined | typeof unknown {
  try {
    return loopValue(loop, step, ask.scope);
  } catch (error) {
    if (!(error instanceof NotYetKnown || error instanceof KmeshError)) throw error;
    // All that is wrong with it, not only what is so first.
    ask.valueOf(loop.node);
    return unknown;
  }
}

// Names of the loop are awaited, so that what is made of them has no value yet.
function unknownRound(step: Step, { place, run }: Around): Round {
  const { loop } = step;
  const names = [
    loop?.variable ?? 'item',
    loop?.indexVariable ?? null,
    loop?.isExtended === true ? 'ansible_loop' : null,
  ];
  const awaited = names.filter((name) => name !== null);
  const outer = new Map([...(place.loop ?? [])].filter(([name]) => !awaited.includes(name)));
  for (const name of awaited) run.known.awaitResult(name, nameOf(step));
  return {
    loop: outer,
    isKnown: false,
    end: () => {
      for (const name of awaited) run.known.awaitNoLonger(name);
    },
  };
}

/** Where a loop looks for files: what an include means is found as the include finds it. */
function filesFor(step: Step, files: InputFiles): ReturnType<InputFiles['lookingFor']> {
  const looking = files.lookingFor(step.role);
  return step.kind === 'include' ? { ...looking, find: (name) => step.find(name)?.path ?? null } : looking;
}

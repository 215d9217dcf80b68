import { didYouMean } from '../../base/did-you-mean.ts';
import type { Entry } from '../../base/node.ts';
import type { TaskContext } from './context.ts';
import { type Fields, wordsOf } from '../fields.ts';
import { inherit } from './inherited.ts';
import { metaKeywords } from '../keywords.ts';
import { type Meta, type MetaAction, metaActions } from '../playbook.ts';
import { onlyKeys } from './step-call.ts';

/** Reads `meta: flush_handlers` and the like. */
export function loadMeta(fields: Fields, entry: Entry, context: TaskContext): Meta[] {
  onlyKeys(fields, metaKeywords, 'meta');
  const action = actionOf(fields, entry);
  const { when, tags, vars, runOnce } = inherit(fields, context.inherited, 'vars of the task');
  if (action === null) return [];
  return [
    {
      kind: 'meta',
      action,
      id: context.loader.nextId(),
      name: fields.template('name'),
      at: entry.keySpan,
      role: context.role,
      phase: context.phase,
      sections: context.sections,
      when,
      tags: new Set(tags),
      vars,
      loop: null,
      runOnce,
    },
  ];
}

function actionOf(fields: Fields, { value }: Entry): MetaAction | null {
  const written = value.kind === 'scalar' ? value.value : null;
  const action = metaActions.find((name) => name === written);
  if (action !== undefined) return action;
  const known = `It can be ${metaActions.map((name) => `\`${name}\``).join(', ')}.`;
  const hint = typeof written === 'string' ? didYouMean(written, metaActions) : null;
  fields.note(value.span, `\`meta\` does not know ${wordsOf(value)}.`, hint ?? known);
  return null;
}

import type { MapNode } from '../../base/node.ts';
import type { TaskContext } from './context.ts';
import type { Fields } from '../fields.ts';
import { inherit } from './inherited.ts';
import { blockKeywords, taskKeywords } from '../keywords.ts';
import type { Block, Section, Step } from '../playbook.ts';

const parts = ['block', 'rescue', 'always'] as const;

/** Whether a mapping is a block, if only by one of its parts. */
export function isBlock(fields: Fields): boolean {
  return parts.some((part) => fields.has(part));
}

/** The steps of a block, those of `rescue` and of `always` behind them. */
export function loadBlock(fields: Fields, context: TaskContext): Step[] {
  checkKeys(fields);
  fields.template('name');
  if (!fields.has('block')) {
    const part = parts.find((name) => fields.has(name));
    const at = fields.entry(part ?? 'rescue')?.keySpan ?? fields.map.span;
    fields.note(at, `\`${part}\` needs a \`block\`.`, 'Put the tasks that may fail under `block:`, beside it.');
  }
  const lists = new Map(parts.map((part) => [part, fields.maps(part, 'task')]));
  if (fields.has('block') && lists.get('block')?.length === 0 && !hasProblem(fields))
    fields.note(fields.entry('block')?.keySpan ?? null, 'This block has no tasks.', null);
  const block: Block = {
    id: context.loader.nextId(),
    hasRescue: fields.has('rescue'),
    hasAlways: fields.has('always'),
  };
  const inherited = inherit(fields, context.inherited, 'vars of the block');
  const stepsOf = (part: Section['part'], maps: readonly MapNode[]): Step[] =>
    context.loader.loadSteps(maps, { ...context, inherited, sections: [...context.sections, { block, part }] });
  return parts.flatMap((part) => stepsOf(part, lists.get(part) ?? []));
}

function checkKeys(fields: Fields): void {
  fields.only(blockKeywords, 'a key of a block', isOfTask);
  for (const { key, keySpan } of fields.map.entries) {
    if (!isOfTask(key)) continue;
    const isLoop = key.startsWith('loop') || key.startsWith('with_');
    const hint = isLoop
      ? 'A loop needs tasks in a file: `include_tasks` with `loop`.'
      : 'Put it beside each of its tasks.';
    fields.note(keySpan, `\`${key}\` is not a key of a block.`, hint);
  }
}

function isOfTask(key: string): boolean {
  return (taskKeywords as readonly string[]).includes(key) && !(blockKeywords as readonly string[]).includes(key);
}

// What is no list was told already.
function hasProblem(fields: Fields): boolean {
  const node = fields.node('block');
  return node !== null && node.kind !== 'list' && !(node.kind === 'scalar' && node.value === null);
}

import { type Entry, scalarNode, type ScalarNode } from '../base/node.ts';
import { checkTemplate } from '../template/evaluate.ts';
import { verdict } from './conditions.ts';
import type { TaskContext } from './context.ts';
import type { Fields } from './fields.ts';
import { inherit } from './inherited.ts';
import { loopOf } from './load-loop.ts';
import { moduleArgs } from './module-args.ts';
import type { Retry, Task } from './playbook.ts';
import type { StepCall } from './step-call.ts';

type ModuleCall = Extract<StepCall, { kind: 'module' }>;

/** Reads a task that calls a module. */
export function loadTask(fields: Fields, { module, entry, isLocal }: ModuleCall, context: TaskContext): Task {
  const own = inherit(fields, context.inherited, 'vars of the task');
  const args = moduleArgs(entry, module, fields);
  const register = registerOf(fields);
  if (register !== null) context.play.results.add(register);
  if (module.name === 'set_fact') for (const { key } of args.entries) context.play.results.add(key);
  return {
    kind: 'task',
    id: context.loader.nextId(),
    name: fields.template('name'),
    at: entry.keySpan,
    role: context.role,
    phase: context.phase,
    sections: context.sections,
    module,
    call: entry,
    args,
    loop: loopOf(fields),
    register,
    listen: fields.words('listen'),
    failedWhen: verdict(fields, 'failed_when'),
    changedWhen: verdict(fields, 'changed_when'),
    retry: retryOf(fields),
    ...own,
    tags: new Set(own.tags),
    delegateTo: isLocal ? localhost(entry, fields) : own.delegateTo,
  };
}

function registerOf(fields: Fields): string | null {
  const name = fields.text('register');
  const at = fields.node('register')?.span;
  if (name !== null && at !== undefined) fields.variableName(name, at);
  return name;
}

function retryOf(fields: Fields): Retry | null {
  const until = verdict(fields, 'until');
  const retries = numberOf(fields, 'retries');
  const delay = numberOf(fields, 'delay');
  if (until !== null || retries !== null) return { until, retries, delay };
  const at = fields.entry('delay')?.keySpan;
  if (at !== undefined)
    fields.note(at, '`delay` needs `until` or `retries`.', 'To wait once: `wait_for: {timeout: 5}`.');
  return null;
}

function numberOf(fields: Fields, key: 'delay' | 'retries'): ScalarNode | null {
  const node = fields.scalar(key);
  if (node === null || node.value === null) return null;
  const text = String(node.value);
  const problems = checkTemplate(node);
  fields.problems.push(...problems);
  const isNumber = key === 'retries' ? /^\d+$/.test(text) : /^\d+(\.\d+)?$/.test(text);
  if (isNumber) return { ...node, value: Number(text) };
  if (!text.includes('{{')) fields.wants(node, key, key === 'retries' ? 'a whole number' : 'a number of seconds');
  return node;
}

function localhost({ keySpan }: Entry, fields: Fields): ScalarNode {
  const other = fields.entry('delegate_to');
  if (other !== null) fields.note(other.keySpan, '`local_action` is delegated already.', 'Write `action` instead.');
  return scalarNode('localhost', keySpan);
}

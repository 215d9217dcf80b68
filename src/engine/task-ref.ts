import { formatSpan } from '../base/source.ts';
import type { Task } from '../playbook/playbook.ts';
import type { TaskRef } from './events.ts';

const refs = new WeakMap<Task, TaskRef>();

/** A task as reporters name it. */
export function refOf(task: Task): TaskRef {
  const known = refs.get(task);
  if (known !== undefined) return known;
  const ref: TaskRef = {
    id: task.id,
    name: nameOf(task),
    role: task.role?.name ?? null,
    module: task.module.name,
    at: formatSpan(task.at),
    phase: task.phase,
  };
  refs.set(task, ref);
  return ref;
}

/** What the user calls a task; without a name, its module. */
export function nameOf({ name, module }: Task): string {
  return String(name?.value ?? module.name);
}

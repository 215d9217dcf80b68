import { mapNode } from '../../base/node.ts';
import { must } from '../../base/errors.ts';
import { modules } from '../../modules/index.ts';
import type { Task } from '../../playbook/playbook.ts';
import type { Placed } from './placed.ts';
import type { TaskRun } from './task-run.ts';

/**
 * A step that is no task, and that failed before it could do anything: it is told and rescued as a task is.
 *
 * @param waitsFor in a check: the task whose result it needs, so that nobody can know
 */
export function failedRun(placed: Placed, error: Error, waitsFor: string | null = null): TaskRun {
  const { step } = placed;
  const task: Task = {
    ...step,
    kind: 'task',
    module: must(modules.get('fail'), 'module fail'),
    call: { key: step.kind, keySpan: step.at, value: mapNode([], step.at) },
    args: mapNode([], step.at),
    loop: null,
    register: null,
    notify: [],
    listen: [],
    ignoreErrors: null,
    failedWhen: null,
    changedWhen: null,
    retry: null,
    checkMode: null,
    diff: null,
    become: { enabled: null, user: null },
    environment: [],
    noLog: null,
    timeoutMs: null,
    delegateTo: null,
    delegateFacts: false,
    anyErrorsFatal: false,
    throttle: null,
  };
  return {
    placed: placed as Placed<Task>,
    task,
    instances: [],
    error: waitsFor === null ? error : null,
    waitsFor,
    isLate: false,
    startedAt: Date.now(),
    isHeld: false,
    undo: () => {},
  };
}

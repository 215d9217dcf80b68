import { stringify } from 'yaml';
import {
  type Condition,
  items,
  listNames,
  type RandomInclude,
  type RandomProgram,
  type RandomStep,
  type RandomTask,
  results,
  retries,
  type Value,
} from './program.ts';

type Yaml = Record<string, unknown>;

/** The playbook of a random program, and the files beside it. */
export function playbookOf(program: RandomProgram): {
  readonly playbook: string;
  readonly files: Record<string, string>;
} {
  const { lists, handlers, files } = program;
  const play: Yaml = {
    hosts: 'all',
    gather_facts: false,
    // Results that no task has told yet, and facts that none has set.
    vars: { ...Object.fromEntries(results.map((name) => [name, noResult])), given: 'none' },
    ...(program.strategy === 'linear' ? {} : { strategy: program.strategy }),
    ...(program.serial === null ? {} : { serial: program.serial }),
    ...(program.anyErrorsFatal ? { any_errors_fatal: true } : {}),
    ...(program.maxFailPercentage === null ? {} : { max_fail_percentage: program.maxFailPercentage }),
    ...(program.forceHandlers ? { force_handlers: true } : {}),
    ...Object.fromEntries(lists.map((steps, i) => [listNames[i], steps.map(yamlOf)])),
    handlers: handlers.map(yamlOf),
  };
  return {
    playbook: stringify([play]),
    files: {
      ...Object.fromEntries(
        Object.entries(files).map(([name, steps]) => [`${name}.yml`, stringify(steps.map(yamlOf))]),
      ),
      ...Object.fromEntries(items.map((name) => [`vars-${name}.yml`, stringify({ included: name })])),
    },
  };
}

const noResult = { changed: false, failed: false, skipped: false, stdout: 'none' };

function yamlOf(step: RandomStep): Yaml {
  const when = step.when === undefined ? {} : { when: expressionOf(step.when) };
  switch (step.kind) {
    case 'task':
      return { ...taskOf(step), ...when };
    case 'block':
      return {
        block: step.block.map(yamlOf),
        ...(step.rescue.length > 0 ? { rescue: step.rescue.map(yamlOf) } : {}),
        ...(step.always.length > 0 ? { always: step.always.map(yamlOf) } : {}),
        ...when,
      };
    case 'include':
      return { ...includeOf(step), ...when };
    case 'vars':
      return { include_vars: `vars-${step.value}.yml`, ...when };
    case 'meta':
      return { meta: step.action, ...when };
  }
}

function includeOf({ name, file, isLoop }: RandomInclude): Yaml {
  const path =
    'one' in file
      ? file.one
      : file.by === 'host'
        ? '{{ inventory_hostname }}'
        : textOf({ from: 'result', name: file.by });
  const loop =
    isLoop === true ? { loop: [...items], loop_control: { loop_var: 'round' }, vars: { given: '{{ round }}' } } : {};
  return { name, include_tasks: `${path}.yml`, ...loop };
}

function taskOf(task: RandomTask): Yaml {
  const onlyAsks = task.doing.module === 'command' && task.doing.onlyAsks;
  return {
    name: task.name,
    ...doingOf(task),
    ...(task.isLoop === true ? { loop: [...items] } : {}),
    ...(task.register === undefined ? {} : { register: task.register }),
    ...(task.notify === undefined ? {} : { notify: task.notify }),
    ...(task.ignoreErrors === true ? { ignore_errors: true } : {}),
    ...(task.until === undefined
      ? {}
      : { until: expressionOf({ asks: 'stdout', result: task.register ?? '', is: task.until }), retries, delay: 0 }),
    ...(task.failedWhen === undefined ? {} : { failed_when: expressionOf(task.failedWhen) }),
    ...(onlyAsks ? { changed_when: false, check_mode: false } : {}),
    ...(task.changedWhen === undefined ? {} : { changed_when: expressionOf(task.changedWhen) }),
    ...(task.runOnce === true ? { run_once: true } : {}),
    ...(task.delegateTo === undefined ? {} : { delegate_to: task.delegateTo }),
    ...(task.anyErrorsFatal === true ? { any_errors_fatal: true } : {}),
  };
}

function doingOf({ name, doing, delegateTo }: RandomTask): Yaml {
  switch (doing.module) {
    case 'command': {
      const owner = delegateTo === undefined ? '' : ' for {{ inventory_hostname }}';
      return { command: `do ${name}${doing.value === null ? '' : ` ${textOf(doing.value)}`}${owner}` };
    }
    case 'copy':
      return {
        copy: {
          dest: `{{ root }}/${doing.file}`,
          content: textOf(doing.value),
          ...(doing.isBad ? { validate: 'false %s' } : {}),
        },
      };
    case 'remove':
      return { file: { path: `{{ root }}/${doing.file}`, state: 'absent' } };
    case 'set_fact':
      return { set_fact: { [doing.fact]: textOf(doing.value) } };
    case 'assert':
      return { assert: { that: expressionOf(doing.that) } };
    case 'debug':
      return { debug: { msg: 'told' } };
    case 'fail':
      return { fail: { msg: 'as it says' } };
  }
}

function textOf(value: Value): string {
  switch (value.from) {
    case 'text':
      return 'text';
    case 'item':
      return '{{ item }}';
    case 'given':
      return '{{ given }}';
    case 'failed task':
      return '{{ ansible_failed_task.name }}';
    case 'result':
      return `{{ default ${value.name}.stdout 'none' }}`;
    case 'fact':
      return `{{ ${value.name} }}`;
    case 'other host':
      return `{{ hostvars.${value.host}.${value.name} }}`;
  }
}

function expressionOf(condition: Condition): string {
  switch (condition.asks) {
    case 'failed':
    case 'changed':
    case 'skipped':
      return `${condition.not ? '!' : ''}${condition.result}.${condition.asks}`;
    case 'stdout':
      return `has(${condition.result}.stdout) && ${condition.result}.stdout == "${condition.is}"`;
    case 'fact':
      return `${condition.fact} == "${condition.is}"`;
    case 'host':
      return `inventory_hostname == "${condition.is}"`;
    case 'both':
      return condition.all.map((one) => `(${expressionOf(one)})`).join(' && ');
  }
}
